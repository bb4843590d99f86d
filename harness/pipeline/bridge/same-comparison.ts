import { countOf } from "../../core/count-of.js";
import { ConfigError } from "../../core/errors.js";
import type { Warning } from "../../core/records.js";
import type { BridgeSide } from "./bridge-side.js";

/** Largest difference in the number of questions, in percent, that missing verdicts explain. */
const MISSING_PERCENT = 10;

function refuse(old: BridgeSide, fresh: BridgeSide, code: string, what: string, remedy: string): never {
  throw new ConfigError(`${old.end.name} and ${fresh.end.name} are different comparisons: ${what}`, {
    code,
    remedy,
  });
}

function refuseOtherMeasure(old: BridgeSide, fresh: BridgeSide): void {
  const told = ({ metric, scale }: BridgeSide) =>
    metric === "winRate" ? "win rates" : `ratings from ${scale.low} to ${scale.high}`;
  if (told(old) !== told(fresh)) {
    const remedy = "Judge the same answers in the same mode with both judges.";
    refuse(old, fresh, "different-metrics", `${told(old)} and ${told(fresh)}`, remedy);
  }
  if (old.end.mode !== fresh.end.mode && old.verdicts !== undefined && fresh.verdicts !== undefined) {
    const remedy = "Judge the same answers in the same mode with both judges.";
    refuse(old, fresh, "different-metrics", `the modes are ${old.end.mode} and ${fresh.end.mode}`, remedy);
  }
}

/** Whether the opponents of two boards are two models, and not one under two names. */
function hasOtherBaseline(old: BridgeSide, fresh: BridgeSide): boolean {
  const [one, other] = [old.end.baseline, fresh.end.baseline];
  if (one === undefined || other === undefined || one === other) return false;
  if (old.verdicts !== undefined || fresh.verdicts !== undefined) return true;
  // A leaderboard may call its baseline by another name; a model that has a rate of its own on the other one is none.
  return old.scores.has(other) || fresh.scores.has(one);
}

function refuseOtherBaseline(old: BridgeSide, fresh: BridgeSide): Warning[] {
  const [one, other] = [old.end.baseline, fresh.end.baseline];
  const remedy =
    "Judge the same pairs with both judges: the same models against the same baseline's answers.";
  if (hasOtherBaseline(old, fresh))
    refuse(old, fresh, "different-baselines", `the baselines are ${one} and ${other}`, remedy);
  const answers = [old, fresh].map(({ verdicts }) => verdicts?.input.baselineAnswers);
  const [left, right] = answers;
  if (left !== undefined && right !== undefined && left.known === right.known) {
    const shared = [...left.byQuestion.keys()].filter((id) => right.byQuestion.has(id));
    const count = shared.filter((id) => left.byQuestion.get(id) !== right.byQuestion.get(id)).length;
    const what = `the baseline ${one} gave different answers to ${count} of ${countOf(shared.length, "question")}`;
    if (count > 0) refuse(old, fresh, "different-baselines", what, remedy);
  }
  if (one === other || one === undefined || other === undefined) return [];
  const message = `the baseline is called ${one} in ${old.end.name} and ${other} in ${fresh.end.name}; they are taken as one model`;
  return [{ code: "baseline-names", message }];
}

function refuseOtherQuestions(old: BridgeSide, fresh: BridgeSide): void {
  const remedy = "Judge the same answers to the same questions with both judges.";
  const [one, other] = [old.end.suite, fresh.end.suite];
  if (one !== undefined && other !== undefined && one !== other)
    refuse(old, fresh, "different-questions", `the suites are ${one} and ${other}`, remedy);
  if (old.verdicts !== undefined && fresh.verdicts !== undefined) return;
  const [few, many] = [old.verdictsPerModel, fresh.verdictsPerModel].sort((x, y) => x - y) as [
    number,
    number,
  ];
  if (100 * (many - few) > MISSING_PERCENT * many)
    refuse(
      old,
      fresh,
      "different-questions",
      `${few} and ${countOf(many, "verdict")} for each model`,
      remedy,
    );
}

/** Where every model meets every other, a win rate depends on who else is there. */
function opponentWarnings(old: BridgeSide, fresh: BridgeSide): Warning[] {
  if (old.end.mode !== "pairwise-all") return [];
  const [few, many] = [old, fresh].map(({ scores }) => new Set(scores.keys())) as [Set<string>, Set<string>];
  const alone = [...few, ...many].filter((model) => !few.has(model) || !many.has(model));
  if (alone.length === 0) return [];
  const message = `all pairs are judged, so that a win rate depends on the models it was won against, and ${alone.slice(0, 5).join(", ")} ${alone.length === 1 ? "stands" : "stand"} on one side alone: what is carried over for them is against other opponents`;
  return [{ code: "different-opponents", message, count: alone.length }];
}

/**
 * Makes sure that two sides hold the same comparison, made by two judges.
 * @returns what a reader must know all the same.
 * @throws ConfigError `different-metrics`, `different-baselines`, `different-questions`, `nothing-shared`.
 */
export function checkSameComparison(old: BridgeSide, fresh: BridgeSide): Warning[] {
  refuseOtherMeasure(old, fresh);
  const warnings = refuseOtherBaseline(old, fresh);
  refuseOtherQuestions(old, fresh);
  if (![...old.scores.keys()].some((model) => fresh.scores.has(model))) {
    const [one, other] = [old, fresh].map(({ scores }) => [...scores.keys()].slice(0, 3).join(", "));
    throw new ConfigError(`${old.end.name} and ${fresh.end.name} have no model in common`, {
      code: "nothing-shared",
      remedy: `A bridge stands on answers that both judges graded, under one model name; there are ${one} and ${other}.`,
    });
  }
  warnings.push(...opponentWarnings(old, fresh));
  if (old.end.protocol !== fresh.end.protocol) return warnings;
  const message = `both sides were judged by one protocol, ${old.end.protocol}: this is a repetition, not a change of judge`;
  return [...warnings, { code: "same-protocol", message }];
}
