import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import type { Baseline } from "../../../harness/pipeline/gates/baseline.js";
import { useBench } from "../command-runner.js";
import { makeRecordedRun, recordedConfig } from "../recorded-run.js";

describe("assay baseline, and gates that use it", () => {
  const bench = useBench();
  beforeEach(() => makeRecordedRun(bench, "run"));

  const readBaseline = (file: string): Baseline => JSON.parse(readFileSync(file, "utf8"));

  test("writes one model's figures, board by board", async () => {
    const { code, stdout } = await bench.assay("baseline", "write", "run", "--model", "sample-small");
    expect(code).toBe(0);
    expect(stdout).toContain("baseline of sample-small");
    const { model, boards } = readBaseline("baseline.json");
    expect(model).toBe("sample-small");
    expect(boards.map(({ mode, metric, n, mean }) => [mode, metric, n, mean])).toEqual([
      ["single", "score", 24, 4.8125],
      ["pairwise-all", "winRate", 24, 14.583333],
    ]);
    expect(Object.keys(boards[0]?.questions.coding ?? {})).toEqual([
      "a80-coding-01",
      "a80-coding-02",
      "a80-coding-03",
    ]);
  });

  test("picks a model with RUN#model, and is the same file twice", async () => {
    await bench.assay("baseline", "write", "run#sample-large", "--out", "one.json");
    await bench.assay("baseline", "write", "run", "--model", "sample-large", "--out", "two.json");
    expect(readFileSync("one.json", "utf8")).toBe(readFileSync("two.json", "utf8"));
    const { document } = await bench.json("baseline", "write", "run#sample-large", "--out", "three.json");
    expect(document).toEqual(readBaseline("one.json"));
  });

  test("refuses to choose among several models, and models that are not there", async () => {
    const several = await bench.assay("baseline", "write", "run");
    expect(several.code).toBe(2);
    expect(several.stderr).toMatch(/run holds several models\n.*sample-small, sample-large/);
    const wrong = await bench.assay("baseline", "write", "run", "--model", "sample-smal");
    expect(wrong.stderr).toMatch(/no model "sample-smal"\n.*Did you mean "sample-small"/);
    expect(existsSync("baseline.json")).toBe(false);
  });

  test("a gate against it passes the same run and fails a worse one", async () => {
    await bench.assay("baseline", "write", "run#sample-large");
    const gates = [{ metric: "score", against: "baseline.json", maxRegression: 0.2 }];
    bench.write("gated.json", recordedConfig(gates));
    const { code, stdout } = await bench.assay("run", "gated.json", "--out", "run");
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAIL +sample-small: score against baseline\.json \(at most 0\.2 lower\)/);
    expect(stdout).toMatch(
      /sample-small against baseline\.json \(sample-large\) is −3\.31 points over 24 questions/,
    );
    expect(stdout).toMatch(/PASS +sample-large: score against baseline\.json/);
  });

  test("the same as flags, with every policy for what cannot be decided", async () => {
    await bench.assay("baseline", "write", "run#sample-large");
    const words = ["--gate", "score,against=baseline.json,maxRegression=0,model=sample-large"];
    const codes: number[] = [];
    for (const policy of ["pass", "fail", "exit-4"]) {
      const ended = await bench.assay(
        "run",
        "recorded.json",
        "--out",
        "run",
        ...words,
        "--inconclusive",
        policy,
      );
      expect(ended.stdout).toMatch(/INCONCLUSIVE +sample-large/);
      codes.push(ended.code);
    }
    expect(codes).toEqual([0, 1, 4]);
  });

  test.each<[Readonly<Record<string, unknown>>, RegExp]>([
    [{ metric: "score", min: 5, model: "sample-smal" }, /gates\[0\]\.model: .*Did you mean "sample-small"/s],
    [{ metric: "score", min: 5, category: "maths" }, /gates\[0\]\.category: "maths"/],
    [{ metric: "score", against: "none", maxRegression: 1 }, /gates\[0\]\.against: "none" is neither/],
    [
      { metric: "score", against: "none.json", maxRegression: 1 },
      /gates\[0\]\.against: none\.json: cannot be read/,
    ],
    [{ metric: "lengthControlledWinRate", min: 50 }, /gates\[0\]\.metric: this run has no board/],
  ])("a wrong gate is refused before anything is done: %j", async (gate, message) => {
    bench.write("gated.json", recordedConfig([gate]));
    const { code, stderr } = await bench.assay("run", "gated.json", "--out", "another");
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(existsSync("another")).toBe(false);
  });

  test("a baseline of another protocol is refused before anything is done", async () => {
    await bench.assay("baseline", "write", "run#sample-large");
    const baseline = readBaseline("baseline.json");
    const boards = baseline.boards.map((board) => ({ ...board, protocol: "mt-bench-single@gpt-4~000000" }));
    writeFileSync("baseline.json", JSON.stringify({ ...baseline, boards }));
    const gate = "score,against=baseline.json,maxRegression=0.2";
    const { code, stderr } = await bench.assay("run", "recorded.json", "--out", "another", "--gate", gate);
    expect(code).toBe(2);
    expect(stderr).toMatch(/gates\[0\]\.against: baseline\.json has no figures of protocol assay-single@/);
    expect(existsSync("another")).toBe(false);
  });

  test("assay compare takes it as base and says how often its gate would fail on nothing", async () => {
    await bench.assay("baseline", "write", "run#sample-small");
    const words = ["compare", "baseline.json", "run#sample-small", "--margin", "0.5", "--self-check"];
    const { code, document } = await bench.json(...words);
    expect(code).toBe(0);
    const { comparisons, selfCheck } = document as {
      comparisons: readonly Record<string, unknown>[];
      selfCheck: readonly Record<string, unknown>[];
    };
    expect(comparisons).toMatchObject([
      { metric: "score", delta: 0, ties: 24, verdict: "pass" },
      { metric: "winRate", delta: 0, ties: 24, verdict: "pass" },
    ]);
    expect(selfCheck).toMatchObject([
      { schema: "assay.self-check/1", method: "sign-flips", failRate: 0, outcomes: { fail: 0 } },
      { failRate: 0 },
    ]);
  });
});
