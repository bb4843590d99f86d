import { meanOf, requireFiniteValue } from "./estimate.js";

/** One rating with its place in the nesting: judge repeats within trials within questions. */
export interface NestedValue {
  readonly question: string | number;
  /** Trial of the answer, within the question. */
  readonly trial: string | number;
  readonly value: number;
}

/** One source of variance, in squared units of the values. */
export interface VarianceComponent {
  /** Null where the design cannot tell it from another source; `reason` says from which. */
  readonly variance: number | null;
  /** Share of the sum of the known components, 0–1; null when there is no variance at all. */
  readonly share: number | null;
  /** The moment estimate before clipping; below 0 it says that the component is lost in noise. */
  readonly unclipped: number | null;
  /** True when a negative estimate was replaced by 0. */
  readonly clipped: boolean;
  readonly reason: string | null;
}

/** Where the spread of ratings comes from. */
export interface VarianceComponents {
  readonly questions: VarianceComponent;
  readonly trials: VarianceComponent;
  readonly judgeRepeats: VarianceComponent;
  readonly n: number;
  readonly reason: string | null;
}

const NO_SPLIT_OF_TRIALS = "one trial per question: contained in the questions' component";
const NO_REPEATS_IN_TRIALS = "no answer was judged twice: contained in the trials' component";
const NO_REPEATS = "no answer was judged twice: contained in the questions' component";

/**
 * Splits the variance of ratings into questions, trials within questions and judge repeats within trials: nested
 * random effects y = μ + Q + T(Q) + R(QT), estimated by equating the mean squares of the nested analysis of variance
 * to their expectations, with the coefficients for unequal numbers (Searle, Casella & McCulloch 1992, Variance
 * Components, section 3.5 and appendix F; Sokal & Rohlf 1995, box 10.5). Negative estimates are clipped to 0 and
 * marked; the others are not re-estimated. What the design cannot separate is null, with the reason.
 *
 * @throws RangeError for values that are not finite.
 */
export function varianceComponents(rows: Iterable<NestedValue>): VarianceComponents {
  return componentsOf(groupValues(rows));
}

/** As {@link varianceComponents}, of values that stand together by question already. */
export function componentsOf(values: NestedValues): VarianceComponents {
  const design = summarizeDesign(values);
  const { n, questions, trials } = design;
  if (questions < 2) {
    const reason =
      n === 0 ? "there are no ratings" : "one question alone shows no variation between questions";
    const none = describe(null, reason);
    return { questions: none, trials: none, judgeRepeats: none, n, reason };
  }
  const hasRepeats = n > trials;
  const hasTrials = trials > questions;
  const repeat = hasRepeats ? design.squaresWithin / (n - trials) : 0;
  const trialMeanSquare = hasTrials ? design.squaresOfTrials / (trials - questions) : 0;
  const trial = hasTrials ? (trialMeanSquare - repeat) / design.perTrial : 0;
  const questionMeanSquare = design.squaresOfQuestions / (questions - 1);
  const question = (questionMeanSquare - repeat - design.trialsInQuestion * trial) / design.perQuestion;
  const components = {
    questions: describe(question, null),
    trials: hasTrials ? describe(trial, null) : describe(null, NO_SPLIT_OF_TRIALS),
    judgeRepeats: hasRepeats
      ? describe(repeat, null)
      : describe(null, hasTrials ? NO_REPEATS_IN_TRIALS : NO_REPEATS),
  };
  return { ...withShares(components), n, reason: null };
}

interface Design {
  readonly n: number;
  readonly questions: number;
  readonly trials: number;
  readonly squaresWithin: number;
  readonly squaresOfTrials: number;
  readonly squaresOfQuestions: number;
  /** Coefficient of σ²(trials) in the trials' mean square. */
  readonly perTrial: number;
  /** Coefficient of σ²(trials) in the questions' mean square. */
  readonly trialsInQuestion: number;
  /** Coefficient of σ²(questions) in the questions' mean square. */
  readonly perQuestion: number;
}

function summarizeDesign({ groups, sum, n }: NestedValues): Design {
  const grandMean = n === 0 ? 0 : sum / n;
  let [questions, trials] = [0, 0];
  let [squaresWithin, squaresOfTrials, squaresOfQuestions] = [0, 0, 0];
  let [sizesOfQuestions, sizesOfTrials, trialShares] = [0, 0, 0];
  for (const group of groups) {
    const { values, sizes } = valuesByTrial(group);
    const all = values.length;
    const questionMean = meanOf(values);
    squaresOfQuestions += all * (questionMean - grandMean) ** 2;
    sizesOfQuestions += all ** 2;
    questions++;
    trials += sizes.length;
    let start = 0;
    for (const size of sizes) {
      let ofTrial = 0;
      for (let index = start; index < start + size; index++) ofTrial += values[index] as number;
      const trialMean = ofTrial / size;
      squaresOfTrials += size * (trialMean - questionMean) ** 2;
      for (let index = start; index < start + size; index++)
        squaresWithin += ((values[index] as number) - trialMean) ** 2;
      sizesOfTrials += size ** 2;
      trialShares += size ** 2 / all;
      start += size;
    }
  }
  return {
    n,
    questions,
    trials,
    squaresWithin,
    squaresOfTrials,
    squaresOfQuestions,
    perTrial: (n - trialShares) / (trials - questions),
    trialsInQuestion: (trialShares - sizesOfTrials / n) / (questions - 1),
    perQuestion: (n - sizesOfQuestions / n) / (questions - 1),
  };
}

/** Values of one question, each with its trial: most trials hold one value, for which a list would be large. */
export interface NestedGroup {
  readonly trials: readonly (string | number)[];
  readonly values: readonly number[];
}

/** Values by question, and the sum of all in the order of their rows. */
export interface NestedValues {
  readonly groups: Iterable<NestedGroup>;
  readonly sum: number;
  readonly n: number;
}

function groupValues(rows: Iterable<NestedValue>): NestedValues {
  const questions = new Map<string | number, { trials: (string | number)[]; values: number[] }>();
  let [sum, n] = [0, 0];
  for (const { question, trial, value } of rows) {
    requireFiniteValue(value, n, "ratings");
    sum += value;
    n++;
    const group = questions.get(question);
    if (group === undefined) questions.set(question, { trials: [trial], values: [value] });
    else {
      group.trials.push(trial);
      group.values.push(value);
    }
  }
  return { groups: questions.values(), sum, n };
}

/** How many values each trial has, where trials are numbers that only rise; undefined elsewhere. */
function sizesInOrder(trials: NestedGroup["trials"]): number[] | undefined {
  const sizes: number[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  for (const trial of trials) {
    if (typeof trial !== "number" || !(trial >= latest)) return undefined;
    if (trial > latest) sizes.push(1);
    else sizes[sizes.length - 1] = (sizes[sizes.length - 1] ?? 0) + 1;
    latest = trial;
  }
  return sizes;
}

/** The values of a question, those of a trial together, and how many each trial has. */
function valuesByTrial({ trials, values }: NestedGroup): {
  values: readonly number[];
  sizes: readonly number[];
} {
  const ordered = sizesInOrder(trials);
  if (ordered !== undefined) return { values, sizes: ordered };
  const sizes: number[] = [];
  const numbers = new Map<string | number, number>();
  const numberOf = trials.map((trial) => {
    const number = numbers.get(trial) ?? numbers.size;
    if (number === numbers.size) numbers.set(trial, number);
    sizes[number] = (sizes[number] ?? 0) + 1;
    return number;
  });
  const order = values.map((_, index) => index);
  // Stable: values of a trial stay in their order.
  order.sort((one, other) => (numberOf[one] ?? 0) - (numberOf[other] ?? 0));
  return { values: order.map((index) => values[index] ?? 0), sizes };
}

function describe(estimate: number | null, reason: string | null): VarianceComponent {
  if (estimate === null) return { variance: null, share: null, unclipped: null, clipped: false, reason };
  return { variance: Math.max(0, estimate), share: null, unclipped: estimate, clipped: estimate < 0, reason };
}

type Components = Pick<VarianceComponents, "questions" | "trials" | "judgeRepeats">;

function withShares({ questions, trials, judgeRepeats }: Components): Components {
  const total = (questions.variance ?? 0) + (trials.variance ?? 0) + (judgeRepeats.variance ?? 0);
  const share = (component: VarianceComponent): VarianceComponent => ({
    ...component,
    share: component.variance === null || total === 0 ? null : component.variance / total,
  });
  return { questions: share(questions), trials: share(trials), judgeRepeats: share(judgeRepeats) };
}
