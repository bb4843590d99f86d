import { describe, expect, it } from "vitest";
import { judgeModelNotice } from "../../judges/retired-judge-models.js";
import { RETIREMENTS } from "../../judges/retirement-data.js";
import { SHIPPED_DEFINITIONS } from "../../judges/shipped-definitions.js";

const BEFORE = Date.parse("2026-10-22T23:59:59Z");
const AFTER = Date.parse("2026-10-23T00:00:00Z");
const NEXT_YEAR = Date.parse("2027-01-14T00:00:00Z");

describe("a judge model that ends", () => {
  it("is said to end before the day, and to be gone from the day on", () => {
    expect(judgeModelNotice("gpt-4-1106-preview", BEFORE)).toMatchObject({ retired: false });
    const notice = judgeModelNotice("gpt-4-1106-preview", AFTER);
    expect(notice).toMatchObject({ retired: true, successorJudge: "weighted_alpaca_eval_gpt4.1" });
    expect(notice?.message).toContain(
      "was shut down by OpenAI on 2026-10-23; its successor is gpt-4.1-2025-04-14",
    );
    expect(notice?.message).toContain("another protocol");
    expect(notice?.message).toContain("`assay bridge`");
  });

  it("names a successor that is alive, and says when that one ends in its turn", () => {
    expect(judgeModelNotice("gpt-4", AFTER)).toMatchObject({
      successor: "gpt-4.1-2025-04-14",
      successorEndsOn: "2027-01-14",
      message: expect.stringContaining("which ends on 2027-01-14 itself (then gpt-6-luna)"),
    });
    const later = judgeModelNotice("gpt-4-1106-preview", NEXT_YEAR);
    expect(later).toMatchObject({ successor: "gpt-6-luna" });
    // The shipped judge definition is the one of gpt-4.1, which is gone by then.
    expect(later?.successorJudge).toBeUndefined();
    expect(later?.successorEndsOn).toBeUndefined();
  });

  it("is told by any of its names; other models are passed over", () => {
    expect(judgeModelNotice("gpt-4", AFTER)?.retired).toBe(true);
    expect(judgeModelNotice("gpt-4-0613", AFTER)?.retired).toBe(true);
    expect(judgeModelNotice("my-judge", AFTER)).toBeUndefined();
  });

  it("ends when its own endpoint says so, whatever the list says", () => {
    const told = (shutdownOn: string | null) => ({ shutdownOn, endpoint: "https://judge.example/v1" });
    expect(judgeModelNotice("my-judge", AFTER, told("2027-03-01"))).toMatchObject({
      shutdownOn: "2027-03-01",
      source: "https://judge.example/v1",
      message: expect.stringContaining(
        "on 2027-03-01, as https://judge.example/v1 says; no successor is known",
      ),
    });
    expect(judgeModelNotice("gpt-4", AFTER, told("2027-04-14"))?.retired).toBe(false);
    expect(judgeModelNotice("gpt-4", AFTER, told(null))).toBeUndefined();
  });

  it("has a date, a source and a living end in the list, and says what is second hand", () => {
    const names = RETIREMENTS.flatMap((one) => one.names);
    expect(new Set(names).size).toBe(names.length);
    for (const { names: own, shutdownOn, source } of RETIREMENTS) {
      expect(shutdownOn).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(source).toMatch(/^https:\/\//);
      for (const name of own) expect(judgeModelNotice(name, NEXT_YEAR)?.successor).toBeDefined();
    }
    expect(judgeModelNotice("gpt-4.1", AFTER)).toMatchObject({
      secondHand: true,
      message: expect.stringContaining("will be shut down by OpenAI on 2027-01-14 (second hand)"),
    });
  });

  it("names successors that are judges", () => {
    const names = SHIPPED_DEFINITIONS.map((one) => one.name);
    for (const { successorJudge } of RETIREMENTS) {
      if (successorJudge !== undefined) expect(names).toContain(successorJudge);
    }
  });
});
