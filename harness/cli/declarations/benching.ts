import { files, text } from "../../config/option-kinds.js";
import type { Declaration } from "./declaration.js";
import { manyTexts } from "./kinds.js";

/** Commands that measure a judge instead of a model. */
export const benching = {
  "judge-bench": {
    summary: "how good is a judge? Holds it against labelled pairs, both orders; replays published decisions",
    positionals: {
      sets: {
        kind: manyTexts,
        help: "labelled pairs: judgebench-claude, mt-bench-human, or files of JudgeBench, LLMBar, RewardBench, votes, {prompt,a,b,label,group?}",
      },
    },
    options: {
      replay: {
        kind: files,
        help: "published decisions instead of calls; FILE#JUDGE picks one (may be repeated)",
      },
      against: {
        kind: text("FILE"),
        help: "decisions of another judge on the same pairs, to compare with; FILE#JUDGE picks one",
      },
    },
    examples: [
      ["judge-bench --replay decisions.jsonl", "published decisions of JudgeBench, without a call"],
      ["judge-bench mt-bench-human --replay gpt4_pair.jsonl", "a judge's verdicts beside people's votes"],
      [
        "judge-bench --replay decisions.jsonl#o1-mini --against decisions.jsonl#other-judge",
        "two judges on the same pairs: exact McNemar test, and the pairs that flip",
      ],
    ],
  },
} as const satisfies Record<string, Declaration>;
