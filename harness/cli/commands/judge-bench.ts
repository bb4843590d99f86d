import { judgeBench, replayedSets } from "../../assemble/judge-bench/replay.js";
import { ConfigError } from "../../core/errors.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { showJudgeBench } from "../judge-bench-text.js";
import { openServices } from "../open-services.js";
import type { Terminal } from "../terminal.js";

const REMEDY = "assay judge-bench SET… --replay FILE scores published decisions.";

/** `assay judge-bench`: how good is a judge on labelled pairs? */
export async function judgeBenchCommand(given: Given<"judge-bench">, terminal: Terminal): Promise<number> {
  const { sets = [], replay = [], against } = given;
  if (replay.length === 0) throw new ConfigError("no decisions are named", { code: "usage", remedy: REMEDY });
  const open = openServices(terminal);
  try {
    const found = judgeBench(await replayedSets({ sets, replay }, open.services), { against });
    terminal.document(found);
    showJudgeBench(found, terminal);
    return exitCodes.done;
  } finally {
    open.release();
  }
}
