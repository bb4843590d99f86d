import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Suite } from "../../harness/core/records.js";
import { createPlan } from "../../harness/pipeline/plan.js";
import { questionsOfShard, readShard } from "../../harness/pipeline/shard.js";
import { sampleJudge, sampleModel, sampleSuite } from "./sample-plan.js";

const named = (id: string, count: number): Suite => ({ ...sampleSuite(count), id });
const shardsOf = (suites: readonly Suite[], count: number) =>
  Array.from({ length: count }, (_, place) => questionsOfShard(suites, { index: place + 1, count }));

describe("readShard", () => {
  test("reads I/N", () => {
    expect(readShard("2/8")).toEqual({ index: 2, count: 8 });
    expect(readShard(" 1 / 1 ")).toEqual({ index: 1, count: 1 });
  });

  test.each(["0/4", "5/4", "4", "1/0", "a/b", "1/2/3", "-1/3", ""])("refuses %j", (text) => {
    expect(() => readShard(text)).toThrow(expect.objectContaining({ code: "invalid-shard" }));
  });
});

describe("questionsOfShard", () => {
  test("the shards of a run hold every question once, in the suite's order, and differ by at most one", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 12 }), (counts, count) => {
        const suites = counts.map((questions, place) => named(`suite-${place}`, questions));
        const shards = shardsOf(suites, count);
        for (const suite of suites) {
          const ids = suite.questions.map((question) => question.id);
          const parts = shards.map((shard) => shard.get(suite.id) ?? []);
          expect(parts.flat().sort()).toEqual([...ids].sort());
          for (const part of parts) expect(part).toEqual(ids.filter((id) => part.includes(id)));
          const lengths = parts.map((part) => part.length);
          expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
        }
        const totals = shards.map((shard) => [...shard.values()].reduce((sum, ids) => sum + ids.length, 0));
        expect(Math.max(...totals) - Math.min(...totals)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("does not depend on the order in which the source names its questions", () => {
    const suite = sampleSuite(20);
    const turned = { ...suite, questions: suite.questions.toReversed() };
    const shard = { index: 2, count: 3 };
    const [one, other] = [suite, turned].map((given) => questionsOfShard([given], shard).get("sample") ?? []);
    expect(other?.toReversed()).toEqual(one);
  });

  test("mixes the categories of a suite that names them in turn", () => {
    const [first = []] = shardsOf([sampleSuite(80)], 2).map((shard) => shard.get("sample"));
    // A plain "every second question" would hold 40 of one category and none of the other.
    const odd = first.filter((id) => Number(id.slice(1)) % 2 === 1).length;
    expect(odd).toBeGreaterThan(8);
    expect(odd).toBeLessThan(32);
  });
});

test("a shard's protocols and tasks are those of the undivided run", () => {
  const suite = sampleSuite(9);
  const [x, judgeModel] = [sampleModel("x"), sampleModel("judge")];
  const planOf = (part: Suite) =>
    createPlan({
      suites: [part],
      models: [x],
      judges: [{ suite: suite.id, judge: sampleJudge, model: judgeModel, mode: "single" }],
      trials: 1,
    });
  const whole = planOf(suite);
  const parts = shardsOf([suite], 2).map((shard) => {
    const ids = new Set(shard.get(suite.id));
    return planOf({ ...suite, questions: suite.questions.filter((question) => ids.has(question.id)) });
  });
  for (const part of parts) expect(part.protocols[0]?.protocol.id).toBe(whole.protocols[0]?.protocol.id);
  expect(parts.flatMap((part) => part.answerTasks.map((task) => task.id)).sort()).toEqual(
    whole.answerTasks.map((task) => task.id).sort(),
  );
});
