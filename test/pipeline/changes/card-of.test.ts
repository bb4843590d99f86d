import { describe, expect, test } from "vitest";
import { FIGURE_TABLE, type StatedFigure } from "../../../harness/core/stated-figure.js";
import { cardOf } from "../../../harness/pipeline/changes/card-of.js";
import {
  type Measured,
  type MeasuredPair,
  measuredAsStated,
  measuredByRecords,
  measuredByVotes,
} from "../../../harness/pipeline/changes/measured.js";

/** Ratings of a model on n questions; each question's difficulty is its own. */
function rated(suite: string, model: string, shift: (question: number) => number, n = 80): Measured {
  const slots = Array.from({ length: n }, (_, index) => ({
    slot: { questionId: `q${index}`, category: index < n / 2 ? "writing" : "math", turn: 1 },
    value: 4 + ((index * 7) % 30) / 10 + shift(index),
  }));
  return measuredByRecords(
    { suite, protocol: "p~1", mode: "single", metric: "score", model, scale: { low: 1, high: 10 }, slots },
    "run",
    "judge",
  );
}

function accuracy(suite: string, model: string, isRight: (question: number) => boolean, n = 200): Measured {
  const slots = Array.from({ length: n }, (_, index) => ({
    slot: { questionId: `q${index}`, category: index % 2 === 0 ? "sat-math" : "logiqa-en", turn: 1 },
    value: isRight(index) ? 100 : 0,
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
  const source = { tool: FIGURE_TABLE, file: "published.csv", sha256: "0" };
  const figure: StatedFigure = {
    suite,
    metric: suite,
    model,
    value,
    unit: "percent",
    lowerIsBetter: false,
    source,
  };
  return measuredAsStated({ ...figure, ...more });
}

const rating = { unit: "rating", scale: { least: 1, most: 10 } } as const;

const chat: MeasuredPair = {
  base: rated("mt-bench", "base", () => 0),
  candidate: rated("mt-bench", "ckpt", (question) => 0.6 + (question % 5) / 5),
};
const mmlu: MeasuredPair = {
  base: accuracy("mmlu", "base", (question) => question < 130),
  candidate: accuracy("mmlu", "ckpt", (question) => question < 100),
};
const coding: MeasuredPair = {
  base: accuracy("humaneval", "base", (question) => question % 7 < 3),
  candidate: accuracy("humaneval", "ckpt", (question) => question % 7 < 3 !== (question % 41 === 0)),
};

const cardFor = (pairs: readonly MeasuredPair[]) => cardOf("base", [{ checkpoint: "ckpt", pairs }], {});

/** The same as of a run that stopped by its figures. */
function stoppedEarly({ by, ...head }: Measured): Measured {
  if (by.kind !== "records") throw new Error("no records");
  return { ...head, by: { ...by, values: { ...by.values, isSequenced: true } } };
}

test("a run that was looked at as it went has no interval to decide on, on either side, nor a test of flips", () => {
  const { base, candidate } = mmlu;
  if (base === undefined || candidate === undefined) throw new Error("no pair");
  const [change] = cardFor([{ base: stoppedEarly(base), candidate: stoppedEarly(candidate) }]).changes;
  expect(change).toMatchObject({
    delta: expect.closeTo(-15, 9),
    interval: null,
    pValue: null,
    finding: "unknown",
    base: { interval: null, standardError: null },
    flips: { pValue: null },
    reason: expect.stringContaining("--stop-when"),
  });
});

describe("of questions in training data", () => {
  const found = new Set(["q0", "q1", "q2", "q3"]);
  const items = Array.from({ length: 80 }, (_, index) => ({
    ...{ suite: "mt-bench", id: `q${index}`, category: "writing", contaminated: found.has(`q${index}`) },
    ...{ found: "question" as const, methods: [], parts: [], passages: [] },
  }));
  const files = { files: 3, rows: 9, texts: 9, bytes: 1, uncompressedBytes: 1, damagedRows: 0 };
  const scan = { at: "2026-11-28T10:00:00Z", items, corpus: { ...files, matchedRows: 4, byFile: [] } };
  // The gain lies in the questions that were found alone.
  const gained: MeasuredPair = {
    base: rated("mt-bench", "base", () => 0),
    candidate: rated("mt-bench", "ckpt", (question) => (question < 4 ? 3 : question % 2 === 0 ? 0.1 : -0.1)),
  };
  const card = (run: typeof scan | undefined, pairs = [gained, mmlu]) =>
    cardOf("base", [{ checkpoint: "ckpt", pairs }], {}, new Map([["run", run]]));

  test("the change without those that a scan found stands beside the one on all, and what nobody looked at has its command", () => {
    const [chatSuite, knowledge] = card(scan).contamination;
    expect(chatSuite).toMatchObject({
      corpora: [{ run: "run", files: 3, questions: 80, contaminated: 4 }],
      changes: [
        {
          all: { delta: expect.closeTo(0.15, 9), questions: 80 },
          clean: { delta: expect.closeTo(0, 9), questions: 76, interval: { level: 95 } },
        },
      ],
      command: null,
    });
    expect(chatSuite?.sentence).toMatch(
      /^4 of 80 questions were found in a corpus of 3 files that was scanned on 2026-11-28\. The change is \+0\.15 points \(.*\) on all 80 questions and .* on the 76 clean ones\.$/,
    );
    expect(knowledge).toMatchObject({ corpora: [], command: "assay contamination run --corpus PATH" });
    expect(card(scan).open.at(-1)).toMatchObject({
      about: "Contamination",
      why: expect.stringContaining("of mmlu was"),
    });
  });

  test("is open where no run keeps a scan, and settled where all were looked at", () => {
    expect(card(undefined).open.at(-1)?.takes).toBe(
      "A scan of the training data: assay contamination run --corpus PATH.",
    );
    expect(card(scan, [gained]).open.some(({ about }) => about === "Contamination")).toBe(false);
  });
});

describe("with records of both", () => {
  const card = cardFor([coding, mmlu, chat]);

  test("it says what rose, what fell and what is open, by adjusted intervals", () => {
    expect(card.changes.map(({ suite, area, finding }) => [suite, area, finding])).toEqual([
      ["mt-bench", "chat", "gain"],
      ["mmlu", "knowledge", "loss"],
      ["humaneval", "coding", "undecided"],
    ]);
    expect(card.sentence).toMatch(
      /^ckpt gained over base in chat \(mt-bench \+1\.00 points\) and lost in knowledge \(mmlu −15\.00 percentage points\)\. No change could be shown in coding/,
    );
    expect(card.tradeOff).toMatchObject({
      bought: ["mt-bench (chat): +1.00 points"],
      cost: ["mmlu (knowledge): −15.00 percentage points"],
      figures: [],
    });
  });

  test("all intervals together hold at 95%: each of three at 98.33%, and p is tripled", () => {
    expect(card.together).toMatchObject({ changes: 3, level: 95 });
    const [, loss] = card.changes;
    expect(loss?.adjustedInterval?.level).toBeCloseTo(100 - 5 / 3, 10);
    expect(loss?.adjustedInterval?.low).toBeLessThan(loss?.interval?.low ?? -100);
    const [gain] = cardFor([chat]).changes;
    expect(gain?.adjustedInterval).toEqual(gain?.interval);
    const open = card.changes[2];
    expect(open?.adjustedPValue).toBeCloseTo(Math.min(1, 3 * (open?.pValue ?? 0)), 12);
  });

  test("what is open names the questions that it would take", () => {
    const [point] = card.open;
    expect(point?.about).toBe("humaneval");
    expect(point?.takes).toMatch(/^200 questions see differences of about [\d.]+ percentage points/);
    expect(point?.takes).toMatch(/About [\d,]+ questions would show one of/);
    expect(card.open.find(({ about }) => about === "Not measured")?.why).toBe(
      "Nothing here compares the two in people's preference, maths or safety.",
    );
  });

  test("a suite whose categories measure different things stands under each of them", () => {
    const pair = {
      base: accuracy("agieval", "base", (question) => question < 100),
      candidate: accuracy("agieval", "ckpt", (question) => question < 100),
    };
    const { changes } = cardFor([pair]);
    expect(changes.map(({ area, part, questions }) => [area, part, questions])).toEqual([
      ["reasoning", "logiqa-en", 100],
      ["maths", "sat-math", 100],
    ]);
    const moved = cardOf("base", [{ checkpoint: "ckpt", pairs: [pair] }], { agieval: "knowledge" });
    expect(moved.changes.map(({ area }) => area)).toEqual(["knowledge"]);
  });
});

describe("with a published table", () => {
  const pairs = [
    { base: stated("mt_bench", "base", 7.81, rating), candidate: stated("mt_bench", "ckpt", 8.09, rating) },
    { base: stated("alpaca_eval", "base", 88.51), candidate: stated("alpaca_eval", "ckpt", 91.99) },
    { base: stated("mmlu", "base", 64.3), candidate: stated("mmlu", "ckpt", 63.9) },
  ];

  test("it says that chat went up and knowledge did not, and that nothing more can be said", () => {
    const card = cardFor(pairs);
    expect(card.sentence).toBe(
      "By stated figures alone from base to ckpt, chat (alpaca_eval 88.51% → 91.99%, mt_bench 7.81 → 8.09) went up and knowledge (mmlu 64.3% → 63.9%) did not; without intervals or records nothing more can be said: these figures alone decide nothing.",
    );
    expect(card.changes.every(({ finding, interval }) => finding === "unknown" && interval === null)).toBe(
      true,
    );
    expect(card.together.changes).toBe(0);
  });

  test("80 questions of MT-Bench see differences of about 0.4, and rates are bounded by their values", () => {
    const card = cardFor(pairs);
    const of = (about: string) => card.open.find((point) => point.about === about);
    expect(of("mt_bench")?.takes).toMatch(/^80 questions see differences of about 0\.4 points/);
    // 2.8016·√(0.643·0.357 + 0.639·0.361)/√14042
    const [, , mmluChange] = card.changes;
    expect(mmluChange?.detects?.difference).toBeCloseTo(1.6, 2);
    expect(of("mmlu")?.takes).toMatch(/^14,042 questions see differences of about 1\.6 percentage points/);
  });

  test("figures with errors are decided as independent ones", () => {
    const error = { standardError: 0.4, n: 14042 };
    const { changes, sentence } = cardFor([
      { base: stated("mmlu", "base", 64.3, error), candidate: stated("mmlu", "ckpt", 60.9, error) },
    ]);
    expect(changes[0]).toMatchObject({ basis: "independent", finding: "loss" });
    // −3.4 ± 1.96·0.4·√2
    expect(changes[0]?.interval?.low).toBeCloseTo(-4.5087, 4);
    expect(sentence).toMatch(/^ckpt lost against base in knowledge \(mmlu −3\.40 percentage points\)/);
  });

  test("a figure beside records is not compared with them", () => {
    const { changes, open } = cardFor([
      { base: stated("mmlu", "base", 64), candidate: mmlu.candidate as Measured },
    ]);
    expect(changes[0]).toMatchObject({ basis: "none", delta: null, finding: "unknown" });
    expect(open[0]?.why).toMatch(/measured in different ways/);
  });
});

test("several checkpoints make a line for each area, over the suites that all have", () => {
  const step = (checkpoint: string, pairs: readonly MeasuredPair[]) => ({ checkpoint, pairs });
  const card = cardOf("base", [step("half", [mmlu, coding]), step("ckpt", [mmlu, chat])], {});
  expect(card.candidate).toBe("ckpt");
  expect(card.trajectories).toHaveLength(1);
  expect(card.trajectories[0]).toMatchObject({ area: "knowledge", suites: ["mmlu"] });
  expect(card.trajectories[0]?.points.map(({ checkpoint, change }) => [checkpoint, change])).toEqual([
    ["base", 0],
    ["half", -15],
    ["ckpt", -15],
  ]);
});

test("suites of an area are averaged in percent of their scales, their errors as those of independent ones", () => {
  const error = (value: number) => ({ standardError: value });
  const { areas } = cardFor([
    { base: stated("mmlu", "base", 60, error(1.8)), candidate: stated("mmlu", "ckpt", 62, error(2.4)) },
    { base: stated("gpqa", "base", 30, error(2.4)), candidate: stated("gpqa", "ckpt", 36, error(3.2)) },
  ]);
  // (2 + 6)/2 ± 1.96·√(9 + 16)/2
  expect(areas[0]).toMatchObject({ area: "knowledge", change: 4, suites: ["gpqa", "mmlu"] });
  expect(areas[0]?.interval?.low).toBeCloseTo(4 - 1.959964 * 2.5, 4);
});

test("nothing is known for certain because all questions came out alike", () => {
  const steady = (suite: string, n: number): MeasuredPair => ({
    base: rated(suite, "base", () => 0, n),
    candidate: rated(suite, "ckpt", () => 1, n),
  });
  const wide = cardFor([steady("mt-bench", 80), steady("vicuna-bench", 80)]).areas[0]?.interval;
  expect(wide?.low).toBeLessThan(11.1 - 1);
  expect(wide?.high).toBeGreaterThan(11.1 + 1);
  // With three questions their ends are averaged, which is as wide as either suite's own.
  const few = cardFor([steady("mt-bench", 3), steady("vicuna-bench", 3)]);
  expect(few.areas[0]?.interval?.low).toBeCloseTo((few.changes[0]?.interval?.low ?? 0) * (100 / 9), 6);
  const certain = { standardError: 0 };
  const { changes } = cardFor([
    {
      base: stated("mmlu", "base", 100, certain),
      candidate: stated("mmlu", "ckpt", 97, { standardError: 1 }),
    },
  ]);
  expect(changes[0]).toMatchObject({ delta: -3, interval: null, reason: "a stated error is nought" });
});

test("says which part of a suite was asked, wherever its name stands", () => {
  const asked = { questions: 10, of: 80, categories: ["writing"], ofCategories: 8 };
  const partly = (measured: Measured): Measured => {
    if (measured.by.kind !== "records") return measured;
    return measuredByRecords({ ...measured.by.values, part: asked }, "run", "judge");
  };
  const pair = {
    base: rated("mt-bench", "base", () => 0, 10),
    candidate: partly(rated("mt-bench", "ckpt", () => 0, 10)),
  };
  const card = cardFor([pair]);
  expect(card.changes[0]?.asked).toEqual(asked);
  expect(card.sentence).toContain("mt-bench, 10 of 80 questions, writing only");
  expect(card.open[0]?.about).toContain("10 of 80 questions");
});

test("people's votes stand beside what the judge says, around an even match", () => {
  // 60 questions, each voted on: 46 for the candidate, as the judge has it.
  const things = Array.from({ length: 60 }, (_, index) => {
    const value = index % 30 < 23 ? 100 : 0;
    return { cluster: `q${index}`, judged: value, voted: value, key: "" };
  });
  const candidate = measuredByVotes(chat.candidate as Measured, { things, labels: [] }, "base");
  const { changes, sentence } = cardFor([chat, { candidate }]);
  const people = changes.find(({ area }) => area === "people");
  expect(people).toMatchObject({ basis: "votes", finding: "gain", base: { model: "base", value: 50 } });
  expect(people?.delta).toBeCloseTo((100 * 46) / 60 - 50, 6);
  expect(people?.interval?.low).toBeGreaterThan(10);
  expect(sentence).toMatch(
    /gained over base in chat .* and people's preference \(mt-bench by people's preference/,
  );
});
