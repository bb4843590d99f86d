import { expect, test } from "vitest";
import { createSuite } from "../../suites/create-suite.js";

const question = (id: string) => ({ id, turns: ["?"] });

test("whatever a suite may say of itself stays with it", () => {
  const said = {
    title: "Two",
    sampling: { maxTokens: 5, temperature: 1 },
    defaultJudge: "refusal",
    defaultMode: "pairwise-all",
    defaultBaseline: "base",
    recordedAnswers: [],
    assets: [{ id: "file", sha256: "0", pinned: null }],
    checks: {},
    scoring: { mean: "categories", clip: true },
    notice: "Samples.",
  } as const;
  expect(createSuite({ id: "two", questions: [question("a"), question("b")], ...said })).toMatchObject(said);
});

test("names the first id that stands twice", () => {
  const ids = ["a", "b", "c", "b", "a"];
  expect(() => createSuite({ id: "s", questions: ids.map(question) })).toThrow(
    'suite "s" has two questions with the id "b"',
  );
});
