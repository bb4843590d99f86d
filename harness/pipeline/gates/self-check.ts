import type { Interval } from "../../core/board.js";
import type { Outcome } from "../../core/comparison.js";
import { type Random, seededRandom } from "../../core/random.js";
import { formatFixed } from "../../core/shown-number.js";
import type { ValueScale } from "../../stats/bounded-mean.js";
import { meanOf } from "../../stats/estimate.js";
import { decideByTails } from "../../stats/gate.js";
import { scaleInterval } from "../../stats/intervals.js";
import { pairedTails } from "../../stats/paired-difference.js";
import { wilsonInterval } from "../../stats/proportions.js";
import { questionMeans } from "../compare/paired-values.js";
import { comparedModels } from "../compare/question-values.js";
import type { BoardInput } from "../scores/build-board.js";

/** What a self-check is made from. */
export interface SelfCheckInput {
  readonly model: string;
  /** Mean of each question, by trial; see {@link trialMeans}. */
  readonly trials: readonly ReadonlyMap<string, number>[];
  /** Differences of a comparison, one per question, to be used where there is a single trial. */
  readonly differences?: ArrayLike<number>;
  /** Of the differences. */
  readonly scale: ValueScale;
}

/** The gate that is tried out on nothing. */
export interface SelfCheckOptions {
  /** Largest loss that still passes, at least 0. */
  readonly margin: number;
  /** Percent. */
  readonly level: number;
  readonly seed: string | number;
  /** Gates that are tried; default 1,000. */
  readonly replicates?: number;
}

/** How often a gate comes out how when there is nothing to find. */
export interface SelfCheck {
  readonly schema: "assay.self-check/1";
  readonly model: string;
  /** `split-trials`: halves of one model's trials; `sign-flips`: a comparison's differences without their mean, with random signs. */
  readonly method: "split-trials" | "sign-flips";
  readonly margin: number;
  readonly replicates: number;
  readonly questions: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Percent. */
  readonly failRate: number;
  /** Wilson's, of the rate, in percent: how well so many tries tell it. */
  readonly interval: Interval | null;
  readonly sentence: string;
}

const DEFAULT_REPLICATES = 1000;

/** Mean of each question in each trial of a board, for one model. */
export function trialMeans(input: BoardInput, model: string): Map<string, number>[] {
  const rows = [...input.rows];
  return Array.from({ length: input.frame.trials }, (_, index) => {
    const ofTrial = rows.filter((row) => row.trial === index + 1).map((row) => ({ ...row, trial: 1 }));
    const models = comparedModels({ ...input, rows: ofTrial, frame: { ...input.frame, trials: 1 } });
    const slots = models.find((one) => one.model === model)?.slots ?? [];
    return new Map([...questionMeans(slots)].map(([id, { mean }]) => [id, mean]));
  });
}

/**
 * Tries a gate out on nothing: compares a model with itself many times and counts the outcomes. With several trials
 * each try deals the trials of every question into two halves at random and compares the halves; these hold half the
 * trials of a real comparison, so that the check is a little too strict. With one trial each try takes a real
 * comparison's differences, takes their mean away and gives them random signs (the wild bootstrap of Liu 1988).
 *
 * @returns undefined when there is neither a second trial nor a comparison to flip.
 * @throws RangeError for a negative margin, an impossible level or replicates below 1.
 */
export function selfCheck(input: SelfCheckInput, options: SelfCheckOptions): SelfCheck | undefined {
  const replicates = options.replicates ?? DEFAULT_REPLICATES;
  if (!Number.isSafeInteger(replicates) || replicates < 1)
    throw new RangeError(`self-check: replicates must be a whole number, not ${replicates}`);
  const values = valuesByQuestion(input.trials);
  const method = values.length >= 2 ? "split-trials" : "sign-flips";
  const differences = Float64Array.from(input.differences ?? []);
  const questions = method === "split-trials" ? values.length : differences.length;
  if (questions < 2) return undefined;
  const draw = method === "split-trials" ? splitTrials(values) : flipSigns(differences);
  const scale = method === "split-trials" ? input.scale : wider(input.scale, differences);
  const random = seededRandom(`${options.seed}/self-check`);
  const outcomes: Record<Outcome, number> = { pass: 0, fail: 0, inconclusive: 0 };
  for (let replicate = 0; replicate < replicates; replicate++) {
    const tails = pairedTails(draw(random), { level: options.level, scale }, -options.margin);
    outcomes[decideByTails(tails, options.level)]++;
  }
  return describe(input.model, method, questions, outcomes, { ...options, replicates });
}

/** The trials' values of each question that has at least two. */
function valuesByQuestion(trials: SelfCheckInput["trials"]): number[][] {
  const byQuestion = new Map<string, number[]>();
  for (const trial of trials) {
    for (const [id, mean] of trial) {
      const values = byQuestion.get(id);
      if (values === undefined) byQuestion.set(id, [mean]);
      else values.push(mean);
    }
  }
  return [...byQuestion.values()].filter((values) => values.length >= 2);
}

/** The scale, made wider where differences that lost their mean lie beyond it. */
function wider({ low, high }: ValueScale, differences: Float64Array): ValueScale {
  const mean = meanOf([...differences]);
  const farthest = differences.reduce((most, one) => Math.max(most, Math.abs(one - mean)), 0);
  return { low: Math.min(low, -farthest), high: Math.max(high, farthest) };
}

function splitTrials(values: readonly (readonly number[])[]): (random: Random) => Float64Array {
  return (random) =>
    Float64Array.from(values, (trials) => {
      const dealt = random.shuffle(trials);
      const half = Math.floor(dealt.length / 2);
      // An odd trial out goes to either side alike, or one side would always be the noisier.
      const first = dealt.length % 2 === 1 && random.next() < 0.5 ? half + 1 : half;
      return meanOf(dealt.slice(first)) - meanOf(dealt.slice(0, first));
    });
}

/** Without their mean, or a real difference would be counted as noise. */
function flipSigns(differences: Float64Array): (random: Random) => Float64Array {
  const mean = meanOf([...differences]);
  const centred = differences.map((difference) => difference - mean);
  return (random) => centred.map((difference) => (random.next() < 0.5 ? difference : -difference));
}

function describe(
  model: string,
  method: SelfCheck["method"],
  questions: number,
  outcomes: Record<Outcome, number>,
  options: SelfCheckOptions & { readonly replicates: number },
): SelfCheck {
  const { replicates, margin, level } = options;
  const { value, interval } = wilsonInterval(outcomes.fail, replicates);
  const failRate = 100 * (value ?? 0);
  const nominal = (100 - level) / 2;
  const how =
    method === "split-trials"
      ? `${model} against itself, its trials dealt into two halves`
      : `${model} without its difference, the rest given random signs`;
  const sentence = `Tried ${replicates} times on nothing (${how}), this gate failed in ${formatFixed(failRate, 1)}% of the tries and was inconclusive in ${formatFixed((100 * outcomes.inconclusive) / replicates, 1)}%; without a margin ${Number(nominal.toPrecision(3))}% would be its nominal rate.`;
  return {
    schema: "assay.self-check/1",
    model,
    method,
    margin,
    replicates,
    questions,
    outcomes,
    failRate,
    interval: interval === null ? null : scaleInterval(interval, 100),
    sentence,
  };
}
