import type { ConfigOption } from "./option.js";
import { type Kind, namedTexts, nameOf, number, numbersByName } from "./option-kinds.js";

/** As many verdicts of one item as anybody could want. */
const MOST_ROUNDS = 100;

/** One number for all, or numbers by name, the one for all under `all`. */
const rounds: Kind<number | Record<string, number>> = {
  ...numbersByName("NAME=N", (z) => z.number().int().min(1).max(MOST_ROUNDS)),
  placeholder: "N|NAME=N",
  readable: "a whole number, or NAME=N such as math=3, with each name once",
  read: (given) => {
    const pairs = namedTexts(given, "all")?.map(([name, value]) => [name, value.trim()] as const);
    return pairs?.every(([, value]) => /^\d{1,9}$/.test(value))
      ? Object.fromEntries(pairs.map(([name, value]) => [name, Number(value)]))
      : undefined;
  },
  schema: (z) => {
    const count = z.number().int().min(1).max(MOST_ROUNDS);
    return z.union([count, z.record(nameOf(z), count)]);
  },
};

/** How often judges are asked about the same thing. */
export const judgeRepeatsOptions = {
  judgeRepeats: {
    kind: rounds,
    help: "verdicts of each item by the same judge, averaged; NAME=N for a category, a suite or SUITE/CATEGORY",
    docs: "[verdicts of each item by the same judge](deciding-early.md#one-judge-several-times), which are averaged before anything else; a number for all, or numbers by name: a category, a suite, `SUITE/CATEGORY`, or `all`",
    otherwise: "`1`",
    example: "{ all: 1, math: 3 }",
    noVariable: true,
  },
  judgeRepeatShare: {
    kind: number((z) => z.number().min(0.1).max(100)),
    help: "percent of the questions, drawn beforehand, that are judged so often; the others once",
    docs: "percent of the questions, drawn by the seed beforehand, that are judged so often; the others are judged once, which measures the judge's own scatter at little cost",
    default: 100,
    example: "100",
  },
} as const satisfies Readonly<Record<string, Omit<ConfigOption, "group">>>;
