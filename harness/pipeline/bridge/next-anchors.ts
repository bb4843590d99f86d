import type { NextAnchor } from "../../core/judge-bridge.js";
import { hasLogit, type JudgeBridge, type JudgedScore } from "../../stats/bridge/judge-bridge.js";
import type { BridgeSide } from "./bridge-side.js";

/** Anchors that are proposed. */
const MOST_PROPOSED = 3;

/**
 * Which models of the old board the new judge should grade next: one after the other the one that narrows the intervals
 * of the targets most. The line back to the old judge starts at new scores, which the candidates do not have yet: the
 * line forward says where they will be.
 *
 * @param targets scores under the new judge that are to be carried back; where there are none, those of the old board
 */
export function nextAnchors(
  sides: { readonly old: BridgeSide; readonly fresh: BridgeSide },
  lines: { readonly forward: JudgeBridge; readonly back: JudgeBridge },
  targets: readonly JudgedScore[],
): NextAnchor[] {
  const { old, fresh } = sides;
  const isBack = targets.length > 0;
  const line = isBack ? lines.back : lines.forward;
  const aims = isBack ? targets : [...old.scores.values()].filter(({ value }) => hasLogit(old.scale, value));
  const candidates = [...old.scores].flatMap(([model, score]) => {
    if (fresh.scores.has(model) || !hasLogit(old.scale, score.value)) return [];
    const expected = isBack ? lines.forward.predict(score).value : score.value;
    return expected === null ? [] : [{ model, old: score.value, at: expected }];
  });
  const widthWith = (added: readonly number[]) => {
    const half = line.halfWidthWith(added, aims);
    return half === null ? null : 2 * half;
  };
  const widthNow = widthWith([]);
  const chosen: NextAnchor[] = [];
  const added: number[] = [];
  while (widthNow !== null && chosen.length < MOST_PROPOSED) {
    const best = candidates
      .filter(({ model }) => chosen.every((one) => one.model !== model))
      .map((one) => ({ ...one, width: widthWith([...added, one.at]) ?? Number.POSITIVE_INFINITY }))
      .sort((x, y) => x.width - y.width)[0];
    if (best === undefined) break;
    added.push(best.at);
    const calls = fresh.verdictsPerModel;
    const costUsd = fresh.costPerVerdict === undefined ? null : calls * fresh.costPerVerdict;
    chosen.push({ model: best.model, old: best.old, widthNow, widthThen: best.width, calls, costUsd });
  }
  return chosen;
}
