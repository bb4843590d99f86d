import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { LiveProgress } from "../../harness/core/live-run.js";
import type { Answer } from "../../harness/core/records.js";
import { createPlan, type Plan } from "../../harness/pipeline/plan.js";
import { readManifest, runPaths } from "../../harness/store/run-folder.js";
import { FollowedRun } from "../../harness/viewing/followed-run.js";
import { RunFiles } from "../../harness/viewing/run-files.js";
import { createVirtualClock, type VirtualClock } from "../pipeline/dispatch/virtual-clock.js";
import {
  endpointError,
  runSample,
  sampleJudge,
  sampleModel,
  samplePairJudge,
  sampleSuite,
  singlePlan,
  temporaryFolder,
} from "../pipeline/sample-plan.js";

const named = { id: "0000", shown: "run" };

interface Following {
  readonly followed: FollowedRun;
  readonly clock: VirtualClock;
}

function follow(run: string): Following {
  const clock = createVirtualClock();
  return { followed: new FollowedRun(named, new RunFiles(run), clock), clock };
}

/** Looks until all is counted. */
async function catchUp({ followed, clock }: Following) {
  await clock.advance(1_000);
  await followed.look();
  while (followed.isBehind) await followed.look();
  const state = followed.state();
  if (state === undefined) throw new Error("nothing was read");
  return state;
}

function sums(progress: readonly LiveProgress[], stage: LiveProgress["stage"]) {
  const own = progress.filter((line) => line.stage === stage);
  const sum = (of: (line: LiveProgress) => number) => own.reduce((total, line) => total + of(line), 0);
  return {
    planned: sum(({ planned }) => planned),
    fine: sum(({ done, failed, unreadable, skipped }) => done - failed - unreadable - skipped),
    failed: sum(({ failed }) => failed),
    unreadable: sum(({ unreadable }) => unreadable),
    skipped: sum(({ skipped }) => skipped),
  };
}

/** What a run's own manifest says, in the same form. */
function manifestSums(run: string) {
  const { answers, judgments, failures } = readManifest(run);
  return {
    answers: {
      ...{ planned: answers.planned, fine: answers.completed, failed: answers.failed },
      ...{ unreadable: 0, skipped: 0 },
    },
    judgments: {
      ...{ planned: judgments.planned, fine: judgments.judged, failed: judgments.failed },
      ...{ unreadable: judgments.unreadable, skipped: judgments.skipped },
    },
    failures,
  };
}

const suite = sampleSuite(4);

/** Single and pairwise verdicts of two models that answer by temperature; some calls fail, some verdicts are unreadable. */
function planOf(temperature: number, isWell: boolean, first = "x"): Plan {
  const model = (id: string) =>
    sampleModel(id, ({ messages }) => {
      const asked = messages.at(-1)?.content ?? "";
      if (!isWell && id === "y" && asked === "first 3") throw endpointError("server-error", true);
      return `${id} at ${asked === "first 1" ? temperature : ""} on ${asked}`;
    });
  const single = sampleModel("single", ({ messages }) => {
    const asked = messages.at(-1)?.content ?? "";
    if (!isWell && asked.includes("second 4")) throw endpointError("bad-request", false);
    return asked.includes("second 2") ? "no figure" : "=7";
  });
  const pair = sampleModel("pair", () => "A");
  const own = { ...suite, sampling: { maxTokens: 64, temperature } };
  return createPlan({
    suites: [own],
    models: [model(first), model("y")],
    judges: [
      { suite: own.id, judge: sampleJudge, model: single, mode: "single" },
      { suite: own.id, judge: samplePairJudge, model: pair, mode: "pairwise-all" },
    ],
    trials: 1,
  });
}

describe("a run that is followed", () => {
  test("counts as the run's own manifest does, whoever resumes, retries, changes it and changes it back", async () => {
    const run = temporaryFolder();
    await runSample(run, planOf(0, false));
    const following = follow(run);
    const seen = [];
    for (const plan of [undefined, planOf(0, true), planOf(1, true), planOf(0, true), planOf(0, true, "z")]) {
      if (plan !== undefined) await runSample(run, plan);
      for (const one of [following, follow(run)]) {
        const state = await catchUp(one);
        const said = manifestSums(run);
        expect(sums(state.progress, "answers")).toEqual(said.answers);
        expect(sums(state.progress, "judgments")).toEqual(said.judgments);
        expect(state.failures).toEqual(said.failures);
        expect(state.counted.bytes).toBe(state.counted.of);
        seen.push(sums(state.progress, "judgments").fine);
      }
    }
    // The figures moved, so that their being equal says something.
    expect(new Set(seen).size).toBeGreaterThan(1);
  });

  const answerLine = (questionId: string, at: string, text = "text") => {
    const answer: Answer = {
      ...{ taskId: `t${questionId}`, suite: "sample", questionId, category: "writing", model: "m", trial: 1 },
      at,
      status: "completed",
      turns: [{ text, parameters: {}, finishReason: "stop", latencyMs: 1, costUsd: 0.5 }],
    };
    return `${JSON.stringify(answer)}\n`;
  };

  /** A run folder of one model, and the file of its answers. */
  async function oneModel(count: number) {
    const run = temporaryFolder();
    const plan = singlePlan(
      sampleSuite(count),
      [sampleModel("m")],
      sampleModel("j", () => "=5"),
    );
    await runSample(run, plan, { stages: { answers: false, judgments: false } });
    mkdirSync(runPaths.answersFolder(run), { recursive: true });
    return { run, file: runPaths.answers(run, "m") };
  }

  test("takes a torn last line when it is whole, passes over what is no record, and counts a replaced file again", async () => {
    const { run, file } = await oneModel(5);
    const following = follow(run);
    const [first, second] = [
      answerLine("q1", "2026-01-01T00:00:01Z"),
      answerLine("q2", "2026-01-01T00:00:02Z"),
    ];
    writeFileSync(file, first + second.slice(0, 40));
    const torn = await catchUp(following);
    expect([sums(torn.progress, "answers").fine, torn.badLines, torn.spentUsd]).toEqual([1, 0, 0.5]);
    expect(following.followed.newest.since(0).map(({ questionId }) => questionId)).toEqual(["q1"]);
    appendFileSync(file, `${second.slice(40)}{"no":"record"}\nno JSON\n`);
    const whole = await catchUp(following);
    expect([sums(whole.progress, "answers").fine, whole.badLines]).toEqual([2, 2]);
    expect(following.followed.newest.since(1).map(({ questionId }) => questionId)).toEqual(["q2"]);
    // Cut off by a repair, and asked for again.
    truncateSync(file, first.length);
    const cut = await catchUp(following);
    expect([sums(cut.progress, "answers").fine, cut.badLines, cut.spentUsd]).toEqual([1, 0, 0.5]);
    appendFileSync(file, second);
    expect(sums((await catchUp(following)).progress, "answers").fine).toBe(2);
  });

  test("shows what is new at once while older records are still counted, each once", async () => {
    const { run, file } = await oneModel(3);
    const long = "x".repeat(100_000);
    // Twelve megabytes: more than one look counts.
    const old = Array.from({ length: 120 }, (_, index) =>
      answerLine("q1", `2026-01-01T00:00:00.${index + 100}Z`, long),
    );
    writeFileSync(file, old.join(""));
    const { followed, clock } = follow(run);
    await clock.advance(1_000);
    await followed.look();
    expect(followed.isBehind).toBe(true);
    expect(followed.newest.since(0).map(({ at }) => at)).toEqual(["2026-01-01T00:00:00.219Z"]);
    const { counted } = followed.state() ?? {};
    expect(counted?.bytes).toBeLessThan(counted?.of ?? 0);
    appendFileSync(file, answerLine("q2", "2026-01-01T00:00:01Z"));
    await followed.look();
    expect(followed.isBehind).toBe(true);
    expect(followed.newest.since(1).map(({ questionId }) => questionId)).toEqual(["q2"]);
    const state = await catchUp({ followed, clock });
    expect(sums(state.progress, "answers")).toMatchObject({ planned: 3, fine: 2 });
    expect([followed.newest.count, state.spentUsd, state.counted.bytes]).toEqual([2, 60.5, state.counted.of]);
    // A hundred and twenty texts, of which not one is kept.
    expect(JSON.stringify([state, followed.newest.since(0)]).length).toBeLessThan(4_000);
  });

  test("tells a run that lives from one that was killed, and writes nothing into its folder", async () => {
    const { run } = await oneModel(2);
    const manifest = readManifest(run);
    const write = (status: string) =>
      writeFileSync(runPaths.manifest(run), JSON.stringify({ ...manifest, status, finishedAt: null }));
    const lock = join(run, ".lock");
    const held = (pid: number, host = hostname()) =>
      writeFileSync(lock, JSON.stringify({ pid, host, startedAt: "2026-01-01T00:00:00Z" }));
    const { pid: dead } = spawnSync(process.execPath, ["-e", "0"]);
    const following = follow(run);
    const status = async () => {
      const { status, holder } = await catchUp(following);
      return [status, holder?.pid];
    };
    expect((await status())[0]).toBe(manifest.status);
    write("running");
    expect(await status()).toEqual(["killed", undefined]);
    held(process.pid);
    expect(await status()).toEqual(["running", process.pid]);
    held(dead);
    expect(await status()).toEqual(["killed", dead]);
    held(process.pid);
    expect(await status()).toEqual(["running", process.pid]);
    // Of a process elsewhere nobody can tell; without a sign for a minute it is silent.
    held(1, "elsewhere");
    expect(await status()).toEqual(["running", 1]);
    await following.clock.advance(61_000);
    expect(await status()).toEqual(["silent", 1]);
    held(1, "elsewhere");
    expect(await status()).toEqual(["running", 1]);
    expect(existsSync(join(run, "answers", "m.jsonl"))).toBe(false);
    expect(JSON.parse(readFileSync(lock, "utf8")).host).toBe("elsewhere");
  });

  test("tells each sequence that the run decides by, as its looks come", async () => {
    const { run } = await oneModel(2);
    const following = follow(run);
    expect((await catchUp(following)).sequences).toEqual([]);
    const aim = { name: "no worse than base", metric: "score", model: "m", against: "base", limit: -0.2 };
    const rest = { suite: "sample", protocol: "p", level: 95, horizon: 800 };
    const plan = { kind: "plan", schema: "assay.sequence/1", plan: "x", aims: [{ ...aim, ...rest }] };
    const look = (n: number, low: number | null) => ({
      ...{
        kind: "look",
        plan: "x",
        aim: 0,
        position: n,
        n,
        estimate: 0.5,
        low,
        high: low === null ? null : 1,
      },
      ...(n === 500 ? { outcome: "pass" } : {}),
    });
    const looks = Array.from({ length: 500 }, (_, index) =>
      look(index + 1, index === 0 ? null : index / 1000),
    );
    const lines = [plan, ...looks].map((line) => `${JSON.stringify(line)}\n`);
    writeFileSync(runPaths.sequence(run), `${lines.join("")}{"kind":"lo`);
    const [sequence] = (await catchUp(following)).sequences;
    expect(sequence).toMatchObject({
      models: ["m", "base"],
      ...{ label: "no worse than base", level: 95, limit: -0.2, isDifference: true, horizon: 800 },
      outcome: "pass",
    });
    expect(sequence?.looks.length).toBeLessThanOrEqual(200);
    expect(sequence?.looks.at(-1)).toEqual({ questions: 500, estimate: 0.5, low: 0.499, high: 1 });
  });
});
