import { describe, expect, test } from "vitest";
import {
  type CardSet,
  type JudgeCard,
  joinCards,
  judgeQuality,
  judgingDigest,
} from "../../harness/core/judge-card.js";

const AT = "2026-11-28T12:00:00.000Z";

function set(name: string, score: number, more: Partial<CardSet> = {}): CardSet {
  return { set: name, answersBy: null, rule: "judgebench", n: 350, score, interval: null, at: AT, ...more };
}

function card(judges: JudgeCard["judges"]): JudgeCard {
  return { schema: "assay.judge-card/1", judges };
}

const votes = set("mt-bench-human", 66, { rule: "votes", agreesWithPeople: { percent: 84.6, n: 1723 } });
const measured = card({
  "pair@m~abc123": {
    judgeModel: "m",
    judge: "pair",
    judging: "digest",
    sets: [set("judgebench", 65.714, { consistency: { percent: 68.6, n: 350 } }), votes],
  },
});

describe("what a judge card says of a board's judge", () => {
  test("of the same way of judging, whatever the suite", () => {
    const quality = judgeQuality(
      { protocol: "pair@m~fff", modelNames: ["shown", "m"], judging: "digest" },
      measured,
    );
    expect(quality).toMatchObject({
      known: "protocol",
      card: "pair@m~abc123",
      sets: [{ n: 350 }, { n: 350 }],
    });
    expect(quality.sentence).toBe(
      "This judge: 65.7% on judgebench, agrees with people 85% where neither ties (mt-bench-human), changes its mind in 31% of swapped pairs.",
    );
  });

  test("of the same judge model under another protocol, which is said", () => {
    const quality = judgeQuality(
      { protocol: "single@m~1", modelNames: ["shown", "m"], judging: "other" },
      measured,
    );
    expect(quality.known).toBe("model");
    expect(quality.sentence).toMatch(
      /^Nothing is known of this judge under this protocol; .* under pair@m~abc123: 65\.7%/,
    );
  });

  test("nothing, without a card, another judge or a figure", () => {
    const unknown = { known: "nothing", sentence: expect.stringContaining("Nothing is known") };
    const judge = { protocol: "p", modelNames: ["x"], judging: "d" };
    expect(judgeQuality(judge, undefined)).toEqual(unknown);
    expect(judgeQuality(judge, measured)).toEqual(unknown);
    const empty = card({ p: { judgeModel: "x", judge: null, sets: [{ ...set("s", 0), score: null }] } });
    expect(judgeQuality(judge, empty)).toEqual(unknown);
  });

  test("says how few verdicts a figure rests on", () => {
    const sets = [set("s", 50, { n: 24 }), { ...votes, agreesWithPeople: { percent: 50, n: 14 } }];
    const small = card({ p: { judgeModel: "m", judge: null, sets } });
    expect(judgeQuality({ protocol: "p", modelNames: [] }, small).sentence).toBe(
      "This judge: 50% on s (24 only), agrees with people 50% where neither ties (mt-bench-human, 14 only).",
    );
  });

  test("names three sets and counts the others", () => {
    const sets = ["s1", "s2", "s3", "s4", "s5"].map((name) => set(name, 50));
    const many = card({ p: { judgeModel: "m", judge: null, sets } });
    expect(judgeQuality({ protocol: "p", modelNames: [] }, many).sentence).toBe(
      "This judge: 50% on s1, 50% on s2, 50% on s3, 2 more sets.",
    );
  });
});

describe("judge cards", () => {
  test("join by judge, set and who wrote the answers; the later one counts", () => {
    const one = card({ p: { judgeModel: "m", judge: null, sets: [set("s", 10), set("t", 20)] } });
    const two = card({
      p: { judgeModel: "m", judge: null, sets: [set("s", 30), set("t", 40, { answersBy: "w" })] },
    });
    const joined = joinCards([one, two]).judges.p?.sets.map(({ set: name, score, answersBy }) => [
      name,
      score,
      answersBy,
    ]);
    expect(joined).toEqual([
      ["t", 20, null],
      ["s", 30, null],
      ["t", 40, "w"],
    ]);
  });

  test("hold whatever a key is called", () => {
    const odd = JSON.parse('{"__proto__": {"judgeModel": "m", "judge": null, "sets": []}}');
    expect(Object.keys(joinCards([card(odd), card({})]).judges)).toEqual(["__proto__"]);
  });

  test("the digest tells judges, models and parameters apart, and nothing else", () => {
    const parts = { judge: { prompt: 1 }, model: { model: "m" }, parameters: undefined };
    expect(judgingDigest(parts)).toBe(judgingDigest({ ...parts }));
    for (const other of [
      { judge: { prompt: 2 } },
      { model: { model: "n" } },
      { parameters: { temperature: 1 } },
    ])
      expect(judgingDigest({ ...parts, ...other })).not.toBe(judgingDigest(parts));
  });
});
