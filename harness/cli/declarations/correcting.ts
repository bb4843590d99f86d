import { number, oneOf, text, toggle } from "../../config/option-kinds.js";
import type { Declaration } from "./declaration.js";
import { calibration, halfWidth, scale, voters, votes } from "./kinds.js";

/** Commands that hold judges to people's votes. */
export const correcting = {
  correct: {
    summary: "corrects a judge's win rates by people's votes on some of what it judged; never calls a model",
    positionals: {
      judged: {
        kind: text("JUDGED"),
        help: "run folder, RUN#protocol, judgment file, or a judge's verdicts in the layout of votes",
        required: true,
      },
    },
    options: {
      votes,
      voters,
      cluster: {
        kind: oneOf("question", "none"),
        help: "errors by question (default), or the published formulas, which take every vote as independent",
      },
      confidence: {
        kind: number((z) => z.number().gt(0).lt(1)),
        help: "level of the intervals (default: 0.95)",
      },
      plan: { kind: toggle, help: "also say how many votes more are needed, and for what" },
      halfWidth,
      compat: {
        kind: toggle,
        help: "Rogan–Gladen's interval as published, without width where it lies beyond the scale",
      },
      scale,
      calibration,
    },
    examples: [
      ["correct runs/ckpt-1200", "by the votes that lie in the run folder"],
      ["correct gpt4_pair.jsonl --votes human.jsonl --voters expert_", "files alone, some of the voters"],
      ["correct runs/ckpt-1200 --plan --half-width 4", "how many votes more for ±4 points"],
      [
        "correct gpt4_pair.jsonl --votes human.jsonl --cluster none --json",
        "the figures that publications give, as one JSON document",
      ],
    ],
  },
} as const satisfies Record<string, Declaration>;
