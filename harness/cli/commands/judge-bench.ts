import { judgeBench, replayedSets } from "../../assemble/judge-bench/replay.js";
import { isoTime, systemClock } from "../../core/clock.js";
import { ConfigError } from "../../core/errors.js";
import { cardOf } from "../../pipeline/judge-bench/card-of.js";
import { updateJudgeCard } from "../../store/judge-card-file.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { showJudgeBench } from "../judge-bench-text.js";
import { openServices } from "../open-services.js";
import { shownPath } from "../run-end.js";
import type { Terminal } from "../terminal.js";

const REMEDY = "assay judge-bench SET… --replay FILE scores published decisions.";

/** `assay judge-bench`: how good is a judge on labelled pairs? */
export async function judgeBenchCommand(given: Given<"judge-bench">, terminal: Terminal): Promise<number> {
  const { sets = [], replay = [], against, card } = given;
  if (replay.length === 0) throw new ConfigError("no decisions are named", { code: "usage", remedy: REMEDY });
  const open = openServices(terminal);
  try {
    const judged = await replayedSets({ sets, replay }, open.services);
    const found = judgeBench(judged, { against });
    if (card !== undefined)
      await updateJudgeCard(card, cardOf(judged, found.sets, isoTime(systemClock.now())));
    terminal.document(found);
    showJudgeBench(found, terminal);
    if (card !== undefined) terminal.say(`  ${shownPath(card)}`);
    return exitCodes.done;
  } finally {
    open.release();
  }
}
