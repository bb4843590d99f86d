import { ConfigError } from "../../core/errors.js";
import type { Warning } from "../../core/records.js";
import type { Agreement, AgreementOptions } from "./agreement.js";
import { choiceAgreement, choiceKey } from "./choice-agreement.js";
import { type Matching, matchSets, matchWithin } from "./match-verdicts.js";
import { ratingAgreement, ratingKey } from "./rating-agreement.js";
import { type AnswerChoice, choicesFromRatings, type VerdictSet } from "./verdict-set.js";

interface Choices {
  readonly first: readonly AnswerChoice[];
  readonly second: readonly AnswerChoice[];
  readonly warnings: readonly Warning[];
}

/** Choices of both sets; where one of them has ratings alone, those that the ratings imply. */
function choicesOf(first: VerdictSet, second: VerdictSet): Choices {
  const derived = [first, second].filter((set) => set.choices.length === 0);
  if (derived.length !== 1) return { first: first.choices, second: second.choices, warnings: [] };
  const of = (set: VerdictSet) => (set.choices.length > 0 ? set.choices : choicesFromRatings(set.ratings));
  const message = `the choices of ${derived[0]?.name} are derived from its ratings: the better rated answer wins, equal ratings are a tie`;
  return { first: of(first), second: of(second), warnings: [{ code: "derived-choices", message }] };
}

function nothingShared(first: VerdictSet, second: VerdictSet): ConfigError {
  const idOf = (set: VerdictSet) => (set.ratings[0] ?? set.choices[0])?.questionId ?? "nothing";
  const isSame = first === second;
  return new ConfigError(
    isSame
      ? `${first.name} holds no two verdicts on the same thing`
      : `${first.name} and ${second.name} have no verdict on the same answers`,
    {
      code: "nothing-shared",
      remedy: isSame
        ? "Name two different sets of verdicts, or one with several raters."
        : `Questions, turns and model names must be the same on both sides; the first question of each is "${idOf(first)}" and "${idOf(second)}".`,
    },
  );
}

/** Verdicts on other questions, or on another scale, do not agree or disagree. @throws ConfigError. */
function refuseDifferent(first: VerdictSet, second: VerdictSet, questionIds: ReadonlySet<string>): void {
  const other = [...questionIds].find((id) => {
    const [left, right] = [first.lineOf?.(id), second.lineOf?.(id)];
    return left !== undefined && right !== undefined && left !== right;
  });
  if (other !== undefined) {
    throw new ConfigError(
      `${first.name} and ${second.name} hold verdicts on different questions under the same ids, such as ${other}`,
      { code: "different-questions", remedy: "Name two sets of verdicts on the same questions." },
    );
  }
  const [left, right] = [first, second].map((set) => (set.ratings.length === 0 ? undefined : set.scale));
  if (left === undefined || right === undefined || left.high === right.high) return;
  const told = [left, right].map(({ low, high }) => `${low} to ${high}`).join(" and ");
  throw new ConfigError(`${first.name} and ${second.name} hold ratings on different scales, ${told}`, {
    code: "different-scales",
    remedy: "Name two sets of ratings on one scale; --scale says on which recorded ratings were given.",
  });
}

/**
 * Agreement between two sets of verdicts; one set given twice is compared within itself, rater with rater.
 * @throws ConfigError `nothing-shared`.
 */
export function compareVerdictSets(
  first: VerdictSet,
  second: VerdictSet,
  options: AgreementOptions & { readonly seed: number },
): Agreement {
  const isSame = first === second;
  const match = <Verdict>(
    left: readonly Verdict[],
    right: readonly Verdict[],
    keyOf: (one: Verdict) => string,
  ): Matching<Verdict> => (isSame ? matchWithin(left, keyOf) : matchSets(left, right, keyOf));
  const choices = choicesOf(first, second);
  const ratingMatch = match(first.ratings, second.ratings, ratingKey);
  const choiceMatch = match(choices.first, choices.second, choiceKey);
  if (ratingMatch.pairs.length + choiceMatch.pairs.length === 0) throw nothingShared(first, second);
  const shared = [...ratingMatch.pairs, ...choiceMatch.pairs].map((pair) => pair.first.questionId);
  if (!isSame) refuseDifferent(first, second, new Set(shared));
  const warnings: Warning[] = choiceMatch.pairs.length === 0 ? [] : [...choices.warnings];
  if (first.suite !== undefined && second.suite !== undefined && first.suite !== second.suite) {
    const message = `the verdicts are of different suites, ${first.suite} and ${second.suite}; they are matched by question id`;
    warnings.push({ code: "different-suites", message });
  }
  const told = (set: VerdictSet) => ({
    name: set.name,
    verdicts: set.ratings.length + set.choices.length,
    unusable: set.unusable,
  });
  return {
    schema: "assay.agreement/1",
    first: told(first),
    second: told(second),
    ratings: ratingMatch.pairs.length === 0 ? null : ratingAgreement(ratingMatch, options),
    choices: choiceMatch.pairs.length === 0 ? null : choiceAgreement(choiceMatch, options),
    seed: options.seed,
    warnings,
  };
}
