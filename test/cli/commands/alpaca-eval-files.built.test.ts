import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { PreferenceRow, Scores } from "../../../harness/core/board.js";
import type { Manifest } from "../../../harness/core/manifest.js";
import {
  type AnnotationRecord,
  annotation,
  annotations,
} from "../../interop/alpaca-eval/annotation-files.js";
import { startServer, type TestServer } from "../../server/server.js";
import { useBench } from "../command-runner.js";
import { makeRecordedRun } from "../recorded-run.js";

const bench = useBench();
const mirror = process.env.ASSAY_MIRROR ?? "";
const results = join(mirror, "alpaca_eval", "results");
let server: TestServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const importing = (out: string, ...paths: string[]) =>
  bench.assay("import", "--format", "alpaca-eval", ...paths, "--out", out);
const exporting = (run: string, out: string) =>
  bench.assay("export", run, "--format", "alpaca-eval", "--out", out);

/** Files below a folder by their path, JSON parsed. */
function filesBelow(folder: string): Map<string, unknown> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return new Map(
    files.map(({ parentPath, name }) => {
      const file = join(parentPath, name);
      const text = readFileSync(file, "utf8");
      return [relative(folder, file), name.endsWith(".json") ? JSON.parse(text) : text];
    }),
  );
}

function rowsIn(run: string): PreferenceRow[] {
  const { boards } = JSON.parse(readFileSync(join(bench.folder, run, "scores.json"), "utf8")) as Scores;
  return boards.flatMap((board) => (board.metric === "preference" ? board.models : []));
}

function manifestOf(run: string): Manifest {
  return JSON.parse(readFileSync(join(bench.folder, run, "run.json"), "utf8")) as Manifest;
}

function writeRecords(path: string, records: readonly unknown[]): string {
  return bench.write(path, JSON.stringify(records, null, 1));
}

const outputsOf = (records: readonly AnnotationRecord[], generator: string) =>
  records.map(({ instruction, dataset, output_2 }) => ({
    dataset,
    instruction,
    output: output_2,
    generator,
  }));

describe("AlpacaEval's files", () => {
  it("come out of an import as they went in: order, columns of one's own, missing and unusable preferences", async () => {
    const records = annotations(9).toReversed();
    const odd = [
      annotation(20, null),
      annotation(21, undefined),
      annotation(22, 3),
      annotation(23, 0),
      annotation(24, 1.5, { output_1: null }),
      annotation(25, 2, { annotation_id: 7, notes: { a: [1e-9, null] }, time_per_example: 0.25 }),
      annotation(26, 1, { output_2: "" }),
      annotation(27, 2, { raw_completion: "m", model_shown: "second" }),
    ];
    writeRecords("in/model/judge/annotations.json", [...records, ...odd]);
    writeRecords("in/model/model_outputs.json", outputsOf([...odd, ...records], "model"));
    expect(await importing("run", "in")).toMatchObject({ code: 0 });
    expect(await exporting("run", "out")).toMatchObject({ code: 0 });
    const files = filesBelow(join(bench.folder, "out/custom-instructions/results"));
    const source = filesBelow(join(bench.folder, "in"));
    expect(files.get("model/judge/annotations.json")).toEqual(source.get("model/judge/annotations.json"));
    expect(files.get("model/model_outputs.json")).toEqual(source.get("model/model_outputs.json"));
  });

  it("count what is missing and unusable", async () => {
    writeRecords("a/annotations.json", [...annotations(9), annotation(20, null), annotation(22, 3)]);
    await importing("run", "a");
    expect(await bench.assay("score", "run")).toMatchObject({ code: 0 });
    expect(rowsIn("run")).toMatchObject([{ model: "model", n: 9, missing: 1, invalid: 1 }]);
  });

  it("Python's NaN is no verdict", async () => {
    const text = JSON.stringify([...annotations(3), annotation(5, "NAN")]).replace('"NAN"', "NaN");
    bench.write("a/annotations.json", text);
    await importing("run", "a");
    await bench.assay("score", "run");
    expect(rowsIn("run")).toMatchObject([{ n: 3, missing: 1, invalid: 0 }]);
  });

  it("a run goes through them and back with the same figures, in one order and in both", async () => {
    const questions = annotations(12).map(({ instruction, output_1, dataset }) => ({
      instruction,
      dataset,
      output: output_1,
      generator: "old-bot",
    }));
    writeRecords("suite.json", questions);
    bench.write("prompt.txt", "Q {instruction} A {output_1} B {output_2}: [[A]], [[B]] or [[C]]?");
    bench.write("judge.yaml", "name: mine\nprompt: prompt.txt\nmodel: j\nparser: { kind: brackets }\n");
    server = await startServer();
    for (const orders of ["seeded", "both"]) {
      const args = ["--suite", "suite.json", "--model", "ckpt", "--judge", "judge.yaml", "--orders", orders];
      const run = `run-${orders}`;
      const ran = await bench.assay("run", ...args, "--base-url", server.baseUrl, "--out", run);
      expect(ran).toMatchObject({ code: 0 });
      await exporting(run, `out-${orders}`);
      expect(await importing(`again-${orders}`, `out-${orders}`)).toMatchObject({ code: 0 });
      await bench.assay("score", `again-${orders}`);
      const [first] = rowsIn(run);
      const [again] = rowsIn(`again-${orders}`);
      for (const key of ["model", "winRate", "standardError", "wins", "draws", "n", "averageLength"] as const)
        expect(again?.[key]).toEqual(first?.[key]);
      expect(again?.lengthControlledWinRate).toBeCloseTo(first?.lengthControlledWinRate ?? Number.NaN, 9);
      await exporting(`again-${orders}`, `out2-${orders}`);
      const results = (out: string) =>
        [...filesBelow(join(bench.folder, out)).values()].filter(Array.isArray);
      expect(results(`out2-${orders}`)).toEqual(results(`out-${orders}`));
    }
  });

  it.each([
    [
      "cut off",
      JSON.stringify(annotations(4), null, 1).slice(0, 700),
      /annotations\.json:\d+: the file ends in/,
    ],
    ["of another kind", '{"a": 1}', /annotations\.json is neither AlpacaEval's outputs nor its annotations/],
    ["empty", "", /annotations\.json is neither AlpacaEval's outputs nor its annotations/],
    ["no JSON", "hello", /annotations\.json is neither AlpacaEval's outputs nor its annotations/],
    [
      "without a name",
      JSON.stringify([annotation(1, 2, { generator_2: null })], null, 1),
      /annotations\.json:2: "generator_2" is missing or not text/,
    ],
    [
      "with an instruction twice",
      JSON.stringify([annotation(31, 2), annotation(32, 2), annotation(31, 1)], null, 1),
      /annotations\.json:22: judges the same instruction for the same models as line 2/,
    ],
  ])("a file below a folder that is %s is named and nothing is written", async (_, text, message) => {
    writeRecords("in/a/j/annotations.json", annotations(3));
    bench.write("in/b/j/annotations.json", text);
    expect(await importing("run", "in")).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
    expect(readdirSync(bench.folder)).not.toContain("run");
  });

  it("two models with one name are refused with both places; copies of one file are not", async () => {
    const outputs = outputsOf(annotations(3), "model");
    writeRecords("in/a/model_outputs.json", outputs);
    writeRecords("in/b/model_outputs.json", outputs);
    expect(await importing("copies", "in")).toMatchObject({ code: 0 });
    writeRecords("in/b/model_outputs.json", outputs.with(1, { ...outputs[1], output: "other" } as never));
    expect(await importing("run", "in")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /b\/model_outputs\.json:8: a second output of model .*a\/model_outputs\.json:8/,
      ),
    });
  });

  it("outputs that lack instructions leave their verdicts in place", async () => {
    writeRecords("in/model/model_outputs.json", outputsOf(annotations(5), "model"));
    writeRecords("in/model/judge/annotations.json", annotations(9));
    expect(await importing("run", "in")).toMatchObject({ code: 0 });
    await bench.assay("score", "run");
    expect(rowsIn("run")).toMatchObject([{ n: 9, missing: 0 }]);
  });

  it("outputs without verdicts are judged against recorded answers; a live baseline is refused", async () => {
    const records = annotations(6);
    writeRecords("model/model_outputs.json", outputsOf(records, "model"));
    writeRecords(
      "old.json",
      records.map(({ instruction, output_1 }) => ({ instruction, output: output_1, generator: "old" })),
    );
    bench.write("prompt.txt", "Q {instruction} A {output_1} B {output_2}: [[A]], [[B]] or [[C]]?");
    bench.write("judge.yaml", "name: mine\nprompt: prompt.txt\nmodel: j\nparser: { kind: brackets }\n");
    const imported = await importing("run", "model");
    expect(imported.stdout).toContain("Next: assay judge run --judge NAME");
    server = await startServer();
    const judge = ["judge", "run", "--judge", "judge.yaml", "--judge-base-url", server.baseUrl];
    expect(await bench.assay(...judge, "--baseline", "nobody")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("the run has no answers of the baseline nobody"),
    });
    expect(await bench.assay(...judge, "--baseline", "old.json")).toMatchObject({ code: 0 });
    expect(server.counts.calls).toBe(12);
    expect(rowsIn("run")).toMatchObject([{ model: "model", n: 6, missing: 0 }]);
    // Another opponent adds a board and leaves the first one's models where they are.
    writeRecords(
      "older.json",
      records.map(({ instruction }) => ({ instruction, output: "Hm.", generator: "older" })),
    );
    expect(await bench.assay(...judge, "--baseline", "older.json")).toMatchObject({ code: 0 });
    expect(await bench.assay(...judge, "--baseline", "old")).toMatchObject({ code: 0 });
    expect(server.counts.calls).toBe(24);
    expect(rowsIn("run")).toHaveLength(2);
    const { models, answers } = manifestOf("run");
    expect(models.map(({ id }) => id).sort()).toEqual(["model", "old", "older"]);
    expect(answers).toMatchObject({ planned: 18, completed: 18 });
  });

  it("are not made of a run that has no place in them", async () => {
    await makeRecordedRun(bench, "two-turns");
    const { code, stderr } = await exporting("two-turns", "out");
    expect(code).toBe(2);
    expect(stderr).toMatch(/two-turns holds nothing .*\n.*no place for suites .* several turns \(1\); use/);
    expect(existsSync("out")).toBe(false);
  });

  it("say when the leaderboard's length-controlled columns are empty", async () => {
    writeRecords("in/annotations.json", annotations(5));
    await importing("run", "in");
    expect((await exporting("run", "out")).stderr).toContain(
      "`assay score RUN` before the export fills them",
    );
  });
});

/** A model's row of a leaderboard by column; none of these cells holds a comma. */
function leaderboardRow(csv: string, model: string): Record<string, string> {
  const [head = [], ...rows] = csv
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  const row = rows.find(([name]) => name === model) ?? [];
  return Object.fromEntries(head.map((column, place) => [column, row[place] ?? ""]));
}

const PUBLISHED = ["claude-2", "gpt-3.5-turbo-1106", "FuseChat-Gemma-2-9B-Instruct", "phi-2"] as const;

describe.skipIf(mirror === "")("AlpacaEval's published folders (need ASSAY_MIRROR)", () => {
  it.each(PUBLISHED)("%s comes out field by field, and scores as published", async (model) => {
    vi.stubEnv("ASSAY_MIRROR", mirror);
    await importing("run", join(results, model));
    await bench.assay("score", "run", "--compat");
    expect(await exporting("run", "out")).toMatchObject({ code: 0 });
    const written = filesBelow(join(bench.folder, "out"));
    for (const [path, records] of filesBelow(join(results, model))) {
      const suites = ["alpaca-eval", "alpaca-eval-2"].map((suite) =>
        written.get(join(suite, "results", model, path)),
      );
      expect(suites.filter((found) => found !== undefined)).not.toHaveLength(0);
      for (const found of suites) if (found !== undefined) expect(found).toEqual(records);
    }
    const boards = readdirSync(join(mirror, "alpaca_eval", "leaderboards"));
    for (const [path, text] of written) {
      const annotator = /leaderboards\/(.+)\/leaderboard\.csv$/.exec(path)?.[1];
      if (annotator === undefined) continue;
      const file = boards.find((name) => name === `${annotator}_leaderboard.csv`) ?? "";
      const board = readFileSync(join(mirror, "alpaca_eval", "leaderboards", file), "utf8");
      const [ours, theirs] = [String(text), board].map((csv) => leaderboardRow(csv, model));
      for (const column of [
        "win_rate",
        "standard_error",
        "n_wins",
        "n_draws",
        "n_total",
        "discrete_win_rate",
      ])
        expect(Number(ours?.[column])).toBeCloseTo(Number(theirs?.[column]), 6);
      // The published length is over all outputs, which are not all here for phi-2.
      if (model !== "phi-2") expect(ours?.avg_length).toBe(theirs?.avg_length);
      expect(Number(ours?.length_controlled_winrate)).toBeCloseTo(
        Number(theirs?.length_controlled_winrate),
        4,
      );
    }
  });

  it("claude-2's outputs alone are judged against AlpacaEval 2's baseline from the mirror", async () => {
    vi.stubEnv("ASSAY_MIRROR", mirror);
    await importing("run", join(results, "claude-2/model_outputs.json"));
    server = await startServer();
    const judge = ["judge", "run", "--judge", "weighted_alpaca_eval_gpt4.1"];
    expect(await bench.assay(...judge, "--judge-base-url", server.baseUrl)).toMatchObject({ code: 0 });
    // One pair of the 805 is equal and needs no call.
    expect(server.counts.calls).toBe(804);
    expect(rowsIn("run")).toMatchObject([{ model: "claude-2", n: 805, missing: 0, averageLength: 1069 }]);
  });
});
