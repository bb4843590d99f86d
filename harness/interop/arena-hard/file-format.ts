import { type ArenaHardFormat, arenaHardFormatOf } from "../../core/arena-hard-row.js";
import { readJsonLines } from "../../core/jsonl.js";

/** What a file of Arena-Hard's holds, by its first record; undefined for another file. */
export function arenaHardFileFormat(file: string): ArenaHardFormat | undefined {
  for (const { value } of readJsonLines(file)) return arenaHardFormatOf(value);
  return undefined;
}
