import type { LevelledJury } from "../../core/jury.js";
import { judgeOffsets } from "../../stats/judge-offsets.js";
import { buildBoard } from "../scores/build-board.js";
import { headlines } from "./headlines.js";
import { type Jury, juryInput, ownValues } from "./jury-input.js";

/**
 * The jury of ratings with every judge shifted to the mean judge's level, as the guard needs it: a model whose relatives do
 * not judge it is rated by others than the rest. How far a judge rates above the others is read from the items that it shares
 * with them.
 * @returns undefined without a guard that left somebody out, and of pairs, which have no level.
 */
export function levelledJury(jury: Jury, hasGuarded: boolean): LevelledJury | undefined {
  const { items, members } = jury;
  if (!hasGuarded || members[0]?.metric !== "rating") return undefined;
  const offsets = judgeOffsets(items.map(ownValues), members.length);
  if (offsets === undefined)
    return {
      offsets: null,
      models: null,
      reason: "no items link all judges, so that their levels cannot be estimated",
    };
  const levelled = items.map((item) => ({
    ...item,
    values: item.values.map((value, judge) =>
      value === undefined || item.replaced[judge] === true ? value : value - (offsets[judge] ?? 0),
    ),
  }));
  const input = juryInput({ ...jury, items: levelled });
  return {
    offsets: Object.fromEntries(members.map(({ head }, judge) => [head.protocol, offsets[judge] ?? 0])),
    models: input === undefined ? null : headlines(buildBoard(input).board),
  };
}
