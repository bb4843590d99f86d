import { ConfigError } from "../../core/errors.js";
import { sha256 } from "../../core/hash.js";
import type { JuryRules, LearnedWeights } from "../../core/jury.js";
import { type JudgeAccuracy, judgeAccuracy } from "../../stats/judge-weights.js";
import { judgedPairsOn } from "../people/judged-pairs.js";
import { labelsOf, modelsKey, type PairLabel, placeKey } from "../people/pair-labels.js";
import type { BoardInput } from "../scores/build-board.js";
import { combinedVerdict } from "./combine.js";

/** What the judges of a jury weigh, in their order. */
export interface JuryWeights {
  /** On an item of this question. */
  readonly on: (questionId: string) => readonly number[];
  /** On a question that nothing was learned from. */
  readonly overall: readonly number[];
  /** Where they are learned. */
  readonly learned?: { readonly judges: readonly JudgeAccuracy[]; readonly from: LearnedWeights };
}

/** Everybody alike. */
function equalWeights(judges: number): JuryWeights {
  const overall = new Array<number>(judges).fill(1);
  return { on: () => overall, overall };
}

/** The error for a judge that was given no weight while others were. */
export function noWeight(judge: string): ConfigError {
  return new ConfigError(`juryWeights has no weight for the judge "${judge}"`, {
    code: "jury-weights",
    remedy: `Give one, such as --jury-weights ${JSON.stringify(`${judge}=1`)}; 0 leaves the judge out of the jury's verdicts.`,
  });
}

/**
 * The weights that the user gave.
 * @throws ConfigError `jury-weights` for a judge without one, or where all are 0.
 */
function givenWeights(
  members: readonly BoardInput[],
  weights: Readonly<Record<string, number>>,
): JuryWeights {
  const overall = members.map(({ head }) => {
    const weight = weights[head.protocol] ?? weights[head.judge];
    if (weight !== undefined) return weight;
    throw noWeight(head.judge);
  });
  if (overall.every((weight) => weight === 0))
    throw new ConfigError("juryWeights gives every judge of a jury the weight 0", {
      code: "jury-weights",
      remedy: "Give at least one judge a weight above 0.",
    });
  return { on: () => overall, overall };
}

/**
 * Refuses weights of judges that are not there: a name that is misspelled would count for nothing in silence.
 * @param judges names of judges and ids of protocols.
 * @throws ConfigError `jury-weights`.
 */
export function refuseUnknownWeights(
  weights: Readonly<Record<string, number>>,
  judges: ReadonlySet<string>,
): void {
  const stray = Object.keys(weights).find((name) => !judges.has(name));
  if (stray === undefined) return;
  throw new ConfigError(`juryWeights names "${stray}", which is no judge here`, {
    code: "jury-weights",
    remedy: `Judges are: ${[...judges].join(", ")}.`,
  });
}

const FOLDS = 10;

/** A labelled comparison with what each judge says of it, 0–1 for the second model. */
interface Labelled {
  readonly questionId: string;
  readonly shareB: number;
  readonly values: readonly (number | undefined)[];
}

function labelledOf(members: readonly BoardInput[]): Labelled[] {
  const votes = members[0]?.votes ?? [];
  // Where people tie nobody is right or wrong.
  const labels = [...labelsOf(votes).values()].filter(({ shareB }) => shareB !== 0.5);
  const wanted = new Set(labels.map(modelsKey));
  const judged = members.map(
    (member) => new Map(judgedPairsOn(member, wanted).map((pair) => [placeKey(pair), pair.shareB])),
  );
  return labels
    .map((label: PairLabel) => ({ ...label, values: judged.map((own) => own.get(placeKey(label))) }))
    .filter(({ values }) => values.filter((value) => value !== undefined).length > 1);
}

/** 1 where a choice is the label's, 0 where it is the other one, ½ for a tie. */
function creditOf(value: number, shareB: number): number {
  return value === 0.5 ? 0.5 : Number(value > 0.5 === shareB > 0.5);
}

function accuraciesOn(labelled: readonly Labelled[], judges: number): JudgeAccuracy[] {
  return Array.from({ length: judges }, (_, judge) =>
    judgeAccuracy(
      labelled.flatMap(({ values, shareB }) => {
        const value = values[judge];
        return value === undefined ? [] : [creditOf(value, shareB)];
      }),
    ),
  );
}

/**
 * Weights learned from people's votes, cross-fitted: those on a question come from the votes on questions of the other
 * folds, so that no label decides a verdict that it is held against. Questions are dealt into folds by the hash of their id.
 * @returns undefined with fewer than two labelled questions.
 */
function learnedWeights(members: readonly BoardInput[]): JuryWeights | undefined {
  const labelled = labelledOf(members);
  const questions = [...new Set(labelled.map(({ questionId }) => questionId))].sort((x, y) =>
    sha256(x) < sha256(y) ? -1 : 1,
  );
  const folds = Math.min(FOLDS, questions.length);
  if (folds < 2) return undefined;
  const foldOf = new Map(questions.map((question, index) => [question, index % folds]));
  const judges = accuraciesOn(labelled, members.length);
  const overall = judges.map(({ weight }) => weight);
  const byFold = Array.from({ length: folds }, (_, fold) =>
    accuraciesOn(
      labelled.filter(({ questionId }) => foldOf.get(questionId) !== fold),
      members.length,
    ).map(({ weight }) => weight),
  );
  const on = (questionId: string) => byFold[foldOf.get(questionId) ?? -1] ?? overall;
  const credits = labelled.map(({ questionId, values, shareB }) => {
    const verdict = combinedVerdict(values, on(questionId), { method: "learned", isPair: true });
    return creditOf(verdict?.kind === "preference" ? verdict.weightB : 0.5, shareB);
  });
  const accuracy = credits.reduce((sum, one) => sum + one, 0) / credits.length;
  const from = { labels: labelled.length, questions: questions.length, folds, accuracy };
  return { on, overall, learned: { judges, from } };
}

/**
 * What the judges of a jury weigh.
 * @returns undefined where weights should be learned and there is too little to learn them from.
 * @throws ConfigError `jury-weights`.
 */
export function juryWeights(
  members: readonly BoardInput[],
  { method, weights }: JuryRules,
): JuryWeights | undefined {
  if (method === "weighted") return givenWeights(members, weights ?? {});
  return method === "learned" ? learnedWeights(members) : equalWeights(members.length);
}

/** The same weights without those of one judge. */
export function weightsWithout({ on, overall, learned }: JuryWeights, judge: number): JuryWeights {
  const others = <Value>(list: readonly Value[]) => list.filter((_, index) => index !== judge);
  return {
    on: (questionId) => others(on(questionId)),
    overall: others(overall),
    ...(learned === undefined ? {} : { learned: { ...learned, judges: others(learned.judges) } }),
  };
}
