import { type Kind, nameOf, number, text, texts } from "../../config/option-kinds.js";
import type { OptionKey } from "../../config/options.js";
import type { RatingScale } from "../../core/board.js";

/** Ends of a scale, as `0..100`. */
const scaleKind: Kind<RatingScale> = {
  takes: "one",
  placeholder: "LOW..HIGH",
  readable: "a scale, such as 0..100",
  read: ([one = ""]) => {
    const [, low, high] = /^(-?\d+(?:\.\d+)?)(?:\.\.|[-–:])(-?\d+(?:\.\d+)?)$/.exec(one.trim()) ?? [];
    return low === undefined || Number(low) >= Number(high)
      ? undefined
      : { low: Number(low), high: Number(high) };
  },
  schema: (z) =>
    z.custom<RatingScale>((value) => typeof value === "object", "is not a scale, such as 0..100"),
};

/** Scale on which recorded ratings were given. */
export const scale = {
  kind: scaleKind,
  help: "scale of recorded ratings, such as 0..100 (default: found by looking at them)",
} as const;

/** Several paths or names, one word each. */
export const manyTexts = texts("PATH", (z) => z.array(nameOf(z)));
/** The config file of a run. */
export const configFile = { kind: text("FILE"), help: "config file: YAML, JSON or a module" } as const;
/** The run folder that a command works on. */
export const runFolder = { kind: text("RUN"), help: "run folder", required: true } as const;
/** Where AlpacaEval's calibration files are. */
export const calibration = {
  kind: text("FOLDER"),
  help: "folder with AlpacaEval's df_gamed.csv and instruction_difficulty.csv",
} as const;
/** A file of people's votes. */
export const votes = {
  kind: text("FILE"),
  help: "people's votes (battle rows) and ratings of answers: JSONL, JSON or CSV (default: the run folder's own)",
} as const;
/** Whose votes count. */
export const voters = {
  kind: text("PREFIX"),
  help: "only votes of voters whose names start with this",
} as const;
/** Half-width that votes are planned for. */
export const halfWidth = {
  kind: number((z) => z.number().gt(0).lt(50)),
  help: "half-width that the plan of votes is for, in percentage points (default: 5)",
} as const;
/** Options that say which judge is measured, and how it is asked. */
export const whichJudge = [
  "judges",
  "judgeProtocol",
  "judgeBaseUrl",
  "judgeApiKeyEnv",
  "judgeAttempts",
  "judgeSamples",
] as const satisfies readonly OptionKey[];
