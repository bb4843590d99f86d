import type { JudgeEntry } from "./entries.js";
import { judgeEntryOf } from "./entries.js";
import type { ConfigOption } from "./option.js";
import { type Kind, nameOf, number, text } from "./option-kinds.js";

const judge: Kind<string | JudgeEntry> = {
  ...text("NAME"),
  schema: (z) => z.union([nameOf(z), judgeEntryOf(z)]),
};

/** A stronger judge that is asked on some of what the first one judged. */
export const secondJudgeOptions = {
  secondJudge: {
    kind: judge,
    help: "stronger judge that is asked where the first one is unclear, and on a random share of the rest",
    docs: "stronger judge, a name or [an entry](#models-and-judges), that is asked [where the first one is unclear and on a random share of the rest](deciding-early.md#cheaper-verdicts-two-judges); by the first one's protocol unless it names its own",
    otherwise: "none",
    example: "gpt-4.1",
  },
  secondShare: {
    kind: number((z) => z.number().min(0.1).max(100)),
    help: "percent of what is clear to the first judge that the second is asked on all the same",
    docs: "percent of what is clear to the first judge that the second is asked on all the same, by chance; without any its errors there could not be known",
    default: 10,
    example: "10",
  },
  secondMargin: {
    kind: number((z) => z.number().min(0).max(50)),
    help: "points around the middle of a scale of 100 in which the first judge is unclear",
    docs: "points around the middle within which the first judge is unclear: ties, two orders that disagree and weights from 25% to 75% at the default, ratings from 3.25 to 7.75 of 1–10; what it leaves unreadable always is",
    default: 25,
    example: "25",
  },
} as const satisfies Readonly<Record<string, Omit<ConfigOption, "group">>>;
