import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { contaminationCsv } from "../../../reports/contamination/csv.js";
import { renderContaminationPage } from "../../../reports/contamination/render.js";
import { contaminationOf } from "../../assemble/contamination.js";
import { replaceFile } from "../../core/atomic-file.js";
import type { ContaminationScan } from "../../core/contamination.js";
import { ConfigError, cannotWrite } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import { CONTAMINATION_FILE, writeContamination } from "../../store/contamination-file.js";
import { isRunFolder, readManifest } from "../../store/run-folder.js";
import { showContamination } from "../contamination-text.js";
import type { Given } from "../declarations/commands.js";
import { contaminationMethods } from "../declarations/scanning.js";
import { exitCodes } from "../exit-codes.js";
import { foldingTerminal } from "../fold-lines.js";
import { openServices } from "../open-services.js";
import { shownPath } from "../run-end.js";
import type { Terminal } from "../terminal.js";
import { scoringOptions } from "./score.js";

/** Between two notes of how far the scan is. */
const NOTE_MS = 10_000;

/** Says now and then how far it is. */
function progressNotes(terminal: Terminal): (bytes: number, file: string) => void {
  let last = performance.now();
  return (bytes, file) => {
    if (performance.now() - last < NOTE_MS) return;
    last = performance.now();
    terminal.note(`${(bytes / 1e9).toFixed(2)} GB read; in ${shownPath(file)}`);
  };
}

/** A file of JSON lines that grows while others are read. */
function linesFile(file: string) {
  const stream = createWriteStream(file);
  let failure: unknown;
  stream.on("error", (error) => {
    failure = error;
  });
  return {
    write: (value: unknown) => {
      stream.write(`${JSON.stringify(value)}\n`);
    },
    close: async () => {
      if (failure === undefined) {
        stream.end();
        await Promise.race([once(stream, "close"), once(stream, "error")]).catch((error: unknown) => {
          failure = error;
        });
      }
      if (failure !== undefined)
        throw cannotWrite(file, "Name a file that can be written with --matches.", failure);
    },
  };
}

async function writeFiles(
  scan: ContaminationScan,
  { html, csv }: Pick<Given<"contamination">, "html" | "csv">,
  terminal: Terminal,
): Promise<void> {
  for (const [file, flag, content] of [
    [html, "--html", renderContaminationPage],
    [csv, "--csv", contaminationCsv],
  ] as const) {
    if (file === undefined) continue;
    await replaceFile(file, await content(scan), (cause) =>
      cannotWrite(file, `Name a file that can be written with ${flag}.`, cause),
    );
    terminal.note(`wrote ${file}`);
  }
}

/** Flags of a corpus have no effect on a model's completions, nor the other way round. */
function refuseIdle(given: Given<"contamination">): void {
  const { corpus, field, method, similarity, run, passages, workers, matches, html, csv } = given;
  const { fresh, dryRun, logFile, settings } = given;
  const isProbe = given.probe === true;
  const ofCorpus = { corpus, field, method, similarity, run, passages, workers, matches, html, csv };
  const idle = isProbe ? ofCorpus : { ...settings.flags, fresh, dryRun, logFile };
  const [name] = Object.keys(presentFields(idle));
  if (name === undefined) return;
  throw new ConfigError(
    isProbe
      ? `--probe looks at no corpus: ${name} does nothing`
      : `nothing is asked of a model: ${name} does nothing`,
    {
      code: "usage",
      remedy: isProbe ? "Leave one of the two out." : "Add --probe and leave --corpus out, or leave it out.",
    },
  );
}

/** `assay contamination SUITE --corpus PATH`: which questions a corpus holds. */
export async function contamination(given: Given<"contamination">, terminal: Terminal): Promise<number> {
  const {
    suite,
    corpus: first = [],
    paths = [],
    field = [],
    run = [],
    method = contaminationMethods,
  } = given;
  refuseIdle(given);
  if (given.probe === true) return (await import("./contamination-probe.js")).probe(given, terminal);
  const corpus = first.length === 0 ? [] : [...first, ...paths];
  if (corpus.length === 0) {
    throw new ConfigError("no corpus is named", {
      code: "corpus-missing",
      remedy:
        "Name files, folders or patterns with --corpus; where none is at hand, --probe asks a model for second halves.",
    });
  }
  for (const one of run) readManifest(one);
  const runs = [...new Set(isRunFolder(suite) ? [suite, ...run] : run)];
  const lines = given.matches === undefined ? undefined : linesFile(given.matches);
  const open = openServices(terminal, { endsAtOnce: true });
  try {
    const scan = await contaminationOf(
      {
        ...{ suite, corpus, runs },
        fields: field,
        methods: contaminationMethods.filter((one) => method.includes(one)),
        similarity: given.similarity ?? 0.5,
        passages: given.passages ?? 3,
        workers: given.workers,
        scoring: (folders) => scoringOptions(folders, {}, terminal),
        onProgress: progressNotes(terminal),
        onMatch:
          lines === undefined
            ? undefined
            : ({ part, ...passage }, { suite: id, question }, index) => {
                const { part: kind, turn } = index.parts[part] ?? {};
                lines.write({ suite: id, question: question.id, part: kind, turn, ...passage });
              },
      },
      open.services,
    );
    await lines?.close();
    for (const folder of runs) {
      await writeContamination(join(folder, CONTAMINATION_FILE), scan);
      terminal.note(`wrote ${shownPath(join(folder, CONTAMINATION_FILE))}`);
    }
    terminal.document(scan);
    showContamination(scan, foldingTerminal(terminal));
    await writeFiles(scan, given, terminal);
    return exitCodes.done;
  } finally {
    open.release();
  }
}
