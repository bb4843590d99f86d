import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runHere } from "../cli/command-runner.js";
import { hasRedis, type RedisServer, startRedis } from "../queue/redis-server.js";
import { type ServerOptions, startServer, type TestServer } from "../server/server.js";
import { type RunningCommand, startAssay, workFolder } from "./command.js";

const QUESTIONS = 20;
/** Two turns for each question, and a verdict on each. */
const CALLS = 4 * QUESTIONS;
const LATENCY_MS = 20;
const CONCURRENCY = 4;

/** One Redis, one endpoint, one folder, and the processes of a test. */
class Cluster {
  readonly folder = workFolder();
  private readonly started: RunningCommand[] = [];

  private constructor(
    readonly redis: RedisServer,
    readonly server: TestServer,
  ) {
    const questions = Array.from(
      { length: QUESTIONS },
      (_, index) =>
        `  - { id: q${index}, category: writing, turns: ["Question ${index}?", "And then, ${index}?"] }`,
    );
    writeFileSync(join(this.folder, "suite.yaml"), `questions:\n${questions.join("\n")}\n`);
  }

  static async start(options: ServerOptions = {}): Promise<Cluster> {
    return new Cluster(await startRedis(), await startServer({ latencyMs: LATENCY_MS, ...options }));
  }

  run(words: readonly string[] = [], env: Readonly<Record<string, string>> = {}): RunningCommand {
    const { baseUrl } = this.server;
    const target = ["--suite", "suite.yaml", "--model", "small", "--judge", "referee", "--base-url", baseUrl];
    return this.keep(
      startAssay(["run", ...target, "--out", "run", "--no-cache", "--format", "json", ...words], {
        cwd: this.folder,
        env: { ASSAY_QUEUE: this.redis.url, ...env },
      }),
    );
  }

  /** A worker that may ask the endpoint, with the keys of its environment. */
  worker(env: Readonly<Record<string, string>> = {}): RunningCommand {
    const words = ["worker", "--queue", this.redis.url, "--concurrency", String(CONCURRENCY)];
    words.push("--allow-endpoint", this.server.baseUrl);
    for (const name of Object.keys(env)) words.push("--allow-key-env", name);
    return this.keep(startAssay(words, { env }));
  }

  private keep(command: RunningCommand): RunningCommand {
    this.started.push(command);
    return command;
  }

  /** Everything that the run wrote, and everything that was said. */
  records(kind: "answers" | "judgments"): Record<string, unknown>[] {
    return readdirSync(join(this.folder, "run", kind), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".jsonl"))
      .flatMap((name) =>
        readFileSync(join(this.folder, "run", kind, name), "utf8")
          .trim()
          .split("\n"),
      )
      .map((line) => JSON.parse(line));
  }

  manifest(): Record<string, unknown> {
    return JSON.parse(readFileSync(join(this.folder, "run", "run.json"), "utf8"));
  }

  files(): string[] {
    const run = join(this.folder, "run");
    return readdirSync(run, { recursive: true, encoding: "utf8" })
      .map((name) => join(run, name))
      .filter((path) => existsSync(path) && statSync(path).isFile());
  }

  expectComplete(): void {
    expect(this.manifest()).toMatchObject({
      status: "complete",
      answers: { planned: QUESTIONS, completed: QUESTIONS },
      judgments: { planned: 2 * QUESTIONS, judged: 2 * QUESTIONS },
    });
    for (const [kind, count] of [
      ["answers", QUESTIONS],
      ["judgments", 2 * QUESTIONS],
    ] as const) {
      const ids = this.records(kind).map((record) => record.taskId);
      expect(ids).toHaveLength(count);
      expect(new Set(ids).size).toBe(count);
    }
  }

  async close(): Promise<void> {
    for (const { child } of this.started) child.kill("SIGKILL");
    await Promise.all(this.started.map(({ ended }) => ended));
    await this.server.close();
    await this.redis.close();
  }
}

/** Calls a function when the endpoint has been asked so often; the latency of each call is the usual. */
function whenAsked(times: number, then: () => void): ServerOptions {
  let calls = 0;
  return {
    latencyMs: () => {
      if (++calls === times) then();
      return LATENCY_MS;
    },
  };
}

describe.skipIf(!hasRedis)("many workers over Redis (needs redis-server)", () => {
  let cluster: Cluster | undefined;
  let onCall: () => void = () => undefined;

  async function startWith(times = 0): Promise<Cluster> {
    cluster = await Cluster.start(whenAsked(times, () => onCall()));
    return cluster;
  }

  beforeEach(() => {
    onCall = () => undefined;
  });
  afterEach(async () => {
    await cluster?.close();
    cluster = undefined;
  });

  test("a worker that is killed loses nothing: another makes its calls, each record is there once", async () => {
    const { run, worker, server, redis, ...rest } = bound(await startWith(25));
    const [victim, survivor] = [worker(), worker()];
    onCall = () => victim.child.kill("SIGKILL");
    const { code, stdout, stderr } = await run().ended;
    expect(stderr + stdout).not.toContain(redis.password);
    expect(code).toBe(0);
    expect((await victim.ended).signal).toBe("SIGKILL");
    rest.expectComplete();
    // What is on disk is not kept in Redis.
    expect(await redis.keys("assay:calls:*-*-*")).toEqual([]);
    // What the victim had in flight is made once more, and nothing else.
    expect(server.counts.calls).toBeGreaterThanOrEqual(CALLS);
    expect(server.counts.calls).toBeLessThanOrEqual(CALLS + CONCURRENCY);
    for (const path of rest.files()) expect(readFileSync(path, "utf8")).not.toContain(redis.password);
    // The latency in the records is the endpoint's, not the time in the queue.
    const latencies = rest.records("judgments").flatMap(({ replies }) => {
      return (replies as { latencyMs: number }[]).map((reply) => reply.latencyMs);
    });
    expect(Math.max(...latencies)).toBeLessThan(4_000);
    survivor.child.kill("SIGTERM");
    const ended = await survivor.ended;
    expect(ended.code).toBe(143);
    expect(ended.stdout).toMatch(/worker: calls: \d+ ok/);
  });

  test("a run that is killed finds the results of its calls when it is resumed", async () => {
    const { run, worker, server, ...rest } = bound(await startWith(30));
    worker();
    worker();
    const first = run();
    onCall = () => first.child.kill("SIGKILL");
    expect((await first.ended).signal).toBe("SIGKILL");
    const { code } = await run().ended;
    expect(code).toBe(0);
    rest.expectComplete();
    expect(server.counts.calls).toBe(CALLS);
  });

  test("rankings, too: one call for all answers to a turn, none twice over a kill", async () => {
    const { run, worker, server, ...rest } = bound(await startWith(90));
    worker();
    const words = ["--model", "big", "--mode", "ranking"];
    const first = run(words);
    onCall = () => first.child.kill("SIGKILL");
    expect((await first.ended).signal).toBe("SIGKILL");
    expect((await run(words).ended).code).toBe(0);
    expect(rest.manifest()).toMatchObject({
      status: "complete",
      judgments: { planned: 2 * QUESTIONS, judged: 2 * QUESTIONS },
    });
    const records = rest.records("judgments");
    expect(new Set(records.map(({ taskId }) => taskId)).size).toBe(records.length);
    expect(records).toHaveLength(2 * QUESTIONS);
    expect(records[0]).toMatchObject({ ranked: { models: expect.arrayContaining(["small", "big"]) } });
    // Two turns of two models, and a ranking for each turn.
    expect(server.counts.calls).toBe(6 * QUESTIONS);
  });

  test("a gentle stop takes back what no worker has begun, and the next run does the rest", async () => {
    const { run, worker, server, ...rest } = bound(await startWith(10));
    worker();
    const first = run();
    onCall = () => first.child.kill("SIGINT");
    expect((await first.ended).code).toBe(130);
    expect(server.counts.calls).toBeLessThanOrEqual(10 + 2 * CONCURRENCY);
    expect(rest.manifest()).toMatchObject({ status: "interrupted" });
    expect((await run().ended).code).toBe(0);
    rest.expectComplete();
    expect(server.counts.calls).toBe(CALLS);
  });

  test("a limit per minute holds over all workers", async () => {
    const limit = 24;
    const { run, worker, server } = bound(await startWith(limit));
    worker();
    worker();
    const first = run(["--rpm", String(limit)]);
    // Without the limit the other calls would be made while those under way are awaited.
    onCall = () => first.child.kill("SIGINT");
    expect((await first.ended).code).toBe(130);
    expect(server.counts.calls).toBe(limit);
  });

  test("a Redis that restarts with nothing in it loses no record", async () => {
    const { run, worker, server, redis, ...rest } = bound(await startWith(25));
    worker();
    let restarting: Promise<void> | undefined;
    onCall = () => {
      restarting = redis.restart();
    };
    const { code } = await run().ended;
    await restarting;
    expect(code).toBe(0);
    rest.expectComplete();
    // What was under way is asked for again, and what was answered but had not reached the run yet.
    expect(server.counts.calls).toBeLessThanOrEqual(CALLS + 2 * CONCURRENCY);
  });

  test("a worker without the key that a run needs says so, and leaves the calls to others", async () => {
    cluster = await Cluster.start({ apiKey: "sesame" });
    const { run, worker, ...rest } = bound(cluster);
    const unfit = worker();
    const running = run(["--api-key-env", "CAVE_KEY"], { CAVE_KEY: "not-the-real-one" });
    await said(running.child.stderr, "a worker leaves calls to others");
    worker({ CAVE_KEY: "sesame" });
    const { code, stderr } = await running.ended;
    expect(code).toBe(0);
    expect(stderr).toContain("--allow-key-env CAVE_KEY");
    rest.expectComplete();
    unfit.child.kill("SIGTERM");
    expect((await unfit.ended).stderr).toContain("CAVE_KEY");
  });

  test("faults are retried by the run, within its budget of retries", async () => {
    cluster = await Cluster.start({
      faults: (call) => (call.index % 5 === 0 ? { kind: "server-error", status: 503 } : undefined),
    });
    const { run, worker, ...rest } = bound(cluster);
    worker();
    expect((await run().ended).code).toBe(0);
    rest.expectComplete();
    const attempts = rest.records("answers").flatMap(({ turns }) => turns as { attempts?: unknown[] }[]);
    expect(attempts.some((turn) => (turn.attempts?.length ?? 0) > 1)).toBe(true);
  });

  test("a Redis that is not there is named before anything is called", async () => {
    const { server } = bound(await startWith());
    const words = [
      "run",
      "--suite",
      "assay-80",
      "--model",
      "m",
      "--judge",
      "j",
      "--base-url",
      server.baseUrl,
    ];
    const address = "redis://user:hidden@127.0.0.1:1";
    const { code, stderr } = await runHere([...words, "--queue", address], { cwd: workFolder() });
    expect(code).toBe(2);
    expect(stderr).toContain("no Redis answers at redis://127.0.0.1:1");
    expect(stderr).not.toContain("hidden");
    expect(server.counts.calls).toBe(0);
  });
});

/** Waits until a stream has said something. */
function said(stream: NodeJS.ReadableStream | null, words: string): Promise<void> {
  return new Promise((resolve) => {
    let text = "";
    stream?.on("data", (chunk: unknown) => {
      text += String(chunk);
      if (text.includes(words)) resolve();
    });
  });
}

/** The methods of a cluster as functions. */
function bound(cluster: Cluster) {
  return {
    server: cluster.server,
    redis: cluster.redis,
    run: (words?: readonly string[], env?: Readonly<Record<string, string>>) => cluster.run(words, env),
    worker: (env?: Readonly<Record<string, string>>) => cluster.worker(env),
    records: (kind: "answers" | "judgments") => cluster.records(kind),
    manifest: () => cluster.manifest(),
    files: () => cluster.files(),
    expectComplete: () => cluster.expectComplete(),
  };
}
