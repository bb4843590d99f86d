import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { alpacaEvalFormatOf, readAnnotations } from "../../../harness/interop/alpaca-eval/annotations.js";
import { KnownInstructions } from "../../../harness/interop/alpaca-eval/known-instructions.js";
import { annotation, annotations, writeJson } from "./annotation-files.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "assay-annotations-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (content: unknown, path = "results/model/judge/annotations.json") =>
  writeJson(folder, path, content);

describe("readAnnotations", () => {
  it("keeps verdicts and lengths, and lets the texts go", () => {
    const file = write([
      annotation(3, 1.25, { output_2: "häus 👍", raw_completion: { logprobs: [1, { a: "]" }] } }),
      annotation(4, 2, { output_1: null, dataset: undefined }),
    ]);
    const { records, sets } = readAnnotations(file);
    expect(records).toBe(2);
    expect(sets).toMatchObject([
      {
        annotator: "judge",
        baseline: "baseline",
        model: "model",
        instructions: ["Question 3?", "Question 4?"],
        datasets: ["odd", undefined],
        preferences: [0.25, 1],
        baselineLengths: [25, 0],
        modelLengths: [6, 23],
      },
    ]);
  });

  it("reads a further file of a board as it reads it alone", () => {
    const words = (text: string) => text.split(" ").length;
    const whole = Array.from({ length: 6 }, (_, index) => annotation(index, 2));
    const answered = (index: number, answer: string | null) => annotation(index, 1, { output_1: answer });
    const { instruction, ...rest } = annotation(1, 2);
    const files = [
      whole,
      whole.filter((_, index) => index !== 2),
      [answered(0, "# another\n- answer"), ...whole.slice(1)],
      [...whole].reverse(),
      [annotation(9, 2), answered(3, ""), answered(3, null), answered(4, "häus **👍**")],
      [{ ...rest, instruction }, whole[2]],
      whole,
    ].map((records, index) => write(records, `results/model/judge-${index}/annotations.json`));
    const known = new KnownInstructions();
    const together = files.map((file) => readAnnotations(file, undefined, known, words));
    expect(together).toEqual(
      files.map((file) => readAnnotations(file, undefined, new KnownInstructions(), words)),
    );
    expect(together[2]?.sets[0]?.baselineStyles[0]).toEqual({ tokens: 3, headers: 1, lists: 1, bold: 0 });
  });

  it.each([
    ["1 for the baseline", "1", 0],
    ["2 for the model", "2.0", 1],
    ["weights between them", "1.7328323962", 0.7328323962],
    ["1.5 for a draw", "1.5", 0.5],
    ["0 for a draw", "0", 0.5],
    ["null for no verdict", "null", Number.NaN],
    ["NaN, as Python writes it, for no verdict", "NaN", Number.NaN],
  ])("takes %s", (_, written, weight) => {
    const text = JSON.stringify([annotation(1, "PREFERENCE")]).replace('"PREFERENCE"', written);
    const [set] = readAnnotations(write(text)).sets;
    expect(set?.preferences).toEqual([Number.isNaN(weight) ? Number.NaN : expect.closeTo(weight, 12)]);
    expect(set?.unreadable.size).toBe(0);
  });

  it("takes a record without the column as one without a verdict", () => {
    const [set] = readAnnotations(write([annotation(1, undefined)])).sets;
    expect(set?.preferences).toEqual([Number.NaN]);
  });

  it.each([
    [3, "the preference 3 is neither 0 nor within 1 to 2"],
    [-1, "the preference -1 is neither 0 nor within 1 to 2"],
    [0.5, "the preference 0.5 is neither 0 nor within 1 to 2"],
    ["2", "the preference is text instead of a number"],
    [true, "the preference is true instead of a number"],
    [[2], "the preference is a list instead of a number"],
  ])("keeps why %j cannot be used", (preference, reason) => {
    const [set] = readAnnotations(write([annotation(0, preference), annotation(1, 2)])).sets;
    expect([...(set?.unreadable ?? [])]).toEqual([[0, reason]]);
    expect(set?.preferences).toEqual([Number.NaN, 1]);
  });

  it("parts models, baselines and annotators, in whatever order they come", () => {
    const file = write([
      annotation(1, 2),
      annotation(1, 1, { generator_2: "other" }),
      annotation(2, 2),
      annotation(1, 1, { generator_1: "another baseline" }),
      annotation(1, 1, { annotator: "another judge" }),
    ]);
    const { sets } = readAnnotations(file);
    expect(
      sets.map(({ annotator, baseline, model, preferences }) => [annotator, baseline, model, preferences]),
    ).toEqual([
      ["judge", "baseline", "model", [1, 1]],
      ["judge", "baseline", "other", [0]],
      ["judge", "another baseline", "model", [0]],
      ["another judge", "baseline", "model", [0]],
    ]);
  });

  it("takes the annotator from the folder where the records do not name it", () => {
    const file = write(
      [annotation(1, 2, { annotator: undefined })],
      "results/model/my_judge/annotations.json",
    );
    expect(readAnnotations(file).sets[0]?.annotator).toBe("my_judge");
  });

  it("names the line where a file was cut off", () => {
    const whole = JSON.stringify(annotations(30), null, 2);
    const cut = whole.slice(0, Math.floor(whole.length / 2));
    expect(() => readAnnotations(write(cut))).toThrow(
      expect.objectContaining({ code: "broken-json", line: cut.split("\n").length }),
    );
  });

  it("names line and field of a record that is none", () => {
    const records = annotations(3);
    const file = write([records[0], { ...records[1], generator_2: undefined }, records[2]]);
    expect(() => readAnnotations(file)).toThrow(
      expect.objectContaining({
        code: "bad-annotation",
        line: 12,
        message: expect.stringContaining('"generator_2" is missing'),
      }),
    );
    expect(() => readAnnotations(write([records[0], 7]))).toThrow(
      expect.objectContaining({ code: "bad-annotation", message: expect.stringContaining('"instruction"') }),
    );
  });

  it.each([
    ["a model's outputs", [{ instruction: "a", output: "b", generator: "c" }], "outputs without verdicts"],
    ["an object", { a: 1 }, "not a file of judgments"],
    ["an empty list", [], "not a file of judgments"],
    ["a list of something else", [{ question_id: 81 }], "not a file of judgments"],
    ["a text", '"annotations"', "not a file of judgments"],
  ])("refuses %s", (_, content, message) => {
    expect(() => readAnnotations(write(content))).toThrow(
      expect.objectContaining({ code: "unknown-format", message: expect.stringContaining(message) }),
    );
  });

  it("refuses what is not JSON", () => {
    expect(() => readAnnotations(write("model,preference\na,1\n"))).toThrow(
      expect.objectContaining({ code: "unknown-format" }),
    );
    expect(() => readAnnotations(write('[{"instruction": "a" "output_1": "b"}]'))).toThrow(
      expect.objectContaining({ code: "broken-json", line: 1 }),
    );
  });
});

describe("alpacaEvalFormatOf", () => {
  it.each([
    [[annotation(1, 2)], "alpaca-eval-annotations"],
    [[{ dataset: "x", instruction: "a", output: "b" }], "alpaca-eval-outputs"],
    [[{ instruction: "a" }], undefined],
    [{ instruction: "a" }, undefined],
  ])("of %j is %s", (content, format) => {
    expect(alpacaEvalFormatOf(write(content))).toBe(format);
  });

  it("looks no further than the first record", () => {
    expect(alpacaEvalFormatOf(write(`[${JSON.stringify(annotation(1, 2))}, {broken`))).toBe(
      "alpaca-eval-annotations",
    );
  });
});
