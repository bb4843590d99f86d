/**
 * The records that walk through assay, one way: suite → plan → answers → judgments → scores → report.
 * All are plain, read-only data that survive JSON; a thing that can go wrong is a union, never a sentinel.
 */

/** Anything that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

// ---------------------------------------------------------------- questions

/** One question of a suite: one or more user turns, asked in one conversation. */
export interface Question {
  /** Unique in its suite. FastChat's integers appear as their decimal text. */
  readonly id: string;
  readonly category: string;
  /** The user's messages, turn 1 first; at least one. */
  readonly turns: readonly string[];
  /** Reference answer (gold text) per turn, where there is one. */
  readonly reference?: readonly string[];
  /** Sampling temperature for this question: it overrides the suite's, and a model's own `parameters` override it. */
  readonly requiredTemperature?: number;
  /** System message for this question. */
  readonly system?: string;
  /** Further facts of the source file that belong to the question (such as AlpacaEval's `dataset`). */
  readonly metadata?: Readonly<Record<string, Json>>;
}

/** A file that decided something, with the hash of the bytes that were used. */
export interface AssetUse {
  /** Asset id as `assay data list` names it, or the file's base name for a user's own file. */
  readonly id: string;
  /** SHA-256 of the bytes used, lower-case hex. */
  readonly sha256: string;
  /** Whether that is the hash that assay pins; null for files that assay does not know. */
  readonly pinned: boolean | null;
}

/** An asset on this machine, as suites and judges read it. */
export interface AssetFile {
  readonly path: string;
  readonly sha256: string;
  /** Whether that is the hash that assay pins. */
  readonly pinned: boolean;
}

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

// ---------------------------------------------------------------- models

/** One message of a chat. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** A tool that a judge may be asked to call (JSON Schema parameters). */
export interface ToolDefinition {
  readonly name: string;
  readonly description?: string;
  readonly parameters: Json;
  readonly strict?: boolean;
}

/** Sampling parameters of one call. What is absent is left to the endpoint. */
export interface GenerationParameters {
  readonly temperature?: number;
  /** Most new tokens; the adapter chooses the wire name. */
  readonly maxTokens?: number;
  readonly topP?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  /** Ask for log-probabilities of this many alternatives per token. */
  readonly topLogprobs?: number;
  /** Structured reply: the name and JSON Schema that the text must satisfy. */
  readonly responseSchema?: { readonly name: string; readonly schema: Json };
  readonly tools?: readonly ToolDefinition[];
  /** Name of the tool that must be called. */
  readonly toolChoice?: string;
  /** Passed to the endpoint as they are. */
  readonly extra?: Readonly<Record<string, Json>>;
}

/** What a call is about, for adapters that look things up instead of generating them. */
export type CallSubject =
  | {
      readonly kind: "answer";
      readonly suite: string;
      readonly questionId: string;
      readonly turn: number;
      readonly trial: number;
    }
  | {
      readonly kind: "judgment";
      readonly suite: string;
      readonly questionId: string;
      readonly turn: number;
      readonly trial: number;
      /** The judged model in single grading; the model shown first in pairwise. */
      readonly a: string;
      /** The model shown second; absent in single grading. */
      readonly b?: string;
      /** Attempt at an unreadable verdict, from 1. */
      readonly attempt: number;
    };

/** What is asked of a model, once. */
export interface GenerationRequest {
  readonly messages: readonly ChatMessage[];
  readonly parameters: GenerationParameters;
  readonly subject: CallSubject;
}

/** Why a generation ended. `unknown` when the endpoint did not say. */
export type FinishReason = "stop" | "length" | "content-filter" | "tool-calls" | "unknown";

/** Tokens of one call as the endpoint counted them. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Part of `outputTokens` spent on hidden reasoning, where told. */
  readonly reasoningTokens?: number;
  /** Part of `inputTokens` served from the endpoint's prompt cache, where told. */
  readonly cachedInputTokens?: number;
}

/** One position of the reply with its alternatives; natural-log probabilities. */
export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly top: readonly { readonly token: string; readonly logprob: number }[];
}

/** What came back of one successful call. */
export interface Generation {
  /** The answer's text, without reasoning. May be empty. */
  readonly text: string;
  /** `<think>…</think>` or `reasoning_content`, kept apart. */
  readonly reasoning?: string;
  readonly finishReason: FinishReason;
  readonly usage?: Usage;
  /** What the endpoint said it is. */
  readonly endpointModel?: string;
  readonly systemFingerprint?: string;
  readonly logprobs?: readonly TokenLogprob[];
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: string }[];
  /** Parameters that the endpoint refused and that were left out, by wire name. */
  readonly droppedParameters?: readonly string[];
  /** Limit on new tokens that was asked for instead, since prompt and answer together exceed the context. */
  readonly reducedMaxTokens?: number;
  /** True where the endpoint counted far fewer input tokens than the messages can have: it cut the prompt in silence. */
  readonly promptCut?: boolean;
  /** Rate-limit headers of the response, lower-case names. */
  readonly rateLimit?: Readonly<Record<string, string>>;
  /** True for replies that were looked up, not generated; they cost nothing. */
  readonly recorded?: boolean;
}

/** What a call is given besides its request. */
export interface CallContext {
  /** Aborted at the deadline of the attempt or when the run stops; the adapter must then reject promptly. */
  readonly signal: AbortSignal;
}

/** What is known of a model besides how to ask it. */
export interface ModelFacts {
  /** Display id, unique in the run; names files and columns. */
  readonly id: string;
  /** Everything besides the request that decides a reply (adapter, model name, template, parameters); goes into task ids. No secrets, no addresses. */
  readonly identity: { readonly [key: string]: Json };
  /** Name of the endpoint whose limits the model shares, such as its base URL's origin and path. */
  readonly endpoint: string;
  /** Key into the price table, such as the endpoint's model name. */
  readonly priceKey?: string;
  /** Family, such as `llama`, for same-family judge checks. */
  readonly family?: string;
  /** The model's own parameters, which override those a suite or a judge asks for. */
  readonly parameters?: GenerationParameters;
  /** System message put before each conversation (answers only). */
  readonly system?: string;
}

/**
 * A model that can be asked. One method; stateless towards the pipeline, which owns retries, limits, deadlines,
 * budget and storage. `generate` rejects with an {@link EndpointError}.
 */
export interface Model extends ModelFacts {
  generate(request: GenerationRequest, context: CallContext): Promise<Generation>;
  /** Loads what the first call needs, so that it does not count as that call's latency; what fails, fails in `generate` again. */
  prepare?(): Promise<void>;
  /** Releases what the model holds (a child process, sockets). */
  close?(): Promise<void>;
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

/** One turn of a completed answer. */
export interface AnswerTurn extends CallRecord {
  readonly text: string;
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

// ---------------------------------------------------------------- judging

/** Which comparisons are judged. */
export type JudgingMode = "single" | "pairwise-baseline" | "pairwise-all";

/** What a judge is shown in order to give one verdict. */
export type JudgeItem =
  | {
      readonly kind: "single";
      readonly question: Question;
      /** Turn that is judged, from 1. */
      readonly turn: number;
      /** Answers to turns 1…turn. */
      readonly answer: readonly string[];
      /** Text that no answer of this item can contain by design; delimits untrusted text. */
      readonly nonce: string;
    }
  | {
      readonly kind: "pair";
      readonly question: Question;
      readonly turn: number;
      /** Answers to turns 1…turn of the model shown first. */
      readonly a: readonly string[];
      /** Likewise of the model shown second. */
      readonly b: readonly string[];
      readonly nonce: string;
    };

/** What was read from a judge's reply. Slots: `a` is shown first, `b` second. */
export type Verdict =
  /** A grade, 1–10. */
  | { readonly kind: "rating"; readonly rating: number }
  /**
   * A choice between two answers. `weightB` is the weight on the second answer, 0–1: 0, ½ and 1 for plain choices,
   * anything between for weighted preferences. `strong` marks Arena-Hard's double arrows.
   */
  | {
      readonly kind: "preference";
      readonly winner: "a" | "b" | "tie";
      readonly weightB: number;
      readonly strong?: boolean;
    }
  /** Slots or labels from best to worst. */
  | { readonly kind: "ranking"; readonly ranking: readonly string[] }
  /**
   * The reply holds no verdict that may be used; `reason` is a short sentence. `final` when asking again cannot help: the
   * endpoint leaves out what the judge reads.
   */
  | { readonly kind: "unreadable"; readonly reason: string; readonly final?: true };

/** What a judge wants to be asked. */
export interface JudgeRequest {
  readonly messages: readonly ChatMessage[];
  readonly parameters: GenerationParameters;
}

/** In which orders a pair is shown: both, or one that the judge draws for each question. */
export type OrderPolicy = "both" | "seeded";

/**
 * A way of judging, pure: builds a request from an item and reads a verdict out of a reply. It never calls a model.
 * `generation.text` is the judge's own text; answers never reach {@link Judge.read}.
 */
export interface Judge {
  /** Registry name, such as `mt-bench` or `assay`. */
  readonly name: string;
  readonly kind: "single" | "pair";
  /** Readable head of the protocol id, such as `mt-bench-single`. */
  readonly protocolPrefix: string;
  /** Everything besides the judge model that decides a verdict: prompt texts, parser, parameters, order policy. */
  readonly identity: { readonly [key: string]: Json };
  /** Snapshot that the protocol's authors used as judge model, such as `gpt-4`; the default of `--judge`. */
  readonly defaultModel?: string;
  /** Parameters that belong to the protocol. */
  readonly parameters: GenerationParameters;
  /** Pair judges only. */
  readonly orders?: OrderPolicy;
  /** For `seeded`: whether the pair is shown the other way round. */
  isSwitched?(question: Question): boolean;
  /**
   * Pair judges only, how verdicts become figures. `win-rate` (default for both orders): they must agree, or it is a
   * tie. `preference` (default for one seeded order): weights are averaged, as AlpacaEval does.
   */
  readonly metric?: "win-rate" | "preference";
  /** Which turns get a verdict of their own: every turn, or the last one. */
  readonly turns: "each" | "last";
  /** Replies to every request, when the verdict is estimated from several; see {@link Judge.combine}. */
  readonly samples?: number;
  /** One verdict out of those of all samples. */
  combine?(verdicts: readonly Verdict[]): Verdict;
  /** A verdict that needs no call, such as a draw between identical outputs. */
  settle?(item: JudgeItem): Verdict | undefined;
  /** @throws DataError when the question lacks what the protocol needs (a reference answer). */
  request(item: JudgeItem): JudgeRequest;
  read(generation: Generation, item: JudgeItem): Verdict;
  readonly assets?: readonly AssetUse[];
}

/** Everything that decides a verdict, under a short id. */
export interface Protocol {
  /** Readable prefix, judge model and short hash, such as `mt-bench-single@gpt-4-0613~3f9a1c`. */
  readonly id: string;
  readonly judge: string;
  /** Display id of the judge model. */
  readonly judgeModel: string;
  readonly mode: JudgingMode;
  readonly suite: string;
  /** The id that the same protocol had before the answers of a recorded baseline were a part of it. */
  readonly former?: string;
}

/** What every record of a judgment says. */
export interface JudgmentKey {
  readonly taskId: string;
  readonly protocol: string;
  readonly suite: string;
  readonly questionId: string;
  readonly category: string;
  readonly turn: number;
  /** Trial of the answers, from 1. */
  readonly trial: number;
  /** Judged model (single), or the model shown first (pair). */
  readonly a: string;
  /** Model shown second; absent in single grading. */
  readonly b?: string;
  /** Pairs only: 1 = the pair's own order (candidate or earlier model first), 2 = the other way round. */
  readonly order?: 1 | 2;
  /**
   * Which of several verdicts of one place, from 2 on, where all of them count: a file of another tool may hold a
   * judgment more than once. The first has none.
   */
  readonly repeat?: number;
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
    })
  | (JudgmentKey & {
      readonly status: "failed";
      readonly request?: JudgeRequest;
      readonly replies: readonly JudgeReply[];
      readonly error: RecordedError;
      readonly attempts: readonly Attempt[];
    })
  | (JudgmentKey & { readonly status: "skipped"; readonly reason: string });

/** One verdict to be asked for, known once the answers it needs exist. */
export interface JudgmentTask {
  /** Hash of protocol, question, turn, trial, and the models and texts that are judged, in the order shown. */
  readonly id: string;
  readonly protocol: Protocol;
  readonly item: JudgeItem;
  readonly trial: number;
  readonly a: string;
  readonly b?: string;
  readonly order?: 1 | 2;
  readonly answers: readonly string[];
}

// ---------------------------------------------------------------- failures shown to people

/** Something doubtful that every report shows. */
export interface Warning {
  readonly code: string;
  readonly message: string;
  readonly count?: number;
}
