import { describe, expect, it } from "vitest";
import { markRepeatedWords } from "../../harness/core/answer-rating.js";
import type { Board, Interval, RatingRow } from "../../harness/core/board.js";
import { seededRandom } from "../../harness/core/random.js";
import { compareModels } from "../../harness/pipeline/compare/compare-models.js";
import { comparedModels } from "../../harness/pipeline/compare/question-values.js";
import { decideAllGates } from "../../harness/pipeline/gates/evaluate-gates.js";
import { gateBoard } from "../../harness/pipeline/gates/gate-board.js";
import { correctedRow } from "../../harness/pipeline/people/board-people.js";
import { boardWithVotes } from "../../harness/pipeline/people/board-with-votes.js";
import { withVotes } from "../../harness/pipeline/people/votes-of-board.js";
import { type BoardInput, buildBoard } from "../../harness/pipeline/scores/build-board.js";
import { type RatedAnswers, ratedInput } from "./rated-board.js";

const boardOf = (given: BoardInput): Board => boardWithVotes(buildBoard(given).board, given);

function rowOf(given: BoardInput, model: string): RatingRow {
  const board = boardOf(given);
  const row = board.metric === "rating" ? board.models.find((one) => one.model === model) : undefined;
  if (row === undefined) throw new Error(`no ratings of ${model}`);
  return row;
}

/** A hundred questions: the judge gives `x` two points more than people do on average, and `y` as many. */
function twoModels(rated = 80): BoardInput {
  const people = Array.from({ length: 100 }, (_, at) => [3 + ((at * 7) % 5)]);
  const told = (by: number) => people.map(([one = 0], at) => [at < rated ? one + by : undefined]);
  return ratedInput([
    { model: "x", judge: people.map(([one = 0], at) => [one + (at % 5)]), people: told(0) },
    { model: "y", judge: people.map(([one = 0], at) => [one + ((at * 3) % 5) - 2]), people: told(0) },
  ]);
}

describe("people's ratings on a board of ratings", () => {
  it("stand corrected beside the judge's score, which they do not change", () => {
    const plain = rowOf(twoModels(0), "x");
    expect(plain.corrected).toBeUndefined();
    const { corrected, ...judged } = rowOf(twoModels(), "x");
    expect(judged).toEqual(plain);
    expect(judged.score).toBe(7);
    expect(corrected).toMatchObject({ estimator: "ppi++", votes: 80, voters: 1, questions: 80 });
    expect(corrected?.estimate).toBeCloseTo(5, 1);
    expect(corrected?.interval?.high).toBeLessThan(6);
    expect(corrected?.sentence).toMatch(/^What this judge adds to your 80 rated answers is worth \d+ more/);
  });

  it("give every estimator, in the board's points", () => {
    const [x] = boardOf(twoModels()).people?.ratings?.models ?? [];
    expect(x).toMatchObject({ model: "x", rated: 80, judged: 100, judge: 7, people: 5 });
    // θ = mean(people − judge) on the rated + mean(judge) on the rest.
    expect(x?.estimators?.ppi.estimate).toBeCloseTo(5 - 7 + 7, 9);
    expect(x?.estimators?.["ppi++"].estimate).toBe(x?.corrected.estimate);
    expect(x?.estimators?.efficient.reason).toMatch(/more than three different verdicts/);
  });

  it("correct the paired difference of two models, and decide where they are asked to", () => {
    const models = comparedModels(twoModels());
    const [candidate, base] = models;
    if (base === undefined || candidate === undefined) throw new Error("no models");
    const options = { margin: 0, level: 95, seed: 1, withoutTests: true };
    const plain = compareModels(base, candidate, options);
    expect(plain.verdict).toBe("pass");
    expect(plain.delta).toBe(2);
    expect(plain.corrected).toMatchObject({ votes: 160, voters: 1, questions: 80 });
    expect(plain.corrected?.estimate).toBeCloseTo(0, 1);
    const voted = compareModels(base, candidate, { ...options, corrected: true });
    expect(voted).toMatchObject({ decidedBy: "corrected", verdict: "inconclusive", delta: plain.delta });
  });

  it("decide gates on score that demand them, which fail without", () => {
    const gate = { metric: "score", min: 6, model: "x" } as const;
    const decide = (given: BoardInput, corrected: boolean) => {
      const boards = [gateBoard(boardOf(given), given)];
      const situation = { boards, totals: [], seed: 1, baseFor: () => expect.unreachable() };
      return decideAllGates([corrected ? { ...gate, corrected } : gate], situation)[0];
    };
    expect(decide(twoModels(), false)).toMatchObject({ outcome: "pass", value: 7 });
    expect(decide(twoModels(), true)).toMatchObject({ outcome: "fail" });
    expect(decide(twoModels(), true)?.value).toBeLessThan(6);
    expect(decide(twoModels(0), true)).toMatchObject({ outcome: "fail", value: null });
  });

  it("say so where one turn was left out, and weigh turns alike where fewer of one were rated", () => {
    const judge = Array.from({ length: 40 }, (_, at) => [6 + (at % 2), 3 + (at % 2)]);
    const people = (second: number) =>
      judge.map(([one], at) => [one, at < second ? 3 + (at % 2) : undefined]);
    const left = rowOf(ratedInput([{ model: "x", judge, people: people(0) }]), "x");
    expect(left.corrected).toMatchObject({
      estimate: null,
      reason: "nobody rated its answers to turn 2, for which ratings of others do not stand",
    });
    const few = rowOf(ratedInput([{ model: "x", judge, people: people(10) }]), "x");
    expect(few.corrected?.estimate).toBeCloseTo(5, 1);
  });

  it("count once for each rater and answer, and are refused off the board's scale, with file and line", () => {
    const board = ratedInput([{ model: "x", judge: [[5], [6]], people: [[], []] }]);
    const rating = { questionId: "q0", turn: 1, model: "x", rating: 9, voter: "anna" };
    const given = (...ratings: object[]) =>
      withVotes([board], markRepeatedWords(ratings.map((one) => ({ ...rating, ...one }))))[0] ?? board;
    const twice = rowOf(given({}, { rating: 2 }, { voter: "ben", rating: 5 }, { questionId: "other" }), "x");
    expect(twice.corrected).toMatchObject({ estimate: 7, votes: 2, voters: 2 });
    const place = { file: "r.csv", line: 4 };
    expect(() => given({ rating: 11, place })).toThrow(
      'r.csv:4: "rating" is 11, and the judge\'s scale is 1 to 10',
    );
    expect(() => given({ scale: { low: 1, high: 5 }, place })).toThrow('r.csv:4: "scale" is 1 to 5');
    const percent = { ...board, scale: { low: 0, high: 100 } };
    const both = [board, percent];
    expect(() => withVotes(both, markRepeatedWords([{ ...rating, place }]))).toThrow(
      /r\.csv:4: .*1 to 10 and of 0 to 100/,
    );
    const named = withVotes(both, markRepeatedWords([{ ...rating, scale: { low: 0, high: 100 } }]));
    expect(named.map(({ ratings }) => ratings?.length)).toEqual([undefined, 1]);
  });
});

describe("corrected ratings, simulated", () => {
  const SAMPLES = 120;
  const QUESTIONS = 150;
  const clamp = (value: number) => Math.min(10, Math.max(1, value));

  /** People are symmetric about 5.5, so that this is their mean; the judge gives a good point more, and more to good answers. */
  function world(
    seed: string,
    shift: number,
    chanceOf: (judge: number) => number,
    told: boolean,
  ): RatedAnswers {
    const random = seededRandom(seed);
    const spread = (by: number) => by * (random.next() + random.next() - 1);
    const people = Array.from({ length: QUESTIONS }, () => clamp(5.5 + spread(4)));
    const judge = people.map((one) => Math.round(clamp(one + shift + spread(4))));
    const chances = judge.map(chanceOf);
    return {
      model: "x",
      judge: judge.map((one) => [one]),
      people: people.map((one, at) => [random.next() < (chances[at] ?? 0) ? one : undefined]),
      ...(told ? { chances } : {}),
    };
  }

  function judgedRow(given: BoardInput): RatingRow | undefined {
    const { board } = buildBoard(given);
    return board.metric === "rating" ? board.models[0] : undefined;
  }

  it("hold the truth about as often as they say, where the judge's own intervals hardly do", () => {
    let [corrected, judged, helped] = [0, 0, 0];
    for (let sample = 0; sample < SAMPLES; sample++) {
      const given = ratedInput([world(`r${sample}`, 1.2, () => 0.4, false)]);
      const holds = (one: Interval | null | undefined) => !!one && one.low <= 5.5 && 5.5 <= one.high;
      const figure = correctedRow(given, "x");
      if (holds(figure?.interval)) corrected++;
      if (figure?.estimator === "ppi++") helped++;
      if (holds(judgedRow(given)?.interval)) judged++;
    }
    const error = Math.sqrt((0.95 * 0.05) / SAMPLES);
    expect(corrected / SAMPLES).toBeGreaterThanOrEqual(0.95 - 2 * error);
    expect(judged / SAMPLES).toBeLessThan(0.05);
    expect(helped / SAMPLES).toBeGreaterThan(0.8);
  });

  it("have no bias where people were asked unevenly and the chances are told", () => {
    const uneven = (judge: number) => (judge > 7 ? 0.7 : 0.15);
    const errorsOf = (told: boolean) => {
      const errors = Array.from({ length: SAMPLES }, (_, sample) => {
        const figure = correctedRow(ratedInput([world(`u${sample}`, 1.2, uneven, told)]), "x");
        return (figure?.estimate ?? Number.NaN) - 5.5;
      });
      const mean = errors.reduce((sum, one) => sum + one, 0) / SAMPLES;
      const variance = errors.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (SAMPLES - 1);
      return { mean, error: Math.sqrt(variance / SAMPLES) };
    };
    const told = errorsOf(true);
    expect(Math.abs(told.mean)).toBeLessThan(3 * told.error);
    const untold = errorsOf(false);
    expect(Math.abs(untold.mean)).toBeGreaterThan(5 * untold.error);
  });
});
