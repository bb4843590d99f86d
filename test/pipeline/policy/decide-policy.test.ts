import { describe, expect, test } from "vitest";
import type { Policy, PolicyEntry } from "../../../harness/core/policy.js";
import type { StatedFigure } from "../../../harness/core/stated-figure.js";
import { relativeFigure } from "../../../harness/pipeline/changes/change-figures.js";
import {
  type Measured,
  type MeasuredPair,
  measuredAsStated,
  measuredByRecords,
} from "../../../harness/pipeline/changes/measured.js";
import { decidePolicy } from "../../../harness/pipeline/policy/decide-policy.js";

/** Accuracy in percent of a model that is right on these questions of n. */
function accuracy(suite: string, model: string, right: (question: number) => boolean, n = 200): Measured {
  const slots = Array.from({ length: n }, (_, index) => ({
    slot: { questionId: `q${index}`, category: index % 2 === 0 ? "even" : "odd", turn: 1 },
    value: right(index) ? 100 : 0,
  }));
  return measuredByRecords(
    {
      suite,
      protocol: "accuracy@answer-key~1",
      mode: "single",
      metric: "score",
      figure: "accuracy",
      model,
      scale: { low: 0, high: 100 },
      slots,
    },
    "run",
  );
}

function stated(suite: string, model: string, value: number, more: Partial<StatedFigure> = {}): Measured {
  return measuredAsStated({
    suite,
    metric: "acc",
    model,
    value,
    unit: "percent",
    lowerIsBetter: false,
    source: { tool: "table", file: "table.csv", sha256: "0" },
    ...more,
  });
}

function decide(entries: readonly PolicyEntry[], pairs: readonly MeasuredPair[], more: Partial<Policy> = {}) {
  const policy: Policy = { file: "policy.yaml", units: "own", level: 95, entries, ...more };
  return decidePolicy(policy, pairs, { base: "base", candidate: "ckpt" });
}

/** Right on the first `share` of the questions. */
const upTo = (share: number) => (question: number) => question < share;

const facts: MeasuredPair = {
  base: accuracy("facts", "base", upTo(120)),
  candidate: accuracy("facts", "ckpt", upTo(118)),
};

describe("the outcome", () => {
  test("GO where the whole interval lies above each limit", () => {
    const result = decide([{ name: "facts", tier: "critical", maxDrop: 5, min: 40 }], [facts]);
    expect(result).toMatchObject({ outcome: "GO", decidedTogether: 2 });
    expect(result.lines.map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ["floor", "pass"],
      ["drop", "pass"],
    ]);
  });

  test("a required suite that was not measured is a NO-GO, a tracked one is not", () => {
    const entries: PolicyEntry[] = [{ name: "facts", tier: "critical", maxDrop: 5 }];
    const missing = { name: "gpqa", maxDrop: 1 };
    expect(decide([...entries, { ...missing, tier: "supporting" }], [facts])).toMatchObject({
      outcome: "NO-GO",
      sentence: "NO-GO: broken is gpqa: is measured (supporting); 1 of 2 required limits holds.",
    });
    expect(decide([...entries, { ...missing, tier: "advisory" }], [facts]).outcome).toBe("GO");
    expect(decide(entries, [{ candidate: facts.candidate as Measured }]).outcome).toBe("NO-GO");
  });

  test("nothing that is required decides nothing", () => {
    expect(decide([{ name: "facts", tier: "advisory", maxDrop: 5 }], [facts])).toMatchObject({
      outcome: "INCONCLUSIVE",
      decidedTogether: 0,
    });
    expect(decide([], []).outcome).toBe("INCONCLUSIVE");
  });

  test("too few questions leave a suite undecided, too low a coverage breaks the policy", () => {
    const few: PolicyEntry = { name: "facts", tier: "critical", maxDrop: 5, minQuestions: 500 };
    expect(decide([few], [facts]).outcome).toBe("INCONCLUSIVE");
    const holes = accuracy("facts", "ckpt", upTo(118));
    const { by } = holes;
    if (by.kind !== "records") throw new Error("records");
    const slots = by.values.slots.map((one, index) =>
      index < 30 ? { slot: one.slot, value: undefined } : one,
    );
    const lost: Measured = { ...holes, by: { kind: "records", values: { ...by.values, slots } } };
    const asked: PolicyEntry = { name: "facts", tier: "critical", min: 10, coverage: 90 };
    const result = decide([asked], [{ candidate: lost }]);
    expect(result.outcome).toBe("NO-GO");
    expect(result.lines[0]).toMatchObject({ kind: "coverage", value: 85, limit: 90, outcome: "fail" });
  });

  test("a limit that breaks alone is open among many (Holm), and what is tracked does not count among them", () => {
    const worse: MeasuredPair = {
      base: accuracy("facts", "base", upTo(100)),
      candidate: accuracy("facts", "ckpt", (question) => question < 90 || question === 150),
    };
    const limit: PolicyEntry = { name: "facts", tier: "critical", maxDrop: 1 };
    const more = Array.from({ length: 20 }, (_, index) => ({
      base: accuracy(`suite-${index}`, "base", upTo(120)),
      candidate: accuracy(`suite-${index}`, "ckpt", upTo(120)),
    }));
    const alone = decide([{ ...limit, maxDrop: 0 }], [worse]);
    const others = (tier: PolicyEntry["tier"]) =>
      more.map((_, index): PolicyEntry => ({ name: `suite-${index}`, tier, maxDrop: 5 }));
    const together = decide([{ ...limit, maxDrop: 0 }, ...others("supporting")], [worse, ...more]);
    const tracked = decide([{ ...limit, maxDrop: 0 }, ...others("advisory")], [worse, ...more]);
    expect(alone.outcome).toBe("NO-GO");
    expect(together).toMatchObject({ outcome: "INCONCLUSIVE", decidedTogether: 21 });
    expect(together.lines[0]?.message).toMatch(/not enough when 21 gates are tried \(Holm\)/);
    expect(tracked).toMatchObject({ outcome: "NO-GO", decidedTogether: 1 });
  });
});

describe("relative limits", () => {
  test("are decided on candidate − (1 − share)·base, question by question", () => {
    // 120 questions right before, 118 after: each question that both got right counts 100 − 98.
    const { figure } = relativeFigure(facts, 0.02, 95);
    expect(figure.estimate).toBeCloseTo((118 * 100 - 0.98 * 120 * 100) / 200, 10);
    expect(figure.questions).toBe(200);
    const lower = { ...facts.base, lowerIsBetter: true } as Measured;
    const turned = relativeFigure({ base: lower, candidate: { ...lower, model: "ckpt" } }, 0.02, 95);
    expect(turned.figure.estimate).toBeCloseTo((0.02 * 120 * 100) / 200, 10);
  });

  test("hold where the base's interval lies below the guard, and are left open where it does not say so", () => {
    const weak: MeasuredPair = {
      base: accuracy("aime", "base", upTo(30)),
      candidate: accuracy("aime", "ckpt", upTo(4)),
    };
    const limit: PolicyEntry = { name: "aime", tier: "critical", maxDrop: 100, maxRelativeDrop: 0.02 };
    const outcome = (relativeBelow: number) => {
      const result = decide([{ ...limit, relativeBelow }], [weak]);
      return result.lines.find(({ kind }) => kind === "relative-drop")?.outcome;
    };
    // The base has 15%, with an interval of about 10% to 21%.
    expect([outcome(50), outcome(16), outcome(5)]).toEqual(["fail", "inconclusive", "pass"]);
  });

  test("count shares of the scale as NeMo Evaluator's policies do", () => {
    const rated = (model: string, value: number): Measured => {
      const measured = accuracy("chat", model, () => true);
      if (measured.by.kind !== "records") throw new Error("records");
      const { figure: _, ...values } = measured.by.values;
      const slots = values.slots.map(({ slot }, index) => ({ slot, value: value + (index % 5) / 10 }));
      return measuredByRecords({ ...values, scale: { low: 1, high: 10 }, slots }, "run");
    };
    const pair = { base: rated("base", 7), candidate: rated("ckpt", 6.9) };
    const result = decide([{ name: "chat", tier: "critical", maxDrop: 0.02 }], [pair], { units: "scale" });
    expect(result.lines[0]).toMatchObject({ name: "chat: at most 0.18 points worse" });
    expect(result.lines[0]?.limit).toBeCloseTo(-0.18, 12);
  });
});

describe("stated figures", () => {
  const limit: PolicyEntry = { name: "mmlu", tier: "critical", maxDrop: 3 };

  test("with errors are taken as independent", () => {
    const pair = {
      base: stated("mmlu", "base", 64, { standardError: 0.5 }),
      candidate: stated("mmlu", "ckpt", 63, { standardError: 0.5 }),
    };
    const [line] = decide([limit], [pair]).lines;
    expect(line).toMatchObject({ outcome: "pass", value: -1 });
    // −1 ± 1.96·√0.5
    expect(line?.interval?.low).toBeCloseTo(-2.3859, 4);
    expect(line?.interval?.high).toBeCloseTo(0.3859, 4);
  });

  test("without errors decide nothing, and are not compared with records", () => {
    const pair = { base: stated("mmlu", "base", 64), candidate: stated("mmlu", "ckpt", 40) };
    const result = decide([limit], [pair]);
    expect(result.outcome).toBe("INCONCLUSIVE");
    expect(result.lines[0]?.message).toMatch(/these figures alone decide nothing/);
    const mixed = { base: stated("facts", "base", 60), candidate: facts.candidate as Measured };
    expect(decide([{ ...limit, name: "facts" }], [mixed]).lines[0]?.message).toMatch(/in different ways/);
  });
});

test("flips are counted both ways, with McNemar's test, and can be limited", () => {
  const pair = {
    base: accuracy("facts", "base", upTo(100)),
    candidate: accuracy("facts", "ckpt", (question) => question >= 12 && question < 103),
  };
  const result = decide([{ name: "facts", tier: "critical", maxDrop: 20, maxBroken: 2 }], [pair]);
  const [drop, flips] = result.lines;
  expect(drop?.flips).toMatchObject({ questions: 200, repaired: ["q100", "q101", "q102"] });
  expect(drop?.flips?.broken).toHaveLength(12);
  // 2·P(X ≤ 3), X of 15 tosses: 2·576/32768
  expect(drop?.flips?.pValue).toBeCloseTo((2 * 576) / 32768, 12);
  expect(flips).toMatchObject({ kind: "flips", value: 6, limit: 2, outcome: "fail" });
});

test("a limit on broken answers passes within it, fails beyond it, and is open where the interval holds it", () => {
  const broken = (count: number, maxBroken: number) => {
    const pair = {
      base: accuracy("facts", "base", upTo(200)),
      candidate: accuracy("facts", "ckpt", (question) => question >= count),
    };
    return decide([{ name: "facts", tier: "critical", maxBroken }], [pair]).lines[0];
  };
  expect(broken(0, 5)).toMatchObject({ kind: "flips", value: 0, limit: 5, outcome: "pass" });
  expect(broken(60, 5)).toMatchObject({ value: 30, outcome: "fail" });
  expect(broken(12, 5)).toMatchObject({ value: 6, outcome: "inconclusive" });
});

test("harmless and harmful requests are limited each by itself, so that no gain hides a loss", () => {
  const asked = (model: string, rates: readonly [number, number]): Measured => {
    const slots = ["harmless", "harmful"].flatMap((category, side) =>
      Array.from({ length: 100 }, (_, index) => ({
        slot: { questionId: `${category}-${index}`, category, turn: 1 },
        value: index < (rates[side] ?? 0) ? 100 : 0,
      })),
    );
    const plain = accuracy("refusals", model, () => true);
    if (plain.by.kind !== "records") throw new Error("it is of records");
    return { ...plain, by: { kind: "records", values: { ...plain.by.values, slots } } };
  };
  const pair = { base: asked("base", [50, 95]), candidate: asked("ckpt", [95, 50]) };
  for (const name of ["refusals", "refusals/harmful"]) {
    const { outcome, lines } = decide([{ name, tier: "critical", maxDrop: 5 }], [pair]);
    expect(outcome).toBe("NO-GO");
    expect(lines.map((line) => [line.name.split(":")[0], line.value, line.outcome])).toEqual(
      [
        ["refusals/harmless", 45, "pass"],
        ["refusals/harmful", -45, "fail"],
      ].slice(name === "refusals" ? 0 : 1),
    );
  }
});

test("an entry names a category, and defaults hold for suites that no entry names", () => {
  const result = decide([{ name: "facts/odd", tier: "critical", maxDrop: 5 }], [facts]);
  expect(result.lines[0]).toMatchObject({ name: "facts/odd: at most 5.00 percentage points worse" });
  expect(result.lines[0]?.message).toMatch(/over 100 questions/);
  const unnamed = decide([], [facts], { defaults: { tier: "supporting", maxDrop: 5 } });
  expect(unnamed).toMatchObject({ outcome: "GO", lines: [{ suite: "facts", tier: "supporting" }] });
});
