import { describe, expect, it } from "vitest";
import { loadJudge } from "../../judges/registry.js";
import { createRewardJudge, preferenceOfRewards } from "../../judges/reward.js";
import { pairItem } from "./judge-fixtures.js";

const context = { locateAsset: () => Promise.reject(new Error("no asset is needed")) };
const weight = (...args: Parameters<typeof preferenceOfRewards>) => {
  const verdict = preferenceOfRewards(...args);
  return verdict.kind === "preference" ? verdict.weightB : undefined;
};

describe("preferences from rewards", () => {
  it.each([
    [[1, 2], 0, 1],
    [[2, 1], 0, 0],
    [[-7.25, -7.25], 0, 0.5],
    [[1, 1.5], 0.5, 0.5],
    [[1, 1.5], 0.4999, 1],
    [[1.5, 1], 0.5, 0.5],
    [[1e300, -1e300], 0, 0],
  ] as const)("%j with epsilon %d weighs %d on the second", (rewards, epsilon, expected) => {
    expect(weight(rewards, { epsilon })).toBe(expected);
  });

  it("are the logistic function of the difference where they are soft", () => {
    // 1 / (1 + e^-1), and 1 / (1 + 3) where the difference is -ln 3.
    expect(weight([2, 3], { preference: "soft" })).toBeCloseTo(0.731058578630005, 14);
    expect(weight([Math.log(3), 0], { preference: "soft" })).toBeCloseTo(0.25, 14);
    expect(weight([4, 4], { preference: "soft" })).toBe(0.5);
    expect(weight([1000, -1000], { preference: "soft" })).toBe(0);
    expect(weight([-1000, 1000], { preference: "soft" })).toBe(1);
  });

  it("keep the rewards that they come from, in the order shown", () => {
    expect(
      createRewardJudge({ kind: "reward" }).read(
        { text: "[0.5,-2]", finishReason: "stop" },
        pairItem("x", "y"),
      ),
    ).toEqual({
      kind: "preference",
      winner: "a",
      weightB: 0,
      rewards: [0.5, -2],
    });
  });

  it.each(["[1]", "[1,2,3]", "[1,null]", '[1,"2"]', '{"0":1,"1":2}', "[1,1e999]", "1, 2"])(
    "are none in %s",
    (text) => {
      const verdict = createRewardJudge({ kind: "reward" }).read(
        { text, finishReason: "stop" },
        pairItem("x", "y"),
      );
      expect(verdict.kind).toBe("unreadable");
    },
  );
});

describe("the reward judge", () => {
  it("has another id for another epsilon, comparison or kind", () => {
    const ids = [
      createRewardJudge({ kind: "reward" }),
      createRewardJudge({ kind: "reward", epsilon: 0.1 }),
      createRewardJudge({ kind: "reward", preference: "soft" }),
      createRewardJudge({ kind: "reranker" }),
    ].map(({ identity }) => JSON.stringify(identity));
    expect(new Set(ids).size).toBe(4);
  });

  it.each([
    [undefined, "reward-endpoint-missing"],
    [{ epsilon: -1 }, "bad-option"],
    [{ epsilon: "much" }, "bad-option"],
    [{ preference: "fuzzy" }, "bad-option"],
    [{ preference: "soft", activation: "as-served" }, "bad-option"],
    [{ preference: "soft", epsilon: 1 }, "reward-preference"],
  ])("is refused with options %j", async (options, code) => {
    const loaded = loadJudge(
      "reward",
      { mode: "pairwise-all", ...(options === undefined ? {} : { options }) },
      context,
    );
    await expect(loaded).rejects.toMatchObject({ code });
  });

  it("shows system message and earlier conversation before both answers", () => {
    const context = [{ role: "user", content: "Before." } as const];
    const question = { id: "q", category: "c", system: "Be kind.", context, turns: ["Now?"] };
    const { messages, parameters } = createRewardJudge({ kind: "reward" }).request(
      pairItem("x", "y", question),
    );
    expect(parameters).toEqual({ conversations: 2 });
    expect(messages.map(({ role, content }) => `${role}: ${content}`)).toEqual(
      ["x", "y"].flatMap((answer) => [
        "system: Be kind.",
        "user: Before.",
        "user: Now?",
        `assistant: ${answer}`,
      ]),
    );
  });

  it("is refused in single grading and with samples", async () => {
    await expect(loadJudge("reward", { mode: "single", options: {} }, context)).rejects.toMatchObject({
      code: "judge-mode-mismatch",
    });
    await expect(
      loadJudge("reward", { mode: "pairwise-all", options: {}, samples: 4 }, context),
    ).rejects.toMatchObject({ code: "judge-not-sampleable" });
  });
});
