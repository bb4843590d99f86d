import { presentFields } from "../../../core/present-fields.js";
import { impliedPreference, rankingGroups, ranksOf } from "../../../core/ranks.js";
import type { Judgment, Verdict, VerdictPlace } from "../../../core/records.js";

/** What scoring needs of one judgment, and no more, so that a million of them fit into memory. */
export interface VerdictRow extends VerdictPlace {
  /** Undefined when the judge could not be asked or there was nothing to judge. */
  readonly verdict: Verdict | undefined;
}

function verdictIn(judgment: Judgment): Verdict | undefined {
  return judgment.status === "judged" ? judgment.verdict : undefined;
}

/** The scoring view of a judgment. */
function verdictRow(judgment: Judgment, verdict: Verdict | undefined): VerdictRow {
  const { questionId, category, turn, trial, a, b, order } = judgment;
  return {
    questionId,
    category,
    turn,
    trial,
    a,
    ...presentFields({ b, order }),
    verdict,
  };
}

/**
 * The scoring view of a judgment as comparisons: one, or the K(K − 1)/2 that a ranking implies, each in the order shown. They
 * are no independent evidence: all of a ranking are in one cluster, their question.
 * @param verdict Another one than the judgment's own.
 */
export function verdictRows(
  judgment: Judgment,
  { verdict }: { readonly verdict: Verdict | undefined } = { verdict: verdictIn(judgment) },
): readonly VerdictRow[] {
  const { ranked } = judgment;
  const row = verdictRow(judgment, verdict);
  if (ranked === undefined) return [row];
  const { models, labels } = ranked;
  const ranks = verdict?.kind === "ranking" ? ranksOf(rankingGroups(verdict)) : undefined;
  return models.flatMap((a, slot) =>
    models.slice(slot + 1).map((b, at): VerdictRow => {
      const [first = "", second = ""] = [labels[slot], labels[slot + 1 + at]];
      return {
        ...row,
        a,
        b,
        verdict: ranks === undefined ? verdict : impliedPreference(ranks, first, second),
      };
    }),
  );
}

/** One place where a verdict is expected of every model or pair, in every trial. */
export interface ExpectedSlot {
  readonly questionId: string;
  readonly category: string;
  readonly turn: number;
}

/** What every board computation is given besides its rows. */
export interface BoardFrame {
  /** Expected of every model or pair, in the order of the suite. */
  readonly slots: readonly ExpectedSlot[];
  readonly trials: number;
  /** Set where a pair is shown in one order alone, so that one game is a comparison. Default: both orders. */
  readonly games?: 1;
  /** Set where a rule has a place judged several times: its verdicts are averaged before anything else. */
  readonly isRepeated?: true;
  /** Set where it is not known in which order answers were shown. */
  readonly isOrderUnknown?: true;
  /** Whether a pair meets at a place; left out, every pair does. */
  readonly meets?: (pair: readonly [string, string], questionId: string, trial: number) => boolean;
  /** In the order in which they are shown. */
  readonly categories: readonly string[];
}
