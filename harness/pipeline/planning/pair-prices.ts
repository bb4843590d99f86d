import type { CallTotals, Manifest } from "../../core/manifest.js";

/** Prices of what a pair of models needs on one question, in dollars, or why they are not known. */
export type PairPrices =
  | {
      /** The answers of both models. */
      readonly answers: number;
      /** One round of the judge's verdicts. */
      readonly verdicts: number;
    }
  | { readonly reason: string };

/** Prices that were given; what is left out is taken from what earlier runs paid. */
export interface GivenPrices {
  readonly answers?: number | undefined;
  readonly verdicts?: number | undefined;
}

/** What a run paid, of which its prices are taken. */
export type PaidRun = Pick<Manifest, "totals" | "suites" | "protocols" | "trials">;

/** Dollars of a stage by call: nothing is known where calls had no price, or were not paid for. */
function paid(totals: readonly CallTotals[]): number | null {
  const known = totals.every(({ costUsd, cached, recorded }) => costUsd !== null && cached + recorded === 0);
  const sum = totals.reduce((all, { costUsd }) => all + (costUsd ?? 0), 0);
  return known && sum > 0 ? sum : null;
}

/** Paid for the verdicts of one subject of a protocol on one question of its suite, on average over the judge's protocols. */
function paidForVerdicts({ totals, suites, protocols, trials }: PaidRun, protocol: string): number | null {
  const judgeModel = protocols.find(({ id }) => id === protocol)?.judgeModel;
  const own = totals.filter(({ stage, model }) => stage === "judgments" && model === judgeModel);
  const judged = protocols.filter((one) => one.judgeModel === judgeModel);
  const places = judged.reduce((sum, { suite, subjects }) => {
    const questions = suites.find(({ id }) => id === suite)?.questions ?? 0;
    return sum + questions * subjects.length * trials;
  }, 0);
  const sum = paid(own);
  return sum === null || places === 0 ? null : sum / places;
}

function paidForAnswers({ totals, suites, trials }: PaidRun, model: string): number | null {
  const sum = paid(totals.filter((one) => one.stage === "answers" && one.model === model));
  const questions = suites.reduce((all, one) => all + one.questions, 0);
  return sum === null || questions === 0 ? null : sum / (questions * trials);
}

function firstKnown<Run>(runs: readonly Run[], priceOf: (run: Run) => number | null): number | null {
  for (const run of runs.toReversed()) {
    const price = priceOf(run);
    if (price !== null) return price;
  }
  return null;
}

/**
 * Prices of a pair's question: those given, else what the last run that paid for it paid on average.
 * @param subjects Subjects whose verdicts the pair needs on a question: two ratings, or one comparison.
 */
export function pairPrices(
  models: readonly string[],
  protocol: string,
  subjects: number,
  runs: readonly PaidRun[],
  given: GivenPrices,
): PairPrices {
  const each = models.map((model) => firstKnown(runs, (run) => paidForAnswers(run, model)));
  const known = each.filter((price) => price !== null);
  // A baseline's answers are there already, and cost nothing.
  const answers = given.answers ?? (known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0));
  const verdict = firstKnown(runs, (run) => paidForVerdicts(run, protocol));
  const verdicts = given.verdicts ?? (verdict === null ? null : subjects * verdict);
  const missing = [
    ...(answers === null ? ["--answers-price"] : []),
    ...(verdicts === null ? ["--verdicts-price"] : []),
  ];
  if (answers === null || verdicts === null)
    return {
      reason: `the earlier runs do not say what a question costs: give ${missing.join(" and ")} (dollars for each question)`,
    };
  return { answers, verdicts };
}
