import { describe, expect, it } from "vitest";
import type { Suite } from "../../harness/core/records.js";
import { selectQuestions } from "../../suites/select-questions.js";

const suite: Suite = {
  id: "small",
  title: "Small",
  questions: ["a1 x", "b1 y", "a2 x", "a3 x", "b2 y"].map((row) => {
    const [id = "", category = ""] = row.split(" ");
    return { id, category, turns: [`${id}?`] };
  }),
  categories: ["x", "y"],
  hash: "h",
  sampling: { maxTokens: 1, temperature: 0 },
  defaultJudge: "assay",
  defaultMode: "single",
  assets: [],
};

const ids = (selection: Parameters<typeof selectQuestions>[1]) =>
  selectQuestions(suite, selection).questions.map((question) => question.id);

describe("selectQuestions", () => {
  it("gives the whole suite when nothing is asked for", () => {
    expect(selectQuestions(suite, {})).toBe(suite);
  });

  it("takes the first of all, and the first of each category", () => {
    expect(ids({ limit: 3 })).toEqual(["a1", "b1", "a2"]);
    expect(ids({ limitPerCategory: 2 })).toEqual(["a1", "b1", "a2", "b2"]);
    expect(ids({ limitPerCategory: 2, limit: 3 })).toEqual(["a1", "b1", "a2"]);
  });

  it("keeps the suite's order, its hash, and only the categories that are left", () => {
    const chosen = selectQuestions(suite, { questionIds: ["a3", "a1", "a3"] });
    expect(chosen.questions.map((question) => question.id)).toEqual(["a1", "a3"]);
    expect(chosen).toMatchObject({ hash: "h", categories: ["x"] });
  });

  it("answers an unknown id with the nearest right one, and refuses limits below 1", () => {
    expect(() => ids({ questionIds: ["a1", "b3"] })).toThrow(
      expect.objectContaining({ code: "unknown-question", remedy: expect.stringContaining('"b1"') }),
    );
    expect(() => ids({ limit: 0 })).toThrow(expect.objectContaining({ code: "bad-limit" }));
    expect(() => ids({ limitPerCategory: 1.5 })).toThrow("--limit-per-category is 1.5");
  });
});
