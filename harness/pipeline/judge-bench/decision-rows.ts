import { flipped, type GameOutcome, type PairChoice } from "../../core/labelled-pair.js";
import { presentFields } from "../../core/present-fields.js";
import { isRead } from "../../stats/two-games.js";
import type { JudgedSet } from "./bench-set.js";

const WRITTEN: Readonly<Record<PairChoice, string>> = { a: "A>B", b: "B>A", tie: "A=B" };

function written(outcome: GameOutcome, isSwapped: boolean): string | null {
  if (!isRead(outcome)) return null;
  return WRITTEN[isSwapped ? flipped(outcome) : outcome];
}

/**
 * What a judge decided, one record for each pair that was judged in both orders, in the layout of JudgeBench's decisions
 * (the second one about the swapped answers), with assay's own keys after it; `--replay` and `--against` read it back.
 */
export function decisionRows(judged: JudgedSet): object[] {
  const { set, rule, judge, judgeName, protocol, answersBy, pairs } = judged;
  return pairs
    .filter(({ games }) => games.every((outcome) => outcome !== "missing"))
    .map(({ id, label, group, cluster, lengths, games }) =>
      presentFields({
        judge_name: judgeName,
        judge_model: judge,
        response_model: answersBy.length === 0 ? undefined : answersBy.join(", "),
        pair_id: id,
        source: group,
        label: WRITTEN[label],
        decisions: [written(games[0], false), written(games[1], true)],
        set,
        rule,
        protocol,
        cluster,
        length_a: lengths?.a,
        length_b: lengths?.b,
      }),
    );
}
