import { describe, expect, it } from "vitest";
import { nectarRow, parseNectarRow, rankedModels } from "../../../harness/interop/nectar/rows.js";
import { plackettLuce } from "../../../harness/stats/rankings/plackett-luce.js";

const ROW = {
  prompt: "\n\nHuman: What is up?\n\nAssistant: ",
  answers: [
    { answer: "Best.", model: "a", rank: 1 },
    { answer: "", model: "b", rank: 2.5 },
    { answer: "Alike.", model: "c", rank: 2.5 },
  ],
  turns: 1,
  num_responses: 3,
  source: ["made-up"],
  good_natured: true,
};

describe("Nectar's rows", () => {
  it("are read whole, other keys passed over, and ranked with ties", () => {
    const row = parseNectarRow("n.jsonl", 1, { ...ROW, other: 1 });
    expect(row).toEqual(ROW);
    expect(rankedModels(row)).toEqual({ groups: [["a"], ["b", "c"]] });
  });

  it("are written as they are read", () => {
    const texts = new Map(ROW.answers.map(({ model, answer }) => [model, answer]));
    const written = nectarRow(ROW.prompt, [["a"], ["b", "c"]], texts);
    expect(written).toEqual({ prompt: ROW.prompt, answers: ROW.answers, num_responses: 3 });
    expect(parseNectarRow("n.jsonl", 1, JSON.parse(JSON.stringify(written)))).toEqual(written);
  });

  it("give ratings", () => {
    const rows = [ROW, { ...ROW, answers: ROW.answers.map((one) => ({ ...one, rank: 4 - one.rank })) }];
    const rankings = rows.map((row, at) => rankedModels(parseNectarRow("n.jsonl", at + 1, row)));
    expect(plackettLuce(rankings)).toMatchObject({ rankings: 2, clusters: 2 });
  });

  it.each([
    [{ ...ROW, prompt: 1 }, /n\.jsonl:7: "prompt"/],
    [{ ...ROW, answers: [ROW.answers[0]] }, /n\.jsonl:7: "answers" is not a list of at least two/],
    [{ ...ROW, answers: [ROW.answers[0], { ...ROW.answers[1], rank: "2" }] }, /"rank" of answer 2/],
    [{ ...ROW, answers: [ROW.answers[0], { ...ROW.answers[1], model: " " }] }, /"model" is empty/],
    [null, /is not a JSON object/],
  ])("are refused with line and key: %#", (value, message) => {
    expect(() => parseNectarRow("n.jsonl", 7, value)).toThrow(message);
  });
});
