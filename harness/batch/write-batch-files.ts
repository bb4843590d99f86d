import { join } from "node:path";
import { replaceFile } from "../core/atomic-file.js";
import { cannotWrite } from "../core/errors.js";
import { makeFolder } from "../core/make-folder.js";
import { fileNameFor } from "../core/text.js";
import type { CallStage } from "../pipeline/dispatch/events.js";
import { type BatchFileLimits, type BatchRequest, groupRequests, splitIntoFiles } from "./batch-request.js";
import type { BatchState } from "./batch-state.js";

/** One batch file that was written. */
export interface WrittenBatchFile {
  readonly path: string;
  readonly stage: CallStage;
  /** Display id. */
  readonly model: string;
  readonly requests: number;
  readonly bytes: number;
}

const LINES_AT_ONCE = 500;

async function writeLines(path: string, lines: readonly string[]): Promise<number> {
  let bytes = 0;
  await replaceFile(path, async (handle) => {
    for (let start = 0; start < lines.length; start += LINES_AT_ONCE) {
      const chunk = Buffer.from(`${lines.slice(start, start + LINES_AT_ONCE).join("\n")}\n`);
      await handle.appendFile(chunk);
      bytes += chunk.length;
    }
  });
  return bytes;
}

/** Files of what was due before keep their number: writing them twice changes nothing. */
function roundOf(state: BatchState, customIds: readonly string[]): number {
  const last = state.lastExport;
  if (last === undefined) return 1;
  const written = new Set(last.customIds);
  const isSame = written.size === customIds.length && customIds.every((id) => written.has(id));
  return isSame ? last.round : last.round + 1;
}

/**
 * Writes all requests that are due as batch files, one per stage and model (more where the limits ask for it), and
 * notes in the state what was written. Names begin with the round, so that a folder holds several in order.
 * @throws AssayError `cannot-write`.
 */
export async function writeBatchFiles(
  folder: string,
  due: readonly BatchRequest[],
  state: BatchState,
  at: string,
  limits?: BatchFileLimits,
): Promise<{ readonly round: number; readonly files: readonly WrittenBatchFile[] }> {
  const customIds = due.map(({ customId }) => customId);
  const round = roundOf(state, customIds);
  const files: WrittenBatchFile[] = [];
  try {
    makeFolder(folder);
    for (const { stage, model, requests } of groupRequests(due)) {
      const name = `${String(round).padStart(2, "0")}-${stage}-${fileNameFor(model.id)}`;
      let part = 0;
      for (const { lines } of splitIntoFiles(requests, limits)) {
        part++;
        const path = join(folder, part === 1 ? `${name}.jsonl` : `${name}.part-${part}.jsonl`);
        const bytes = await writeLines(path, lines);
        files.push({ path, stage, model: model.id, requests: lines.length, bytes });
      }
    }
  } catch (cause) {
    if (!(cause instanceof Error && "syscall" in cause)) throw cause;
    throw cannotWrite(folder, "Choose a writable folder with --out.", cause);
  }
  if (customIds.length > 0) await state.noteExport({ round, at, customIds });
  return { round, files };
}
