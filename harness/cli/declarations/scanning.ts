import { files, number, text, texts, toggle, wholeFrom } from "../../config/option-kinds.js";
import { type OptionKey, options } from "../../config/options.js";
import type { ContaminationMethod } from "../../core/contamination.js";
import type { Declaration } from "./declaration.js";
import { manyTexts } from "./kinds.js";

const { dryRun, logFile } = options;
/** How calls are made. */
const callOptions = (Object.keys(options) as OptionKey[]).filter(
  (key) => options[key].group === "calls" && key !== "dryRun",
);

/** Names of the methods, in the order in which they are shown. */
export const contaminationMethods = [
  "ngram-13",
  "ngram-8",
  "long-match",
  "near-duplicate",
] as const satisfies readonly ContaminationMethod[];

/** Commands that look for questions where they should not be. */
export const scanning = {
  contamination: {
    callsModels: true,
    usage: "<suite> --corpus PATH… | --probe --model NAME",
    summary: "which questions does a training corpus hold, and what are the scores without them?",
    positionals: {
      suite: {
        kind: text("SUITE"),
        help: "suite by name, file of questions, or run folder",
        required: true,
      },
      paths: { kind: manyTexts, help: "further paths of --corpus, which a shell makes of a pattern" },
    },
    settings: ["models", "baseUrl", "apiKeyEnv", "limit", "questions", ...callOptions, "out"],
    options: {
      dryRun,
      logFile,
      corpus: {
        kind: { ...files, placeholder: "PATH" },
        help: "file, folder or pattern of the corpus: JSONL, JSON, Parquet or text, also .gz",
      },
      field: {
        kind: texts("FIELD", (z) => z.array(z.string().min(1).max(300)).max(31)),
        help: "field of JSON or column of Parquet that is searched, such as messages.content (default: every string)",
      },
      method: {
        kind: texts("METHOD", (z) => z.array(z.enum(contaminationMethods)).min(1)),
        help: `how to look: ${contaminationMethods.join(", ")} (default: all)`,
      },
      similarity: {
        kind: number((z) => z.number().min(0.3).max(1)),
        help: "least Jaccard similarity of near duplicates (default: 0.5)",
      },
      run: {
        kind: { ...files, placeholder: "RUN" },
        help: "run folder whose scores are split; keeps the scan",
      },
      passages: { kind: wholeFrom(1, 100), help: "passages quoted of each question (default: 3)" },
      workers: {
        kind: wholeFrom(1, 256),
        help: "threads that scan (default: as many as there are cores); the result is the same for any number",
      },
      matches: { kind: text("FILE"), help: "JSONL file that gets every match, such as to clean the corpus" },
      probe: {
        kind: toggle,
        help: "instead of a corpus: have --model complete the second half of each question, beside fresh texts",
      },
      fresh: {
        kind: text("SUITE"),
        help: "with --probe: texts that the model cannot have seen (default: assay-80, which is public)",
      },
      html: { kind: text("FILE"), help: "page to write" },
      csv: { kind: text("FILE"), help: "table of questions to write" },
    },
    examples: [
      [
        "contamination mt-bench --corpus data/sft.jsonl",
        "which questions stand in the training data, with the places",
      ],
      [
        "contamination mt-bench --corpus 'data/**/*.parquet' --field messages.content --html contamination.html",
        "Parquet, one field, and a page",
      ],
      [
        "contamination runs/ckpt-1200 --corpus data/",
        "the questions of a run; its scores with and without them, kept in the run folder",
      ],
      [
        "contamination mt-bench --probe --model my-org/ckpt-1200 --base-url http://localhost:8000/v1 --fresh new.yaml",
        "no corpus at hand: does the model recite the questions? --dry-run counts the calls",
      ],
      [
        "contamination my-questions.yaml --corpus data/ --matches found.jsonl",
        "every matching row, to take out",
      ],
    ],
  },
} as const satisfies Record<string, Declaration>;
