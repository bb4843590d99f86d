import { describe, expect, it } from "vitest";
import type { RightAnswer } from "../../../harness/core/records.js";
import { sameAnswer } from "../../../judges/answer-key/normal-form.js";
import { compareChoice } from "../../../judges/answer-key/read-choice.js";
import { compareText } from "../../../judges/answer-key/read-text.js";

const choices = ["Paris", "Rome", "Bern", "Oslo"];
const one = { kind: "choice", choices, right: ["B"] } as const;
const two = { kind: "choice", choices, right: ["A", "C"], several: true } as const;

describe("a choice is read strictly", () => {
  it.each([
    ["Answer: B", "B"],
    ["**Answer:** B", "B"],
    ["Because it is warm.\nAnswer: (B).", "B"],
    ["Answer: B) Rome", "B"],
    ["Answer: $\\boxed{B}$", "B"],
    ["Answer: Rome", "B"],
    ["Answer: B Rome", "B"],
    ["The answer is (B), since A is a trap.", "B"],
    ["B", "B"],
    ["b)", "B"],
    ["(B) Rome is right.", "B"],
    ["Answer: B\nAnswer: B", "B"],
    ["Not A: that is north. Not C.\nAnswer: B", "B"],
  ])("%j names %s", (text, read) => expect(compareChoice(text, one)).toEqual({ outcome: "right", read }));

  it("tells a wrong letter from the right one", () =>
    expect(compareChoice("Answer: C", one)).toEqual({ outcome: "wrong", read: "C" }));

  it.each([
    ["", "the answer is empty"],
    ["Answer: A\nAnswer: B", "the answer names different letters: A, B"],
    ["Answer: A or B", "the answer names several letters: A, B"],
    ["Answer: A, B", "the answer names several letters: A, B"],
    ["The answer is A. No, the answer is B.", "the answer names different letters: A, B"],
    ["Answer: E", "the answer names E, which is no choice"],
    ["Answer: A capital city", "the answer names no choice"],
    ["A bird in the hand", "the answer names no choice"],
    ["I cannot say.", "the answer names no choice"],
    ["Answer: all of them", "the answer names no choice"],
  ])("%j cannot be read", (text, reason) =>
    expect(compareChoice(text, one)).toEqual({ outcome: "unreadable", reason }),
  );

  it.each([
    ["Answer: A, C", "right"],
    ["Answer: C and A", "right"],
    ["Answer: AC", "right"],
    ["Answer: A", "wrong"],
    ["Answer: A, B, C", "wrong"],
  ] as const)("of several right choices only the whole set is right: %j", (text, outcome) =>
    expect(compareChoice(text, two)).toMatchObject({ outcome }),
  );
});

const text = (...accepted: string[]): Extract<RightAnswer, { kind: "text" }> => ({ kind: "text", accepted });

describe("a cloze or numeric answer", () => {
  it.each([
    ["So it is done.\nAnswer: 42", "42", undefined],
    ["Answer: **42**", "42", undefined],
    ["The result is $x = \\frac{1}{2}$.\nAnswer: $0.5$", "\\frac{1}{2}", true],
    ["Hence \\boxed{\\frac{1}{2}}.", "\\frac{1}{2}", undefined],
    ["Hence \\boxed{\\dfrac12}.", "\\frac{1}{2}", true],
    ["We get $a = b = 7$ and stop there.\nDone.", "7", undefined],
    ["First 3, then 4,\nso 1,200 in all", "1200", true],
    ["1,000 dollars", "1000", true],
    ["Answer: 5 cm", "5", true],
    ["Answer: (3, 4]", "(3,4]", true],
    ["Answer: paris.", "Paris", true],
    ["The Hague", "the hague", true],
    ["Answer: \\sqrt3", "\\sqrt{3}", true],
    ["Answer: 30^\\circ", "30", true],
    ["Answer: 25\\%", "25", true],
  ])("%j is %s", (answer, right, normalised) =>
    expect(compareText(answer, text(right))).toMatchObject({
      outcome: "right",
      ...(normalised === undefined ? {} : { normalised }),
    }),
  );

  it.each([
    ["Answer: 41", "42", "wrong"],
    ["Answer: 3x", "3", "wrong"],
    ["Answer: (3,4)", "(3,4]", "wrong"],
    ["", "42", "unreadable"],
    ["No idea.\nSorry.", "42", "unreadable"],
    ["Maybe Rome,\nmaybe not.", "Paris", "unreadable"],
  ] as const)("%j is not %s", (answer, right, outcome) =>
    expect(compareText(answer, text(right)).outcome).toBe(outcome),
  );

  it("knows equal values and any of the accepted texts", () => {
    expect(sameAnswer("3/4", "0.75")).toBe("normalised");
    expect(sameAnswer("-\\frac{3}{4}", "-0.75")).toBe("normalised");
    expect(sameAnswer("0.333", "1/3")).toBeUndefined();
    expect(compareText("Answer: soda", text("pop", "soda"))).toEqual({ outcome: "right", read: "soda" });
  });
});
