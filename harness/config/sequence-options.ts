import { number, oneOf, positive, toggle, wholeFrom } from "./option-kinds.js";

/** Options of a run that may end before its last question. */
export const sequenceOptions = {
  stopWhen: {
    kind: oneOf("decided", "never"),
    help: "stop asking as soon as the gates are decided, at error rates that hold however often one looks",
    docs: "`decided`: [stop asking](deciding-early.md) as soon as the gates on scores and win rates are decided, at error rates that hold however often one looks",
    default: "never",
    example: "decided",
  },
  precision: {
    kind: positive,
    help: "stop asking as soon as the interval is at most this wide to either side",
    docs: "[stop asking](deciding-early.md) as soon as the interval is at most so wide to either side, in rating points or percentage points: of the gates' figures, else of each model's figure on each board",
    otherwise: "none",
    example: "3",
  },
  design: {
    kind: oneOf("anytime", "obrien-fleming", "pocock"),
    help: "how the questions are looked at as they come: after every one, or a few times",
    docs: "how a run that may stop is [looked at](statistics.md#deciding-early): after every question (`anytime`), or a few times with errors spent by a rule",
    default: "anytime",
    example: "anytime",
  },
  looks: {
    kind: wholeFrom(1, 50),
    help: "looks of the designs with few looks",
    docs: "looks of `obrien-fleming` and `pocock`, the last one included",
    default: 5,
    example: "5",
  },
  population: {
    kind: oneOf("questions", "suite"),
    help: "decide about questions like these, or about this suite and its verdicts only",
    docs: "decide about questions like these, of which the suite is a sample, or about this `suite` and its verdicts only",
    default: "questions",
    example: "questions",
  },
  futility: {
    kind: toggle,
    help: "stop as inconclusive, too, where the rest would hardly decide",
    docs: "stop as inconclusive, never as a pass, where the chance that all questions would decide falls below 5%",
    default: false,
    example: "true",
  },
  stratify: {
    kind: toggle,
    help: "ask in blocks that hold each category in proportion",
    docs: "ask in blocks that hold each category in proportion, and look after whole blocks only",
    default: false,
    example: "true",
  },
  ahead: {
    kind: number((z) => z.number().int().min(1).max(10_000)),
    help: "questions that may be under way beyond the last complete one",
    docs: "questions that may be under way beyond the last complete one; they are recorded, and no part of the decision",
    otherwise: "as many as `concurrency` needs, 8 with `auto`",
    example: "8",
  },
} as const;
