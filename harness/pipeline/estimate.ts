import { presentFields } from "../core/present-fields.js";
import { groupsOf } from "../core/ranking.js";
import type { Judge, Model, Question } from "../core/records.js";
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
}

/** Expected calls, tokens and cost of a whole plan. */
export interface PlanEstimate {
  readonly stages: readonly StageEstimate[];
  readonly calls: number;
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

class StageSum {
  calls = 0;
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

/** Tokens of a judge's prompts around the answers, one for each call of a verdict, measured on requests for empty ones. */
function promptTokens(judge: Judge, question: Question, turn: number, shown: number): number[] {
  const empty = question.turns.slice(0, turn).map(() => "");
  const answers = Array.from({ length: shown }, () => empty);
  const item = itemOf(judge, question, turn, answers, "000000000000");
  const parts = judge.parted?.parts(item) ?? [item];
  return parts.map((part) => estimateInputTokens(judge.request(part).messages));
}

function sumJudgments(planned: PlannedProtocol, { trials, sentinel }: Plan): StageSum {
  const { judge, judgeModel, suite } = planned;
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
    for (const turn of judgedTurns(judge, question)) {
      for (const [shown, times] of counts) {
        for (const prompt of promptTokens(judge, question, turn, shown)) {
          const input = {
            low: prompt + shown * turn * length.low,
            high: prompt + shown * turn * length.high,
          };
          sum.add(input, replyOf(shown), times * trials);
        }
      }
    }
  }
  const { anchors = 0, rounds = 0 } = sentinel?.get(planned.protocol.id) ?? {};
  sum.addAlike(anchors * rounds);
  return sum;
}

/**
 * What a plan would call and cost, before anything is called. Input is estimated from characters; the length of
 * answers is a range (80 tokens to the limit), so the cost is one too. Recorded models and judges cost nothing.
 */
export function estimatePlan(plan: Plan, prices: PriceTable): PlanEstimate {
  const judged = plan.protocols.filter(
    ({ judge, judgeModel }) => judge.callFree !== true && judgeModel.identity.adapter !== "replay",
  );
  const sums = [...sumAnswers(plan), ...judged.map((planned) => sumJudgments(planned, plan))];
  const stages = sums.map((sum) => sum.estimate(prices));
  const total = (end: "low" | "high") =>
    stages.some((row) => row.costUsd[end] === null)
      ? null
      : stages.reduce((sum, row) => sum + (row.costUsd[end] ?? 0), 0);
  const priced = stages.some((row) => row.costUsd.low !== null);
  return {
    stages,
    calls: stages.reduce((sum, row) => sum + row.calls, 0),
    costUsd: { low: total("low"), high: total("high") },
    pricesAsOf: priced ? prices.asOf : null,
  };
}
