import { describe, expect, it } from "vitest";
import { comparisonsWithin } from "../../harness/assemble/comparisons.js";
import { type BoardInput, buildBoard } from "../../harness/pipeline/scores/build-board.js";
import { scoresOf } from "../../harness/pipeline/scores/verdicts.js";
import { boardViews } from "../../reports/view/boards.js";
import { comparisonView } from "../../reports/view/comparisons.js";
import { phraseText } from "../../reports/view/format.js";
import { healthItems } from "../../reports/view/health.js";
import { verdictViews } from "../../reports/view/verdicts.js";
import { pairInput } from "../pipeline/gates/gate-boards.js";

const games = (letters: string) => [...letters].map((letter) => letter.repeat(2));
const eight = pairInput(["strong", "yard"], games("WWWWWWWL"), "yard");
const two = pairInput(["weak", "yard"], games("LLLLLLTW"), "yard");
const input: BoardInput = {
  ...eight,
  head: { ...eight.head, mode: "pairwise-baseline", baseline: "yard" },
  subjects: [...eight.subjects, ...two.subjects],
  rows: [...eight.rows, ...two.rows],
};
const verdicts = { inputs: [input], suites: new Map(), sources: [], warnings: [] };

describe("a board of pairs against a baseline", () => {
  it("marks the baseline, puts it last and gives it no rank", () => {
    const { board } = buildBoard(input);
    if (board.metric !== "win-rate") throw new Error("pairs");
    expect(board.models.map(({ model, reference }) => [model, reference])).toEqual([
      ["strong", undefined],
      ["weak", undefined],
      ["yard", true],
    ]);
    expect(board.models[2]?.rating).toMatchObject({ rank: null });
  });

  it("gives every verdict against the baseline, whichever model the run names first", () => {
    const compared = comparisonsWithin(verdicts, ["weak", "strong", "yard"]);
    expect(compared.map(({ base, candidate, delta }) => [candidate, base, delta])).toEqual([
      ["weak", "yard", -62.5],
      ["strong", "yard", 75],
    ]);
  });

  it("compares the fifty best of many models, in the order of the run, and says so", () => {
    const names = Array.from({ length: 70 }, (_, index) => `m${index}`);
    const many = names.map((name, index) =>
      pairInput([name, "yard"], games(`${"W".repeat(index % 10)}${"L".repeat(10 - (index % 10))}`), "yard"),
    );
    const crowded: BoardInput = {
      ...input,
      subjects: many.flatMap(({ subjects }) => subjects),
      rows: many.flatMap(({ rows }) => [...rows]),
    };
    const compared = comparisonsWithin({ ...verdicts, inputs: [crowded] }, [...names, "yard"]);
    expect(compared).toHaveLength(50);
    expect(compared.map(({ candidate }) => Number(candidate.slice(1)) % 10 >= 2)).not.toContain(false);
    expect(compared.slice(0, 3).map(({ candidate }) => candidate)).toEqual(["m2", "m3", "m4"].slice(0, 3));
    const [note] = healthItems(scoresOf({ ...verdicts, inputs: [crowded] }), [], false).filter(
      ({ label }) => label === "Many models",
    );
    expect(phraseText(note?.text ?? [])).toBe(
      "71 models stand on the board; its 50 best are compared here, and `assay compare` compares any two.",
    );
  });

  it("says of no model that it wins against itself", () => {
    const scores = scoresOf(verdicts);
    const boards = boardViews(scores, "/scores", []);
    expect(boards[0]?.rows.map((row) => row.model)).toEqual(["strong", "weak"]);
    const comparisons = comparisonsWithin(verdicts, ["yard", "weak", "strong"]).map((one, index) =>
      comparisonView(one, index, `/comparisons/${index}`),
    );
    const sentences = verdictViews(boards, comparisons).map(({ sentence }) => phraseText(sentence));
    expect(sentences.join("\n")).not.toMatch(/yard wins|yard is (better|worse)/);
    expect(sentences[0]).toContain("strong wins 87.5% against yard");
  });

  it("counts a lost verdict of a pair once", () => {
    const lost = {
      ...input,
      rows: [...input.rows].filter((row) => row.questionId !== "q8" || row.a !== "weak"),
    };
    const [warning] = scoresOf({ ...verdicts, inputs: [lost] }).warnings;
    expect(warning).toMatchObject({ code: "missing-verdicts", count: 1 });
  });
});
