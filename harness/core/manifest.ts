import type { RatingScale } from "./board.js";
import type { OutcomeRule } from "./judge.js";
import type { JudgeRepeats } from "./judge-repeats.js";
import type { RankedPools } from "./ranking.js";
import type { AssetUse, Json, JudgingMode, ModelFacts, Usage, Warning, WholeSuite } from "./records.js";
import type { SecondJudging } from "./second-judging.js";
import type { SentinelHistory } from "./sentinel.js";
import type { SequenceRecord } from "./sequence.js";

/** Calls, tokens and money of one stage and model. */
export interface CallTotals {
  readonly stage: "answers" | "judgments";
  /** Display id of the model or judge model. */
  readonly model: string;
  /** Calls that reached an endpoint and were answered. */
  readonly calls: number;
  /** Attempts that failed and were made again. */
  readonly retries: number;
  /** Replies from the response cache or from recordings; they cost nothing. */
  readonly cached: number;
  readonly recorded: number;
  readonly usage: Usage;
  /** Null where no price is known. */
  readonly costUsd: number | null;
}

/** A model or judge model as the run used it; never holds a secret. */
export interface ManifestModel extends Omit<ModelFacts, "priceKey"> {
  /** Names under which the endpoint presented itself, with how often. More than one means that it changed in mid-run. */
  readonly endpointModels: Readonly<Record<string, number>>;
  readonly systemFingerprints: Readonly<Record<string, number>>;
  readonly droppedParameters: readonly string[];
  /** Calls whose prompt left less room in the context than was asked for, and that got what was left. */
  readonly reducedCalls?: number;
  /** Calls whose prompt the endpoint cut in silence, as its count of tokens shows. */
  readonly cutPrompts?: number;
}

/** Suite of a run. Questions themselves are in `suites/ID.json` of the run folder. */
export interface ManifestSuite {
  readonly id: string;
  readonly title: string;
  readonly hash: string;
  /** Questions that this run asks (after `--limit` and the like). */
  readonly questions: number;
  /** What they were chosen from, where they are a part of the suite. */
  readonly whole?: WholeSuite;
  readonly assets: readonly AssetUse[];
}

/** A protocol of a run, with what decides it. */
export interface ManifestProtocol {
  readonly id: string;
  readonly suite: string;
  readonly judge: string;
  readonly judgeModel: string;
  readonly mode: JudgingMode;
  readonly baseline?: string;
  /** Hash of the baseline's recorded answers; a part of the id. */
  readonly baselineAnswers?: string;
  /** The id that the same protocol had before those answers were a part of it. */
  readonly former?: string;
  readonly metric: "rating" | "win-rate" | "preference" | "outcomes";
  /** For `outcomes`: how games are counted. */
  readonly outcomes?: OutcomeRule;
  /** Of ratings; 1–10 where it is not told. */
  readonly scale?: RatingScale;
  /** {@link Judge.figure}. */
  readonly figure?: "accuracy";
  /** Who judges, by the same protocol, what the judge fails on; for juries alone. `protocol` is the id it has as theirs. */
  readonly replacement?: { readonly protocol: string; readonly judgeModel: string };
  /** Models under single grading, or pairs with the candidate (or earlier model) first; rankings: every pair of their models. */
  readonly subjects: readonly (readonly string[])[];
  /** Rankings only: who is ranked together. */
  readonly ranked?: RankedPools;
  /** Verdicts per question: judged turns by question id are all turns, or the last alone. */
  readonly turns: "each" | "last";
  /** Pairs only. */
  readonly orders?: "both" | "seeded";
  readonly identity: { readonly [key: string]: Json };
  readonly assets: readonly AssetUse[];
  /** How often it judges the same, where that is more than once; fixed before its first verdict. */
  readonly repeats?: JudgeRepeats;
  /** Of a second judge: when it is asked. */
  readonly second?: SecondJudging;
  /** Verdicts that the plan asks for. */
  readonly planned: number;
}

/** Answers or judgments of one model that failed, or could not be read, for one reason. */
export interface FailureCount {
  readonly stage: "answers" | "judgments";
  readonly model: string;
  /** Code of the error, such as `context-overflow`; `unreadable-verdict` where a reply holds no verdict. */
  readonly code: string;
  /** Message of the first of them. */
  readonly message: string;
  /** What the user can do about it, where that is known. */
  readonly remedy?: string;
  /** True where the same command does not ask again. */
  readonly final?: true;
  readonly count: number;
}

/** `run.json`: what was run, with what, and how it ended. */
export interface Manifest {
  readonly schema: "assay.run/1";
  readonly tool: {
    readonly name: "assay";
    readonly version: string;
    readonly node: string;
    readonly platform: string;
  };
  /** Configuration after flags, environment, file and defaults; without secrets. */
  readonly config: Json;
  readonly seed: number;
  readonly trials: number;
  readonly suites: readonly ManifestSuite[];
  readonly models: readonly ManifestModel[];
  readonly judgeModels: readonly ManifestModel[];
  readonly protocols: readonly ManifestProtocol[];
  readonly startedAt: string;
  /** Null while the run goes on, or after it was killed. */
  readonly finishedAt: string | null;
  readonly status: "running" | "complete" | "incomplete" | "interrupted";
  /** Time that runs of this folder took together, in milliseconds. */
  readonly durationMs: number;
  readonly totals: readonly CallTotals[];
  /**
   * Dollars that runs under a budget may have paid without leaving a record: for attempts that broke while the endpoint
   * was at work, and for first turns of answers that were not finished.
   */
  readonly unrecordedUsd?: number;
  /** Counts of what is there and what is not. */
  readonly answers: {
    readonly planned: number;
    readonly completed: number;
    readonly failed: number;
    readonly truncated: number;
    /** Broken off by a content filter after some text; absent without one. */
    readonly filtered?: number;
    readonly empty: number;
  };
  readonly judgments: {
    readonly planned: number;
    readonly judged: number;
    readonly unreadable: number;
    readonly failed: number;
    readonly skipped: number;
    /** Verdicts in which the judge said that it cannot decide; absent without one. */
    readonly abstained?: number;
    /** Of those unreadable and failed: how many a judge's replacement gave a verdict on; absent without one. */
    readonly replaced?: number;
  };
  /** Why what failed failed and what was unreadable could not be read, most frequent first. */
  readonly failures: readonly FailureCount[];
  /** What the sentinels of the judges knew at the end of the run, one per protocol. */
  readonly sentinel?: readonly SentinelHistory[];
  /** Set where the run may end, or ended, before its last question. */
  readonly sequence?: SequenceRecord;
  /** True when answers or verdicts are recorded samples, not a model's. */
  readonly recordedSamples: boolean;
  /** Which part of the questions was asked, when the run is one of several shards; `index` from 1. */
  readonly shard?: { readonly index: number; readonly count: number };
  /** What was doubtful about the files that the records were imported from; every report shows it. */
  readonly warnings?: readonly Warning[];
  /** Run folders that were merged into this one, as they were named. */
  readonly mergedFrom?: readonly string[];
}
