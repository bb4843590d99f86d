/**
 * What a user waits for: `npx tsx test/bench/command.ts [REPEATS]`, after `npm run build`. The built command answers 805
 * questions of the test server in a process of its own; a bare loop of the openai client under p-limit does the same.
 * Start-up lasts until the first call has arrived there.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type ServerProcess, startServerProcess } from "../server/process.js";
import { CALLS, print } from "./measure.js";

const QUESTION = "Write a short story about a lighthouse. ".repeat(15);
const PRELOAD = `process.on("exit", () => process._rawDebug("peak " + process.resourceUsage().maxRSS))`;
const cli = resolve("dist/cli.js");
const bareLoop = fileURLToPath(new URL("./bare-loop.mjs", import.meta.url));
const repeats = Number(process.argv[2] ?? 3);
const folder = mkdtempSync(join(tmpdir(), "assay-bench-"));
const suite = join(folder, "suite.jsonl");
writeFileSync(
  suite,
  Array.from(
    { length: CALLS },
    (_, index) =>
      `${JSON.stringify({ id: `q${index}`, category: "writing", turns: [`${index} ${QUESTION}`] })}\n`,
  ).join(""),
);

interface Run {
  readonly wallMs: number;
  readonly startMs: number;
  /** From the arrival of the first call to the last answer, as the server saw it. */
  readonly callsMs: number;
  readonly calls: number;
  readonly megabytes: number;
}

async function runProcess(server: ServerProcess, words: readonly string[]): Promise<Run> {
  await server.reset();
  const preload = `data:text/javascript,${encodeURIComponent(PRELOAD)}`;
  const env = { PATH: process.env.PATH, HOME: folder, ASSAY_HOME: join(folder, "home") };
  const startedAt = Date.now();
  const child = spawn(process.execPath, ["--import", preload, ...words], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [code] = await once(child, "close");
  const wallMs = Date.now() - startedAt;
  if (code !== 0) throw new Error(`${words[0]} ended with ${String(code)}: ${said}`);
  const { calls, firstCallAt, lastAnswerAt } = await server.report();
  const megabytes = Number(/peak (\d+)/.exec(said)?.[1]) / 1024;
  return { wallMs, startMs: firstCallAt - startedAt, callsMs: lastAnswerAt - firstCallAt, calls, megabytes };
}

/** The fastest of several runs: what else the machine does only ever adds. */
async function fastest(run: (repeat: number) => Promise<Run>): Promise<Run> {
  const runs: Run[] = [];
  while (runs.length < repeats) runs.push(await run(runs.length));
  return runs.reduce((best, one) => (one.wallMs < best.wallMs ? one : best));
}

let runs = 0;
const answer = (server: ServerProcess, concurrency: number, out: string, ...more: readonly string[]) => {
  const words = [cli, "answer", "--suite", suite, "--model", "bench", "--base-url", server.baseUrl];
  return runProcess(server, [...words, "--concurrency", `${concurrency}`, "--out", out, "--quiet", ...more]);
};
const freshFolder = () => join(folder, `run-${runs++}`);
const loop = (server: ServerProcess, concurrency: number) =>
  runProcess(server, [bareLoop, server.baseUrl, `${concurrency}`, `${CALLS}`, QUESTION]);

function show(name: string, run: Run, bound = ""): void {
  const parts =
    run.calls === 0 ? "" : ` = ${run.startMs} + ${run.callsMs} + ${run.wallMs - run.startMs - run.callsMs}`;
  print(name, `${run.wallMs}${parts} ms`, `${run.megabytes.toFixed(0)} MB   ${bound}`);
}

async function compare(latencyMs: number, concurrency: number): Promise<void> {
  const server = await startServerProcess({ latencyMs, replyCharacters: 1_000 });
  const bare = await fastest(() => loop(server, concurrency));
  const own = await fastest(() => answer(server, concurrency, freshFolder(), "--no-cache"));
  const idealMs = Math.ceil(CALLS / concurrency) * latencyMs;
  const against = (run: Run) => `calls ÷ ideal ${(run.callsMs / idealMs).toFixed(3)}`;
  show(
    `${CALLS} calls at ${latencyMs} ms, concurrency ${concurrency}: bare openai loop`,
    bare,
    against(bare),
  );
  const ratio = `calls ÷ bare ${(own.callsMs / bare.callsMs).toFixed(2)}, whole ÷ bare ${(own.wallMs / bare.wallMs).toFixed(2)}`;
  show("  assay answer", own, `${against(own)}, ${ratio}`);
  await server.close();
}

async function again(): Promise<void> {
  const server = await startServerProcess({ latencyMs: 20, replyCharacters: 1_000 });
  const out = freshFolder();
  await answer(server, 128, out);
  show(
    "all replies from the cache, into a new run folder",
    await fastest(() => answer(server, 128, freshFolder())),
    "at most 600 ms",
  );
  show("the same command again on a complete run folder", await fastest(() => answer(server, 128, out)));
  await server.close();
}

try {
  print("whole time = start-up + calls + end", "", "peak memory");
  await compare(1_000, 128);
  await compare(50, 64);
  await compare(50, 128);
  await again();
} finally {
  rmSync(folder, { recursive: true });
}
