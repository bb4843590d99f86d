import { describe, expect, it } from "vitest";
import { criterionDifferences } from "../../../harness/pipeline/compare/compare-criteria.js";

/** A criterion's share by question. */
const at = (...values: readonly number[]) =>
  new Map(values.map((value, place) => [`q${place + 1}`, value] as const));

const OPTIONS = { level: 95, seed: 1 };

describe("criteria that separate two models", () => {
  const base = new Map([
    ["cites a source", at(0, 0, 100, 0, 0, 100)],
    ["is polite", at(100, 100, 100, 100, 100, 100)],
    ["invents facts", at(100, 0, 0, 100, 0, 0)],
    ["only here", at(100)],
  ]);
  const candidate = new Map([
    ["cites a source", at(100, 100, 100, 100, 100, 100)],
    ["is polite", at(100, 100, 100, 100, 100, 100)],
    ["invents facts", at(0, 0, 0, 100, 0, 100)],
  ]);

  it("come most separate first, paired by question, without those on which both are alike", () => {
    const found = criterionDifferences(base, candidate, OPTIONS);
    expect(found.map(({ name }) => name)).toEqual(["cites a source"]);
    const [cites] = found;
    expect(cites).toMatchObject({ candidate: 100, questions: 6 });
    expect(cites?.base).toBeCloseTo(100 / 3, 10);
    expect(cites?.delta).toBeCloseTo(200 / 3, 10);
    // Differences 100, 100, 0, 100, 100, 0: standard deviation 51.64, by √6.
    expect(cites?.standardError).toBeCloseTo(21.08185, 5);
    // Of 2⁴ signs two are as far; three criteria are compared, and both others have p = 1.
    expect(cites?.pValue).toBeCloseTo(2 / 16, 10);
    expect(cites?.adjustedPValue).toBeCloseTo(3 / 8, 10);
  });

  it("are sorted by standard errors apart, not by size alone", () => {
    const none = new Map([
      ["steady", at(0, 0, 0, 0, 0, 0, 0, 0)],
      ["wild", at(0, 0, 0, 0, 0, 0, 0, 0)],
    ]);
    const some = new Map([
      ["steady", at(20, 30, 20, 30, 20, 30, 20, 30)],
      ["wild", at(100, 0, 0, 100, 0, 0, 100, 0)],
    ]);
    expect(criterionDifferences(none, some, OPTIONS).map(({ name }) => name)).toEqual(["steady", "wild"]);
    expect(criterionDifferences(none, some, { ...OPTIONS, withoutTests: true })[0]?.pValue).toBeNull();
  });
});
