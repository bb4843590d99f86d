import { type CardEntry, type CardSet, type JudgeCard, joinCards } from "../../core/judge-card.js";
import { presentFields } from "../../core/present-fields.js";
import type { CountedFigure, SetResult } from "./bench-result.js";
import type { JudgedSet } from "./bench-set.js";
import { scoreSet } from "./score-set.js";

function counted(figure: CountedFigure | undefined): { percent: number; n: number } | undefined {
  return figure === undefined || figure.value === null ? undefined : { percent: figure.value, n: figure.n };
}

/** Agreement with people in S2 over all turns; with the benchmark's authors where nobody else voted. */
function agreesWithPeople({ agreement = [] }: SetResult): CardSet["agreesWithPeople"] {
  const rows = agreement.filter(({ between, setup }) => between.startsWith("judge–") && setup === "S2");
  const row = rows.find(({ turn }) => turn === "all") ?? rows[0];
  return row === undefined || row.percent === null ? undefined : { percent: row.percent, n: row.n };
}

function cardSet(result: SetResult, at: string): CardSet {
  const { set, answersBy, rule, n, score, interval, cost } = result;
  return {
    set,
    answersBy,
    rule,
    n,
    score,
    interval,
    ...presentFields({
      agreesWithPeople: agreesWithPeople(result),
      consistency: counted(result.consistency),
      firstSlot: counted(result.firstSlotRate),
      unreadable: result.unreadableRate ?? undefined,
      youden: result.sensitivity?.tiesAsHalf.youden ?? undefined,
      usdPer1000: cost?.usdPer1000 ?? undefined,
      secondsPer1000: cost?.secondsPer1000 ?? undefined,
    }),
    at,
  };
}

/** Key of a judge in a card: its protocol's id, or `PROMPT@JUDGE-MODEL` for decisions that others published. */
function keyOf({ protocol, judgeName, strategy, judge }: JudgedSet): string {
  return protocol ?? `${judgeName ?? strategy ?? "decisions"}@${judge}`;
}

/**
 * What a judge card says after some sets were judged.
 * @param results Of the same sets, in the same order.
 * @param at ISO 8601 in UTC.
 */
export function cardOf(sets: readonly JudgedSet[], results: readonly SetResult[], at: string): JudgeCard {
  const cards = sets.map((judged, index): JudgeCard => {
    const result = results[index] ?? scoreSet(judged);
    const entry: CardEntry = {
      judgeModel: judged.judge,
      judge: judged.judgeName ?? judged.strategy ?? null,
      ...presentFields({ judging: judged.judging }),
      sets: [cardSet(result, at)],
    };
    return { schema: "assay.judge-card/1", judges: { [keyOf(judged)]: entry } };
  });
  return joinCards(cards);
}
