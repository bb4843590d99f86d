import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { hasRedis, type RedisServer, startRedis } from "../queue/redis-server.js";
import { type ServerOptions, startServer, type TestServer } from "../server/server.js";
import { type RunningCommand, startAssay, workFolder } from "./command.js";
import { writeSuite } from "./run-records.js";

// What else can be waited for or computed is in endings.test.ts: asking, judging, scoring, reporting.

const running: RunningCommand[] = [];
const servers: TestServer[] = [];
const visitors: Socket[] = [];
let redis: RedisServer | undefined;

async function serve(options: ServerOptions = {}): Promise<TestServer> {
  const server = await startServer(options);
  servers.push(server);
  return server;
}

function start(words: readonly string[], cwd: string): RunningCommand {
  const command = startAssay(words, { cwd });
  running.push(command);
  return command;
}

afterEach(async () => {
  for (const { child } of running.splice(0)) child.kill("SIGKILL");
  for (const visitor of visitors.splice(0)) visitor.destroy();
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await redis?.close();
  redis = undefined;
});

/** Milliseconds from the second signal to the end; from the first for commands that it ends already. */
async function msToEnd(command: RunningCommand): Promise<number> {
  const first = performance.now();
  command.child.kill("SIGINT");
  const said = ["stopping", "the viewer ends"].map((words) => command.saying(words).then(() => false));
  const isOver = await Promise.race([...said, command.ended.then(() => true)]);
  const from = isOver ? first : performance.now();
  command.child.kill("SIGINT");
  const { code, signal } = await command.ended;
  expect(signal ?? code).toBe(signal === null ? 130 : "SIGINT");
  return performance.now() - from;
}

function answerWords(cwd: string, { baseUrl }: TestServer, more: readonly string[] = []): string[] {
  const asked = ["answer", "--suite", writeSuite(cwd, 3), "--model", "a", "--base-url", baseUrl];
  return [...asked, "--out", "run", "--no-cache", ...more];
}

const LOADING = { message: "Loading model", type: "unavailable_error", code: 503 };

/** A state by name: what starts a command and brings it there. */
const states: readonly (readonly [string, (cwd: string) => Promise<RunningCommand>])[] = [
  [
    "waiting for a server that loads its model",
    async (cwd) => {
      const response = { status: 503, body: { error: LOADING } };
      const server = await serve({ faults: () => ({ kind: "response", response }) });
      const command = start(answerWords(cwd, server), cwd);
      await command.saying("is not ready yet");
      return command;
    },
  ],
  [
    "waiting for the next minute of a rate limit",
    async (cwd) => {
      const server = await serve();
      const command = start(answerWords(cwd, server, ["--rpm", "1"]), cwd);
      await server.until(({ answered }) => answered >= 1);
      return command;
    },
  ],
  [
    "waiting as long as the endpoint asks to",
    async (cwd) => {
      const server = await serve({
        faults: () => ({ kind: "rate-limit", retryAfter: "seconds", waitMs: 300_000 }),
      });
      const command = start(answerWords(cwd, server), cwd);
      await command.saying("asks to wait");
      return command;
    },
  ],
  [
    "waiting for room in memory",
    async (cwd) => {
      const isSecond = ({ messages }: { readonly messages: readonly unknown[] }) => messages.length > 1;
      const server = await serve({
        reply: () => "y".repeat(9_000_000),
        latencyMs: (call) => (isSecond(call) ? 600_000 : 1),
        keepBodies: false,
      });
      const command = start(answerWords(cwd, server), cwd);
      // All first turns are there, one question goes on with its own, and two wait for it.
      await server.until(({ answered, calls }) => answered === 3 && calls === 4);
      return command;
    },
  ],
  [
    "waiting for a batch",
    async (cwd) => {
      const server = await serve({ batch: { statuses: Array<string>(9_999).fill("in_progress") } });
      const command = start(answerWords(cwd, server, ["--batch", "--batch-poll", "60"]), cwd);
      await command.saying("batch_1");
      return command;
    },
  ],
  ["serving the viewer", (cwd) => serving(cwd, ["view", ".", "--no-open"])],
  [
    "serving a voting page",
    async (cwd) => {
      expect((await start(["quickstart", "--out", "run", "--quiet"], cwd).ended).code).toBe(0);
      return serving(cwd, ["vote", "serve", "run", "--host", "127.0.0.1", "--port", "0"]);
    },
  ],
  ["reading a corpus", (cwd) => reading(cwd, ["contamination", "suite.yaml", "--corpus", "fifo.jsonl"])],
  ["reading what a card shows", (cwd) => reading(cwd, ["card", "fifo.jsonl"])],
  ["reading what a plan is made from", (cwd) => reading(cwd, ["plan", "--from", "old"], "old/run.json")],
  ["reading what is imported", (cwd) => reading(cwd, ["import", "fifo.jsonl", "--out", "run"])],
  ["scoring pairs of many models", (cwd) => computing(cwd, ["score", "pairs.jsonl"])],
  [
    "comparing two of many models",
    (cwd) => computing(cwd, ["compare", "pairs.jsonl#model-0", "pairs.jsonl#model-1"]),
  ],
  ["rating many models by battles", (cwd) => computing(cwd, ["rank", "pairs.jsonl"])],
];

const MODELS = 400;
/** Of processor time, beyond which a command has started and is not done by far. */
const COMPUTING_MS = 1_500;

/** A command that computes for many seconds: every model met every other one. */
async function computing(cwd: string, words: readonly string[]): Promise<RunningCommand> {
  const rows = Array.from({ length: MODELS }, (_, one) =>
    Array.from({ length: one }, (_, other) => {
      const winner = `model_${1 + ((one * other) % 2)}`;
      const games = [1, 2].map((game) => [
        [`g${game}_winner`, winner],
        [`g${game}_judgment`, "[[A]]"],
        [`g${game}_user_prompt`, "p"],
      ]);
      return JSON.stringify({
        ...{ question_id: 81 + ((one + other) % 20), turn: 1, judge: ["j", "pair-v2"], tstamp: 1 },
        ...{ model_1: `model-${one}`, model_2: `model-${other}` },
        ...Object.fromEntries(games.flat()),
      });
    }),
  );
  writeFileSync(join(cwd, "pairs.jsonl"), `${rows.flat().join("\n")}\n`);
  const command = start(words, cwd);
  let isOver = false;
  void command.ended.then(() => {
    isOver = true;
  });
  await vi.waitFor(
    () => {
      if (!isOver) expect(processorMs(command.child.pid)).toBeGreaterThan(COMPUTING_MS);
    },
    { timeout: 100_000, interval: 20 },
  );
  expect(isOver).toBe(false);
  return command;
}

/** Processor time of a process, in milliseconds; the system counts in hundredths of a second. */
function processorMs(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

/** A command that serves a page, with a visitor whose request never ends. */
async function serving(cwd: string, words: readonly string[]): Promise<RunningCommand> {
  const command = start(words, cwd);
  let said = "";
  command.child.stderr?.on("data", (text) => {
    said += text;
  });
  await command.saying(": open http");
  const { hostname, port, host, pathname } = new URL(/http:\S+/.exec(said)?.[0] ?? "");
  const visitor = connect(Number(port), hostname).on("error", () => undefined);
  visitors.push(visitor);
  const head = `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{`;
  await new Promise<void>((sent) => visitor.write(head, () => sent()));
  return command;
}

/** A command that hears nothing while it waits for a file. */
async function reading(cwd: string, words: readonly string[], file = "fifo.jsonl"): Promise<RunningCommand> {
  writeSuite(cwd, 1);
  const fifo = join(cwd, file);
  mkdirSync(dirname(fifo), { recursive: true });
  expect(spawnSync("mkfifo", [fifo]).status).toBe(0);
  const opened = open(fifo, "w");
  const command = start(words, cwd);
  // The handle stays open until the command ends: it never meets the end of the file.
  const handle = await Promise.race([opened, command.ended.then(({ stderr }) => Promise.reject(stderr))]);
  void command.ended.then(() => handle.close());
  return command;
}

describe.skipIf(process.platform !== "linux")(
  "a second signal ends a command that is (needs Linux for FIFOs)",
  () => {
    test.each(states)("%s, within two seconds", async (_, begin) => {
      expect(await msToEnd(await begin(workFolder()))).toBeLessThan(2_000);
    });

    test.skipIf(!hasRedis)(
      "waiting for a worker at a queue, within two seconds (needs redis-server)",
      async () => {
        redis = await startRedis();
        const cwd = workFolder();
        const command = start(answerWords(cwd, await serve(), ["--queue", redis.url, "--verbose"]), cwd);
        await command.saying("queue");
        expect(await msToEnd(command)).toBeLessThan(2_000);
      },
    );
  },
);
