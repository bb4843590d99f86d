import { beforeEach, describe, expect, it } from "vitest";
import { useBench } from "../command-runner.js";

const bench = useBench();
const URL = "http://127.0.0.1:1/v1";

beforeEach(() => {
  bench.write("q.jsonl", '{"id": "1", "category": "c", "turns": ["What is up?"]}\n');
  for (const model of ["x", "y"])
    bench.write(
      `${model}.jsonl`,
      `${JSON.stringify({ question_id: "1", answer_id: model, model_id: model, choices: [{ index: 0, turns: [`I am ${model}`] }], tstamp: 1 })}\n`,
    );
});

const dryRun = (...more: string[]) =>
  bench.assay("run", "--suite", "q.jsonl", "--base-url", URL, "--model", "m", "--dry-run", ...more);

describe("a run of rankings on the command line", () => {
  it("ranks recorded models along, by mode or by the judge's name, in one call per question", async () => {
    for (const how of [
      ["--mode", "ranking"],
      ["--judge-protocol", "ranking"],
    ]) {
      const { code, stdout, stderr } = await dryRun("--judge", "j", "--opponents", "x.jsonl,y.jsonl", ...how);
      expect(stderr).toBe("");
      expect(code).toBe(0);
      expect(stdout).toMatch(/protocol ranking@j~\w+: 1 verdict\n/);
      expect(stdout).toMatch(/judgments by j: 1 call,/);
    }
  });

  it.each([
    [["--judge", "j", "--rank-ties"], "no judge ranks, so --rank-ties does nothing", "Add --mode ranking"],
    [["--judge", "j", "--mode", "ranking"], "has nothing to compare", "--opponents"],
    [
      ["--judge", "j", "--mode", "ranking", "--opponents", "z"],
      "no recorded answers of z",
      "named with --model",
    ],
    [["--judge", "j", "--mode", "ranking", "--rank-together", "1"], "--rank-together", "at least 2"],
    [
      ["--judge", "j", "--mode", "ranking", "--judge-protocol", "assay"],
      "cannot be used in mode ranking",
      "ranking",
    ],
    [
      ["--judge", "j", "--mode", "ranking", "--opponents", "x.jsonl", "--baseline", "x.jsonl"],
      "baseline",
      "leave",
    ],
    [
      ["--judge", "j", "--mode", "ranking", "--opponents", "x.jsonl", "--judge-samples", "3"],
      "--judge-samples",
      "--trials",
    ],
  ])("is refused before a call: %j", async (words, problem, remedy) => {
    const { code, stderr } = await dryRun(...words);
    expect(code).toBe(2);
    expect(stderr).toContain(problem);
    expect(stderr).toContain(remedy);
  });
});
