import { describe, expect, it } from "vitest";
import type { Board, RatingRow } from "../../../harness/core/board.js";
import { formatFigure, phraseText } from "../../../reports/view/format.js";
import type { ReportInput, ReportView, ShownFigure } from "../../../reports/view/view.js";
import { reportView } from "../../../reports/view/view.js";
import { valueAt } from "../json-pointer.js";
import { PAIR_PROTOCOL, SAMPLE_MODELS, sampleInput } from "../sample-input.js";

/** Every figure anywhere in a view. */
function figuresOf(value: unknown, found: ShownFigure[] = []): ShownFigure[] {
  if (Array.isArray(value)) for (const entry of value) figuresOf(entry, found);
  else if (value !== null && typeof value === "object") {
    const entries = new Map(Object.entries(value));
    if (entries.has("from") && entries.has("text") && entries.has("value")) found.push(value as ShownFigure);
    else for (const entry of entries.values()) figuresOf(entry, found);
  }
  return found;
}

function row(
  model: string,
  score: number | null,
  low: number,
  high: number,
  more: Partial<RatingRow> = {},
): RatingRow {
  return {
    model,
    score,
    standardError: score === null ? null : 0.2,
    interval: score === null ? null : { low, high, level: 95, method: "t" },
    n: 160,
    invalid: 0,
    missing: 0,
    questions: 80,
    bounds: { low: score, high: score },
    turns: {},
    categories: {},
    ...more,
  };
}

function viewOf(models: readonly RatingRow[], more: Partial<ReportInput> = {}): ReportView {
  const board: Board = { suite: "s", mode: "single", judge: "j", protocol: "p", metric: "rating", models };
  return reportView({
    scores: { schema: "assay.scores/1", sources: [], boards: [board], warnings: [] },
    manifests: [],
    suites: [],
    answers: [],
    judgments: [],
    comparisons: [],
    generatedAt: "2025-03-01T10:00:00.000Z",
    version: "0.1.0",
    ...more,
  });
}

function headline(view: ReportView): { outcome: string; sentence: string; meaning: string } {
  const [first] = view.verdicts;
  return {
    outcome: first?.outcome ?? "",
    sentence: phraseText(first?.sentence ?? []),
    meaning: phraseText(first?.meaning ?? []),
  };
}

describe("report view", () => {
  it("points from every figure to the value that it shows", () => {
    const input = sampleInput({ runs: true });
    const figures = figuresOf(reportView(input));
    expect(figures.length).toBeGreaterThan(800);
    for (const figure of figures) {
      if (figure.value === null) continue;
      const sum = figure.from
        .split(" + ")
        .reduce((total, pointer) => total + Number(valueAt(input, pointer)), 0);
      expect(sum, figure.from).toBeCloseTo(figure.value, 10);
    }
  });

  it("shows models best first, whatever order the scores have, and those without a figure last", () => {
    const view = viewOf([row("low", 5, 4, 6), row("none", null, 0, 0), row("high", 7, 6.5, 7.5)]);
    expect(view.boards[0]?.rows.map((entry) => entry.model)).toEqual(["high", "low", "none"]);
    expect(view.boards[0]?.rows[0]?.headline.from).toBe("/scores/boards/0/models/2/score");
  });

  it("says that a lead is clear when no interval reaches the leader's", () => {
    const { outcome, sentence, meaning } = headline(viewOf([row("a", 8, 7.6, 8.4), row("b", 6, 5.5, 6.5)]));
    expect(outcome).toBe("leading");
    expect(sentence).toBe("a scores 8.00 of 10 (95% interval 7.60 to 8.40), ahead of b.");
    expect(meaning).toBe("No other model's interval reaches the leader's.");
  });

  it("calls models with equal figures level, and none of them ahead", () => {
    const { sentence } = headline(
      viewOf([row("a", 8, 7.6, 8.4), row("b", 8, 7.2, 8.8), row("c", 5, 4.5, 5.5)]),
    );
    expect(sentence).toBe("a scores 8.00 of 10 (95% interval 7.60 to 8.40), level with b, ahead of c.");
  });

  it("says that overlapping intervals settle nothing, and whose overlap", () => {
    const { outcome, meaning } = headline(
      viewOf([row("a", 8, 7.6, 8.4), row("b", 7.7, 7.2, 8.1), row("c", 5, 4.5, 5.5)]),
    );
    expect(outcome).toBe("undecided");
    expect(meaning).toContain("overlaps that of b,");
  });

  it("says how far missing verdicts could move the leader", () => {
    const bounded = row("a", 8, 7.6, 8.4, { missing: 4, bounds: { low: 7.8, high: 8.1 } });
    expect(headline(viewOf([bounded])).meaning).toContain("could move a to anywhere from 7.80 to 8.10");
  });

  it("has a headline without any figure, and without any board", () => {
    expect(headline(viewOf([row("a", null, 0, 0)])).outcome).toBe("empty");
    expect(
      headline(viewOf([], { scores: { schema: "assay.scores/1", sources: [], boards: [], warnings: [] } }))
        .sentence,
    ).toBe("There is nothing to report yet.");
  });

  it("leads with the comparison where there are two models, with the board where there are more", () => {
    const sample = sampleInput();
    expect(reportView(sample).verdicts[0]?.about).toBe("comparison-1");
    const [comparison] = sample.comparisons;
    if (comparison === undefined) throw new Error("the sample has a comparison");
    const several = reportView({
      ...sample,
      comparisons: [comparison, { ...comparison, candidate: "brook-3b-chat" }],
    });
    expect(several.verdicts[0]?.about).toBe("board-1");
    expect(phraseText(several.verdicts[0]?.meaning ?? [])).toContain(
      `Paired on the same questions: ${comparison.sentence}`,
    );
  });

  it("calls an ungated comparison better or worse, a gated one pass or fail", () => {
    const sample = sampleInput();
    const outcomes = (margin: number, verdict: "pass" | "fail" | "inconclusive") =>
      reportView({ ...sample, comparisons: sample.comparisons.map((one) => ({ ...one, margin, verdict })) })
        .comparisons[0]?.outcome;
    expect([outcomes(0, "pass"), outcomes(0, "fail"), outcomes(0, "inconclusive")]).toEqual([
      "better",
      "worse",
      "inconclusive",
    ]);
    expect([outcomes(0.2, "pass"), outcomes(0.2, "fail")]).toEqual(["pass", "fail"]);
    expect(headline(reportView(sample)).meaning).toContain(
      "A loss of more than the margin of 0.20 is unlikely",
    );
  });

  it("shows the length-controlled rate first where there is one, and the raw one beside it", () => {
    const board = reportView(sampleInput()).boards[2];
    expect(board?.headlineLabel).toBe("Length-controlled win rate");
    expect(board?.rows[0]?.headline.from).toMatch(/lengthControlledWinRate$/);
    expect(board?.rows[0]?.second?.figure.from).toMatch(/\/winRate$/);
  });

  it("counts what is missing from the manifest, or from the boards without one", () => {
    const sample = sampleInput();
    const labels = (view: ReportView) =>
      Object.fromEntries(view.counts.map((count) => [count.label, count.figure.value]));
    expect(labels(reportView(sample))).toMatchObject({
      "unreadable verdicts": 2,
      "failed verdicts": 1,
      "truncated answers": 2,
    });
    expect(labels(reportView({ ...sample, manifests: [] }))).toMatchObject({
      "unreadable verdicts": 2,
      "missing verdicts": 1,
    });
  });

  it("names in plain words what is doubtful, first", () => {
    const view = reportView(sampleInput());
    const levels = view.health.map((item) => item.level);
    expect(levels.indexOf("good")).toBeGreaterThan(levels.lastIndexOf("doubt"));
    const text = view.health.map((item) => `${item.label}: ${phraseText(item.text)}`).join("\n");
    expect(text).toContain(
      "presented itself under several names: sample-judge-2025-01-01 (400), sample-judge-2025-02-01 (12)",
    );
    expect(text).toContain("Slot effect: aurora-7b-ckpt-1200 wins");
    expect(text).toContain("Few questions: Figures on mt-bench rest on as few as 23 questions");
    expect(text).toContain("Failures: 1 verdict of sample-judge failed: timeout: no reply within 120 s");
    expect(text).toContain("$1.88");
  });

  it("warns of a judge of the same family as a model, and of assets other than the pinned ones", () => {
    const sample = sampleInput();
    const [manifest] = sample.manifests;
    if (manifest === undefined) throw new Error("the sample has a manifest");
    const related = {
      ...manifest,
      models: manifest.models.map((model) => ({ ...model, family: "aurora" })),
      judgeModels: manifest.judgeModels.map((model) => ({ ...model, family: "aurora" })),
      protocols: manifest.protocols.map((protocol) => ({
        ...protocol,
        assets: protocol.assets.map((asset) => ({ ...asset, pinned: false })),
      })),
    };
    const labels = reportView({ ...sample, manifests: [related] }).health.map((item) => item.label);
    expect(labels).toContain("Same family");
    expect(labels).toContain("Asset differs");
  });

  it("follows models over runs in time order, per category", () => {
    const sample = sampleInput({ runs: true });
    const trend = reportView({ ...sample, runs: [...(sample.runs ?? [])].reverse() }).trends[0];
    expect(trend?.points.map((point) => point.label)).toEqual(["2025-02-01", "2025-02-15", "2025-03-01"]);
    const line = trend?.overall.find((entry) => entry.name === SAMPLE_MODELS[0]);
    const values = line?.points.map((point) => point?.figure.value ?? 0) ?? [];
    expect((values[2] ?? 0) - (values[0] ?? 0)).toBeCloseTo(0.8, 10);
    expect(trend?.categories.map((part) => part.name)).toContain("math");
  });

  it("joins checkpoints of different names into one line, over runs and within one", () => {
    const run = (model: string, at: string, score: number) => ({
      label: at,
      at,
      scores: viewOf([row(model, score, score - 1, score + 1)]).scores,
    });
    const over = viewOf([row("ckpt-800", 6, 5, 7)], {
      runs: [run("ckpt-400", "2025-01", 5), run("ckpt-800", "2025-02", 6)],
    });
    expect(over.trends[0]?.overall.map((line) => line.name)).toEqual(["ckpt"]);
    const within = viewOf([
      row("step_1200", 7, 6, 8),
      row("step_400", 5, 4, 6),
      row("step_800", 6, 5, 7),
      row("other", 3, 2, 4),
    ]);
    expect(within.trends[0]?.points.map((point) => point.label)).toEqual(["400", "800", "1200"]);
    expect(within.trends[0]?.overall[0]?.points.map((point) => point?.figure.value)).toEqual([5, 6, 7]);
    expect(
      viewOf([row("vicuna-7b", 5, 4, 6), row("vicuna-13b", 6, 5, 7), row("gpt-4", 9, 8, 10)]).trends,
    ).toEqual([]);
  });

  it("looks once at each of 3,000 checkpoints that make no line", () => {
    const rows = Array.from({ length: 3000 }, (_, index) => row(`m${index}-step-${index}`, 5, 4, 6));
    expect(viewOf(rows).trends).toEqual([]);
  });

  it("never joins boards of different protocols into a trend", () => {
    const sample = sampleInput({ runs: true });
    const runs = (sample.runs ?? []).map((run, place) => ({
      ...run,
      scores: {
        ...run.scores,
        boards: run.scores.boards.map((board) => ({ ...board, protocol: `${board.protocol}-${place}` })),
      },
    }));
    expect(reportView({ ...sample, runs }).trends).toEqual([]);
  });

  it("leaves out every answer, reference and judge text when redacted, and keeps verdicts", () => {
    const sample = sampleInput({ redact: true });
    const json = JSON.stringify(reportView(sample).reading);
    for (const secret of [
      "speaking as",
      "names what it assumes",
      "expected result",
      "two different ratings",
    ]) {
      expect(json).not.toContain(secret);
    }
    expect(json).toContain('"rating":7');
    expect(json).toContain("tell me about a lighthouse keeper");
  });

  it("shows questions that only records know, and leaves out those that nobody answered", () => {
    const sample = sampleInput();
    const [suite, other] = sample.suites;
    if (suite === undefined || other === undefined) throw new Error("the sample has two suites");
    const strayed = reportView({
      ...sample,
      suites: [
        { ...suite, questions: [...suite.questions.slice(1), { id: "999", category: "math", turns: ["?"] }] },
        other,
      ],
    });
    const ids = strayed.reading.map((question) => question.id);
    expect(ids).toContain("101");
    expect(ids).not.toContain("999");
  });

  it("keeps the two orders of a pair apart", () => {
    const [question] = reportView(sampleInput()).reading;
    const orders = question?.verdicts
      .filter(
        (verdict) => verdict.protocol === PAIR_PROTOCOL && [verdict.a, verdict.b].includes(SAMPLE_MODELS[3]),
      )
      .map((verdict) => verdict.order);
    expect(orders).toEqual([1, 2, 1, 2, 1, 2]);
  });
});

describe("figures as text", () => {
  it.each([
    [6.675, "points", "6.68"],
    [8.990625, "points", "8.99"],
    [70.4971353, "percent", "70.5%"],
    [-0.001, "delta-points", "0.00"],
    [0.28125, "delta-points", "+0.28"],
    [-12.34, "delta-percent", "−12.3"],
    [20000, "count", "20,000"],
    [0.0004, "probability", "< 0.001"],
    [0.076, "probability", "0.076"],
    [1e-9, "points", "0.00"],
    [0.0042, "usd", "$0.0042"],
    [12.345, "usd", "$12.35"],
  ] as const)("%d as %s is %s", (value, format, text) => {
    expect(formatFigure(value, format)).toBe(text);
  });
});
