import type { Interval } from "./interval.js";
import type { Json } from "./json.js";

/** What an answer must be like, as far as it can be counted. Bounds include their ends. */
export type CheckRule =
  /** All of the texts, anywhere. */
  | { readonly kind: "contains"; readonly texts: readonly string[]; readonly ignoreCase?: true }
  /** None of the texts, anywhere. */
  | { readonly kind: "excludes"; readonly texts: readonly string[]; readonly ignoreCase?: true }
  /** None of the words (or phrases) as whole words, in any case. */
  | { readonly kind: "forbidden-words"; readonly texts: readonly string[] }
  /** A regular expression of RE2's syntax that is found anywhere. */
  | { readonly kind: "matches"; readonly pattern: string; readonly ignoreCase?: true }
  /** The text itself, blanks around it aside. */
  | { readonly kind: "equals"; readonly text: string; readonly ignoreCase?: true }
  /** JSON, alone or in one fenced block, that fits a schema. */
  | { readonly kind: "json"; readonly schema: { readonly [key: string]: Json } }
  | { readonly kind: "words" | "sentences" | "characters"; readonly min?: number; readonly max?: number }
  /** The last number of the answer (or any), within an absolute tolerance. */
  | {
      readonly kind: "number";
      readonly value: number;
      readonly tolerance: number;
      readonly which: "last" | "any";
    };

/** A check of the answers to a question. */
export type Check = CheckRule & {
  /** What figures over questions are gathered by; the kind where a suite gives no other. */
  readonly name: string;
  /** Turn whose answer is checked, from 1; left out: every turn. */
  readonly turn?: number;
};

/** How an answer fared. */
export interface CheckResult {
  readonly name: string;
  /** What was wanted, in a few words, such as `60 to 80 words`. */
  readonly wanted: string;
  readonly turn: number;
  readonly passed: boolean;
  /** What was found, such as `72 words`. Text of the answer itself is not in it. */
  readonly found: string;
}

/** Results of the checks of an answer that counts. */
export interface CheckedAnswer {
  readonly suite: string;
  readonly model: string;
  readonly questionId: string;
  readonly trial: number;
  readonly results: readonly CheckResult[];
}

/** Results of one model over answers. Rates in percent, intervals clustered by question. */
export interface CheckRate {
  readonly passed: number;
  readonly failed: number;
  /** passed + failed. */
  readonly n: number;
  readonly rate: number;
  /** Null below two questions. */
  readonly standardError: number | null;
  readonly interval: Interval | null;
}

/** What a row of a board says of checks: all of them, and by name. */
export interface CheckFigures extends CheckRate {
  readonly checks: Readonly<Record<string, CheckRate>>;
}

/** Checks the answers to a question; one result for each check and turn. Pure. */
export type CheckAnswers = (questionId: string, turns: readonly string[]) => CheckResult[];

/** What checks the answers to a suite's questions; undefined where it has no checks. */
export type ChecksOf = (suite: {
  readonly checks?: Readonly<Record<string, readonly Check[]>>;
}) => CheckAnswers | undefined;
