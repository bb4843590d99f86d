import { expect, test } from "vitest";
import { type Area, areaOf } from "../../harness/core/area.js";
import { LAYOUT_NAMES } from "../../suites/known-answers/layouts.js";
import { suiteRegistry } from "../../suites/registry.js";

test("every suite and layout that assay names measures something known", () => {
  const names = [...suiteRegistry.names, ...LAYOUT_NAMES.filter((name) => name !== "questions")];
  expect(names.filter((name) => areaOf(name) === "other")).toEqual([]);
});

test.each<[string, string | undefined, Area]>([
  ["mt_bench", undefined, "chat"],
  ["AlpacaEval 2.0", undefined, "chat"],
  ["arena-hard-v2", undefined, "chat"],
  ["arena-hard-v2-coding", undefined, "coding"],
  ["agieval", undefined, "reasoning"],
  ["agieval", "sat-math", "maths"],
  ["agieval", "logiqa-en", "reasoning"],
  ["leaderboard_mmlu_pro", undefined, "knowledge"],
  // A subject of a knowledge test stays knowledge, however it is written.
  ["mmlu_college_math", undefined, "knowledge"],
  ["mmlu", "college_mathematics", "knowledge"],
  ["hendrycksTest-abstract_algebra", undefined, "knowledge"],
  ["harness|arc:challenge|25", undefined, "reasoning"],
  ["gsm8k_cot", undefined, "maths"],
  ["HumanEval+", undefined, "coding"],
  ["truthfulqa_mc2", undefined, "safety"],
  ["xstest", undefined, "safety"],
  ["people's votes", undefined, "people"],
  ["Chatbot Arena", undefined, "people"],
  ["our-suite", undefined, "other"],
  ["__proto__", undefined, "other"],
])("%s (%s) measures %s", (suite, part, area) => {
  expect(areaOf(suite, part)).toBe(area);
});

test("the user's word comes first, that on a part before that on the suite", () => {
  const overrides = { "our-suite": "knowledge", "our-suite/sums": "maths", "MT-Bench": "reasoning" } as const;
  expect(areaOf("our-suite", "sums", overrides)).toBe("maths");
  expect(areaOf("our-suite", "facts", overrides)).toBe("knowledge");
  expect(areaOf("mt_bench", undefined, overrides)).toBe("reasoning");
});
