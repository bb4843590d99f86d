import { expect, test } from "vitest";
import { foldLine } from "../../harness/cli/fold-lines.js";

test("a long line folds at spaces below its indentation, and paint takes no columns", () => {
  const line = "  \u001b[1mckpt\u001b[22m against base: judge 61.0% → corrected 58.2%";
  expect(foldLine(line, 100)).toEqual([line]);
  expect(foldLine(line, 30)).toEqual([
    "  \u001b[1mckpt\u001b[22m against base: judge",
    "    61.0% → corrected 58.2%",
  ]);
  expect(foldLine("a word_that_is_wider_than_the_room b", 12)).toEqual([
    "a",
    "  word_that_is_wider_than_the_room",
    "  b",
  ]);
});
