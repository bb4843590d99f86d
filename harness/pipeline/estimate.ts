import { countOf } from "../core/count-of.js";
import { roundsOn } from "../core/judge-repeats.js";
import { presentFields } from "../core/present-fields.js";
import { groupsOf } from "../core/ranking.js";
import type { Judge, Model, Question } from "../core/records.js";
import { leavesOf } from "../core/rubric.js";
import { priceOf } from "./dispatch/cost.js";
import type { PriceTable } from "./dispatch/prices.js";
import { assumedMaxTokens, estimateInputTokens, estimateTokens } from "./dispatch/tokens.js";
import { itemOf, judgedTurns } from "./judge-items.js";
import type { Plan, PlannedProtocol } from "./plan.js";
import { scoringMessages, textsToScore } from "./scored-turn.js";

/** A figure that is not known before the calls are made. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Expected calls of one stage and model. */
export interface StageEstimate {
  readonly stage: "answers" | "judgments";
  readonly model: string;
  readonly calls: number;
  readonly inputTokens: Range;
  readonly outputTokens: Range;
  /** Null where no price is known. */
  readonly costUsd: { readonly low: number | null; readonly high: number | null };
  /** Where the model's price was read, where that was not the provider's own page. */
  readonly priceSecondHand?: string;
  /** Of a second judge: what it is asked lies between its share of everything and everything; the rest of the row is the range. */
  readonly drawn?: SecondEstimate;
}

/** What a second judge may be asked, beside asking it on everything. `calls` of its row are the most. */
export interface SecondEstimate {
  /** Judge model whose verdicts decide it. */
  readonly after: string;
  /** Calls where the first judge finds nothing unclear, and where it finds everything so. */
  readonly calls: Range;
  /** What the second judge costs on everything, without a first one. */
  readonly fullUsd: StageEstimate["costUsd"];
}

/** One of the ways in which a judge can be asked for the same verdicts. */
export interface JudgingWay extends Omit<StageEstimate, "stage" | "priceSecondHand"> {
  /** Readable head of its protocol's id, such as `rubric-each`. */
  readonly protocol: string;
  readonly suite: string;
  readonly isPlanned: boolean;
  /**
   * Share of the input tokens, 0–1, that a call has in common with an earlier one of the same verdict, from the first
   * on: what an endpoint's prompt cache can hold, where it keeps prompts of that length. With short and with long answers.
   */
  readonly cacheableShare: Range;
}

/** Expected calls, tokens and cost of a whole plan. */
export interface PlanEstimate {
  readonly stages: readonly StageEstimate[];
  readonly calls: number;
  /** Of judges that can be asked in several ways: the planned one and the other. */
  readonly ways?: readonly JudgingWay[];
  readonly costUsd: { readonly low: number | null; readonly high: number | null };
  /** Date of the prices, null where none was used. */
  readonly pricesAsOf: string | null;
}

/** Tokens of a short and of a long answer, as far as the limit allows; between them lie most answers of chat models. */
function answerLength(maxTokens: number): Range {
  return { low: Math.min(80, maxTokens), high: maxTokens };
}

/** Tokens of a judge's reply: a verdict alone, or an explanation of a paragraph or two. */
function replyLength(maxTokens: number): Range {
  return { low: Math.min(40, maxTokens), high: Math.min(600, maxTokens) };
}

/** Tokens of a ranking: a line for each pair, and a reason of up to fifteen words behind it; then the ranking. */
function rankingLength(answers: number, maxTokens: number): Range {
  const pairs = (answers * (answers - 1)) / 2;
  return { low: Math.min(20 * (pairs + 1), maxTokens), high: Math.min(45 * (pairs + 1), maxTokens) };
}

/** Tokens of decisions by rubric: a line for each criterion, and up to two sentences of evidence before it. */
function decisionsLength(criteria: number, maxTokens: number): Range {
  return { low: Math.min(20 * criteria, maxTokens), high: Math.min(100 * criteria, maxTokens) };
}

class StageSum {
  calls = 0;
  private readonly shared = { low: 0, high: 0 };
  private readonly input = { low: 0, high: 0 };
  private readonly output = { low: 0, high: 0 };

  constructor(
    private readonly stage: StageEstimate["stage"],
    private readonly model: Model,
  ) {}

  add(input: Range, output: Range, calls: number): void {
    this.calls += calls;
    this.input.low += input.low * calls;
    this.input.high += input.high * calls;
    this.output.low += output.low * calls;
    this.output.high += output.high * calls;
  }

  /** Input tokens of calls that begin like an earlier one. */
  addShared(tokens: Range, calls: number): void {
    this.shared.low += tokens.low * calls;
    this.shared.high += tokens.high * calls;
  }

  /** Share of the input that begins like an earlier call's. */
  sharedShare(): Range {
    const share = (end: "low" | "high") => (this.input[end] === 0 ? 0 : this.shared[end] / this.input[end]);
    return { low: share("low"), high: share("high") };
  }

  /** Calls of the mean length of those there are. */
  addAlike(calls: number): void {
    if (this.calls === 0) return;
    const mean = ({ low, high }: Range) => ({ low: low / this.calls, high: high / this.calls });
    this.add(mean(this.input), mean(this.output), calls);
  }

  estimate(prices: PriceTable): StageEstimate {
    const price = priceOf(this.model, prices);
    const cost = (end: "low" | "high") =>
      price === undefined
        ? null
        : (this.input[end] * price.inputPerMillion + this.output[end] * price.outputPerMillion) / 1e6;
    return {
      stage: this.stage,
      model: this.model.id,
      calls: this.calls,
      inputTokens: { ...this.input },
      outputTokens: { ...this.output },
      costUsd: { low: cost("low"), high: cost("high") },
      ...presentFields({ priceSecondHand: price?.secondHand }),
    };
  }
}

function sumAnswers(plan: Plan): StageSum[] {
  const sums = new Map<string, StageSum>();
  for (const task of plan.answerTasks) {
    const model = plan.models.get(task.model);
    if (model === undefined || model.identity.adapter === "replay") continue;
    const sum = sums.get(task.model) ?? new StageSum("answers", model);
    sums.set(task.model, sum);
    const { likelihood } = task.question;
    if (likelihood !== undefined) {
      for (const text of textsToScore(likelihood)) {
        const tokens = estimateInputTokens(scoringMessages(text));
        sum.add({ low: tokens, high: tokens }, { low: 1, high: 1 }, 1);
      }
      continue;
    }
    const length = answerLength(task.parameters.maxTokens ?? assumedMaxTokens);
    let asked = 0;
    task.question.turns.forEach((turn, index) => {
      asked += estimateTokens(turn);
      sum.add({ low: asked + index * length.low, high: asked + index * length.high }, length, 1);
    });
  }
  return [...sums.values()];
}

/** Answers of one request, as many as each of its verdicts shows. */
function shownSizes({ judge, subjects, ranked }: PlannedProtocol): readonly number[] {
  if (ranked !== undefined)
    return groupsOf(ranked, { suite: "", questionId: "", trial: 1 }).map((group) => group.length);
  const orders = judge.kind === "single" || judge.orders === "seeded" ? 1 : 2;
  const shown = judge.kind === "single" ? 1 : 2;
  return Array.from({ length: subjects.length * orders }, () => shown);
}

/** A prompt around the answers. */
interface PromptSize {
  readonly tokens: number;
  /** Of them those that it begins with like the first call of its verdict; undefined for the first. */
  readonly shared?: number;
  /** Criteria that its reply decides, where it is one by rubric. */
  readonly criteria?: number;
}

function commonStart(first: string, other: string): string {
  let end = 0;
  while (end < first.length && first[end] === other[end]) end++;
  return first.slice(0, end);
}

/** A judge's prompts around the answers, one for each call of a verdict, measured on requests for empty ones. */
function promptSizes(judge: Judge, question: Question, turn: number, shown: number): PromptSize[] {
  const empty = question.turns.slice(0, turn).map(() => "");
  const answers = Array.from({ length: shown }, () => empty);
  const item = itemOf(judge, question, turn, answers, "000000000000");
  const parts = judge.parted?.parts(item) ?? [item];
  let first: string | undefined;
  return parts.map((part) => {
    const { messages } = judge.request(part);
    const text = messages.map(({ content }) => content).join("\n");
    const shared = first === undefined ? undefined : estimateTokens(commonStart(first, text));
    first ??= text;
    const { rubric } = part.question;
    const criteria = judge.name === "rubric" && rubric ? leavesOf(rubric.criteria).length : undefined;
    return { tokens: estimateInputTokens(messages), ...presentFields({ shared, criteria }) };
  });
}

function sumJudgments(planned: PlannedProtocol, { trials, sentinel }: Plan): StageSum {
  const { judge, judgeModel, suite, repeats } = planned;
  const sum = new StageSum("judgments", judgeModel);
  // Rewards are numbers, not text.
  const isScored = judge.parameters.conversations !== undefined;
  const limit = judgeModel.parameters?.maxTokens ?? judge.parameters.maxTokens ?? assumedMaxTokens;
  const replyOf = (shown: number) =>
    isScored
      ? { low: 0, high: 0 }
      : judge.kind === "ranking"
        ? rankingLength(shown, limit)
        : replyLength(limit);
  const length = answerLength(suite.sampling.maxTokens);
  const counts = new Map<number, number>();
  for (const shown of shownSizes(planned)) counts.set(shown, (counts.get(shown) ?? 0) + 1);
  for (const question of suite.questions) {
    const rounds = trials * roundsOn(repeats, suite.id, question);
    for (const turn of judgedTurns(judge, question)) {
      for (const [shown, times] of counts) {
        const around = (tokens: number) => ({
          low: tokens + shown * turn * length.low,
          high: tokens + shown * turn * length.high,
        });
        for (const prompt of promptSizes(judge, question, turn, shown)) {
          const { criteria } = prompt;
          const reply = criteria === undefined ? replyOf(shown) : decisionsLength(criteria, limit);
          sum.add(around(prompt.tokens), reply, times * rounds);
          if (prompt.shared !== undefined) sum.addShared(around(prompt.shared), times * rounds);
        }
      }
    }
  }
  const { anchors = 0, rounds = 0 } = sentinel?.get(planned.protocol.id) ?? {};
  sum.addAlike(anchors * rounds);
  return sum;
}

/** The planned way of asking a judge, and its other one. */
function waysOf(planned: PlannedProtocol, plan: Plan, prices: PriceTable): JudgingWay[] {
  const other = planned.judge.otherWay?.();
  if (other === undefined) return [];
  return [planned.judge, other].map((judge, index) => {
    const sum = sumJudgments({ ...planned, judge }, plan);
    const { stage: _, priceSecondHand: _second, ...estimate } = sum.estimate(prices);
    const { protocolPrefix: protocol } = judge;
    const { id: suite } = planned.suite;
    return { ...estimate, protocol, suite, isPlanned: index === 0, cacheableShare: sum.sharedShare() };
  });
}

/** A second judge's row: from its share of everything, where nothing is unclear, to everything. */
function drawnEstimate({ second }: PlannedProtocol, row: StageEstimate, { protocols }: Plan): StageEstimate {
  if (second === undefined) return row;
  const after = protocols.find(({ protocol }) => protocol.id === second.first)?.judgeModel.id ?? second.first;
  const least = ({ low, high }: Range) => ({ low: Math.floor(second.share * low), high });
  const { low, high } = row.costUsd;
  return {
    ...row,
    inputTokens: least(row.inputTokens),
    outputTokens: least(row.outputTokens),
    costUsd: { low: low === null ? null : second.share * low, high },
    drawn: {
      after,
      calls: { low: Math.ceil(second.share * row.calls), high: row.calls },
      fullUsd: row.costUsd,
    },
  };
}

/** The calls of a plan in words: at most so many, where a second judge is drawn by what the first one says. */
export function plannedCalls({ calls, stages }: Pick<PlanEstimate, "calls" | "stages">): string {
  const isDrawn = stages.some(({ drawn }) => drawn !== undefined);
  return `${isDrawn ? "at most " : ""}${countOf(calls, "call")}`;
}

/**
 * What a plan would call and cost, before anything is called. Input is estimated from characters; the length of
 * answers is a range (80 tokens to the limit), so the cost is one too. Recorded models and judges cost nothing.
 */
export function estimatePlan(plan: Plan, prices: PriceTable): PlanEstimate {
  const judged = plan.protocols.filter(
    ({ judge, judgeModel }) => judge.callFree !== true && judgeModel.identity.adapter !== "replay",
  );
  const stages = [
    ...sumAnswers(plan).map((sum) => sum.estimate(prices)),
    ...judged.map((planned) => drawnEstimate(planned, sumJudgments(planned, plan).estimate(prices), plan)),
  ];
  const total = (end: "low" | "high") =>
    stages.some((row) => row.costUsd[end] === null)
      ? null
      : stages.reduce((sum, row) => sum + (row.costUsd[end] ?? 0), 0);
  const priced = stages.some((row) => row.costUsd.low !== null);
  const ways = judged.flatMap((planned) => waysOf(planned, plan, prices));
  return {
    stages,
    ...(ways.length === 0 ? {} : { ways }),
    calls: stages.reduce((sum, row) => sum + row.calls, 0),
    costUsd: { low: total("low"), high: total("high") },
    pricesAsOf: priced ? prices.asOf : null,
  };
}
