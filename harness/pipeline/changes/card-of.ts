import type { AreaOverrides } from "../../core/area.js";
import type { Card } from "../../core/card.js";
import { cardContamination, type ScansByRun } from "./card-contamination.js";
import { areaChanges, inOrder, radarOf, trajectoriesOf } from "./card-parts.js";
import { cardSentence, openPoints, tradeOffOf } from "./card-sentences.js";
import { changesOf, jointLevel, pairsByArea, sidesOf } from "./change-of.js";
import type { MeasuredPair } from "./measured.js";

/** A checkpoint's pairs with the base. */
export interface CardStep {
  readonly checkpoint: string;
  readonly pairs: readonly MeasuredPair[];
}

/** The part of a card that follows from what was measured. */
export type MeasuredCard = Omit<
  Card,
  "schema" | "version" | "generatedAt" | "policies" | "sources" | "notices"
>;

/**
 * What is known of a candidate beside its base, by everything that was measured of both.
 * @param scans Of run folders, which may have none.
 * @param steps Checkpoints after the base, in their order; the last one is the candidate.
 */
export function cardOf(
  base: string,
  steps: readonly CardStep[],
  areas: AreaOverrides,
  scans: ScansByRun = new Map(),
): MeasuredCard {
  const later = steps.map(({ checkpoint, pairs }) => ({
    checkpoint,
    changes: inOrder(changesOf(pairsByArea(pairs, areas))),
  }));
  const candidate = steps.at(-1)?.checkpoint ?? base;
  const changes = later.at(-1)?.changes ?? [];
  const contamination = cardContamination(steps.at(-1)?.pairs ?? [], scans);
  const decided = changes.filter(({ interval }) => interval !== null).length;
  const names = { base, candidate };
  return {
    ...names,
    sentence: cardSentence(names, changes),
    tradeOff: tradeOffOf(changes),
    changes,
    together: {
      changes: decided,
      level: 95,
      method:
        decided > 1
          ? `Bonferroni: each interval at ${Number(jointLevel(decided).toFixed(2))}%, so that all ${decided} hold together at 95%`
          : "one change alone needs no adjustment",
    },
    areas: areaChanges(changes),
    // Harmless and harmful requests are spokes of their own, as they are changes of their own.
    radar: radarOf((steps.at(-1)?.pairs ?? []).flatMap((pair) => sidesOf(pair) ?? [pair])),
    open: openPoints(changes, contamination),
    contamination,
    trajectories: trajectoriesOf(base, later),
  };
}
