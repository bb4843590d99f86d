import { describe, expect, it } from "vitest";
import {
  type ChoiceLikelihoods,
  choiceLetter,
  type LikelihoodAsk,
  likelihoodLine,
  readLikelihoods,
} from "../../../harness/core/likelihood.js";
import type { Question } from "../../../harness/core/records.js";
import { createAnswerKeyJudge } from "../../../judges/answer-key/answer-key.js";

const judge = createAnswerKeyJudge();

const written = ({ texts, alone }: ChoiceLikelihoods) =>
  [
    ...texts.map((sum, index) => likelihoodLine(choiceLetter(index), sum, false)),
    ...alone.map((sum, index) => likelihoodLine(choiceLetter(index), sum, true)),
  ].join("\n");

function compared(
  sums: readonly number[],
  options: readonly string[] | undefined,
  headline: LikelihoodAsk["headline"] = "acc",
  alone: readonly number[] = [],
) {
  const texts = sums.map((_, index) => ({ context: "C:", continuation: ` ${options?.[index] ?? "same"}` }));
  const question: Question = {
    id: "q",
    category: "c",
    turns: ["C:"],
    key: { kind: "choice", choices: sums.map(String), right: ["B"] },
    likelihood: {
      texts,
      headline,
      ...(options === undefined ? {} : { options }),
      ...(alone.length === 0 ? {} : { alone: texts }),
    },
  };
  const answer = [written({ texts: sums, alone })];
  return judge.settle?.({ kind: "single", question, turn: 1, answer, nonce: "0" });
}

describe("a choice by log-probabilities", () => {
  it("differs by how sums are divided: whole, by code point, by byte, less the text alone", () => {
    // 4 and 12 code points, 4 and 24 bytes: −6/4 < −12/12 by code point, and −6/4 < −12/24 by byte.
    expect(compared([-6, -12], ["oaks", "двенадцатьбв"], "acc_norm", [-2, -9])).toEqual({
      kind: "rating",
      rating: 100,
      compared: {
        outcome: "right",
        read: "B",
        // Less the texts alone: −4 against −3.
        taken: { acc: "A", acc_norm: "B", acc_bytes: "B", acc_mutual_info: "B" },
      },
    });
    // By code point −3/3 = −1 < −5/6, by byte −3/6 > −5/6.
    expect(compared([-3, -5], ["три", "secret"], "acc_bytes")).toMatchObject({
      rating: 0,
      compared: { outcome: "wrong", read: "A", taken: { acc: "A", acc_norm: "B", acc_bytes: "A" } },
    });
  });

  it("takes the first of equals", () => {
    expect(compared([-2, -2], ["ab", "cd"])).toMatchObject({
      rating: 0,
      compared: { taken: { acc: "A", acc_norm: "A", acc_bytes: "A" } },
    });
  });

  it("has only sums where all choices share the text that is scored", () => {
    expect(compared([-3, -2], undefined)).toMatchObject({ rating: 100, compared: { taken: { acc: "B" } } });
  });

  it("cannot be read out of anything but its own lines, all of them", () => {
    const likelihoods = { texts: [-1.5e-7, -1234.5678, 0], alone: [-0.25, -1, -2] };
    expect(readLikelihoods(written(likelihoods))).toEqual(likelihoods);
    for (const text of ["", "B: -1", "A: -1\nA: -2", "A: NaN", "The answer is A.", "A: -1\n"])
      expect(readLikelihoods(text)).toBeUndefined();
    expect(compared([-1], ["a"], "acc", [-1])).toMatchObject({ compared: { outcome: "wrong" } });
  });
});
