import { existsSync } from "node:fs";
import { consoleTable } from "../../../reports/console/console-table.js";
import { formatMoment, formatUsd } from "../../../reports/view/format.js";
import { type ReadRun, runFacts, runFigures } from "../../assemble/run-facts.js";
import { ConfigError } from "../../core/errors.js";
import { type FoundRun, findRuns } from "../../store/find-runs.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { shownPath } from "../run-end.js";
import { cell, type Terminal } from "../terminal.js";

/** Boards and models of a run that are shown; the others are counted. */
const SHOWN = 3;

/** Where runs are looked for by default: the folder that `assay run` writes to. */
export const RUNS = "runs";

/** @throws ConfigError `no-runs` for a folder that is not there or holds no run. */
export function runsBelow(folder: string): FoundRun[] {
  const runs = findRuns(folder);
  if (runs.length > 0) return runs;
  throw new ConfigError(
    existsSync(folder) ? `${folder} holds no run folder` : `there is no folder ${folder}`,
    {
      code: "no-runs",
      remedy: "Name the folder that holds your runs, or make one: `assay quickstart`.",
    },
  );
}

function someOf(texts: readonly string[]): string {
  const more = texts.length - SHOWN;
  return [...texts.slice(0, SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
}

/** The boards' own figures: `a 7.31, b 6.90`. */
function figuresOf(run: ReadRun): string[] {
  return runFigures(run).map((board) => someOf(board.map(({ model, text }) => `${cell(model, 24)} ${text}`)));
}

function table(runs: readonly ReadRun[], terminal: Terminal): readonly string[] {
  const { green, yellow, red, dim } = terminal.colors;
  const paints = { complete: green, incomplete: yellow, interrupted: red, running: dim };
  const facts = runs.map(runFacts);
  const columns = [
    {
      label: "run",
      cells: facts.map(({ path }) => ({ text: cell(shownPath(path), 200) })),
      expendable: 0,
      shrinkTo: 16,
    },
    {
      label: "started",
      cells: facts.map(({ startedAt }) => ({ text: formatMoment(startedAt) })),
      expendable: 3,
    },
    {
      label: "status",
      cells: facts.map(({ status }) => ({ text: status, paint: paints[status] })),
      expendable: 0,
    },
    {
      label: "suites",
      cells: facts.map(({ suites }) => ({ text: someOf(suites.map((one) => cell(one, 24))) })),
      expendable: 2,
    },
    {
      label: "cost",
      cells: facts.map(({ costUsd }) => ({ text: costUsd === null ? "unknown" : formatUsd(costUsd) })),
      expendable: 4,
    },
    { label: "figures", cells: runs.map((run) => ({ text: figuresOf(run)[0] ?? "–" })), expendable: 1 },
  ];
  return consoleTable(
    columns.map((one) => ({ align: "left", ...one })),
    terminal.width,
    terminal.colors,
    "",
  ).lines;
}

/** `assay runs [FOLDER]`: run folders, newest first. */
export async function runs(given: Given<"runs">, terminal: Terminal): Promise<number> {
  const found = runsBelow(given.folder ?? RUNS);
  const read = found.filter((run): run is ReadRun => "manifest" in run);
  if (!terminal.json && read.length > 0) for (const line of table(read, terminal)) terminal.say(line);
  for (const run of found)
    if ("error" in run)
      terminal.say(terminal.colors.yellow(`! ${cell(run.path, 200)}: ${cell(run.error, 200)}`));
  terminal.document({
    schema: "assay.runs/1",
    runs: found.map((run) =>
      "error" in run
        ? run
        : {
            ...runFacts(run),
            boards: (run.scores?.boards ?? []).map(({ suite, mode, protocol }) => ({
              suite,
              mode,
              protocol,
            })),
          },
    ),
  });
  return exitCodes.done;
}
