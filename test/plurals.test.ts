import { expect, test } from "vitest";
import { countOf, nounFor } from "../harness/core/count-of.js";
import { codeOf, filesBelow } from "./source-files.js";

const NOUNS =
  "questions|answers|verdicts|judgments|models|runs|pairs|votes|rows|records|games|calls|categories|turns|trials|" +
  "replies|requests|attacks|boards|suites|judges|repeats|comparisons|tokens|characters|ratings|results|failures|" +
  "clusters|wins|losses|ties|entries|gates|warnings|problems|samples";

/** What stands before the word is a name, or a count that cannot be one. */
const NOT_A_COUNT =
  /^(this\.name|own|chat|FEWEST_OF_A_KIND|[\w.]*\.?(name|path|endpoint|id)|(await )?\w+Queue\(.*|.*\.toFixed\(\d\))$/;

test("an amount and its noun are put together in one place", () => {
  expect(countOf(1, "question")).toBe("1 question");
  expect(countOf(0, "reply", "replies")).toBe("0 replies");
  expect(countOf(1, "verdict is", "verdicts are")).toBe("1 verdict is");
  expect(countOf(20_000, "call", "calls", "20,000")).toBe("20,000 calls");
  expect(nounFor(1, "category", "categories")).toBe("category");
  const found = ["harness", "suites", "judges", "reports"]
    .flatMap((folder) => filesBelow(folder))
    .flatMap((file) =>
      [...codeOf(file).matchAll(new RegExp(`\\$\\{([^{}]+)\\} (${NOUNS})\\b`, "g"))]
        .filter(([, amount = ""]) => !NOT_A_COUNT.test(amount.trim()))
        .map(([text]) => `${file}: ${text}`),
    );
  expect(found).toEqual([]);
});
