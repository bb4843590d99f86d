import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useBench } from "../command-runner.js";
import { recordedConfig } from "../recorded-run.js";

const bench = useBench();

function readRun(run: string, file: string): ReturnType<typeof JSON.parse> {
  return JSON.parse(readFileSync(join(bench.folder, run, file), "utf8"));
}

/** Runs a part of the recorded configuration. */
function runPart(change: Record<string, unknown>, ...flags: readonly string[]) {
  const config = { ...JSON.parse(recordedConfig()), ...change };
  bench.write("part.json", JSON.stringify(config));
  return bench.assay("run", "part.json", "--out", "runs/x", ...flags);
}

const all = JSON.parse(recordedConfig());
const [small, large] = all.models;
const [single, pairs] = all.judges;

describe("a run folder that holds more than a run asks for", () => {
  test.each([
    ["a model", { models: [large], judges: [single] }, [], "model sample-small (24 answers)"],
    ["questions", {}, ["--limit", "10"], "other questions of suite quickstart (28 answers)"],
    [
      "a judge",
      { judges: [single] },
      [],
      "sample-judge (assay, pairwise-all) on suite quickstart (96 verdicts)",
    ],
    ["a dry run", { judges: [pairs] }, ["--dry-run"], "(assay, single) on suite quickstart (96 verdicts)"],
  ])("is refused: %s", async (_, change, flags, words) => {
    await runPart({});
    const before = readRun("runs/x", "run.json");
    const { code, stderr } = await runPart(change, ...flags);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr).toContain("--replace");
    expect(readRun("runs/x", "run.json")).toEqual(before);
  });

  test("is run all the same where that is asked for, and nothing is lost for a later run", async () => {
    await runPart({});
    const whole = readRun("runs/x", "scores.json");
    expect((await runPart({ models: [large], judges: [single] }, "--limit", "4", "--replace")).code).toBe(0);
    expect(readRun("runs/x", "run.json").models).toHaveLength(1);
    expect((await runPart({})).code).toBe(0);
    expect(readRun("runs/x", "scores.json")).toEqual(whole);
  });

  test("grows: more questions, another model, another judge", async () => {
    expect((await runPart({ models: [small], judges: [single] }, "--limit", "3")).code).toBe(0);
    expect((await runPart({ models: [small], judges: [single] }, "--limit", "6")).code).toBe(0);
    expect((await runPart({ judges: [single] }, "--limit", "6")).code).toBe(0);
    expect((await runPart({})).code).toBe(0);
    expect(readRun("runs/x", "scores.json").boards).toHaveLength(2);
  });
});

describe("a part of a suite", () => {
  test("is called a part wherever its name stands, and is drawn across the categories", async () => {
    const dry = await runPart({}, "--limit", "3", "--dry-run");
    expect(dry.stdout).toContain("3 of 24 questions, ");
    expect(existsSync(join(bench.folder, "runs/x"))).toBe(false);
    const { stdout } = await runPart({ report: { formats: ["markdown", "junit"] } }, "--limit", "3");
    const [board] = readRun("runs/x", "scores.json").boards;
    expect(board.part).toMatchObject({ questions: 3, of: 24 });
    expect(new Set(board.part.categories).size).toBe(3);
    expect(board.part.ofCategories).toBeGreaterThan(3);
    const files = ["summary.md", "junit.xml"].map((file) =>
      readFileSync(join(bench.folder, "runs/x/report", file), "utf8"),
    );
    for (const text of [stdout, ...files]) expect(text).toContain("3 of 24 questions, ");
    expect(files.join("")).not.toMatch(/of assay-80\)(?!, 3 of 24)/);
  });
});

describe("the JUnit file of a run", () => {
  test("is an error when the run is incomplete, also from a report that is made later", async () => {
    const replies = { ...single, path: bench.write("none.jsonl", "") };
    const report = { formats: ["junit"] };
    const { code } = await runPart({ judges: [replies], report }, "--limit", "2");
    expect(code).toBe(3);
    const file = join(bench.folder, "runs/x/report/junit.xml");
    const words =
      /errors="1".*\n.*\n.*\n.*\n.*nothing is missing.*\n.*<error message="The run is incomplete: 0 answers and 8 verdicts/;
    expect(readFileSync(file, "utf8")).toMatch(words);
    expect((await bench.assay("report", "runs/x", "--format", "junit")).code).toBe(0);
    expect(readFileSync(file, "utf8")).toMatch(words);
    // What the configuration allows to be missing makes neither the exit code nor the file red.
    const allowed = await runPart({ judges: [replies], report }, "--limit", "2", "--max-missing", "100");
    expect(allowed.code).toBe(0);
    expect(readFileSync(file, "utf8")).not.toContain("<error");
  });
});

describe("a report of several runs", () => {
  const run = async (out: string, change: Record<string, unknown>, ...flags: readonly string[]) => {
    bench.write("part.json", JSON.stringify({ ...all, judges: [single], ...change }));
    const { code } = await bench.assay("run", "part.json", "--out", out, "--quiet", ...flags);
    expect(code).toBe(0);
  };
  const report = async (...runs: readonly string[]) => {
    const { code, stderr } = await bench.assay("report", ...runs, "--format", "json,csv", "--out", "shown");
    return { code, stderr };
  };

  test("shows the models of all, and compares them", async () => {
    await run("runs/a", { models: [small] });
    await run("runs/b", { models: [large] });
    await run("runs/both", {});
    expect((await report("runs/a", "runs/b")).code).toBe(0);
    const shown = readRun("shown", "report.json");
    const { boards } = readRun("runs/both", "scores.json");
    expect(shown.scores.boards).toEqual(boards);
    expect(shown.comparisons).toMatchObject([
      { base: "sample-small", candidate: "sample-large", delta: 3.3125 },
    ]);
    expect(readFileSync(join(bench.folder, "shown", "answers.csv"), "utf8")).toContain("sample-small");
  });

  test("shows boards that only an earlier run has", async () => {
    await run("runs/a", { judges: [pairs] });
    await run("runs/b", {});
    expect((await report("runs/a", "runs/b")).code).toBe(0);
    expect(readRun("shown", "report.json").scores.boards).toMatchObject([
      { mode: "single" },
      { mode: "pairwise-all" },
    ]);
  });

  test("is refused where one board would hold different questions", async () => {
    await run("runs/a", { models: [small] }, "--limit", "4");
    await run("runs/b", { models: [large] });
    const { code, stderr } = await report("runs/a", "runs/b");
    expect(code).toBe(2);
    expect(stderr).toMatch(/different questions of suite quickstart[\s\S]*report each run by itself/);
  });
});
