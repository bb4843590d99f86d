import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { seededRandom } from "../../harness/core/random.js";
import type { Answer, Judgment } from "../../harness/core/records.js";
import { runHere } from "../cli/command-runner.js";
import { type Fault, passingFaults, seededFaults } from "../server/faults.js";
import { startServerProcess } from "../server/process.js";
import { type ServerOptions, startServer, type TestServer } from "../server/server.js";
import { runAssay, startAssay, workFolder } from "./command.js";
import { duplicates, recordsIn, scoresOf, writeSuite } from "./run-records.js";

const mirror = process.env.ASSAY_MIRROR ?? "";
let server: TestServer | undefined;

async function serve(options: ServerOptions = {}): Promise<TestServer> {
  server = await startServer(options);
  return server;
}

afterEach(async () => {
  await server?.close();
  server = undefined;
});

const answersIn = (run: string) =>
  existsSync(join(run, "answers")) ? (recordsIn(join(run, "answers")) as unknown as Answer[]) : [];
const judgmentsIn = (run: string) =>
  existsSync(join(run, "judgments")) ? (recordsIn(join(run, "judgments")) as unknown as Judgment[]) : [];

/** Calls whose replies the records hold: a completed answer has one per turn, a judgment one per reply. */
function recordedCalls(answers: readonly Answer[], judgments: readonly Judgment[]): number {
  const turns = answers.reduce((sum, answer) => sum + answer.turns.length, 0);
  return judgments.reduce(
    (sum, judgment) => sum + (judgment.status === "judged" ? judgment.replies.length : 0),
    turns,
  );
}

/** Replies that the endpoint gave and a client can use, spoilt content included. */
function usableReplies({ counts }: TestServer): number {
  const { truncated = 0, "wrong-usage": wrongUsage = 0, "other-model": otherModel = 0 } = counts.faults;
  return counts.answered + truncated + wrongUsage + otherModel;
}

test("80 two-turn questions at concurrency 32 with 30% faults of all kinds end complete, each recorded call made once", async () => {
  const kinds: readonly Fault[] = [
    ...passingFaults,
    { kind: "rate-limit", retryAfter: "http-date", waitMs: 50 },
    { kind: "stalled-body" },
    { kind: "truncated" },
    { kind: "wrong-usage" },
    { kind: "other-model" },
  ];
  const endpoint = await serve({ faults: seededFaults(0.3, 7, kinds), latencyMs: 1 });
  const cwd = workFolder();
  const words = ["run", "--suite", mirror === "" ? "assay-80" : "mt-bench", "--model", "a", "--judge", "j"];
  const limits = ["--concurrency", "32", "--timeout", "2", "--max-retries", "20", "--judge-attempts", "5"];
  const result = await runAssay(
    [...words, ...limits, "--base-url", endpoint.baseUrl, "--out", "run", "--no-cache", "--format", "json"],
    { cwd, env: { ASSAY_MIRROR: mirror } },
  );
  expect(result).toMatchObject({ code: 0 });
  const answers = answersIn(join(cwd, "run"));
  const judgments = judgmentsIn(join(cwd, "run"));
  expect([answers.length, judgments.length]).toEqual([80, 160]);
  expect(duplicates([...answers, ...judgments].map((record) => record.taskId))).toEqual([]);
  expect(answers.every(({ status }) => status === "completed")).toBe(true);
  expect(judgments.every(({ status }) => status === "judged")).toBe(true);
  expect(recordedCalls(answers, judgments)).toBe(usableReplies(endpoint));
  expect(Object.keys(endpoint.counts.faults).sort()).toEqual(
    [...new Set(kinds.map(({ kind }) => kind))].sort(),
  );
  const { models } = JSON.parse(readFileSync(join(cwd, "run", "run.json"), "utf8"));
  expect(Object.keys(models[0].endpointModels).sort()).toEqual(["a", "another-model-0001"]);
}, 300_000);

test("a soak of 12,000 calls with 5% faults loses nothing and its memory stays flat", async () => {
  const endpoint = await startServerProcess({ faultRate: 0.05, faultSeed: 3, replyCharacters: 300 });
  const cwd = workFolder();
  const preload = `
    const heap = [];
    // A collection goes through the whole heap; it may take a tenth of the time.
    const collect = () => {
      const from = performance.now();
      globalThis.gc();
      heap.push(process.memoryUsage().heapUsed / 1e6);
      setTimeout(collect, Math.max(200, 10 * (performance.now() - from))).unref();
    };
    setTimeout(collect, 500).unref();
    process.on("exit", () => process._rawDebug("heap " + JSON.stringify(heap)));`;
  const { code, stderr } = await runAssay(
    [
      ...["answer", "--suite", writeSuite(cwd, 6_000), "--model", "a", "--base-url", endpoint.baseUrl],
      ...["--out", "run", "--concurrency", "64", "--no-cache", "--quiet"],
    ],
    { cwd, node: ["--expose-gc", "--import", `data:text/javascript,${encodeURIComponent(preload)}`] },
  );
  const counts = await endpoint.report();
  await endpoint.close();
  expect(code).toBe(0);
  const answers = answersIn(join(cwd, "run"));
  expect(answers).toHaveLength(6_000);
  expect(new Set(answers.map(({ questionId }) => questionId)).size).toBe(6_000);
  expect(recordedCalls(answers, [])).toBe(12_000);
  expect(counts.answered).toBe(12_000);
  expect(counts.calls).toBeGreaterThan(12_480);
  const heap: number[] = JSON.parse(/heap (\[.*\])/.exec(stderr)?.[1] ?? "[]");
  // What is planned weighs a few kilobytes a question and is given back as it is done; 2 kB that each call left behind
  // would show at the end.
  expect(heap.length).toBeGreaterThan(6);
  expect(heap.at(-1)).toBeLessThan(0.6 * Math.max(...heap));
}, 600_000);

describe("kill -9 at 50 random moments, then finish", () => {
  /** What a call asks, as the server sees it and as the records tell it. */
  const callKey = (model: unknown, messages: unknown) => JSON.stringify([model, messages]);

  function recordedKeys(answers: readonly Answer[], judgments: readonly Judgment[]): Set<string> {
    const keys = new Set<string>();
    for (const { model, questionId, turns } of answers) {
      const index = questionId.slice(1);
      const first = { role: "user", content: `Question ${index}?` };
      const reply = { role: "assistant", content: turns[0]?.text };
      keys.add(callKey(model, [first]));
      keys.add(callKey(model, [first, reply, { role: "user", content: `And again, ${index}?` }]));
    }
    for (const judgment of judgments) {
      if (judgment.status === "judged") keys.add(callKey("j", judgment.request.messages));
    }
    return keys;
  }

  /** Task ids that the run told of in its log: it had acknowledged them. */
  function acknowledged(log: string): string[] {
    if (!existsSync(log)) return [];
    const lines = readFileSync(log, "utf8").split("\n").slice(0, -1);
    return lines.flatMap((line) => JSON.parse(line).taskId ?? []);
  }

  const wholeRecords = (run: string) => {
    // A kill can leave an unfinished last line; it was never acknowledged.
    const read = <Kind>(kind: "answers" | "judgments") =>
      existsSync(join(run, kind)) ? (recordsIn(join(run, kind), true) as unknown as Kind[]) : [];
    return { answers: read<Answer>("answers"), judgments: read<Judgment>("judgments") };
  };

  test("scores equal those of an undisturbed run, nothing acknowledged is lost, no recorded call is repeated", async () => {
    const endpoint = await serve({ latencyMs: 2 });
    const cwd = workFolder();
    const suite = writeSuite(cwd, 60);
    const words = (out: string) => [
      ...[
        "run",
        "--suite",
        suite,
        "--model",
        "a",
        "--model",
        "b",
        "--judge",
        "j",
        "--judge-protocol",
        "assay",
      ],
      ...["--base-url", endpoint.baseUrl, "--out", out, "--concurrency", "4", "--no-cache"],
      ...["--format", "json", "--quiet", "--log-file", `${out}.log`],
    ];
    expect(await runHere(words("undisturbed"), { cwd })).toMatchObject({ code: 0 });
    const run = join(cwd, "disturbed");
    const random = seededRandom("kill -9");
    let recorded = new Set<string>();
    const checkLife = () => {
      const asked = endpoint.requests.map(({ body }) => body as { model: string; messages: unknown });
      expect(asked.filter(({ model, messages }) => recorded.has(callKey(model, messages)))).toEqual([]);
      const { answers, judgments } = wholeRecords(run);
      const ids = new Set([...answers, ...judgments].map(({ taskId }) => taskId));
      expect(acknowledged(`${run}.log`).filter((id) => !ids.has(id))).toEqual([]);
      recorded = recordedKeys(answers, judgments);
    };
    for (let kills = 0; kills < 50; kills++) {
      endpoint.reset();
      const { child, ended } = startAssay(words("disturbed"), { cwd });
      // Anywhere between start-up and the middle of a burst, and anywhere between two reads of the disk.
      const calls = random.integer(12);
      await endpoint.until((counts) => counts.calls >= calls);
      for (let turns = random.integer(200); turns > 0; turns--) await turn();
      child.kill("SIGKILL");
      expect((await ended).signal).toBe("SIGKILL");
      checkLife();
    }
    endpoint.reset();
    expect(await runHere(words("disturbed"), { cwd })).toMatchObject({ code: 0 });
    checkLife();
    expect(scoresOf(run)).toEqual(JSON.parse(JSON.stringify(scoresOf(join(cwd, "undisturbed")))));
    const { answers, judgments } = wholeRecords(run);
    expect([answers.length, judgments.length]).toEqual([120, 240]);
    expect(duplicates([...answers, ...judgments].map(({ taskId }) => taskId))).toEqual([]);
  }, 600_000);
});
