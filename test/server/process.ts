import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Fault } from "./faults.js";
import type { ServerCounts, ServerOptions } from "./server.js";

/** What a server in its own process can be told; plain data. */
export interface ProcessOptions
  extends Pick<
    ServerOptions,
    "port" | "models" | "apiKey" | "headers" | "refuses" | "rateLimit" | "keepRequests"
  > {
  readonly latencyMs?: number;
  /** Share of calls that fail (0–1), drawn by {@link faultSeed} from {@link faultKinds}. */
  readonly faultRate?: number;
  readonly faultSeed?: number;
  readonly faultKinds?: readonly Fault[];
  /** Answer every call with a fixed text of about this length. */
  readonly replyCharacters?: number;
  /** Echo judge prompts too. */
  readonly echo?: boolean;
}

/** Counts of a server in its own process. */
export interface ProcessReport extends ServerCounts {
  inFlight: number;
}

/** A server in its own process. */
export interface ServerProcess {
  readonly baseUrl: string;
  readonly processId: number;
  report(): Promise<ProcessReport>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Starts {@link file://./main.ts} and waits until it listens. */
export async function startServerProcess(options: ProcessOptions = {}): Promise<ServerProcess> {
  const script = fileURLToPath(new URL("./main.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script, JSON.stringify(options)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, "line"),
    exited.then(([code]) => {
      throw new Error(`the test server ended with ${String(code)} before it listened`);
    }),
  ]);
  const { port, controlPort } = JSON.parse(String(line)) as { port: number; controlPort: number };
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${controlPort}${path}`);
    return (await response.json()) as ProcessReport;
  };
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    processId: child.pid ?? 0,
    report: () => ask("/"),
    reset: async () => {
      await ask("/reset");
    },
    close: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
