import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Ballot } from "../../../harness/core/ballot.js";
import type { Scores } from "../../../harness/core/board.js";
import { sha256 } from "../../../harness/core/hash.js";
import type { Generation, GenerationRequest, Model, Suite } from "../../../harness/core/records.js";
import { type MergeOptions, mergeRuns } from "../../../harness/pipeline/merge/merge-runs.js";
import { createPlan, type JudgeBinding, type Plan } from "../../../harness/pipeline/plan.js";
import { scoreRun } from "../../../harness/pipeline/scores/score-run.js";
import { questionsOfShard, type Shard } from "../../../harness/pipeline/shard.js";
import { readBallot, writeBallot } from "../../../harness/store/ballots.js";
import { readAnswers, readJudgments, readManifest, readSuites } from "../../../harness/store/run-folder.js";
import { readVotes, VoteBox, type VoteEntry } from "../../../harness/store/votes.js";
import {
  endpointError,
  runSample,
  sampleJudge,
  sampleModel,
  samplePairJudge,
  sampleSuite,
  temporaryFolder,
} from "../sample-plan.js";

const clock = {
  now: () => 1_700_000_000_000,
  monotonic: () => 0,
  sleep: () => Promise.resolve(),
  turn: () => Promise.resolve(),
};

/** Merges into a new folder. */
async function merge(runs: readonly string[], options: Partial<MergeOptions> = {}) {
  const out = options.out ?? join(temporaryFolder(), "merged");
  return mergeRuns(runs, { out, clock, version: "0.0.0", ...options });
}

const withdrawal: VoteEntry = { kind: "withdrawal", id: "v2", voter: "ben", at: "2026-11-28T00:00:00Z" };

/** What of scores does not say where they come from. */
function figures(scores: Scores): unknown {
  const { sources: _, ...rest } = scores;
  return JSON.parse(JSON.stringify(rest));
}

/** A number from 0 to `most` that depends on the request alone. */
function draw(request: GenerationRequest, most: number): number {
  return Number.parseInt(sha256(JSON.stringify(request.messages)).slice(0, 8), 16) % (most + 1);
}

interface Setup {
  readonly suite: Suite;
  readonly models?: readonly string[];
  readonly reply?: (request: GenerationRequest, model: string) => string | Partial<Generation>;
  readonly rate?: (request: GenerationRequest) => string;
  readonly pairs?: boolean;
  /** Compare with this model, which is not measured itself. */
  readonly opponent?: string;
  readonly trials?: number;
  readonly identity?: string;
}

function planOf(setup: Setup, shard?: Shard): Plan {
  const { suite, models = ["x", "y"], trials = 1 } = setup;
  const judgeModel = sampleModel("judge", setup.rate ?? ((request) => `=${1 + draw(request, 9)}`));
  const referee = sampleModel("referee", (request) => ["A", "B", "TIE", "?"][draw(request, 3)] ?? "");
  const measured: Model[] = models.map((id) => ({
    ...sampleModel(id, (request) => setup.reply?.(request, id) ?? `${id} on ${request.messages.length}`),
    identity: { adapter: "sample", model: setup.identity ?? id },
  }));
  const judges: JudgeBinding[] = [
    { suite: suite.id, judge: sampleJudge, model: judgeModel, mode: "single" },
    ...(setup.pairs === true
      ? [{ suite: suite.id, judge: samplePairJudge, model: referee, mode: "pairwise-all" } as const]
      : []),
    ...(setup.opponent === undefined
      ? []
      : [
          {
            suite: suite.id,
            judge: samplePairJudge,
            model: referee,
            mode: "pairwise-baseline",
            baseline: setup.opponent,
          } as const,
        ]),
  ];
  const opponents =
    setup.opponent === undefined ? {} : { opponents: { [suite.id]: sampleModel(setup.opponent) } };
  if (shard === undefined)
    return createPlan({ suites: [suite], models: measured, judges, trials, ...opponents });
  const ids = new Set(questionsOfShard([suite], shard).get(suite.id));
  const part = { ...suite, questions: suite.questions.filter((question) => ids.has(question.id)) };
  return createPlan({
    suites: [part],
    models: measured,
    judges,
    trials,
    ...opponents,
    shard: { ...shard, wholeSuites: [suite] },
  });
}

async function runOf(setup: Setup, shard?: Shard): Promise<string> {
  const run = temporaryFolder();
  await runSample(run, planOf(setup, shard));
  return run;
}

const runShards = (setup: Setup, count: number) =>
  Promise.all(Array.from({ length: count }, (_, place) => runOf(setup, { index: place + 1, count })));

describe("merged shards", () => {
  test("score as the undivided run does, whatever fails, is unreadable or is divided how", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 14 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 2 }),
        fc.boolean(),
        fc.integer(),
        async (questions, shards, trials, pairs, salt) => {
          const count = Math.min(shards, questions);
          const setup: Setup = {
            suite: sampleSuite(questions),
            trials,
            pairs,
            reply: (request, model) => {
              const { subject } = request;
              const place = `${salt} ${model} ${subject.questionId} ${subject.turn} ${subject.trial}`;
              const fate = Number.parseInt(sha256(place).slice(0, 2), 16);
              if (fate < 20) throw endpointError("server-error", true);
              return fate < 40 ? "" : `${model} says ${sha256(place).slice(0, fate % 30)}`;
            },
            rate: (request) => (draw(request, 9) === 0 ? "no idea" : `=${1 + draw(request, 9)}`),
          };
          const whole = await runOf(setup);
          const parts = await runShards(setup, count);
          const merged = await merge(parts.toReversed());
          expect(figures(merged.scores)).toEqual(figures(scoreRun(whole)));
          const [one, other] = [merged.manifest, readManifest(whole)];
          expect(one.answers).toEqual(other.answers);
          expect(one.judgments).toEqual(other.judgments);
          expect(one.protocols).toEqual(other.protocols);
          expect(one.suites).toEqual(other.suites);
          const sortedTotals = (totals: typeof one.totals) =>
            totals.toSorted((x, y) => (x.model < y.model ? -1 : 1));
          expect(sortedTotals(one.totals)).toEqual(sortedTotals(other.totals));
          expect(readSuites(merged.run)).toEqual(readSuites(whole));
        },
      ),
      { numRuns: 25 },
    );
  });

  test("the manifest of a shard says which it is; that of the merged run says what it was made of", async () => {
    const parts = await runShards({ suite: sampleSuite(5) }, 2);
    expect(parts.map((part) => readManifest(part).shard)).toEqual([
      { index: 1, count: 2 },
      { index: 2, count: 2 },
    ]);
    const merged = await merge(parts);
    expect(merged.manifest).toMatchObject({
      status: "complete",
      mergedFrom: parts,
      suites: [{ questions: 5 }],
    });
    expect(merged.manifest.shard).toBeUndefined();
    expect(merged.warnings).toEqual([]);
    expect(existsSync(join(merged.run, "whole-suites"))).toBe(false);
  });

  test("a missing shard is told, and its questions count as missing everywhere", async () => {
    const setup: Setup = { suite: sampleSuite(9), models: ["x"] };
    const [first = "", , third = ""] = await runShards(setup, 3);
    const merged = await merge([first, third]);
    expect(merged.warnings).toEqual([expect.objectContaining({ code: "shard-missing", count: 1 })]);
    expect(merged.warnings[0]?.message).toContain("2/3");
    expect(merged.gaps).toMatchObject({ answersMissing: 3, verdictsMissing: 6 });
    expect(merged.manifest.status).toBe("incomplete");
    expect(readSuites(merged.run)[0]?.questions).toHaveLength(9);
    expect(merged.scores.boards[0]?.models[0]).toMatchObject({ n: 12, missing: 6 });
  });

  test("what was merged without a shard can be merged with it later", async () => {
    const setup: Setup = { suite: sampleSuite(9) };
    const [first = "", second = "", third = ""] = await runShards(setup, 3);
    const partial = await merge([first, third]);
    const all = await merge([partial.run, second]);
    expect(figures(all.scores)).toEqual(figures(scoreRun(await runOf(setup))));
    expect(all.manifest.status).toBe("complete");
  });
});

describe("merged models", () => {
  test("of several machines score as if one had asked them all", async () => {
    const suite = sampleSuite(6);
    const parts = await Promise.all([
      runOf({ suite, models: ["x"] }),
      runOf({ suite, models: ["y"] }),
      runOf({ suite, models: ["z"] }),
    ]);
    const merged = await merge(parts);
    const whole = await runOf({ suite, models: ["x", "y", "z"] });
    expect(figures(merged.scores)).toEqual(figures(scoreRun(whole)));
    expect(merged.manifest.answers).toEqual(readManifest(whole).answers);
    expect(merged.manifest.models.map((model) => model.id)).toEqual(["x", "y", "z"]);
  });

  test("that were compared with one and the same opponent share its answers", async () => {
    const suite = sampleSuite(5);
    const whole = await runOf({ suite, models: ["x", "y"], opponent: "base" });
    const machines = await Promise.all(
      ["x", "y"].map((model) => runShards({ suite, models: [model], opponent: "base" }, 2)),
    );
    const merged = await merge(machines.flat());
    expect(figures(merged.scores)).toEqual(figures(scoreRun(whole)));
    expect(merged.manifest.answers).toEqual(readManifest(whole).answers);
    expect(merged.manifest.judgments).toEqual(readManifest(whole).judgments);
    // Some verdicts are unreadable, which makes a run incomplete.
    expect(new Set(merged.warnings.map((warning) => warning.code))).toEqual(new Set(["run-incomplete"]));
  });

  test("that were asked fewer questions lack the others", async () => {
    const suite = sampleSuite(6);
    const less = { ...suite, questions: suite.questions.slice(0, 4) };
    const merged = await merge([
      await runOf({ suite: less, models: ["x"] }),
      await runOf({ suite, models: ["y"] }),
    ]);
    expect(merged.warnings).toEqual([expect.objectContaining({ code: "fewer-questions", count: 2 })]);
    expect(merged.gaps.answersMissing).toBe(2);
    expect(readSuites(merged.run)[0]?.questions.map((question) => question.id)).toEqual(
      suite.questions.map((question) => question.id),
    );
  });
});

describe("overlaps", () => {
  const suite = sampleSuite(4);

  test("that agree count once, and what both paid for is added up", async () => {
    const one = await runOf({ suite });
    const copy = temporaryFolder();
    cpSync(one, copy, { recursive: true });
    const merged = await merge([one, copy]);
    expect(figures(merged.scores)).toEqual(figures(scoreRun(one)));
    expect(merged.manifest.answers).toEqual(readManifest(one).answers);
    expect([...readAnswers(merged.run)]).toHaveLength(8);

    // The same replies on another day: calls of their own.
    const file = join(copy, "answers", "x.jsonl");
    writeFileSync(file, readFileSync(file, "utf8").replaceAll("2023-11-14", "2023-11-15"));
    const twice = await merge([one, copy]);
    expect([...readAnswers(twice.run)]).toHaveLength(12);
    expect(twice.manifest.totals.find((row) => row.stage === "answers" && row.model === "x")?.calls).toBe(16);
    expect(twice.manifest.answers).toEqual(readManifest(one).answers);
    // Merging what was merged adds nothing.
    const again = await merge([twice.run, one, copy]);
    expect(again.manifest.totals).toEqual(twice.manifest.totals);
  });

  test("that differ are refused, naming the task and both files, and nothing is left behind", async () => {
    const one = await runOf({ suite });
    const other = await runOf({
      suite,
      reply: (request, model) => `${model} otherwise on ${request.messages.length}`,
    });
    const folder = temporaryFolder();
    const failure = await merge([one, other], { out: join(folder, "merged") }).catch(
      (error: unknown) => error,
    );
    const [answer] = [...readAnswers(other)];
    expect(failure).toMatchObject({ code: "differing-overlap", file: join(other, "answers", "x.jsonl") });
    expect(String(failure)).toContain(join(one, "answers", "x.jsonl"));
    expect(String(failure)).toContain(answer?.taskId);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("of which one failed are the one that did not", async () => {
    const half =
      (broken: string): NonNullable<Setup["reply"]> =>
      (request, model) => {
        if (request.subject.questionId === broken) throw endpointError("server-error", true);
        return `${model} fine`;
      };
    const reply = () => "x fine";
    const one = await runOf({ suite, models: ["x"], reply: half("q1") });
    const other = await runOf({ suite, models: ["x"], reply: half("q3") });
    for (const order of [
      [one, other],
      [other, one],
    ]) {
      const merged = await merge(order);
      expect(merged.manifest.answers).toMatchObject({ planned: 4, completed: 4, failed: 0 });
      expect(figures(merged.scores)).toEqual(figures(scoreRun(await runOf({ suite, models: ["x"], reply }))));
    }
  });

  test("a run that changed its mind counts with its last word", async () => {
    const run = temporaryFolder();
    await runSample(run, planOf({ suite, models: ["x"], identity: "old", reply: () => "old words" }));
    await runSample(run, planOf({ suite, models: ["x"], identity: "new", reply: () => "new words" }));
    const plain = await runOf({ suite, models: ["x"], identity: "new", reply: () => "new words" });
    const merged = await merge([plain, run]);
    expect(figures(merged.scores)).toEqual(figures(scoreRun(plain)));
    // What was paid for before counts once, however often it is copied.
    const copy = temporaryFolder();
    cpSync(run, copy, { recursive: true });
    const twice = await merge([run, copy]);
    expect(twice.manifest.totals[0]).toMatchObject({ calls: 16 });
    expect(figures(twice.scores)).toEqual(figures(scoreRun(plain)));
  });
});

describe("merging refuses", () => {
  const suite = sampleSuite(3);

  test("what is not a part of one evaluation", async () => {
    const base = await runOf({ suite });
    const other = sampleSuite(4);
    const cases: [string, Promise<string>][] = [
      ["different-suites", runOf({ suite: other })],
      ["different-models", runOf({ suite, identity: "another" })],
      ["different-protocols", runOf({ suite, pairs: true })],
      ["different-trials", runOf({ suite, trials: 2 })],
    ];
    for (const [code, run] of cases) {
      await expect(merge([base, await run])).rejects.toMatchObject({ code });
    }
  });

  test("a folder that is no run, is named twice, or is taken", async () => {
    const run = await runOf({ suite });
    await expect(merge([run, temporaryFolder()])).rejects.toMatchObject({ code: "not-a-run-folder" });
    await expect(merge([run, `${run}/.`])).rejects.toMatchObject({ code: "run-named-twice" });
    await expect(merge([run], { out: run })).rejects.toMatchObject({ code: "merge-into-itself" });
    const taken = await runOf({ suite });
    await expect(merge([run], { out: taken })).rejects.toMatchObject({ code: "merge-target-exists" });
    const foreign = temporaryFolder();
    writeFileSync(join(foreign, "letter.txt"), "dear");
    await expect(merge([run], { out: foreign, force: true })).rejects.toMatchObject({
      code: "merge-target-exists",
    });
    expect(readdirSync(foreign)).toEqual(["letter.txt"]);
  });

  test("no vote of people, in the runs or in the folder that is replaced", async () => {
    const runs = [await runOf({ suite, models: ["x"] }), await runOf({ suite, models: ["y"] })];
    const taken = await runOf({ suite });
    const vote = (id: string, voter: string): VoteEntry => ({
      kind: "vote",
      vote: { questionId: "1", modelA: "x", modelB: "y", winner: "a", voter, turn: 1, suite: suite.id, id },
    });
    const said = [
      [vote("v1", "anna"), vote("v2", "ben")],
      [vote("v1", "anna"), vote("v3", "anna"), withdrawal],
      [vote("v4", "cleo")],
    ];
    const ballot: Ballot = {
      ...{ schema: "assay.ballot/1", id: "0123456789abcdef", run: "a", seed: 1, design: "uniform" },
      ...{ population: 1, repeats: 0, items: [] },
    };
    await writeBallot(runs[1] ?? "", ballot);
    for (const [index, run] of [...runs, taken].entries()) {
      const box = await VoteBox.open(run, clock.now());
      for (const entry of said[index] ?? []) await box.add(entry);
      await box.close();
    }
    await merge(runs, { out: taken, force: true });
    expect(readVotes(taken).votes.map(({ id, voter }) => [id, voter])).toEqual([
      ["v1", "anna"],
      ["v3", "anna"],
      ["v4", "cleo"],
    ]);
    expect(readBallot(taken, ballot.id)).toEqual(ballot);
    const serving = await VoteBox.open(taken, clock.now());
    await expect(merge(runs, { out: taken, force: true })).rejects.toMatchObject({
      code: "run-folder-in-use",
    });
    await serving.close();
  });

  test("nothing when a run folder may be replaced, or a line is torn", async () => {
    const [run, taken] = [await runOf({ suite }), await runOf({ suite, models: ["z"] })];
    appendFileSync(join(run, "answers", "x.jsonl"), '{"taskId":"half');
    writeFileSync(join(taken, "notes.txt"), "mine");
    writeFileSync(join(taken, "answers", "notes.txt"), "mine too");
    const merged = await merge([run], { out: taken, force: true });
    expect([...readAnswers(taken)].map((answer) => answer.model).sort()).toEqual([
      "x",
      "x",
      "x",
      "y",
      "y",
      "y",
    ]);
    expect([...readJudgments(taken)]).toHaveLength(12);
    // What assay did not write stays.
    expect(readFileSync(join(taken, "notes.txt"), "utf8")).toBe("mine");
    expect(readdirSync(join(taken, "answers")).sort()).toEqual(["notes.txt", "x.jsonl", "y.jsonl"]);
    expect(JSON.parse(readFileSync(join(taken, "scores.json"), "utf8"))).toEqual(
      JSON.parse(JSON.stringify(merged.scores)),
    );
  });
});
