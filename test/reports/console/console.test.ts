import { describe, expect, it } from "vitest";
import { columnsOf } from "../../../harness/core/columns.js";
import { guardLine } from "../../../harness/core/text.js";
import { renderComparison, renderConsole } from "../../../reports/console/console.js";
import { intervalTrack } from "../../../reports/console/console-track.js";
import { fitName, fitText, plainPaint, wrapLines } from "../../../reports/console/terminal-text.js";
import { showFigure, showInterval } from "../../../reports/view/format.js";
import { HOSTILE_NAMES, hostileInput } from "../hostile-input.js";
import { SAMPLE_MODELS, sampleInput } from "../sample-input.js";

describe("text on a terminal", () => {
  it("counts columns, not characters", () => {
    expect(columnsOf("aurora")).toBe(6);
    expect(columnsOf("模型")).toBe(4);
    expect(columnsOf("e\u0301")).toBe(1);
    expect(columnsOf("🙂")).toBe(2);
  });

  it("cuts sentences at their end and names in their middle", () => {
    expect(fitText("a sentence", 6)).toBe("a sen…");
    expect(fitName("aurora-7b-ckpt-1200", 11)).toBe("auror…-1200");
    expect(fitName("模型模型模型", 7)).toBe("模…型");
    expect(columnsOf(fitName("模型".repeat(40), 20))).toBeLessThanOrEqual(20);
    expect(fitName("short", 20)).toBe("short");
  });

  it("wraps at spaces and cuts a word that no line holds", () => {
    expect(wrapLines("one two three four", 14, "  ")).toEqual(["  one two", "  three four"]);
    expect(wrapLines("x".repeat(50), 20)).toEqual([`${"x".repeat(19)}…`]);
  });

  it("lets no line start a runner's command", () => {
    expect(guardLine("  ::set-output name=x::y")).toBe("  ∷ set-output name=x::y");
    expect(guardLine("\u001b[1m::error::x")).toBe("\u001b[1m∷ error::x");
    expect(guardLine("llama::q4")).toBe("llama::q4");
    expect(guardLine("a ##[error]x ##vso[y]")).toBe("a #♯[error]x #♯vso[y]");
  });
});

describe("intervalTrack", () => {
  const draw = (value: number | null, low: number, high: number, even?: number) =>
    intervalTrack(
      { axisLow: 0, axisHigh: 10, ...(even === undefined ? {} : { even }) },
      showFigure(value, "points", ""),
      value === null ? null : showInterval({ low, high, level: 95, method: "t" }, "points", ""),
      11,
    );

  it("draws point and interval at their places", () => {
    expect(draw(5, 3, 7)).toBe("···├─●─┤···");
    expect(draw(2, 1, 3, 5)).toBe("·├●┤·┊·····");
    expect(draw(5, 5, 5)).toBe("·····●·····");
    expect(draw(9, 7, 14)).toBe("·······├─●┤");
    expect(draw(null, 0, 0)).toBe("···········");
  });
});

describe("renderConsole", () => {
  const input = sampleInput();
  const options = { suites: input.suites, comparisons: input.comparisons };

  it("shows every model's figure and interval as the scores have them", () => {
    const text = renderConsole(input.scores, { ...options, width: 120 });
    const board = input.scores.boards[0];
    for (const row of board?.metric === "rating" ? board.models : []) {
      const line = text.split("\n").find((one) => one.trimStart().startsWith(row.model));
      expect(line).toContain(
        ` ${row.score?.toFixed(2)}  ${row.interval?.low.toFixed(2)} to ${row.interval?.high.toFixed(2)}  `,
      );
    }
    expect(text).toContain("! brook-3b-chat: 2 unreadable; cedar-mini: 2 truncated answers");
    expect(text).toContain("PASS (margin 0.20): aurora-7b-ckpt-1200 scores 0.40 points higher");
  });

  it("tells categories apart whose names begin alike", () => {
    const text = JSON.stringify(input.scores)
      .replaceAll('"math"', '"mathematics-of-rings"')
      .replaceAll('"coding"', '"mathematics-of-fields"');
    const shown = renderConsole(JSON.parse(text), { width: 120 });
    expect(shown).toContain("mathematics-of-rings");
    expect(shown).toContain("mathematics-of-fields");
  });

  it("honours the width, down to 40 columns", () => {
    for (const width of [40, 41, 60, 72, 80, 100, 120, 200]) {
      for (const compact of [false, true]) {
        const lines = renderConsole(input.scores, { ...options, width, compact }).split("\n");
        expect(Math.max(...lines.map(columnsOf)), `width ${width}`).toBeLessThanOrEqual(width);
      }
    }
    expect(renderConsole(input.scores, { width: 1 })).toBe(renderConsole(input.scores, { width: 40 }));
  });

  it("keeps every model, its figure and interval where the terminal is narrow", () => {
    const text = renderConsole(input.scores, { width: 50 });
    for (const model of SAMPLE_MODELS) expect(text).toContain(model);
    expect(text).toContain("6.53 to 7.38");
    expect(text).toContain("more models in a wider terminal");
  });

  it("paints only with the colours it is given", () => {
    expect(renderConsole(input.scores, options)).not.toContain("\u001b");
    const red = (text: string) => `<red>${text}</red>`;
    const worse = input.comparisons.map((one) => ({ ...one, verdict: "fail" as const }));
    const painted = renderConsole(input.scores, { comparisons: worse, colors: { ...plainPaint, red } });
    expect(painted).toContain("<red>FAIL</red> (margin 0.20)");
  });

  it("is short when compact", () => {
    const compact = renderConsole(input.scores, { ...options, compact: true });
    expect(compact).not.toContain("by category");
    expect(compact).not.toContain("moved up");
    expect(compact.split("\n").length * 2).toBeLessThan(
      renderConsole(input.scores, options).split("\n").length,
    );
  });

  it("shows one comparison in full and several by their sentence", () => {
    const [comparison] = input.comparisons;
    if (comparison === undefined) throw new Error("the sample has a comparison");
    const full = renderComparison(comparison, { width: 110 });
    expect(full).toContain("difference +0.40 (95% interval −0.03 to +0.84)");
    expect(full).toContain("moved down");
    const several = renderConsole({ ...input.scores, boards: [] }, { comparisons: [comparison, comparison] });
    expect(several).not.toContain("moved down");
    expect(several.match(/PASS/g)).toHaveLength(2);
  });

  it("tells the comparisons of two judges apart by their protocols", () => {
    const input = sampleInput();
    const [comparison] = input.comparisons;
    if (comparison === undefined) throw new Error("no comparison");
    const other = { ...comparison, protocol: "assay-pair@another~000000" };
    const told = (comparisons: readonly (typeof comparison)[]) =>
      renderConsole(input.scores, { width: 110, comparisons, compact: true });
    expect(told([comparison, other])).toContain(`\n  protocol ${comparison.protocol}\n`);
    expect(told([comparison, other])).toContain("\n  protocol assay-pair@another~000000\n");
    expect(told([comparison])).not.toContain("\n  protocol ");
  });

  it("says a comparison in the same words among others and by itself", () => {
    const [comparison] = input.comparisons;
    if (comparison === undefined) throw new Error("the sample has a comparison");
    const lines = renderComparison(comparison, { width: 110, compact: true }).split("\n");
    const beside = renderConsole(input.scores, { ...options, width: 110, compact: true }).split("\n");
    expect(lines[0]).toContain(", by score");
    for (const line of lines) expect(beside).toContain(line);
    expect(renderComparison(comparison, { width: 110 })).toContain("Smallest detectable difference");
  });

  it("prints hostile names as visible text on lines of its own width", () => {
    const hostile = hostileInput();
    const text = renderConsole(hostile.scores, { comparisons: hostile.comparisons, width: 90 });
    expect(text).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/,
    );
    expect(text).not.toMatch(/^\s*::/m);
    expect(text).not.toMatch(/##\[|##vso\[/);
    expect(Math.max(...text.split("\n").map(columnsOf))).toBeLessThanOrEqual(90);
    const models = text.split("\n").filter((line) => / {2}\d\.\d\d {2}\d\.\d\d to \d/.test(line));
    expect(models).toHaveLength(HOSTILE_NAMES.length);
  });
});
