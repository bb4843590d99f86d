import { describe, expect, it } from "vitest";
import { presentFields } from "../../harness/core/present-fields.js";
import type { Suite } from "../../harness/core/records.js";
import { namedPart, partOf } from "../../harness/core/suite-part.js";
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

  it("takes the first of each category", () => {
    expect(ids({ limitPerCategory: 2 })).toEqual(["a1", "b1", "a2", "b2"]);
    expect(ids({ limitPerCategory: 2, limit: 3 })).toEqual(["a1", "b1", "a2"]);
  });

  it("draws a limit across the categories, so that more questions hold all that fewer do", () => {
    const writing = ["w1", "w2", "w3"].map((id) => ({ id, category: "writing", turns: ["?"] }));
    const math = ["m1", "m2"].map((id) => ({ id, category: "math", turns: ["?"] }));
    const blocks = { ...suite, questions: [...writing, ...math], categories: ["writing", "math"] };
    const drawn = (limit: number, held?: ReadonlySet<string>) =>
      selectQuestions(blocks, presentFields({ limit, held })).questions.map(({ id }) => id);
    expect(drawn(2)).toEqual(["w1", "m1"]);
    expect(drawn(3)).toEqual(["w1", "w2", "m1"]);
    expect(drawn(4)).toEqual(["w1", "w2", "m1", "m2"]);
    // A folder that was begun with the first three keeps them, and grows from there.
    const held = new Set(["w1", "w2", "w3"]);
    expect(drawn(3, held)).toEqual(["w1", "w2", "w3"]);
    expect(drawn(4, held)).toEqual(["w1", "w2", "w3", "m1"]);
  });

  it("says what a part is a part of, also of a part of a part; a whole suite says nothing", () => {
    const part = selectQuestions(suite, { limitPerCategory: 2 });
    expect(part.whole).toEqual({ questions: 5, categories: 2 });
    const less = selectQuestions(part, { questionIds: ["a2", "a1"] });
    expect(namedPart(less.title, partOf(less))).toBe("Small, 2 of 5 questions, x only");
    expect(namedPart(part.title, partOf(part))).toBe("Small, 4 of 5 questions");
    expect(selectQuestions(suite, { limit: 5 }).whole).toBeUndefined();
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
