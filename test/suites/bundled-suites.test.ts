import { describe, expect, it } from "vitest";
import { ASSAY_80_CATEGORIES } from "../../suites/assay-80.js";
import { loadSuite, suiteRegistry } from "../../suites/registry.js";
import type { SuiteContext } from "../../suites/suite-context.js";

const noAssets: SuiteContext = {
  locateAsset: () => Promise.reject(new Error("bundled suites need no asset")),
};

describe("assay-80", () => {
  it("has ten two-turn questions in each of eight categories, with references where they can be checked", async () => {
    const suite = await loadSuite("assay-80", noAssets);
    expect(suite.categories).toEqual(ASSAY_80_CATEGORIES);
    for (const category of ASSAY_80_CATEGORIES) {
      const questions = suite.questions.filter((question) => question.category === category);
      expect([category, questions.length]).toEqual([category, 10]);
      expect(questions.every((question) => question.turns.length === 2)).toBe(true);
      if (["reasoning", "math", "coding", "extraction"].includes(category)) {
        expect(questions.every((question) => question.reference?.length === 2)).toBe(true);
      }
    }
    expect(new Set(suite.questions.map((question) => question.id)).size).toBe(80);
  });
});

describe("quickstart", () => {
  it("asks the first three questions of each category and says that its samples are recorded", async () => {
    const [quickstart, whole] = await Promise.all([
      loadSuite("quickstart", noAssets),
      loadSuite("assay-80", noAssets),
    ]);
    const expected = ASSAY_80_CATEGORIES.flatMap((category) =>
      whole.questions.filter((question) => question.category === category).slice(0, 3),
    );
    expect(quickstart.questions).toEqual(expected);
    expect(quickstart.notice).toContain("recorded samples written for this project");
  });
});

describe("the registry", () => {
  it("names every suite with one line", () => {
    expect(suiteRegistry.names).toEqual([
      "mt-bench",
      "vicuna-bench",
      "assay-80",
      "quickstart",
      "agieval",
      "assay-refusals",
      "alpaca-eval",
      "alpaca-eval-2",
      "arena-hard-v0.1",
      "arena-hard-v2",
      "arena-hard-v2-hard",
      "arena-hard-v2-coding",
      "arena-hard-v2-math",
      "arena-hard-v2-creative",
    ]);
    for (const [, entry] of suiteRegistry.entries()) expect(entry.summary).toMatch(/^\S.{20,100}$/);
  });
});
