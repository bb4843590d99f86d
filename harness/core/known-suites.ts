import { joinedName, knownIn } from "./known-names.js";

/** What is known of a published suite before anything is measured. */
export interface KnownSuite {
  /** Questions of the set that tables usually report; left out where they report different ones. */
  readonly questions?: number;
  /** What tables state of it. */
  readonly metric: string;
  /** What its figures are counted in. */
  readonly unit: "rating" | "percent";
  readonly scale: { readonly least: number; readonly most: number };
  /** Standard deviation of two models' differences by question, with where it was found. */
  readonly spread?: { readonly value: number; readonly from: string };
}

const RATED = { unit: "rating", metric: "score", scale: { least: 1, most: 10 } } as const;
const COUNTED = { unit: "percent", metric: "accuracy", scale: { least: 0, most: 100 } } as const;
const WON = { ...COUNTED, metric: "win_rate" } as const;

/**
 * Published sets by name: numbers of questions are those of their publishers' test sets (validation sets where the test
 * set has no public answers). MT-Bench's spread is that of FastChat's published GPT-4 ratings of ultrachat_sai against
 * ultrachat_baseline, a model and its fine-tuned successor; test/core/known-suites.test.ts computes it again.
 */
const SUITES: Readonly<Record<string, KnownSuite>> = {
  "mt-bench": {
    ...RATED,
    questions: 80,
    spread: { value: 1.39, from: "GPT-4's published ratings of a model and its fine-tuned successor" },
  },
  "vicuna-bench": { ...RATED, questions: 80 },
  "assay-80": { ...RATED, questions: 80 },
  "alpaca-eval": { ...WON, questions: 805 },
  "alpaca-eval-2": { ...WON, questions: 805 },
  "arena-hard": WON,
  "arena-hard-v0.1": { ...WON, questions: 500 },
  agieval: COUNTED,
  bbh: COUNTED,
  arc: COUNTED,
  ifeval: { ...COUNTED, questions: 541 },
  mmlu: { ...COUNTED, questions: 14042 },
  "mmlu-pro": { ...COUNTED, questions: 12032 },
  truthfulqa: { ...COUNTED, questions: 817 },
  "arc-challenge": { ...COUNTED, questions: 1172 },
  "arc-easy": { ...COUNTED, questions: 2376 },
  hellaswag: { ...COUNTED, questions: 10042 },
  piqa: { ...COUNTED, questions: 1838 },
  boolq: { ...COUNTED, questions: 3270 },
  winogrande: { ...COUNTED, questions: 1267 },
  openbookqa: { ...COUNTED, questions: 500 },
  gsm8k: { ...COUNTED, questions: 1319 },
  humaneval: { ...COUNTED, questions: 164 },
  mbpp: { ...COUNTED, questions: 500 },
};

const BY_NAME: ReadonlyMap<string, KnownSuite> = new Map(
  Object.entries(SUITES).map(([name, known]) => [joinedName(name), known]),
);

/** What is known of a suite by its name; undefined for one's own. */
export function knownSuite(name: string): KnownSuite | undefined {
  return knownIn(name, BY_NAME);
}
