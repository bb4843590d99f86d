import { describe, expect, it } from "vitest";
import { readCategory } from "./assay-80/questions.js";

const withReferences = ["reasoning", "math", "coding", "extraction"];

describe.each(withReferences)("structure of assay-80 %s", (category) => {
  const questions = readCategory(category);

  it("holds ten questions with ids in order", () => {
    const ids = Array.from({ length: 10 }, (_, i) => `a80-${category}-${String(i + 1).padStart(2, "0")}`);
    expect(questions.map(({ id }) => id)).toEqual(ids);
  });

  it("has two turns, two reference answers and one line of probes each", () => {
    for (const { turns, reference, probes } of questions) {
      expect(turns).toHaveLength(2);
      expect(reference).toHaveLength(2);
      for (const text of [...turns, ...(reference ?? [])]) {
        expect(text.length).toBeGreaterThan(40);
        expect(text).toBe(text.trim());
      }
      expect(probes).toMatch(/^[^\n]{10,140}$/);
    }
  });

  it("closes every code fence", () => {
    for (const { turns, reference } of questions) {
      for (const text of [...turns, ...(reference ?? [])]) {
        expect((text.match(/^```/gm) ?? []).length % 2).toBe(0);
      }
    }
  });
});

describe("assay-80 with reference answers", () => {
  const all = withReferences.flatMap((category) => readCategory(category));

  it("repeats no message and no line of instruction", () => {
    const turns = all.flatMap((question) => question.turns);
    expect(new Set(turns).size).toBe(turns.length);
    const probes = all.map((question) => question.probes);
    expect(new Set(probes).size).toBe(probes.length);
    const sentences = turns.flatMap((turn) => turn.split("\n").filter((line) => line.length > 90));
    expect(new Set(sentences).size).toBe(sentences.length);
  });

  it("begins every reasoning and math reference with its final result", () => {
    for (const { id, reference } of all) {
      if (!/reasoning|math/.test(id)) continue;
      for (const text of reference ?? [])
        expect(text, id).toMatch(/^Final result: .+\.\n(Key steps|Route for the moon): ?/);
    }
  });
});
