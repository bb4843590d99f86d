import { describe, expect, it } from "vitest";
import { judgeModelNotice, RETIRED_JUDGE_MODELS } from "../../judges/retired-judge-models.js";
import { SHIPPED_DEFINITIONS } from "../../judges/shipped-definitions.js";

const BEFORE = Date.parse("2026-10-22T23:59:59Z");
const AFTER = Date.parse("2026-10-23T00:00:00Z");

describe("a judge model that ends", () => {
  it("is said to end before the day, and to be gone from the day on", () => {
    expect(judgeModelNotice("gpt-4-1106-preview", BEFORE)).toMatchObject({ retired: false });
    const notice = judgeModelNotice("gpt-4-1106-preview", AFTER);
    expect(notice).toMatchObject({ retired: true, successorJudge: "weighted_alpaca_eval_gpt4.1" });
    expect(notice?.message).toContain(
      "was shut down by OpenAI on 2026-10-23; its successor is gpt-4.1-2025-04-14",
    );
    expect(notice?.message).toContain("another protocol");
  });

  it("is told by any of its names; other models are passed over", () => {
    expect(judgeModelNotice("gpt-4", AFTER)?.retired).toBe(true);
    expect(judgeModelNotice("gpt-4-0613", AFTER)?.retired).toBe(true);
    expect(judgeModelNotice("my-judge", AFTER)).toBeUndefined();
  });

  it("names successors that are judges", () => {
    const names = SHIPPED_DEFINITIONS.map((one) => one.name);
    for (const { successorJudge } of RETIRED_JUDGE_MODELS) {
      if (successorJudge !== undefined) expect(names).toContain(successorJudge);
    }
  });
});
