import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../harness/core/errors.js";
import {
  parseDifficulties,
  parseGamedRows,
  parseWeights,
} from "../../../harness/interop/alpaca-eval/calibration-files.js";

const mirror = process.env.ASSAY_MIRROR;

function failureOf(read: () => unknown): DataError {
  try {
    read();
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const GAMED = [
  "model,preference,index,std_delta_len,instruction_difficulty,not_gamed_baseline",
  '"long, gamed",0.75,1,-1.5,0.25,False',
  "short,1e-3,0,2,-0.0,False",
  "",
].join("\r\n");

describe("parseGamedRows", () => {
  it("finds the columns by name, in any order, with quoted cells and Windows line ends", () => {
    expect(parseGamedRows(`\ufeff${GAMED}`, "df_gamed.csv")).toEqual({
      preferences: Float64Array.of(0.75, 0.001),
      standardizedLengths: Float64Array.of(-1.5, 2),
      difficulties: Float64Array.of(0.25, -0),
      questionOf: Int32Array.of(1, 0),
      models: ["long, gamed", "short"],
    });
  });

  it("refuses an empty file", () => {
    const error = failureOf(() => parseGamedRows("", "x.csv"));
    expect(error).toMatchObject({
      code: "broken-calibration",
      file: "x.csv",
      message: expect.stringContaining("the file is empty"),
    });
  });

  it.each([
    ["a file of another kind", '{"a": 1}', 1, /quotation mark|no column "preference"/],
    ["a missing column", GAMED.replace("std_delta_len", "delta"), 1, /no column "std_delta_len"/],
    ["a header alone", `${GAMED.split("\r\n")[0]}\n`, 1, /no rows/],
    ["a cell that is not a number", GAMED.replace("-1.5", "long"), 2, /"std_delta_len" has "long"/],
    ["an empty cell", GAMED.replace("1e-3", ""), 3, /"preference" has ""/],
    ["an infinite number", GAMED.replace("2,-0.0", "Infinity,-0.0"), 3, /"std_delta_len" has "Infinity"/],
    ["a preference on the scale of 1 to 2", GAMED.replace("0.75", "1.75"), 2, /1.75 lies outside 0 to 1/],
    ["a position that is not whole", GAMED.replace("0.75,1,", "0.75,1.5,"), 2, /"index" has "1.5"/],
    ["a torn last row", GAMED.slice(0, -12), 3, /cells where the header has 6|which is not/],
    ["a stray quotation mark", GAMED.replace("short", 'sh"ort'), 3, /quotation mark/],
  ])("names the line of %s", (_, text, line, message) => {
    const error = failureOf(() => parseGamedRows(text, "x.csv"));
    expect(error).toMatchObject({ code: "broken-calibration", file: "x.csv", line });
    expect(error.message).toMatch(message);
    expect(error.remedy).toMatch(/leave it out/);
  });
});

describe("parseDifficulties", () => {
  it("orders by position and takes the nameless index that pandas writes", () => {
    expect([...parseDifficulties(",instruction_difficulty\n1,-2\n0,0.5\n", "d.csv")]).toEqual([0.5, -2]);
    expect([...parseDifficulties("index,instruction_difficulty\n0,3", "d.csv")]).toEqual([3]);
  });

  it("names a position that is given twice or leaves a gap", () => {
    const head = "index,instruction_difficulty\n";
    const twice = failureOf(() => parseDifficulties(`${head}0,1\n0,2\n`, "d.csv"));
    expect(twice).toMatchObject({ line: 3, message: expect.stringContaining("index 0 is given twice") });
    const gap = failureOf(() => parseDifficulties(`${head}0,1\n\n5,2\n`, "d.csv"));
    expect(gap).toMatchObject({ line: 4, message: expect.stringContaining("index 5 leaves a gap") });
  });
});

describe("parseWeights", () => {
  const header = ",np.tanh(std_delta_len),instruction_difficulty,not_gamed_baseline.astype(float)\n";

  it("reads φ, ψ and θ by model; of a model listed twice the last row counts", () => {
    const weights = parseWeights(`${header}a,-1,0.5,2\nb,0,0,0\na,-3,0.25,1\n`, "w.csv");
    expect([...weights.keys()]).toEqual(["a", "b"]);
    expect(weights.get("a")).toEqual({ model: "a", length: -3, difficulty: 0.25, strength: 1 });
  });

  it("names the line of a weight that is not a number", () => {
    expect(failureOf(() => parseWeights(`${header}a,-1,,2\n`, "w.csv"))).toMatchObject({ line: 2 });
  });
});

describe.skipIf(!mirror)("the published calibration files (needs ASSAY_MIRROR)", () => {
  const read = (name: string) =>
    readFileSync(join(mirror ?? "", "alpaca_eval/length_controlled_v1", name), "utf8");

  it("hold 1610 gamed rows, 805 difficulties that agree with them, and 200 models' weights", () => {
    const gamed = parseGamedRows(read("df_gamed.csv"), "df_gamed.csv");
    const difficulties = parseDifficulties(read("instruction_difficulty.csv"), "instruction_difficulty.csv");
    expect(gamed.preferences.length).toBe(1610);
    expect(new Set(gamed.models)).toEqual(
      new Set(["gpt4_1106_preview_verbose", "gpt4_1106_preview_concise"]),
    );
    expect(difficulties.length).toBe(805);
    for (const [row, question] of gamed.questionOf.entries()) {
      expect(gamed.difficulties[row]).toBe(difficulties[question]);
    }
    const weights = parseWeights(read("baseline_gpt4_1106_preview.csv"), "weights.csv");
    expect(weights.size).toBe(200);
    expect(weights.get("gpt4_1106_preview")).toMatchObject({ length: 0, difficulty: 0, strength: 0 });
  });
});
