import type { Interval } from "./interval.js";

/** A change on some questions. */
export interface ChangeOnQuestions {
  /** Candidate minus base; null where there is nothing to compare. */
  readonly delta: number | null;
  /** Paired by question, at 95%. */
  readonly interval: Interval | null;
  readonly questions: number;
  /** Why there is no interval; null where there is one. */
  readonly reason: string | null;
}

/** A change on all questions beside the one on those that no scanned corpus holds. */
export interface CleanChange {
  /** As the card calls the change. */
  readonly about: string;
  readonly metric: string;
  readonly judge?: string;
  readonly all: ChangeOnQuestions;
  readonly clean: ChangeOnQuestions;
}

/** A corpus that was scanned for the questions of a suite. */
export interface ScannedCorpus {
  /** Run folder that keeps the scan. */
  readonly run: string;
  /** When it was scanned, ISO 8601 in UTC. */
  readonly at: string;
  /** Files of the corpus, and bytes of them uncompressed. */
  readonly files: number;
  readonly bytes: number;
  /** Questions that were looked for, and those that were found. */
  readonly questions: number;
  readonly contaminated: number;
}

/** What is known of one suite's questions in training data. */
export interface CardContamination {
  readonly suite: string;
  /** None where nobody looked. */
  readonly corpora: readonly ScannedCorpus[];
  readonly changes: readonly CleanChange[];
  /** The same in one sentence. */
  readonly sentence: string;
  /** The command that looks; null where it was looked. */
  readonly command: string | null;
}
