import { readdirSync, readFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import type { BoardPlan } from "../../../harness/assemble/plan-runs.js";
import { useBench } from "../command-runner.js";
import { makeRecordedRun } from "../recorded-run.js";

describe("assay plan from an earlier run", () => {
  const bench = useBench();
  beforeEach(() => makeRecordedRun(bench, "run"));

  const few = ["--from", "run", "--repetitions", "100"] as const;
  const prices = ["--budget", "60", "--vote-price", "0.5"] as const;

  async function plan(...words: string[]): Promise<BoardPlan[]> {
    const { code, document } = await bench.json("plan", ...few, ...words);
    expect(code).toBe(0);
    return (document as { boards: BoardPlan[] }).boards;
  }

  function letAnnaVote(): void {
    const [file = ""] = readdirSync("run/suites");
    const { id, questions } = JSON.parse(readFileSync(`run/suites/${file}`, "utf8")) as {
      id: string;
      questions: { id: string }[];
    };
    const rows = questions.slice(0, 12).map((question, at) =>
      JSON.stringify({
        question_id: question.id,
        model_a: "sample-small",
        model_b: "sample-large",
        winner: at % 3 === 0 ? "model_a" : "model_b",
        judge: "anna",
        turn: 1,
        suite: id,
        vote_id: question.id,
      }),
    );
    bench.write("run/votes/anna.jsonl", `${rows.join("\n")}\n`);
  }

  test("says what is not known, and why: no votes, nothing judged twice, no prices", async () => {
    const boards = await plan(...prices);
    const single = boards.find(({ metric }) => metric === "score");
    expect(single?.people).toMatchObject({ pairs: [], votesAtWorst: 387 });
    expect(single?.people.reason).toContain("nobody voted");
    const [pair] = single?.pairs ?? [];
    expect(pair?.spread).toMatchObject({ betweenQuestions: null, perRound: null, of: null, split: null });
    expect(pair?.spread.reason).toContain("judged every answer once");
    // Recordings were not paid for.
    expect(pair?.spread.splitReason).toContain("--answers-price and --verdicts-price");
    const { stdout } = await bench.assay("plan", ...few);
    expect(stdout).toContain("387 voted comparisons");
    expect(stdout).toContain("no budget is given (--budget)");
  });

  test("plans votes as a correction does, and splits a budget with them", async () => {
    letAnnaVote();
    const given = [...prices, "--answers-price", "0.2", "--verdicts-price", "0.1"];
    const boards = await plan(...given, "--half-width", "20");
    const corrected = await bench.json("correct", "run#assay-pair", "--plan", "--half-width", "20");
    const [expected] = (corrected.document as { pairs: { plan: object; corrected: object }[] }).pairs;
    const pairwise = boards.find(({ metric }) => metric === "winRate");
    const [voted] = pairwise?.people.pairs ?? [];
    const { allocation, ...rest } = (expected?.plan ?? {}) as { allocation?: object };
    expect(voted?.votes).toEqual(rest);
    expect(voted?.corrected).toEqual(expected?.corrected);
    const { votes = 0, questions = 0, rounds = 0 } = voted?.split ?? {};
    expect(rounds).toBe(1);
    expect(votes).toBeGreaterThan(1);
    expect(0.5 * votes + (0.2 + 0.1 * rounds) * questions).toBeLessThanOrEqual(60 + 1e-9);
    const [pair] = pairwise?.pairs ?? [];
    expect(pair?.spread.split).toMatchObject({ questions: 200, rounds: 1 });
    const { stdout } = await bench.assay("plan", ...few, ...given);
    expect(stdout).toMatch(/spent best on \d+ questions, judged once and \d+ voted comparisons/);
    const unpriced = await plan("--budget", "60");
    expect(unpriced.flatMap(({ people }) => people.pairs)[0]?.splitReason).toContain("--vote-price");
  });
});
