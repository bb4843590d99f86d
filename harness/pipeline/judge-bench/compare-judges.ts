import type { JudgedPair } from "../../core/labelled-pair.js";
import { presentFields } from "../../core/present-fields.js";
import { differenceScale } from "../../stats/bounded-mean.js";
import { mcNemar } from "../../stats/mcnemar.js";
import { judgeBenchPoint } from "../../stats/two-games.js";
import { meanFigureOf } from "../agreement/agreement.js";
import { percentScale } from "../scores/scale.js";
import type { Flip, JudgeComparison } from "./bench-result.js";
import type { JudgedSet } from "./bench-set.js";
import { clusterOf } from "./pair-figures.js";

function isRight(pair: JudgedPair): boolean {
  return judgeBenchPoint(pair) === 1;
}

function isWhole({ games }: JudgedPair): boolean {
  return games.every((outcome) => outcome !== "missing");
}

/** A judge as a comparison calls it. */
export function judgeTitle({ judge, judgeName, strategy }: JudgedSet): string {
  const how = judgeName ?? strategy;
  return how === undefined ? judge : `${judge} (${how})`;
}

/**
 * Two judges on the pairs that both judged, right or not right by JudgeBench's rule: McNemar's exact test and the flips.
 * Undefined where they share no pair.
 */
export function compareJudges(first: JudgedSet, second: JudgedSet): JudgeComparison | undefined {
  const others = new Map(second.pairs.filter(isWhole).map((pair) => [pair.id, pair]));
  const shared = first.pairs.filter(isWhole).flatMap((pair) => {
    const other = others.get(pair.id);
    return other === undefined || other.label !== pair.label
      ? []
      : [{ pair, cluster: clusterOf(pair), one: isRight(pair), two: isRight(other) }];
  });
  if (shared.length === 0) return undefined;
  const flips = shared.flatMap(({ pair, one, two }): Flip[] =>
    one === two
      ? []
      : [{ id: pair.id, ...presentFields({ group: pair.group }), right: one ? "first" : "second" }],
  );
  const onlyFirst = flips.filter(({ right }) => right === "first").length;
  const onlySecond = flips.length - onlyFirst;
  const difference = meanFigureOf(
    shared.map(({ one, two }) => 100 * (Number(one) - Number(two))),
    shared.map(({ cluster }) => cluster),
    { scale: differenceScale(percentScale) },
  );
  return {
    set: first.set,
    first: judgeTitle(first),
    second: judgeTitle(second),
    n: shared.length,
    bothRight: shared.filter(({ one, two }) => one && two).length,
    neitherRight: shared.filter(({ one, two }) => !one && !two).length,
    onlyFirst,
    onlySecond,
    pValue: mcNemar(onlyFirst, onlySecond).pValue,
    difference,
    flips,
  };
}
