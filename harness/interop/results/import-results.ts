import type { Clock } from "../../core/clock.js";
import { ConfigError } from "../../core/errors.js";
import type { Json } from "../../core/json.js";
import type { Manifest } from "../../core/manifest.js";
import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import { scoreRun } from "../../pipeline/scores/score-run.js";
import { writeImportedRun } from "../../store/imported-run.js";
import { prettyJson, runPaths, writeFileAtomically } from "../../store/run-folder.js";
import { lastStated } from "../../store/stated-figures.js";
import type { FigureTableOptions } from "../figures/read-figures.js";
import type { HarnessFormat } from "../import-tools.js";
import type { FoundFiles } from "./found-files.js";
import { findHarnessFiles } from "./harness-files.js";
import { importParts } from "./import-parts.js";
import { named } from "./named-model.js";
import type { HarnessResults, ImportedFile } from "./scored-set.js";

/** How results of other harnesses are imported. */
export interface HarnessImport extends FigureTableOptions {
  readonly clock: Clock;
  /** What the only model of the files is to be called. */
  readonly model?: string | undefined;
  /** Called with what must be said of the files. */
  readonly onWarning?: (warning: Warning) => void;
}

/** What is said of an import and leaves no figure in doubt. */
const REMARKS: ReadonlySet<string> = new Set(["no-board", "no-samples"]);

/** The code of each format, loaded only when it is needed. */
const readers: {
  readonly [Format in HarnessFormat]: (files: FoundFiles, options: HarnessImport) => Promise<HarnessResults>;
} = {
  "lm-eval": async (files) => (await import("../lm-eval/read-lm-eval.js")).readLmEval(files),
  inspect: async (files) => (await import("../inspect/read-inspect.js")).readInspect(files),
  evalscope: async (files) => (await import("../evalscope/read-evalscope.js")).readEvalscope(files),
  promptfoo: async (files) => (await import("../promptfoo/read-promptfoo.js")).readPromptfoo(files),
  helm: async (files) => (await import("../helm/read-helm.js")).readHelm(files),
  figures: async (files, options) => (await import("../figures/read-figures.js")).readFigures(files, options),
};

function provenance(
  files: readonly ImportedFile[],
  warnings: readonly Warning[],
): { readonly [key: string]: Json } {
  const sources = files.map(({ file, sha256, tool, version, dropped = [], settings }) => ({
    file,
    sha256,
    tool,
    ...presentFields({ version, settings, dropped: dropped.length === 0 ? undefined : dropped }),
  }));
  const notes = warnings.flatMap(({ code, message }) => (REMARKS.has(code) ? [message] : []));
  return { sources, ...(notes.length === 0 ? {} : { notes }) };
}

function filesOf(paths: readonly string[], format: HarnessFormat): FoundFiles {
  const { byFormat, broken } = findHarnessFiles(paths);
  const [first] = broken;
  if (first !== undefined) throw first;
  const found = byFormat.get(format);
  if (found !== undefined) return found;
  throw new ConfigError(`the paths hold no files of the format ${format}`, {
    code: "nothing-to-import",
    remedy:
      "Leave --format out, so that the format is found by looking at the files; docs/interchange.md says what belongs to each.",
  });
}

/**
 * Makes a run folder of what another harness measured: its items as questions with answers and verdicts, its figures as
 * they are stated.
 * @param paths files, or folders that hold them at any depth
 * @throws ConfigError when the folder is a run already or nothing is found; DataError naming file, and line or key.
 */
export async function importResults(
  format: HarnessFormat,
  paths: readonly string[],
  run: string,
  options: HarnessImport,
): Promise<Manifest> {
  const read = named(await readers[format](filesOf(paths, format), options), options.model);
  const { parts, warnings } = importParts(read.sets, format);
  const all = [...read.warnings, ...warnings];
  for (const warning of all) options.onWarning?.(warning);
  const figures = lastStated(read.figures);
  if (parts.length === 0 && figures.length === 0) {
    throw new ConfigError("the files hold neither items nor figures", {
      code: "nothing-to-import",
      remedy: "Import files of a run that was finished.",
    });
  }
  const about = provenance(read.files, all);
  const { clock } = options;
  const doubts = all.filter(({ code }) => !REMARKS.has(code));
  const manifest = await writeImportedRun(run, {
    ...{ format, provenance: about, parts, figures, warnings: doubts, clock },
  });
  await writeFileAtomically(runPaths.scores(run), prettyJson(scoreRun(run)));
  return manifest;
}
