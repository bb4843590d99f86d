import { baselineOf } from "../../assemble/baselines.js";
import { countOf } from "../../core/count-of.js";
import { namedPath } from "../../core/named-path.js";
import { isRunFolder, prettyJson, writeFileAtomically } from "../../store/run-folder.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { shownPath } from "../run-end.js";
import { cell, type Terminal } from "../terminal.js";
import { scoringOptions } from "./score.js";

/** `assay baseline write RUN --out FILE`: one model's figures in a small file, for gates and comparisons. */
export async function baseline(given: Given<"baseline">, terminal: Terminal): Promise<number> {
  const { run: named, out = "baseline.json" } = given;
  const source = namedPath(named);
  const model = given.model ?? source.picked;
  const scoring = isRunFolder(source.path) ? await scoringOptions([source.path], given, terminal) : {};
  const written = baselineOf(source.path, model, scoring);
  await writeFileAtomically(out, prettyJson(written));
  terminal.document(written);
  terminal.say(`${shownPath(out)}: baseline of ${cell(written.model)}`);
  for (const board of written.boards) {
    const mean = board.mean === null ? "no figure" : board.mean.toFixed(3);
    terminal.say(
      `  ${cell(board.suite.id)}, ${board.metric} ${mean} over ${countOf(board.n, "question")} (${cell(board.protocol, 80)})`,
    );
  }
  const metric = written.boards[0]?.metric ?? "score";
  const margin = metric === "score" ? 0.2 : 2;
  terminal.say("Commit it, and gate on it:");
  terminal.say(`  gates: [{ metric: ${metric}, against: ${shownPath(out)}, maxRegression: ${margin} }]`);
  return exitCodes.done;
}
