import { DataError } from "../../core/errors.js";
import type { JudgedPair } from "../../core/labelled-pair.js";
import { presentFields } from "../../core/present-fields.js";
import { codePointLength } from "../../core/text.js";
import { choiceKey } from "../agreement/choice-agreement.js";
import { type JudgedSet, judgedPair, type LabelledSet } from "./bench-set.js";

/** Decisions without a label of their own are about votes on the same comparisons. */
function besideVotes(judged: JudgedSet, set: LabelledSet): JudgedSet | undefined {
  const { votes } = judged;
  if (votes === undefined || set.votes === undefined) return undefined;
  const known = new Set(set.votes.map(choiceKey));
  if (!votes.verdicts.some((verdict) => known.has(choiceKey(verdict)))) return undefined;
  const answersBy = [...new Set(votes.verdicts.flatMap(({ models }) => models))].sort();
  return { ...judged, set: set.name, answersBy, votes: { ...votes, people: set.votes } };
}

function refuseOtherLabel(judged: JudgedSet, set: LabelledSet, pair: JudgedPair, label: string): void {
  if (pair.label === label) return;
  throw new DataError(`the decisions of ${judged.judge} have another label for the pair "${pair.id}"`, {
    code: "label-mismatch",
    file: set.name,
    remedy: "Name the pairs that were judged, in the version that was judged.",
  });
}

/**
 * Decisions with what the pairs they are about tell besides: lengths, prompts and groups; pairs without a decision count
 * as missing. Undefined where the two are not about the same pairs.
 * @throws DataError where a pair has two labels.
 */
export function besideSet(judged: JudgedSet, set: LabelledSet): JudgedSet | undefined {
  if (judged.votes !== undefined) return besideVotes(judged, set);
  // LLMBar's pairs have no ids but their places.
  if (judged.rule === "llmbar" && judged.set !== set.name) return undefined;
  const decided = new Map(judged.pairs.map((pair) => [pair.id, pair]));
  if (!set.pairs.some(({ id }) => decided.has(id))) return undefined;
  const pairs = set.pairs.map((pair) => {
    const found = decided.get(pair.id);
    if (found !== undefined) refuseOtherLabel(judged, set, found, pair.label);
    return judgedPair(pair, found?.games ?? ["missing", "missing"], codePointLength);
  });
  const written = [...new Set(set.pairs.flatMap(({ answersBy = [] }) => answersBy))];
  return {
    ...judged,
    rule: set.rule,
    pairs,
    answersBy: judged.answersBy.length > 0 ? judged.answersBy : written,
    ...presentFields({ votes: judged.votes }),
  };
}
