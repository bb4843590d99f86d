import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, sha256 } from "../../harness/core/hash.js";
import type { GenerationRequest, Suite } from "../../harness/core/records.js";
import { createDispatcher, type Dispatcher } from "../../harness/pipeline/dispatch/dispatcher.js";
import { createPlan, type JudgeBinding, type Plan } from "../../harness/pipeline/plan.js";
import type { RunResult } from "../../harness/pipeline/run.js";
import { countingRecords } from "../../harness/store/counting-records.js";
import { readJudgments } from "../../harness/store/run-folder.js";
import {
  runSample,
  sampleJudge,
  sampleModel,
  samplePairJudge,
  sampleSuite,
  temporaryFolder,
} from "./sample-plan.js";

/** What a user may change between two runs on one folder. */
interface Configuration {
  readonly temperature: number;
  readonly renamed: boolean;
  /** The models named the other way round. */
  readonly turned: boolean;
  readonly judge: "first" | "second";
  readonly pairs: boolean;
  readonly trials: 1 | 2;
}

const configurations = fc.record<Configuration>({
  temperature: fc.constantFrom(0, 0.5, 1),
  renamed: fc.boolean(),
  turned: fc.boolean(),
  judge: fc.constantFrom("first", "second"),
  pairs: fc.boolean(),
  trials: fc.constantFrom(1, 2),
});

// Two questions ask the same: their verdicts have the same texts and still are two.
const [q1, q2, q3] = sampleSuite(3).questions;
if (q1 === undefined || q2 === undefined || q3 === undefined) throw new Error("three questions");
const suite: Suite = { ...sampleSuite(3), questions: [q1, q2, q3, { ...q1, id: "q4" }] };

/** Most answers are the same at every temperature, as they are when only the token limit is raised. */
function answerTo(request: GenerationRequest, temperature: number): string {
  const asked = request.messages.at(-1)?.content ?? "";
  return asked === "first 2" || asked === "second 3" ? `${asked}, ${temperature}` : `on ${asked}`;
}

function keyOf(model: string, request: GenerationRequest, parameters: unknown): string {
  return canonicalJson([model, parameters, request.messages, request.subject]);
}

/** A plan whose models note every call in `calls`. */
function planOf(configuration: Configuration, calls: string[]): Plan {
  const { temperature, renamed, turned, judge, pairs, trials } = configuration;
  const candidate = sampleModel(renamed ? "renamed" : "candidate", (request) => {
    calls.push(keyOf(candidate.id, request, temperature));
    return answerTo(request, temperature);
  });
  const other = sampleModel("other", (request) => {
    calls.push(keyOf("other", request, null));
    return answerTo(request, 0.25);
  });
  const judgeModel = sampleModel(judge, (request) => {
    calls.push(keyOf(judge, request, null));
    const draw = Number.parseInt(sha256(`${judge}${request.messages[0]?.content}`).slice(0, 8), 16);
    return pairs ? (["A", "B", "TIE"][draw % 3] ?? "A") : `=${1 + (draw % 10)}`;
  });
  const binding: JudgeBinding = pairs
    ? { suite: suite.id, judge: samplePairJudge, model: judgeModel, mode: "pairwise-all" }
    : { suite: suite.id, judge: sampleJudge, model: judgeModel, mode: "single" };
  const models = [{ ...candidate, parameters: { temperature } }, other];
  if (turned) models.reverse();
  return createPlan({ suites: [suite], models, judges: [binding], trials });
}

/** Boards without what tells the folders apart. */
function figures({ scores }: RunResult): unknown {
  return { boards: scores.boards, warnings: scores.warnings };
}

/** A dispatcher that is stopped after so many calls, as by Ctrl-C. */
function stoppedAfter(limit: number): Dispatcher {
  const inner = createDispatcher({ concurrency: 1, maxRetries: 0 });
  let made = 0;
  return {
    get progress() {
      return inner.progress;
    },
    totals: () => inner.totals(),
    close: () => inner.close(),
    call: async (model, request, stage) =>
      made++ < limit ? inner.call(model, request, stage) : { ok: false, stopped: "cancelled" },
  };
}

describe("one run folder under changing configurations", () => {
  test("ends in the boards of a fresh run of the last one; nothing is missing and no call is made twice", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(configurations, { minLength: 2, maxLength: 5 }), async (sequence) => {
        const run = temporaryFolder();
        const calls: string[] = [];
        let last: RunResult | undefined;
        for (const one of sequence) last = await runSample(run, planOf(one, calls));
        const [final] = sequence.slice(-1);
        if (final === undefined || last === undefined) throw new Error("a sequence has an end");
        const fresh = await runSample(temporaryFolder(), planOf(final, []));
        expect(figures(last)).toEqual(figures(fresh));
        expect(last.gaps).toEqual({ answersMissing: 0, verdictsMissing: 0, missingPercent: 0 });
        expect(last.manifest).toMatchObject({
          status: "complete",
          answers: fresh.manifest.answers,
          judgments: fresh.manifest.judgments,
        });
        expect(new Set(calls).size).toBe(calls.length);
        // Calls that were paid for count once, however often their records were used again.
        const counted = last.manifest.totals.reduce((sum, row) => sum + row.calls, 0);
        expect(counted).toBe(calls.length);
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  test("stopped anywhere, shows no answer of an earlier one, and ends in the same boards all the same", async () => {
    const stops = fc.array(fc.tuple(configurations, fc.integer({ min: 0, max: 30 })), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(stops, configurations, async (sequence, final) => {
        const run = temporaryFolder();
        for (const [one, limit] of sequence) {
          const dispatcher = stoppedAfter(limit);
          const stopped = await runSample(run, planOf(one, []), { dispatcher });
          const verdicts = stopped.scores.boards.flatMap((board) => board.models.map((row) => row.n));
          if (stopped.gaps.answersMissing === 0 && stopped.gaps.verdictsMissing === 0) continue;
          const { judged } = stopped.manifest.judgments;
          const shown = verdicts.reduce((sum, n) => sum + n, 0);
          // Single grading shows each verdict once; a pair that both orders agree on shows twice, once for each model.
          if (one.pairs) expect(shown).toBeLessThanOrEqual(judged);
          else expect(shown).toBe(judged);
        }
        const last = await runSample(run, planOf(final, []));
        const fresh = await runSample(temporaryFolder(), planOf(final, []));
        expect(figures(last)).toEqual(figures(fresh));
      }),
      { numRuns: 20, seed: 11 },
    );
  });

  test("an answer that is asked for again does not count until it is there", async () => {
    const base = { renamed: false, turned: false, judge: "first", pairs: false, trials: 1 } as const;
    const run = temporaryFolder();
    await runSample(run, planOf({ ...base, temperature: 0 }, []));
    const changed = planOf({ ...base, temperature: 1 }, []);
    const stopped = await runSample(run, changed, { dispatcher: stoppedAfter(0) });
    expect(stopped.manifest).toMatchObject({
      status: "incomplete",
      answers: { planned: 8, completed: 4, failed: 4 },
      judgments: { planned: 16, judged: 8 },
      failures: [{ model: "candidate", code: "configuration-changed", count: 4 }],
    });
    expect(stopped.scores.boards[0]?.models.find((row) => row.model === "candidate")).toMatchObject({
      score: null,
      missing: 8,
    });
  });

  test("models, trials and judges of earlier configurations are in no export and no report", async () => {
    const base = { temperature: 0, turned: false, pairs: false } as const;
    const run = temporaryFolder();
    await runSample(run, planOf({ ...base, renamed: false, judge: "first", trials: 2 }, []));
    await runSample(run, planOf({ ...base, renamed: true, judge: "second", trials: 1 }, []));
    const { answers, judgments } = countingRecords(run);
    expect(answers.map((one) => `${one.model} ${one.questionId} ${one.trial}`).sort()).toEqual(
      ["other", "renamed"].flatMap((model) => ["q1", "q2", "q3", "q4"].map((id) => `${model} ${id} 1`)),
    );
    expect(judgments).toHaveLength(16);
    expect(new Set(judgments.map((one) => `${one.protocol.split("~")[0]} ${one.a} ${one.trial}`))).toEqual(
      new Set(["sample-single@second other 1", "sample-single@second renamed 1"]),
    );
  });

  test("a verdict that is used again names the answers that count now", async () => {
    const base = { renamed: false, turned: false, judge: "first", pairs: false, trials: 1 } as const;
    const run = temporaryFolder();
    await runSample(run, planOf({ ...base, temperature: 0 }, []));
    await runSample(run, planOf({ ...base, temperature: 1 }, []));
    const ofFirst = [...readJudgments(run)].filter(
      (one) => one.a === "candidate" && one.questionId === "q1" && one.turn === 1,
    );
    expect(ofFirst).toHaveLength(2);
    expect(ofFirst[0]?.taskId).toBe(ofFirst[1]?.taskId);
    expect(ofFirst[0]?.answers).not.toEqual(ofFirst[1]?.answers);
    expect(ofFirst.map((one) => (one.status === "judged" ? one.replies[0]?.source : one.status))).toEqual([
      undefined,
      "cache",
    ]);
  });
});

describe("a further model", () => {
  test.each(["single", "pairwise-baseline"] as const)("moves nobody's figures (%s)", async (mode) => {
    const rows = async (ids: readonly string[]) => {
      const judge = sampleModel("j", (request) => {
        const draw = Number.parseInt(sha256(request.messages[0]?.content ?? "").slice(0, 8), 16);
        return mode === "single" ? `=${1 + (draw % 10)}` : (["A", "B", "TIE"][draw % 3] ?? "A");
      });
      const binding: JudgeBinding = {
        suite: suite.id,
        judge: mode === "single" ? sampleJudge : samplePairJudge,
        model: judge,
        mode,
        ...(mode === "single" ? {} : { baseline: "base" }),
      };
      const models = ["base", ...ids].map((id) => sampleModel(id));
      const plan = createPlan({ suites: [suite], models, judges: [binding], trials: 1 });
      const { scores } = await runSample(temporaryFolder(), plan);
      return scores.boards[0]?.models ?? [];
    };
    const few = await rows(["x", "y"]);
    const more = await rows(["x", "y", "z"]);
    for (const id of ["x", "y"]) {
      // A pairwise rating is relative by nature; the headline and all that belongs to it is not.
      const [before, after] = [few, more].map((list) => {
        const { rating: _, ...row } = { rating: null, ...list.find((one) => one.model === id) };
        return row;
      });
      expect(after).toEqual(before);
      expect(after).toMatchObject({ model: id });
    }
  });
});
