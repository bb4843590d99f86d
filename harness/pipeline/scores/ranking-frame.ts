import { compositeKey } from "../../core/composite-key.js";
import type { ManifestProtocol } from "../../core/manifest.js";
import { groupsOf } from "../../core/ranking.js";
import type { PlacedRanking } from "./ranking-tracer.js";
import type { BoardFrame } from "./verdict-grid/row.js";

/** Of imported rankings: who was ranked together is what their records say. */
function importedFrame(rankings: readonly PlacedRanking[]): Pick<BoardFrame, "games" | "meets"> {
  const groups = new Map<string, PlacedRanking["models"][]>();
  for (const { questionId, trial, models } of rankings) {
    const key = compositeKey(questionId, trial);
    groups.set(key, [...(groups.get(key) ?? []), models]);
  }
  const meets: BoardFrame["meets"] = ([first, second], questionId, trial) =>
    groups.get(compositeKey(questionId, trial))?.some((one) => one.includes(first) && one.includes(second)) ??
    false;
  return { games: 1, meets };
}

/** Of a board of rankings: one game is a comparison, and who was ranked together met. */
export function frameOfRankings(
  { ranked, suite }: ManifestProtocol,
  rankings: () => readonly PlacedRanking[],
): Pick<BoardFrame, "games" | "meets" | "isOrderUnknown"> {
  if (ranked === undefined) return {};
  if (ranked.isImported) return { ...importedFrame(rankings()), isOrderUnknown: true };
  const groups = new Map<string, readonly (readonly string[])[]>();
  const groupsAt = (questionId: string, trial: number) => {
    const key = compositeKey(questionId, trial);
    const found = groups.get(key) ?? groupsOf(ranked, { suite, questionId, trial });
    groups.set(key, found);
    return found;
  };
  return {
    games: 1,
    meets: ([first, second], questionId, trial) =>
      groupsAt(questionId, trial).some((group) => group.includes(first) && group.includes(second)),
  };
}
