import { expect, it } from "vitest";
import { distinctTitles } from "../../../reports/view/titles.js";

it("adds to equal titles what tells them apart, and nothing to others", () => {
  const entry = (title: string, ...details: string[]) => ({ title, details });
  expect(
    distinctTitles([
      entry("MT-Bench", "judge a", "protocol 1"),
      entry("MT-Bench", "judge b", "protocol 2"),
      entry("MT-Bench", "judge b", "protocol 3"),
      entry("AlpacaEval", "judge a", "protocol 1"),
      entry("Mine"),
      entry("Mine"),
    ]),
  ).toEqual([
    "MT-Bench, judge a",
    "MT-Bench, judge b, protocol 2",
    "MT-Bench, judge b, protocol 3",
    "AlpacaEval",
    "Mine",
    "Mine (2)",
  ]);
});
