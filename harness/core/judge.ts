import type { RatingScale } from "./interval.js";
import type { Json } from "./json.js";
import type { AccuracyNorm } from "./likelihood.js";
import type { ChatMessage, Generation, GenerationParameters } from "./model.js";
import type { AssetUse, Question } from "./question.js";
import type { RefusalLabel } from "./refusal.js";

/** Which comparisons are judged. */
export type JudgingMode = "single" | "pairwise-baseline" | "pairwise-all" | "ranking";

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
    }
  | {
      readonly kind: "ranking";
      readonly question: Question;
      readonly turn: number;
      /** Answers to turns 1…turn of each model, in the order shown; 2 to 9 models. */
      readonly answers: readonly (readonly string[])[];
      /** What the order of the comparisons is drawn from. */
      readonly seed: string;
      readonly nonce: string;
    };

/** What a judge said of one pair before it ranked: the better label, or that both are equal. */
export interface RankedPair {
  readonly pair: readonly [string, string];
  readonly better: string | null;
}

/** How an answer stands to the right one. What cannot be read is wrong, and counted apart. */
export type ComparedAnswer =
  | {
      readonly outcome: "right" | "wrong";
      /** What was read out of the answer. */
      readonly read: string;
      /** Set where it is right in its normal form only, not as it is written. */
      readonly normalised?: true;
      /** Of a choice by log-probabilities: the letter that each way of deciding takes; `read` is the headline's. */
      readonly taken?: { readonly [Norm in AccuracyNorm]?: string };
    }
  | { readonly outcome: "unreadable" /** A short sentence. */; readonly reason: string };

/** What was read from a judge's reply. Slots: `a` is shown first, `b` second. */
export type Verdict =
  /** A grade, 1–10 unless the protocol has another scale. `criteria`: what each of a rubric came to, 0–1, in its order. */
  | {
      readonly kind: "rating";
      readonly rating: number;
      readonly criteria?: readonly number[];
      readonly compared?: ComparedAnswer;
      /** What the answer does with the request, where that is judged; the rating follows from it and the question. */
      readonly refusal?: RefusalLabel;
    }
  /**
   * A choice between two answers. `weightB` is the weight on the second answer, 0–1: 0, ½ and 1 for plain choices,
   * anything between for weighted preferences. `strong` marks Arena-Hard's double arrows.
   */
  | {
      readonly kind: "preference";
      readonly winner: "a" | "b" | "tie";
      readonly weightB: number;
      readonly strong?: boolean;
      /** Rewards of the first and the second answer, where the choice comes from them. Compared within a prompt alone. */
      readonly rewards?: readonly [number, number];
    }
  /** Labels from best to worst: A is the answer shown first. */
  | {
      readonly kind: "ranking";
      readonly ranking: readonly string[];
      /** The same with equal ones together, best first; left out where none are equal. */
      readonly groups?: readonly (readonly string[])[];
      /** What was said of pairs before, as far as it can be read. */
      readonly pairs?: readonly RankedPair[];
    }
  /** The judge says that it cannot or will not decide, where its protocol lets it; `reason` is a short sentence. No failure. */
  | { readonly kind: "abstained"; readonly reason: string }
  /**
   * The reply holds no verdict that may be used; `reason` is a short sentence. `final` when asking again cannot help: the
   * endpoint leaves out what the judge reads.
   */
  | { readonly kind: "unreadable"; readonly reason: string; readonly final?: true };

/** What judges of single answers and of pairs are shown. */
export type AnswerOrPair = Exclude<JudgeItem, { readonly kind: "ranking" }>;

/** What a judge wants to be asked. */
export interface JudgeRequest {
  readonly messages: readonly ChatMessage[];
  readonly parameters: GenerationParameters;
}

/**
 * How the verdict of each game becomes outcomes, as data of a protocol (`metric: "outcomes"`): every game counts for
 * itself, and one with a double arrow several times.
 */
export interface OutcomeRule {
  /** Worth of each outcome for the model, 0–1. */
  readonly win: number;
  readonly tie: number;
  readonly loss: number;
  /** How many outcomes a `strong` verdict stands for: a whole number from 1. */
  readonly strongWeight: number;
  /** Whose way of counting `--compat` reproduces: Arena-Hard's first or second version. */
  readonly original: "v0.1" | "v2";
}

/** In which orders a pair is shown: both, or one that the judge draws for each question. */
export type OrderPolicy = "both" | "seeded";

/** A verdict that takes several calls. */
export interface PartedJudging {
  /** The item in parts, in the order in which they are asked for; at least one. */
  parts(item: JudgeItem): readonly JudgeItem[];
  /** The verdict of the item from those of all parts, each of which could be read. */
  join(verdicts: readonly Verdict[], item: JudgeItem): Verdict;
}

/**
 * A way of judging, pure: builds a request from an item and reads a verdict out of a reply. It never calls a model.
 * `generation.text` is the judge's own text; answers never reach {@link Judge.read}.
 */
export interface Judge {
  /** Registry name, such as `mt-bench` or `assay`. */
  readonly name: string;
  readonly kind: "single" | "pair" | "ranking";
  /** Readable head of the protocol id, such as `mt-bench-single`. */
  readonly protocolPrefix: string;
  /** Everything besides the judge model that decides a verdict: prompt texts, parser, parameters, order policy. */
  readonly identity: { readonly [key: string]: Json };
  /** Snapshot that the protocol's authors used as judge model, such as `gpt-4`; the default of `--judge`. */
  readonly defaultModel?: string;
  /** Parameters that belong to the protocol. */
  readonly parameters: GenerationParameters;
  /** Single grading: ends of the scale of its ratings on these questions; left out: 1–10. */
  scale?(questions: readonly Question[]): RatingScale;
  /** Ranking judges only: most answers of one ranking, 2 to 9; default 9. */
  readonly together?: number;
  /** Pair judges only. */
  readonly orders?: OrderPolicy;
  /** For `seeded`: whether the pair is shown the other way round. */
  isSwitched?(question: Question): boolean;
  /**
   * Pair judges only, how verdicts become figures. `win-rate` (default for both orders): they must agree, or it is a
   * tie. `preference` (default for one seeded order): weights are averaged, as AlpacaEval does. `outcomes`: every game
   * counts for itself by {@link Judge.outcomes}, as Arena-Hard does.
   */
  readonly metric?: "win-rate" | "preference" | "outcomes";
  /** For `outcomes`. */
  readonly outcomes?: OutcomeRule;
  /** Which turns get a verdict of their own: every turn, or the last one. */
  readonly turns: "each" | "last";
  /** Replies to every request, when the verdict is estimated from several; see {@link Judge.combine}. */
  readonly samples?: number;
  /** One verdict out of those of all samples. */
  combine?(verdicts: readonly Verdict[]): Verdict;
  /**
   * Items that are asked for by calls of their own, in turn, where a verdict takes several: {@link Judge.request} and
   * {@link Judge.read} are given each of them in the item's place, and {@link PartedJudging.join} makes the verdict.
   */
  readonly parted?: PartedJudging;
  /** The same judging in another number of calls, which a plan sets beside this one. */
  otherWay?(): Judge;
  /** A verdict that needs no call, such as a draw between identical outputs. */
  settle?(item: JudgeItem): Verdict | undefined;
  /**
   * What is asked after a reply without a verdict, in the same conversation; undefined: nothing. It is asked once for each
   * time that the verdict is asked for.
   */
  followUp?(item: JudgeItem, said: Generation): JudgeRequest | undefined;
  /** Set where {@link Judge.settle} gives every verdict: no judge model is made, named, priced or asked. */
  readonly callFree?: true;
  /** What the mean of its ratings is called, where that is not a score: the share of right answers, in percent. */
  readonly figure?: "accuracy";
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
