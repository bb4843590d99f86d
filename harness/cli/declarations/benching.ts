import { files, text, toggle } from "../../config/option-kinds.js";
import { type OptionKey, options } from "../../config/options.js";
import type { Declaration } from "./declaration.js";
import { manyTexts, whichJudge } from "./kinds.js";

const { dryRun, logFile } = options;
/** How calls are made. */
const callOptions = (Object.keys(options) as OptionKey[]).filter(
  (key) => options[key].group === "calls" && key !== "dryRun",
);

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
    settings: [...whichJudge, "limit", ...callOptions, "out"],
    options: {
      dryRun,
      logFile,
      config: {
        kind: text("FILE"),
        help: "config file whose judges are measured, where --judge names none (default: assay.yaml)",
      },
      answers: {
        kind: files,
        help: "votes: answers of models in FastChat's layout, beside the published ones",
      },
      allowSelf: { kind: toggle, help: "also measure a judge on answers that it wrote itself" },
      replay: {
        kind: files,
        help: "published decisions instead of calls, or the folder of an earlier judge-bench; FILE#JUDGE picks one",
      },
      against: {
        kind: text("FILE"),
        help: "decisions of another judge on the same pairs, to compare with: a file or a folder likewise",
      },
      card: {
        kind: text("FILE"),
        help: "judge card to write or update, which runs and reports quote (default: judge-card.json; none with --replay)",
      },
    },
    examples: [
      [
        "judge-bench judgebench-claude --judge gpt-6-luna --judge-base-url https://api.openai.com/v1 --limit 60",
        "a live judge on 60 pairs, both orders; --dry-run counts the calls",
      ],
      ["judge-bench --replay decisions.jsonl", "published decisions of JudgeBench, without a call"],
      ["judge-bench mt-bench-human --replay gpt4_pair.jsonl", "a judge's verdicts beside people's votes"],
      [
        "judge-bench --replay decisions.jsonl#o1-mini --against decisions.jsonl#other-judge",
        "two judges on the same pairs: exact McNemar test, and the pairs that flip",
      ],
    ],
  },
} as const satisfies Record<string, Declaration>;
