import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { runHere } from "../cli/command-runner.js";
import { faultsAt } from "../server/faults.js";
import { type ServerOptions, startServer, type TestServer } from "../server/server.js";
import { startAssay, workFolder } from "./command.js";
import { recordsIn, scoresOf, writeSuite } from "./run-records.js";

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

describe.skipIf(mirror === "")("MT-Bench against a local endpoint (needs ASSAY_MIRROR)", () => {
  test("640 calls for two models, none the second time, the same scores", async () => {
    const { baseUrl, counts } = await serve();
    const cwd = workFolder();
    const args = [
      "run",
      "--suite",
      "mt-bench",
      "--model",
      "a",
      "--model",
      "b",
      "--judge",
      "j",
      "--base-url",
      baseUrl,
      "--out",
      "run",
      "--no-cache",
    ];
    const first = await runHere(args, { cwd, env: { ASSAY_MIRROR: mirror } });
    expect(first).toMatchObject({ code: 0 });
    expect(counts.calls).toBe(640);
    const scores = scoresOf(join(cwd, "run"));
    const second = await runHere(args, { cwd, env: { ASSAY_MIRROR: mirror } });
    expect(second.code).toBe(0);
    expect(counts.calls).toBe(640);
    expect(scoresOf(join(cwd, "run"))).toEqual(scores);
    expect(JSON.parse(readFileSync(join(cwd, "run", "run.json"), "utf8"))).toMatchObject({
      status: "complete",
      answers: { planned: 160, completed: 160 },
      judgments: { planned: 320, judged: 320 },
      suites: [{ id: "mt-bench", questions: 80, assets: [{ pinned: true }, { pinned: true }] }],
    });
  });
});

describe("a run that is disturbed", () => {
  test("SIGINT stops gently with 130, keeps what was under way, and the same command resumes", async () => {
    const { baseUrl, until } = await serve({ latencyMs: 30 });
    const cwd = workFolder();
    const args = [
      "answer",
      "--suite",
      writeSuite(cwd, 40),
      "--model",
      "a",
      "--base-url",
      baseUrl,
      "--out",
      "run",
      "--concurrency",
      "4",
      "--no-cache",
    ];
    const { child, ended } = startAssay(args, { cwd });
    await until(({ answered }) => answered >= 10);
    child.kill("SIGINT");
    const result = await ended;
    expect(result.code).toBe(130);
    const kept = recordsIn(join(cwd, "run", "answers")).length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(40);
    expect(readdirSync(join(cwd, "run"))).not.toContain(".lock");
    expect(await runHere(args, { cwd })).toMatchObject({ code: 0 });
    expect(recordsIn(join(cwd, "run", "answers"))).toHaveLength(40);
  });

  test("a second SIGINT cuts off what is under way at once, and what was recorded stays", async () => {
    const { baseUrl, until } = await serve({ latencyMs: (call) => (call.index < 8 ? 1 : 600_000) });
    const cwd = workFolder();
    const suite = writeSuite(cwd, 10);
    const { child, ended, saying } = startAssay(
      [
        "answer",
        "--suite",
        suite,
        "--model",
        "a",
        "--base-url",
        baseUrl,
        "--out",
        "run",
        "--concurrency",
        "4",
      ],
      { cwd },
    );
    await until(({ answered, calls }) => answered >= 8 && calls >= 12);
    child.kill("SIGINT");
    await saying("stopping");
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
    expect(recordsIn(join(cwd, "run", "answers")).length).toBeGreaterThan(0);
    expect(JSON.parse(readFileSync(join(cwd, "run", "run.json"), "utf8")).status).toBe("interrupted");
    expect(readdirSync(join(cwd, "run"))).not.toContain(".lock");
  });

  test("--log-file holds one JSON line per event: the plan, retries with their cause, each record", async () => {
    const { baseUrl } = await serve({ faults: faultsAt({ 1: { kind: "server-error", status: 503 } }) });
    const cwd = workFolder();
    const suite = writeSuite(cwd, 3);
    const words = ["answer", "--suite", suite, "--model", "a", "--base-url", baseUrl, "--out", "run"];
    expect(await runHere([...words, "--log-file", "log.jsonl"], { cwd })).toMatchObject({ code: 0 });
    const lines = readFileSync(join(cwd, "log.jsonl"), "utf8").trimEnd().split("\n");
    const events = lines.map((line) => JSON.parse(line));
    expect(events[0]).toMatchObject({ type: "planned", answers: 3, judgments: 0 });
    expect(events.filter(({ type }) => type === "dispatch").map(({ event }) => event)).toContainEqual(
      expect.objectContaining({ type: "retry", cause: "server-error", status: 503, attempts: 1 }),
    );
    const recorded = recordsIn(join(cwd, "run", "answers")).map(({ taskId }) => taskId);
    expect(events.filter(({ type }) => type === "answer").map(({ taskId }) => taskId)).toEqual(recorded);
    for (const { at } of events) expect(at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  test("a second process on the same folder is refused with the first one's pid and host", async () => {
    const { baseUrl, until } = await serve({ latencyMs: (call) => (call.index < 2 ? 1 : 600_000) });
    const cwd = workFolder();
    const args = [
      "answer",
      "--suite",
      writeSuite(cwd, 40),
      "--model",
      "a",
      "--base-url",
      baseUrl,
      "--out",
      "run",
      "--concurrency",
      "2",
      "--no-cache",
    ];
    const first = startAssay(args, { cwd });
    await until(({ answered }) => answered >= 2);
    const second = await runHere(args, { cwd });
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(`process ${first.child.pid} on `);
    first.child.kill("SIGKILL");
    await first.ended;
  });

  test.skipIf(!existsSync("/dev/full"))(
    "a full disk ends the run at once with one clear message and 3; nothing is called for long",
    async () => {
      const { baseUrl, counts } = await serve();
      const cwd = workFolder();
      mkdirSync(join(cwd, "run", "answers"), { recursive: true });
      symlinkSync("/dev/full", join(cwd, "run", "answers", "a.jsonl"));
      const result = await runHere(
        [
          "answer",
          "--suite",
          writeSuite(cwd, 300),
          "--model",
          "a",
          "--base-url",
          baseUrl,
          "--out",
          "run",
          "--concurrency",
          "4",
          "--no-cache",
        ],
        { cwd },
      );
      expect(result.code).toBe(3);
      expect(result.stderr).toMatch(/a\.jsonl: cannot be written \(ENOSPC/);
      expect(result.stderr.match(/cannot be written/g)).toHaveLength(1);
      expect(counts.calls).toBeLessThan(60);
    },
  );

  test("a folder that cannot be written is refused before any call", async () => {
    const { baseUrl, counts } = await serve();
    const cwd = workFolder();
    writeFileSync(join(cwd, "file"), "");
    const result = await runHere(
      ["answer", "--suite", writeSuite(cwd, 3), "--model", "a", "--base-url", baseUrl, "--out", "file/run"],
      { cwd },
    );
    expect(result.code).toBe(2);
    expect(result.stderr).toContain("--out");
    expect(counts.calls).toBe(0);
  });
});

describe("endpoints that refuse", () => {
  const cases: readonly (readonly [string, ServerOptions, RegExp])[] = [
    ["401", { apiKey: "right" }, /unauthorized|401/i],
    ["an unknown model", { models: ["other"] }, /model/i],
  ];
  test.each(cases)(
    "%s is a failed record each, shown at the end, and exit 3",
    async (_name, options, words) => {
      const { baseUrl, counts } = await serve(options);
      const cwd = workFolder();
      const args = [
        "answer",
        "--suite",
        writeSuite(cwd, 3),
        "--model",
        "a",
        "--base-url",
        baseUrl,
        "--out",
        "run",
        "--no-cache",
      ];
      const result = await runHere(args, { cwd, env: { OPENAI_API_KEY: "wrong-key-0123456789" } });
      expect(result.code).toBe(3);
      const records = recordsIn(join(cwd, "run", "answers"));
      expect(records).toHaveLength(3);
      expect(JSON.stringify(records[0])).toMatch(words);
      expect(result.stderr).toMatch(words);
      expect(JSON.stringify(records) + result.stderr + result.stdout).not.toContain("wrong-key-0123456789");
      expect(counts.calls).toBeLessThanOrEqual(3);
    },
  );

  test("an endpoint that is not there ends in reasonable time with 3 and says so", async () => {
    const cwd = workFolder();
    const args = [
      "answer",
      "--suite",
      writeSuite(cwd, 3),
      "--model",
      "a",
      "--base-url",
      "http://127.0.0.1:9/v1",
      "--out",
      "run",
      "--max-retries",
      "1",
    ];
    const result = await runHere(args, { cwd });
    expect(result.code).toBe(3);
    expect(result.stderr).toMatch(/127\.0\.0\.1:9/);
  }, 60_000);
});

describe("stages of their own", () => {
  test("answer, then judge, then score and report, without a further model call", async () => {
    const { baseUrl, counts } = await serve();
    const cwd = workFolder();
    const suite = writeSuite(cwd, 6);
    expect(
      await runHere(
        ["answer", "--suite", suite, "--model", "a", "--model", "b", "--base-url", baseUrl, "--out", "run"],
        { cwd },
      ),
    ).toMatchObject({ code: 0 });
    expect(counts.calls).toBe(24);
    const judged = await runHere(
      ["judge", "run", "--judge", "j", "--judge-protocol", "assay", "--judge-base-url", baseUrl],
      { cwd },
    );
    expect(judged).toMatchObject({ code: 0 });
    expect(counts.calls).toBe(48);
    const second = await runHere(
      [
        "judge",
        "run",
        "--judge",
        "k",
        "--judge-protocol",
        "assay",
        "--mode",
        "pairwise-all",
        "--judge-base-url",
        baseUrl,
      ],
      { cwd },
    );
    expect(second).toMatchObject({ code: 0 });
    expect(counts.calls).toBe(48 + 24);
    const scored = await runHere(["score", "run", "--json"], { cwd });
    const { boards } = JSON.parse(scored.stdout);
    expect(boards.map((board: { judge: string; mode: string }) => [board.judge, board.mode])).toEqual([
      ["j", "single"],
      ["k", "pairwise-all"],
    ]);
    expect(
      await runHere(["report", "run", "--format", "html,markdown", "--out", "shown"], { cwd }),
    ).toMatchObject({ code: 0 });
    expect(readdirSync(join(cwd, "shown"))).toContain("index.html");
    expect(counts.calls).toBe(72);
  });

  test("a budget is not exceeded by starting again, neither after its end nor after kill -9", async () => {
    // 20 cents a call; what is set aside for one is a dollar and more.
    const usage = { prompt_tokens: 100, completion_tokens: 100, total_tokens: 200 };
    const { baseUrl, counts, until } = await serve({ latencyMs: 2, reply: () => ({ text: "yes", usage }) });
    const cwd = workFolder();
    writeFileSync(
      join(cwd, "prices.yaml"),
      "a: { input: 1000, output: 1000 }\nj: { input: 1000, output: 1000 }\n",
    );
    const words = (command: readonly string[], budget: string) => [
      ...[...command, "--budget", budget, "--prices", "prices.yaml", "--no-cache", "--concurrency", "4"],
      ...["--max-retries", "0"],
    ];
    const answering = [
      "answer",
      "--suite",
      writeSuite(cwd, 60),
      "--model",
      "a",
      "--base-url",
      baseUrl,
      "--out",
    ];
    const killed = startAssay(words([...answering, "killed"], "6"), { cwd });
    await until(({ answered }) => answered >= 16);
    killed.child.kill("SIGKILL");
    await killed.ended;
    expect((await runHere(words([...answering, "killed"], "6"), { cwd })).code).toBe(3);
    // Four calls were under way when it was killed, and nobody knows of them; so were up to four answers.
    expect(0.2 * counts.answered).toBeLessThanOrEqual(6 + 0.2 * (4 + 2 * 4));
    const before = counts.answered;
    for (let again = 0; again < 3; again++) {
      expect((await runHere(words([...answering, "ended"], "6"), { cwd })).code).toBe(3);
      const { totals, unrecordedUsd = 0 } = JSON.parse(readFileSync(join(cwd, "ended", "run.json"), "utf8"));
      // First turns of answers that were not finished are paid for and in no record.
      expect(totals[0].costUsd + unrecordedUsd).toBeCloseTo(0.2 * (counts.answered - before), 9);
    }
    expect(0.2 * (counts.answered - before)).toBeLessThanOrEqual(6);
    const judging = [
      "judge",
      "ended",
      "--judge",
      "j",
      "--judge-protocol",
      "assay",
      "--judge-base-url",
      baseUrl,
    ];
    expect((await runHere(words(judging, "6"), { cwd })).code).toBe(3);
    expect(0.2 * (counts.answered - before)).toBeLessThanOrEqual(6);
  });

  test("a budget that is reached ends with 3, and a larger one resumes", async () => {
    const { baseUrl, counts } = await serve();
    const cwd = workFolder();
    const suite = writeSuite(cwd, 30);
    writeFileSync(join(cwd, "prices.yaml"), "a: { input: 10000, output: 10000 }\n");
    const args = (budget: string) => [
      "answer",
      "--suite",
      suite,
      "--model",
      "a",
      "--base-url",
      baseUrl,
      "--out",
      "run",
      "--budget",
      budget,
      "--prices",
      "prices.yaml",
      "--no-cache",
      "--concurrency",
      "2",
    ];
    const first = await runHere(args("15"), { cwd });
    expect(first.code).toBe(3);
    expect(first.stderr).toMatch(/budget/);
    const { totals } = JSON.parse(readFileSync(join(cwd, "run", "run.json"), "utf8"));
    expect(
      totals.reduce((sum: number, one: { costUsd: number }) => sum + one.costUsd, 0),
    ).toBeLessThanOrEqual(15);
    const before = counts.calls;
    expect(before).toBeLessThan(60);
    expect(await runHere(args("100000"), { cwd })).toMatchObject({ code: 0 });
    expect(recordsIn(join(cwd, "run", "answers"))).toHaveLength(30);
  });
});
