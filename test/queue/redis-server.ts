import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";

/** Whether this machine has a `redis-server`. */
export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;

/** A Redis of one test. */
export interface RedisServer {
  /** With its password. */
  readonly url: string;
  readonly password: string;
  /** Keys that match a pattern. */
  keys(pattern: string): Promise<string[]>;
  /** Kills it and starts an empty one at the same address. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function startProcess(words: readonly string[]): Promise<ChildProcess> {
  const child = spawn("redis-server", words, { stdio: ["ignore", "pipe", "ignore"] });
  return new Promise((resolve, reject) => {
    let said = "";
    child.on("close", (code) => reject(new Error(`redis-server ended with ${code}: ${said}`)));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes("Ready to accept connections")) resolve(child);
    });
  });
}

/** Starts a Redis on a free port that keeps nothing on disk, and waits until it takes connections. */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "assay-redis-"));
  const password = `word-${port}-of-the-test`;
  const settings = {
    port,
    bind: "127.0.0.1",
    dir: folder,
    save: "",
    appendonly: "no",
    requirepass: password,
  };
  const words = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  let child = await startProcess(words);
  const kill = async () => {
    const ended = once(child, "close");
    child.kill("SIGKILL");
    await ended;
  };
  const url = `redis://:${password}@127.0.0.1:${port}`;
  return {
    url,
    password,
    keys: async (pattern) => {
      const client = new Redis(url);
      try {
        return await client.keys(pattern);
      } finally {
        client.disconnect();
      }
    },
    restart: async () => {
      await kill();
      child = await startProcess(words);
    },
    close: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
