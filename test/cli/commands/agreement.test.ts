import { beforeEach, describe, expect, test } from "vitest";
import type { Agreement } from "../../../harness/pipeline/agreement/agreement.js";
import { useBench } from "../command-runner.js";
import { makeRecordedRun } from "../recorded-run.js";

describe("assay agreement", () => {
  const bench = useBench();
  beforeEach(() => makeRecordedRun(bench, "run"));

  /** A vote of a person on a question of the recorded run. */
  const vote = (question: string, turn: number, winner: string, judge = "expert_1") => ({
    question_id: question,
    model_a: "sample-small",
    model_b: "sample-large",
    winner,
    judge,
    turn,
  });

  async function agreement(...words: string[]): Promise<Agreement> {
    const { code, document } = await bench.json("agreement", ...words);
    expect(code).toBe(0);
    return document as Agreement;
  }

  test("of a run with a copy of itself is complete, in ratings and choices", async () => {
    await makeRecordedRun(bench, "copy");
    const found = await agreement("run", "copy");
    expect(found).toMatchObject({
      schema: "assay.agreement/1",
      first: { name: "run", verdicts: 144 },
      ratings: { items: 96, questions: 24, exact: { value: 100 }, unmatched: { first: 0, second: 0 } },
      choices: { turns: { all: { s1: { items: 48, raw: { value: 100 } }, s2: { raw: { value: 100 } } } } },
    });
  });

  test("between two protocols of one run: ratings imply choices", async () => {
    const found = await agreement("run#assay-single", "run#assay-pair");
    expect(found.ratings).toBeNull();
    // By hand from the recordings: 6 of 48 choices differ, all of them ties on one side.
    expect(found.choices?.turns.all?.s1).toMatchObject({ items: 48, raw: { value: 87.5 } });
    expect(found.choices?.turns.all?.s2).toMatchObject({ items: 40, raw: { value: 100 } });
    expect(found.warnings.map((one) => one.code)).toEqual(["derived-choices"]);
  });

  test("with people's votes, whoever stood on which side", async () => {
    const votes = [
      vote("a80-math-01", 1, "model_b"),
      { ...vote("a80-math-01", 1, "model_a", "expert_2"), model_a: "sample-large", model_b: "sample-small" },
      vote("a80-coding-01", 1, "model_a"),
      vote("a80-coding-02", 1, "tie"),
      vote("somewhere-else", 1, "tie"),
    ];
    bench.write("votes.json", JSON.stringify(votes));
    const found = await agreement("run#assay-pair", "votes.json");
    // The judge prefers sample-large on all three: two votes agree, one says the opposite, one a tie.
    expect(found.choices?.turns["1"]?.s1).toMatchObject({ items: 4, questions: 3, raw: { value: 50 } });
    expect(found.choices?.turns["1"]?.s2).toMatchObject({ items: 3 });
    expect(found.choices?.unmatched).toEqual({ first: 45, second: 1 });
    const one = await agreement("run#assay-pair", "votes.json#expert_2");
    expect(one.choices?.turns["1"]?.s1).toMatchObject({ items: 1, raw: { value: 100 } });
    const people = await agreement("votes.json", "votes.json");
    expect(people.choices?.turns["1"]?.s1).toMatchObject({ items: 1, raw: { value: 100 } });
  });

  test("shows figures with intervals, chance beside raw agreement, and bias by model", async () => {
    const { stdout } = await bench.assay("agreement", "run#assay-single", "run#assay-pair");
    expect(stdout).toContain("The two agree on 87.5% of 48 (at random 33%) choices");
    expect(stdout).toMatch(
      /all turns S1, ties count agree 87\.5 \[\d+\.\d, \d+\.\d\] %, at random 33 %, n 48/,
    );
    expect(stdout).toMatch(/sample-large +91\.67 +85\.42 +-6\.25 \[/);
  });

  test.each<[string[], RegExp]>([
    [["run", "run#assay-triple"], /run has no protocol or judge "assay-triple"/],
    [["run", "nowhere"], /no file or run folder nowhere/],
    [["run", "votes.json#expert_9"], /votes\.json has no vote by "expert_9"\n.*Did you mean "expert_1"/],
    [
      ["run", "other.json"],
      /run and other\.json have no verdict on the same answers\n.*"a80-writing-01" and "1"/,
    ],
    [["run", "votes.json", "--replicates", "500"], /unknown flag --replicates\n/],
  ])("assay agreement %j is refused", async (words, message) => {
    bench.write("votes.json", JSON.stringify([vote("a80-math-01", 1, "model_b")]));
    bench.write("other.json", JSON.stringify([vote("1", 1, "model_b")]));
    const { code, stdout, stderr } = await bench.assay("agreement", ...words);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});
