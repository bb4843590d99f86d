import type { FailureCount, Manifest } from "./manifest.js";
import type { JudgingMode, Verdict } from "./records.js";

/** Stage of a run that records belong to. */
export type LiveStage = "answers" | "judgments";

/**
 * How a run stands: as its manifest says, where that is the last word; `running` while its process lives; `killed` where
 * that process is gone without a word; `silent` where nothing tells whether it lives, and it has given no sign for a minute.
 */
export type LiveStatus = Manifest["status"] | "killed" | "silent";

/** Who holds a run folder's lock. */
export interface LiveHolder {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** What every view of a run says of it. */
export interface RunFacts {
  /** Names the run in addresses; says nothing of where it lies. */
  readonly id: string;
  readonly path: string;
  readonly status: LiveStatus;
  readonly models: readonly string[];
  readonly recordedSamples: boolean;
  readonly hasReport: boolean;
  /** Why the folder cannot be read at this moment. */
  readonly error?: string;
}

/** A run as a list of runs shows it. */
export interface RunRow extends RunFacts {
  /** ISO 8601; null for a folder that cannot be read. */
  readonly startedAt: string | null;
  readonly suites: readonly string[];
  readonly judges: readonly string[];
  /** Null where a price is not known. */
  readonly costUsd: number | null;
  /** One line for each board: its models with their own figures. */
  readonly figures: readonly string[];
}

/** How far one model is with its answers, or one judge with its verdicts on a model or pair. */
export interface LiveProgress {
  readonly stage: LiveStage;
  readonly suite?: string;
  /** Display ids: the model, or the models that are judged. */
  readonly models: readonly string[];
  /** Judgments only. */
  readonly judgeModel?: string;
  readonly mode?: JudgingMode;
  readonly protocol?: string;
  readonly planned: number;
  /** Records that are there, whatever became of them. */
  readonly done: number;
  readonly failed: number;
  readonly unreadable: number;
  readonly skipped: number;
}

/** Where a record stands in a run's files. */
export interface RecordPlace {
  /** Number of the file among those of the run, from 0. */
  readonly file: number;
  /** Byte at which its line begins. */
  readonly offset: number;
}

/** A record among the newest: enough to show it on one line, never its whole text. */
export interface NewestRecord extends RecordPlace {
  readonly stage: LiveStage;
  /** ISO 8601, when the record was made. */
  readonly at: string;
  readonly suite: string;
  readonly questionId: string;
  readonly category: string;
  readonly trial: number;
  /** The model, or the models that are judged in the order shown. */
  readonly models: readonly string[];
  readonly status: "completed" | "judged" | "failed" | "skipped";
  /** Judgments only. */
  readonly judgeModel?: string;
  readonly turn?: number;
  readonly verdict?: Verdict;
  /** The first characters of what the model wrote, or of why there is nothing. */
  readonly text: string;
}

/** One look of a confidence sequence: the interval after so many questions. */
export interface SequenceLook {
  readonly questions: number;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** A confidence sequence as it moves; figures and differences in the units of the run's boards. */
export interface LiveSequence {
  /** What is to be decided, such as a gate's name. */
  readonly label: string;
  /** The model, and what it is compared with. */
  readonly models: readonly string[];
  /** Percent; holds at all looks at once. */
  readonly level: number;
  /** What the figure or difference is held to. */
  readonly limit: number | null;
  readonly isDifference: boolean;
  /** Questions that there are for it. */
  readonly horizon: number;
  /** The decision, once there is one. */
  readonly outcome: "pass" | "fail" | "futile" | "precise" | null;
  readonly looks: readonly SequenceLook[];
}

/** A run as its page shows it at one moment; sent whole whenever something has changed. */
export interface LiveRun extends RunFacts {
  readonly holder: LiveHolder | null;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly progress: readonly LiveProgress[];
  /** Records in a second; null while there is too little to go by. */
  readonly perSecond: { readonly [Stage in LiveStage]: number | null };
  /** When the newest record was made, ISO 8601. */
  readonly newestAt: string | null;
  readonly spentUsd: number;
  /** Calls without a known price; then the cost is at least what is said. */
  readonly unpricedCalls: number;
  readonly budgetUsd: number | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly failures: readonly FailureCount[];
  /** Lines that are no records. */
  readonly badLines: number;
  /** Bytes that were counted, of those that are there: totals fill in while they differ. */
  readonly counted: { readonly bytes: number; readonly of: number };
  readonly sequences: readonly LiveSequence[];
}

/** What one place holds in two runs that lie side by side. */
export interface SideBySideRow {
  readonly suite: string;
  readonly questionId: string;
  readonly category: string;
  readonly trial: number;
  /** The answer, or null where a run has none. */
  readonly left: RecordPlace | null;
  readonly right: RecordPlace | null;
  readonly answer: "same" | "changed" | "only-left" | "only-right" | "none";
  readonly verdicts: readonly SideBySideVerdict[];
}

/** A verdict on one turn of an answer in two runs, each seen from the compared model. */
export interface SideBySideVerdict {
  readonly turn: number;
  /** Display id of the judge model, on the left where the two differ. */
  readonly judgeModel: string;
  readonly against?: string;
  readonly order?: 1 | 2;
  readonly left: SeenVerdict | null;
  readonly right: SeenVerdict | null;
  /** `flipped`: of a pair another one is preferred; `moved`: another rating, or one of the two could not be read. */
  readonly change: "same" | "moved" | "flipped" | "only-left" | "only-right";
}

/** A verdict seen from one model. */
export interface SeenVerdict extends RecordPlace {
  /** A rating on its scale, or the share of a pair that went to the model (1 won, 0 lost, ½ tied); null when unreadable. */
  readonly value: number | null;
  readonly kind: "rating" | "preference";
}

/** Two runs side by side: one model of each. */
export interface SideBySide {
  readonly left: { readonly path: string; readonly model: string };
  readonly right: { readonly path: string; readonly model: string };
  readonly answers: { readonly both: number; readonly changed: number; readonly onlyOne: number };
  readonly verdicts: {
    readonly both: number;
    readonly flipped: number;
    /** Seen from the compared model, right against left. */
    readonly up: number;
    readonly down: number;
    readonly onlyOne: number;
  };
  /** Changed ones first, then in the order of the questions; cut off at a number that a page can hold. */
  readonly rows: readonly SideBySideRow[];
  readonly rowsInAll: number;
}
