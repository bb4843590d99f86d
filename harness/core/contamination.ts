import type { Interval } from "./interval.js";
import type { Warning } from "./records.js";

/** A way to look for a question in a corpus. */
export type ContaminationMethod = "ngram-13" | "ngram-8" | "long-match" | "near-duplicate";

/** What of a question was found. */
export type ContaminatedPart = "question" | "answer";

/** A place of the corpus that holds a part of a question. Offsets and lengths in bytes of UTF-8, from 0. */
export interface ContaminationPassage {
  readonly part: ContaminatedPart;
  /** Turn that the part belongs to, from 1. */
  readonly turn: number;
  readonly file: string;
  /** Line of a text or JSONL file, or row of a Parquet file, from 1. */
  readonly row: number;
  /** Where in the row, such as `messages[1].content`; absent in plain text. */
  readonly field?: string;
  /** Of the passage: from the beginning of the (uncompressed) file, or in Parquet of the value. */
  readonly offset: number;
  readonly bytes: number;
  /** The passage as it stands there, cut after 400 characters; untrusted text. */
  readonly text: string;
  /** Letters and digits in a row that are the same. */
  readonly characters: number;
  /** Whole words in a row that are the same. */
  readonly words: number;
  /** Of near duplicates: the exact Jaccard similarity of the two sets of shingles. */
  readonly jaccard?: number;
}

/** What the corpus holds of one part of a question. */
export interface PartFinding {
  readonly part: ContaminatedPart;
  readonly turn: number;
  /** Words of the part in normal form. */
  readonly words: number;
  /** Its n-grams that are looked for (not those that many questions share), found anywhere, and most in one row. */
  readonly ngram13: NgramFinding;
  readonly ngram8: NgramFinding;
  /** Longest run of letters and digits in the corpus that is the part's; 0 below 50, unless n-grams led to it. */
  readonly longest: number;
  /** Largest Jaccard similarity of a line, paragraph or text; null where none came near. */
  readonly jaccard: number | null;
  /** Rows with an exact match or a near duplicate. */
  readonly rows: number;
  /** Which methods say that the part is in the corpus. */
  readonly methods: readonly ContaminationMethod[];
  /** Too short to be looked for by any method: fewer than 8 words and fewer than 50 letters and digits. */
  readonly tooShort?: true;
}

/** N-grams of a part. */
export interface NgramFinding {
  readonly of: number;
  readonly found: number;
  readonly mostInOneRow: number;
}

/** One question and what the corpus holds of it. */
export interface ContaminatedQuestion {
  readonly suite: string;
  readonly id: string;
  readonly category: string;
  /** Whether any of the methods says so, of any part. */
  readonly contaminated: boolean;
  readonly found: "question" | "answer" | "both" | "nothing";
  readonly methods: readonly ContaminationMethod[];
  readonly parts: readonly PartFinding[];
  /** The best, longest first. */
  readonly passages: readonly ContaminationPassage[];
}

/** What was read. */
export interface CorpusFacts {
  readonly files: number;
  readonly rows: number;
  readonly texts: number;
  /** Of the files as they lie on disk, and as they are uncompressed. */
  readonly bytes: number;
  readonly uncompressedBytes: number;
  /** Rows that could not be read as what they should be; what could be read of them was searched. */
  readonly damagedRows: number;
  /** Rows with a match, and how many of them each file has. */
  readonly matchedRows: number;
  readonly byFile: readonly { readonly file: string; readonly rows: number; readonly matchedRows: number }[];
}

/** Mean score of a model on some questions. */
export interface GroupScore {
  readonly score: number | null;
  readonly interval: Interval | null;
  readonly questions: number;
  readonly reason?: string;
}

/** A model's figure on all questions, the clean and the contaminated ones. */
export interface ContaminatedScore {
  readonly run: string;
  readonly suite: string;
  readonly protocol: string;
  readonly judge: string;
  readonly metric: "score" | "winRate";
  readonly figure?: "accuracy";
  readonly model: string;
  readonly all: GroupScore;
  readonly clean: GroupScore;
  readonly contaminated: GroupScore;
  /** Contaminated minus clean. */
  readonly difference: {
    readonly value: number | null;
    readonly interval: Interval | null;
    readonly reason?: string;
  };
}

/** Which of a board's questions a corpus holds, and its models' figures without them. */
export interface BoardContamination {
  /** When the corpus was scanned, ISO 8601 in UTC. */
  readonly at: string;
  /** Files and uncompressed bytes of the corpus. */
  readonly files: number;
  readonly bytes: number;
  /** Questions of the board, and how many of them are in the corpus. */
  readonly questions: number;
  readonly contaminated: number;
  /** In the order of the board. */
  readonly scores: readonly ContaminatedScore[];
}

/** How a model completed one text. */
export interface CompletedText {
  readonly id: string;
  /** Share of the second half's words that the completion has in their order, 0 to 1. */
  readonly similarity: number;
  /** Words at the start of the completion that are the second half's. */
  readonly verbatim: number;
  /** Chance that a fresh text would be completed as well, (1 + fresh ones that are) / (1 + fresh ones). */
  readonly pValue: number;
  readonly flagged: boolean;
}

/** What completing second halves shows of one model. */
export interface ProbedModel {
  readonly model: string;
  /** Texts that were completed, and their mean similarity in percent. */
  readonly questions: number;
  readonly similarity: number | null;
  readonly fresh: number;
  readonly freshSimilarity: number | null;
  /** Mean of the suite's minus that of the fresh texts, in percentage points. */
  readonly difference: {
    readonly value: number | null;
    readonly interval: Interval | null;
    readonly reason?: string;
  };
  /** The suite's texts with p ≤ 0.05, and how many fresh texts that rule flags, each held against the others. */
  readonly flagged: number;
  readonly falseAlarms: { readonly flagged: number; readonly of: number };
  /** Texts without a completion. */
  readonly missing: number;
  readonly texts: readonly CompletedText[];
}

/** What `assay contamination --probe` found. */
export interface ContaminationProbe {
  readonly schema: "assay.contamination-probe/1";
  readonly run: string;
  readonly suite: string;
  /** Suite of the texts that the model is taken not to have seen. */
  readonly freshSuite: string;
  /** Questions that are too short to be cut in halves. */
  readonly tooShort: number;
  readonly models: readonly ProbedModel[];
  /** What this can and cannot show. */
  readonly limits: string;
  readonly warnings: readonly Warning[];
}

/** What `assay contamination` found; `contamination.json` of a run folder. */
export interface ContaminationScan {
  readonly schema: "assay.contamination/1";
  readonly at: string;
  readonly suites: readonly { readonly suite: string; readonly hash: string; readonly questions: number }[];
  readonly corpus: CorpusFacts;
  readonly methods: readonly ContaminationMethod[];
  /** What each method calls a match, in words a reader can check. */
  readonly rules: Readonly<Record<string, string>>;
  readonly questions: number;
  readonly contaminated: number;
  readonly found: Readonly<Record<"question" | "answer" | "both", number>>;
  /** Questions of which no part was long enough to be looked for. */
  readonly tooShort: number;
  /** Every question of the suite. */
  readonly items: readonly ContaminatedQuestion[];
  readonly scores: readonly ContaminatedScore[];
  readonly warnings: readonly Warning[];
  readonly sentence: string;
}
