import { join } from "node:path";
import { type PreparedProbe, prepareProbe, probeResult } from "../../assemble/contamination-probe.js";
import { resolveConfig } from "../../config/resolve.js";
import type { ContaminationProbe, ProbedModel } from "../../core/contamination.js";
import { countOf } from "../../core/count-of.js";
import { ConfigError } from "../../core/errors.js";
import { formatFixed } from "../../core/shown-number.js";
import { printable } from "../../core/text.js";
import { prettyJson, writeFileAtomically } from "../../store/run-folder.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { foldingTerminal } from "../fold-lines.js";
import { defaultRunFolder, readSettings } from "../load-config.js";
import { shownPath } from "../run-end.js";
import { evaluateInSession } from "../session.js";
import { cell, type Terminal } from "../terminal.js";

/** Fresh texts where none are named. */
const FRESH = "assay-80";
/** Flagged texts that are shown without `--verbose`. */
const SHOWN = 10;

function percent(value: number | null): string {
  return value === null ? "–" : `${formatFixed(value, 1)}%`;
}

function showModel(one: ProbedModel, terminal: Terminal): void {
  const { value, interval } = one.difference;
  const between =
    interval === null ? "" : ` [${formatFixed(interval.low, 1)}, ${formatFixed(interval.high, 1)}]`;
  terminal.say(
    `${terminal.colors.bold(cell(one.model))}: second halves ${percent(one.similarity)} alike on ${countOf(one.questions, "question")}, ${percent(one.freshSimilarity)} on ${countOf(one.fresh, "fresh text")}; difference ${value === null ? "–" : formatFixed(value, 1)}${between} points`,
  );
  const { flagged, of } = one.falseAlarms;
  terminal.say(
    `  ${one.flagged} of ${countOf(one.questions, "question")} completed better than 95% of the fresh texts; the same rule flags ${flagged} of the ${countOf(of, "fresh text")} (false alarms)`,
  );
  const shown = one.texts.filter((text) => text.flagged).sort((x, y) => y.similarity - x.similarity);
  for (const { id, similarity, verbatim, pValue } of shown.slice(0, terminal.verbose ? undefined : SHOWN))
    terminal.say(
      `    ${cell(id).padEnd(24)} ${percent(100 * similarity)} alike, ${countOf(verbatim, "word")} verbatim from the start, p ${formatFixed(pValue, 3)}`,
    );
  if (one.missing > 0) terminal.say(`  ${countOf(one.missing, "completion")} missing`);
}

function showProbe(probe: ContaminationProbe, terminal: Terminal): void {
  for (const one of probe.models) showModel(one, terminal);
  terminal.say("");
  terminal.say(printable(probe.limits, { oneLine: true }));
  for (const { message } of probe.warnings)
    terminal.say(terminal.colors.yellow(`! ${printable(message, { oneLine: true })}`));
}

/** `assay contamination SUITE --probe`: whether models complete a suite's questions better than fresh ones. */
export async function probe(given: Given<"contamination">, terminal: Terminal): Promise<number> {
  const { suite, fresh = FRESH, settings } = given;
  const config = resolveConfig(await readSettings(settings, process.env));
  if (config.models.length === 0) {
    throw new ConfigError("no model is named", {
      code: "model-missing",
      remedy: "Name the model that is to complete the questions with --model (and --base-url).",
    });
  }
  const run = config.out ?? defaultRunFolder({ ...config, suites: ["contamination-probe", suite] });
  let prepared: PreparedProbe | undefined;
  return evaluateInSession(
    {
      run,
      stages: { answers: true, judgments: false },
      prepare: async (services) => {
        prepared = await prepareProbe(suite, fresh, { ...config, out: run }, services);
        return prepared;
      },
      dryRun: given.dryRun,
      logFile: given.logFile,
      finish: async () => {
        if (prepared === undefined) throw new Error("what is finished was prepared");
        const found = probeResult(run, prepared);
        const file = join(run, "contamination-probe.json");
        await writeFileAtomically(file, prettyJson(found));
        terminal.document(found);
        showProbe(found, foldingTerminal(terminal));
        terminal.say(`  ${shownPath(file)}`);
        const missing = found.models.reduce((sum, one) => sum + one.missing, 0);
        return missing === 0 ? exitCodes.done : exitCodes.incomplete;
      },
    },
    terminal,
  );
}
