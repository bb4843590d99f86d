import { describe, expect, test } from "vitest";
import { DataError } from "../../harness/core/errors.js";
import type { Model } from "../../harness/core/records.js";
import { createPlan, judgmentTasks, protocolOf } from "../../harness/pipeline/plan.js";
import { sampleJudge, sampleModel, samplePairJudge, sampleSuite, singlePlan } from "./sample-plan.js";

const suite = sampleSuite(4);
const judge = sampleModel("judge");

describe("answer tasks", () => {
  test("one per question, model and trial; all models advance together", () => {
    const plan = singlePlan(suite, [sampleModel("x"), sampleModel("y")], judge, 2);
    expect(plan.answerTasks).toHaveLength(16);
    expect(new Set(plan.answerTasks.map((task) => task.id)).size).toBe(16);
    expect(plan.answerTasks.slice(0, 4).map((task) => `${task.question.id}${task.model}`)).toEqual([
      "q1x",
      "q1y",
      "q2x",
      "q2y",
    ]);
  });

  test("temperature: category, then the question's own, then the model's", () => {
    const model = sampleModel("x");
    const required = {
      ...suite,
      questions: suite.questions.map((one) => ({ ...one, requiredTemperature: 0.3 })),
    };
    const temperatures = (plan: ReturnType<typeof singlePlan>) =>
      plan.answerTasks.slice(0, 2).map((task) => task.parameters.temperature);
    expect(temperatures(singlePlan(suite, [model], judge))).toEqual([0.7, 0]);
    expect(temperatures(singlePlan(required, [model], judge))).toEqual([0.3, 0.3]);
    const hot = { ...model, parameters: { temperature: 1 } };
    expect(temperatures(singlePlan(required, [hot], judge))).toEqual([1, 1]);
  });

  test("an id changes with everything that decides the answer and with nothing else", () => {
    const model = sampleModel("x");
    const id = (changed: Partial<typeof model>, questions = suite.questions) =>
      singlePlan({ ...suite, questions }, [{ ...model, ...changed }], judge).answerTasks[0]?.id;
    const base = id({});
    expect(id({ endpoint: "moved" })).toBe(base);
    expect(id({ identity: { adapter: "sample", model: "x", template: "chatml" } })).not.toBe(base);
    expect(id({ parameters: { maxTokens: 65 } })).not.toBe(base);
    expect(id({ system: "Be brief." })).not.toBe(base);
    expect(
      id(
        {},
        suite.questions.map((one) => ({ ...one, turns: [...one.turns, "third"] })),
      ),
    ).not.toBe(base);
  });
});

describe("protocols", () => {
  test("the id tells judge and judge model, and changes with prompt, judge parameters, baseline and suite", () => {
    const binding = {
      suite: "sample",
      judge: sampleJudge,
      model: sampleModel("org/gpt 4"),
      mode: "single",
    } as const;
    const base = protocolOf(binding, suite).id;
    expect(base).toMatch(/^sample-single@org-gpt-4~[0-9a-f]{6}$/);
    const changed = [
      protocolOf({ ...binding, judge: { ...sampleJudge, identity: { prompt: "rate it well" } } }, suite).id,
      protocolOf({ ...binding, model: { ...binding.model, parameters: { temperature: 1 } } }, suite).id,
      protocolOf({ ...binding, baseline: "b" }, suite).id,
      protocolOf(binding, { ...suite, hash: "other" }).id,
    ];
    expect(new Set([base, ...changed]).size).toBe(5);
  });

  test("recorded answers of a baseline are part of the id; a folder keeps the id that it holds", () => {
    const against = {
      suite: "sample",
      judge: samplePairJudge,
      model: judge,
      mode: "pairwise-baseline",
      baseline: "b",
    } as const;
    const former = protocolOf(against, suite).id;
    const one = protocolOf({ ...against, baselineAnswers: "one" }, suite);
    const other = protocolOf({ ...against, baselineAnswers: "other" }, suite);
    expect(new Set([former, one.id, other.id]).size).toBe(3);
    expect([one.former, other.former]).toEqual([former, former]);
    expect(protocolOf({ ...against, baselineAnswers: "one" }, suite, new Set([former]))).toEqual(
      protocolOf(against, suite),
    );
    expect(protocolOf({ ...against, baselineAnswers: "one" }, suite, new Set([former, one.id])).id).toBe(
      one.id,
    );
  });

  test("counts the verdicts: single, baseline and all pairs", () => {
    const models = ["x", "y", "z"].map((id) => sampleModel(id));
    const planned = (mode: "single" | "pairwise-baseline" | "pairwise-all") => {
      const binding = {
        suite: "sample",
        judge: mode === "single" ? sampleJudge : samplePairJudge,
        model: judge,
        mode,
        baseline: "y",
      };
      return createPlan({ suites: [suite], models, judges: [binding], trials: 1 }).protocols[0]?.planned;
    };
    expect(planned("single")).toBe(3 * 4 * 2);
    expect(planned("pairwise-baseline")).toBe(2 * 4 * 2 * 2);
    expect(planned("pairwise-all")).toBe(3 * 4 * 2 * 2);
  });

  test("a suite's word on its recordings stands while an answer or a verdict is recorded, and no longer", () => {
    const noted = { ...suite, notice: "Answers are recorded samples." };
    const recorded = { ...sampleModel("x"), identity: { adapter: "replay", recordings: "abc" } };
    const noticeOf = (model: Model, judgeModel: Model) => {
      const binding = { suite: "sample", judge: sampleJudge, model: judgeModel, mode: "single" } as const;
      return createPlan({ suites: [noted], models: [model], judges: [binding], trials: 1 }).suites[0]?.notice;
    };
    expect(noticeOf(recorded, judge)).toBe(noted.notice);
    expect(noticeOf(sampleModel("x"), { ...recorded, id: "j" })).toBe(noted.notice);
    expect(noticeOf(sampleModel("x"), judge)).toBeUndefined();
  });

  test("refuses what cannot be run, before any call", () => {
    const x = sampleModel("x");
    const binding = {
      suite: "sample",
      judge: samplePairJudge,
      model: judge,
      mode: "pairwise-baseline",
    } as const;
    const plan = (input: Partial<Parameters<typeof createPlan>[0]>) => () =>
      createPlan({ suites: [suite], models: [x], judges: [], trials: 1, ...input });
    expect(plan({ models: [x, sampleModel("x")] })).toThrow(
      expect.objectContaining({ code: "duplicate-model" }),
    );
    expect(plan({ models: [x, sampleModel("X")] })).toThrow(/differ in case/);
    expect(plan({ judges: [binding] })).toThrow(expect.objectContaining({ code: "baseline-missing" }));
    expect(plan({ judges: [{ ...binding, baseline: "x" }] })).toThrow(
      expect.objectContaining({ code: "nothing-to-compare" }),
    );
    expect(plan({ judges: [{ ...binding, mode: "single" }] })).toThrow(
      expect.objectContaining({ code: "judge-mode-mismatch" }),
    );
    const picky = {
      ...sampleJudge,
      request: () => {
        throw new DataError("question q1 has no reference answer", {
          code: "no-reference",
          file: "suite.yaml",
        });
      },
    };
    expect(plan({ judges: [{ suite: "sample", judge: picky, model: judge, mode: "single" }] })).toThrow(
      DataError,
    );
  });
});

describe("judgment tasks", () => {
  const plan = createPlan({
    suites: [suite],
    models: [sampleModel("x"), sampleModel("y")],
    judges: [{ suite: "sample", judge: samplePairJudge, model: judge, mode: "pairwise-all" }],
    trials: 1,
  });
  const [planned] = plan.protocols;
  const [question] = suite.questions;
  if (planned === undefined || question === undefined) throw new Error("the plan has one protocol");
  const answer = (model: string, texts: string[]) => ({ taskId: `task-${model}`, model, texts });
  const tasks = judgmentTasks(planned, question, 1, [answer("x", ["x1", "x2"]), answer("y", ["y1", "y2"])]);

  test("both orders of both turns, with the answers up to that turn", () => {
    expect(tasks.map(({ a, b, order, item }) => [a, b, order, item.turn])).toEqual([
      ["x", "y", 1, 1],
      ["y", "x", 2, 1],
      ["x", "y", 1, 2],
      ["y", "x", 2, 2],
    ]);
    expect(tasks[1]?.item).toMatchObject({ a: ["y1"], b: ["x1"] });
    expect(tasks[3]?.item).toMatchObject({ a: ["y1", "y2"], b: ["x1", "x2"] });
    expect(tasks[3]?.answers).toEqual(["task-y", "task-x"]);
  });

  test("ids and nonces change with the text that is judged", () => {
    const other = judgmentTasks(planned, question, 1, [
      answer("x", ["x1", "changed"]),
      answer("y", ["y1", "y2"]),
    ]);
    expect(other[0]?.id).toBe(tasks[0]?.id);
    expect(other[2]?.id).not.toBe(tasks[2]?.id);
    expect(other[2]?.item.nonce).not.toBe(tasks[2]?.item.nonce);
  });

  test("a seeded judge gets one order", () => {
    const seeded = {
      ...planned,
      judge: { ...samplePairJudge, orders: "seeded" as const, isSwitched: () => true },
    };
    const one = judgmentTasks(seeded, question, 1, [answer("x", ["x1", "x2"]), answer("y", ["y1", "y2"])]);
    expect(one.map(({ a, order }) => [a, order])).toEqual([
      ["y", 2],
      ["y", 2],
    ]);
  });
});
