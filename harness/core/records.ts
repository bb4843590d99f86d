import type { Check } from "./check.js";
import type { JudgeItem, JudgeRequest, JudgingMode, Protocol, Verdict } from "./judge.js";
import type { FinishReason, GenerationParameters, TokenLogprob, Usage } from "./model.js";
import type { AssetUse, Question } from "./question.js";
import type { RankedAnswers } from "./ranking.js";
import type { SuiteScoring } from "./rubric.js";
import type { DrawnForSecond } from "./second-judging.js";

export type { Json } from "./json.js";
export type {
  AnswerOrPair,
  ComparedAnswer,
  Judge,
  JudgeItem,
  JudgeRequest,
  JudgingMode,
  OrderPolicy,
  OutcomeRule,
  Protocol,
  RankedPair,
  Verdict,
} from "./judge.js";
export type * from "./likelihood.js";
export type {
  CallContext,
  CallSubject,
  ChatMessage,
  FinishReason,
  Generation,
  GenerationParameters,
  GenerationRequest,
  Model,
  ModelFacts,
  TokenLogprob,
  Usage,
} from "./model.js";
export type { AssetFile, AssetUse, Question, RightAnswer } from "./question.js";
export type * from "./refusal.js";

/**
 * The records that walk through assay, one way: suite → plan → answers → judgments → scores → report.
 * All are plain, read-only data that survive JSON; a thing that can go wrong is a union, never a sentinel.
 */

// ---------------------------------------------------------------- suites

/** How a suite wants its answers sampled. */
export interface SuiteSampling {
  /** Most new tokens of one turn. */
  readonly maxTokens: number;
  readonly temperature: number;
  /** Temperature by category, where it differs from `temperature`. */
  readonly temperatureByCategory?: Readonly<Record<string, number>>;
}

/** What is asked: an ordered set of questions and how they want to be sampled. */
export interface Suite {
  /** Kebab-case name, such as `mt-bench`; unique in a run. */
  readonly id: string;
  readonly title: string;
  /** In the order of the source. */
  readonly questions: readonly Question[];
  /** Categories in the order in which they are to be shown. */
  readonly categories: readonly string[];
  /** SHA-256 of the canonical JSON of the questions, lower-case hex. */
  readonly hash: string;
  readonly sampling: SuiteSampling;
  /** Judge that the suite's authors use, by assay's name for it. */
  readonly defaultJudge: string;
  readonly defaultMode: JudgingMode;
  /** Model id of the default opponent in `pairwise-baseline`. */
  readonly defaultBaseline?: string;
  /** Answers that come with the suite, such as AlpacaEval's baseline outputs, by model id. */
  readonly recordedAnswers?: readonly Answer[];
  readonly assets: readonly AssetUse[];
  /**
   * What is counted in the answers, by question id. It decides neither what is asked nor what a judge sees, and is no part of
   * {@link hash}.
   */
  readonly checks?: Readonly<Record<string, readonly Check[]>>;
  /** How the scores of questions become a model's, where that is not their mean. */
  readonly scoring?: SuiteScoring;
  /** Said wherever figures of this suite are shown that hold recordings, such as that they are samples. */
  readonly notice?: string;
  /** What the questions were chosen from, where they are a part of the suite. */
  readonly whole?: WholeSuite;
}

/** Size of a suite of which a run asks a part. */
export interface WholeSuite {
  readonly questions: number;
  readonly categories: number;
}

// ---------------------------------------------------------------- calls as recorded

/** One attempt at a call as it went; times are ISO 8601 in UTC. */
export interface Attempt {
  readonly at: string;
  readonly latencyMs: number;
  /** `ok`, or the code of the {@link EndpointError}. */
  readonly outcome: string;
  readonly status?: number;
  /** How long was waited before the next attempt. */
  readonly waitedMs?: number;
  /** Which of several base URLs took it. */
  readonly replica?: string;
  /** Tokens of a reply that could not be used, as the endpoint counted them; paid for all the same. */
  readonly usage?: Usage;
  /** What that reply cost, where a price is known. */
  readonly costUsd?: number;
}

/** An error as it is kept in a record; never holds a secret. */
export interface RecordedError {
  readonly code: string;
  readonly message: string;
  readonly status?: number;
  /** True when asking again may help; false when the refusal is final for what was asked. */
  readonly retryable: boolean;
  /** True where the endpoint refuses whatever it is asked, and the code does not say so: the same command asks again. */
  readonly concernsEndpoint?: boolean;
  /** What the user can do, in one sentence. */
  readonly remedy?: string;
}

/** Facts about one call that every record of it keeps. */
export interface CallRecord {
  readonly endpointModel?: string;
  readonly systemFingerprint?: string;
  readonly usage?: Usage;
  readonly costUsd?: number;
  readonly finishReason: FinishReason;
  readonly latencyMs: number;
  /** All attempts, the successful one last. Left out when the first attempt succeeded. */
  readonly attempts?: readonly Attempt[];
  readonly droppedParameters?: readonly string[];
  /** See {@link Generation.reducedMaxTokens}. */
  readonly reducedMaxTokens?: number;
  /** See {@link Generation.promptCut}. */
  readonly promptCut?: boolean;
  /** `cache` or `recording` when no call was paid for. */
  readonly source?: "cache" | "recording";
}

// ---------------------------------------------------------------- answers

/** The log-probability of one text, from one call. */
export interface ScoredText extends CallRecord {
  /** Letter of its choice. */
  readonly letter: string;
  /** Set where it was asked for without its context. */
  readonly alone?: true;
  /** Sum over its tokens, natural logarithm. */
  readonly logprob: number;
  readonly tokens: readonly { readonly token: string; readonly logprob: number }[];
  /** Code points and UTF-8 bytes of the choice, without the blank before it. */
  readonly characters: number;
  readonly bytes: number;
}

/** One turn of a completed answer. */
export interface AnswerTurn extends CallRecord {
  readonly text: string;
  /**
   * The calls behind it where the log-probabilities of choices were asked for: `text` is written from them, and what the
   * turn says of its call is said of all of them together.
   */
  readonly scored?: readonly ScoredText[];
  readonly reasoning?: string;
  /** Parameters as they were asked for. */
  readonly parameters: GenerationParameters;
}

/** What every record of an answer says. */
export interface AnswerKey {
  /** {@link AnswerTask.id}. */
  readonly taskId: string;
  readonly suite: string;
  readonly questionId: string;
  readonly category: string;
  readonly model: string;
  /** From 1. */
  readonly trial: number;
  /** When the record was made, ISO 8601 in UTC. */
  readonly at: string;
}

/** A model's answer to one question (all turns) in one trial, or how it failed. One line of `answers/MODEL.jsonl`. */
export type Answer =
  | (AnswerKey & { readonly status: "completed"; readonly turns: readonly AnswerTurn[] })
  | (AnswerKey & {
      readonly status: "failed";
      /** Turns that were obtained before the failure. */
      readonly turns: readonly AnswerTurn[];
      readonly error: RecordedError;
      /** Attempts of the turn that failed. */
      readonly attempts: readonly Attempt[];
    });

/** One answer to be asked for. */
export interface AnswerTask {
  /** Hash of everything that decides the answer: question, model identity, sampling, trial. */
  readonly id: string;
  readonly suite: string;
  readonly question: Question;
  readonly model: string;
  readonly trial: number;
  readonly parameters: GenerationParameters;
}

// ---------------------------------------------------------------- judgments

/** What one verdict is of: the question, and whose answers in which order. */
export interface VerdictPlace {
  readonly questionId: string;
  readonly category: string;
  readonly turn: number;
  /** Trial of the answers, from 1. */
  readonly trial: number;
  /** Judged model (single), or the model shown first. */
  readonly a: string;
  /** Model shown second; absent in single grading. */
  readonly b?: string;
  /** Pairs only: 1 = the pair's own order (candidate or earlier model first), 2 = the other way round. */
  readonly order?: 1 | 2;
}

/** What every record of a judgment says. */
export interface JudgmentKey extends VerdictPlace {
  readonly taskId: string;
  readonly protocol: string;
  readonly suite: string;
  /** Rankings only: all models that were shown, `a` and `b` first. */
  readonly ranked?: RankedAnswers;
  /**
   * Which of several verdicts of one place, from 2 on, where all of them count: a judge was asked several times by the
   * protocol's rule, or a file of another tool holds a judgment more than once. The first has none.
   */
  readonly repeat?: number;
  /** Of a second judge: why and with what chance it was asked. */
  readonly drawn?: DrawnForSecond;
  /** Task ids of the answers that were shown, in the order shown. */
  readonly answers: readonly string[];
  readonly at: string;
}

/** One reply of the judge to one request. */
export interface JudgeReply extends CallRecord {
  readonly text: string;
  readonly reasoning?: string;
  readonly logprobs?: readonly TokenLogprob[];
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: string }[];
  readonly verdict: Verdict;
}

/** What the judge said that stands in for one that failed; by the same protocol, on the same request. */
export type Replacement = {
  /** Id of the protocol as this judge model plays it. */
  readonly protocol: string;
  readonly judgeModel: string;
  readonly at: string;
} & (
  | { readonly status: "judged"; readonly replies: readonly JudgeReply[]; readonly verdict: Verdict }
  | {
      readonly status: "failed";
      readonly replies: readonly JudgeReply[];
      readonly error: RecordedError;
      readonly attempts: readonly Attempt[];
    }
);

/**
 * The whole record of one verdict asked for. One line of `judgments/PROTOCOL/….jsonl`.
 * `judged`: `replies` holds every attempt, the last one gave `verdict` (which may be unreadable).
 * `failed`: the judge could not be asked. `skipped`: there was nothing to judge.
 */
export type Judgment =
  | (JudgmentKey & {
      readonly status: "judged";
      readonly request: JudgeRequest;
      readonly replies: readonly JudgeReply[];
      readonly verdict: Verdict;
      /** Where the verdict is unreadable and another judge stands in: what that one said. Read by juries alone. */
      readonly replacement?: Replacement;
    })
  | (JudgmentKey & {
      readonly status: "failed";
      readonly request?: JudgeRequest;
      readonly replies: readonly JudgeReply[];
      readonly error: RecordedError;
      readonly attempts: readonly Attempt[];
      /** Where another judge stands in: what that one said. Read by juries alone. */
      readonly replacement?: Replacement;
    })
  | (JudgmentKey & { readonly status: "skipped"; readonly reason: string });

/** One verdict to be asked for, known once the answers it needs exist. */
export interface JudgmentTask
  extends Pick<JudgmentKey, "trial" | "a" | "b" | "ranked" | "order" | "repeat" | "drawn" | "answers"> {
  /** Hash of protocol, question, turn, trial, repeat, and the models and texts that are judged, in the order shown. */
  readonly id: string;
  readonly protocol: Protocol;
  readonly item: JudgeItem;
}

// ---------------------------------------------------------------- failures shown to people

/** Something doubtful that every report shows. */
export interface Warning {
  readonly code: string;
  readonly message: string;
  readonly count?: number;
}
