import { basename, dirname, join } from "node:path";
import { DataError } from "../../core/errors.js";
import { readJsonLines } from "../../core/jsonl.js";
import { isEvalscopeReport, isEvalscopeRow } from "../evalscope/shapes.js";
import { isFigureRecord, isFiguresDocument } from "../figures/shapes.js";
import { filesBelow } from "../files-below.js";
import type { HarnessFormat } from "../import-tools.js";
import { isInspectLog } from "../inspect/shapes.js";
import { readDocument } from "../json-document.js";
import { isLmEvalResults } from "../lm-eval/results-schema.js";
import { isLmEvalSample } from "../lm-eval/samples-file.js";
import { isPromptfooOutput } from "../promptfoo/shapes.js";
import type { FoundFiles } from "./found-files.js";

/** Files by format, with what could not be read of files that nobody named. */
export interface HarnessFiles {
  readonly byFormat: ReadonlyMap<HarnessFormat, FoundFiles>;
  readonly broken: readonly DataError[];
}

const DOCUMENTS: readonly (readonly [HarnessFormat, (value: unknown) => boolean])[] = [
  ["inspect", isInspectLog],
  ["promptfoo", isPromptfooOutput],
  ["lm-eval", isLmEvalResults],
  ["evalscope", isEvalscopeReport],
  ["figures", isFiguresDocument],
];
const LINES: readonly (readonly [HarnessFormat, (value: unknown) => boolean])[] = [
  ["lm-eval", isLmEvalSample],
  ["evalscope", isEvalscopeRow],
  ["figures", isFigureRecord],
];

/** A run folder of HELM is known by these files; all others in it belong to it. */
const HELM_RUN = /^run_spec\.json(?:\.gz)?$/;

function firstLine(file: string): unknown {
  for (const { value } of readJsonLines(file)) return value;
  return undefined;
}

/** Whose results a file holds, and how it is read. */
export interface HarnessFile {
  readonly format: HarnessFormat;
  readonly kind: keyof FoundFiles;
}

/** Looks at one file; undefined for one of no other harness. @throws DataError for one that cannot be read. */
export function harnessFile(file: string, isNamed: boolean): HarnessFile | undefined {
  const name = file.toLowerCase();
  if (name.endsWith(".eval")) return { format: "inspect", kind: "documents" };
  // A table of figures says by nothing that it is one, so it has to be named.
  if (name.endsWith(".csv")) return isNamed ? { format: "figures", kind: "documents" } : undefined;
  const isLines = name.endsWith(".jsonl");
  if (!isLines && !/\.json(?:\.gz)?$/.test(name)) return undefined;
  const value = isLines ? firstLine(file) : readDocument(file).value;
  const [format] = (isLines ? LINES : DOCUMENTS).find(([, isIt]) => isIt(value)) ?? [];
  return format === undefined ? undefined : { format, kind: isLines ? "lines" : "documents" };
}

/** Files of other harnesses at any depth below the paths. @throws ConfigError `file-not-found`; DataError for a named file. */
export function findHarnessFiles(paths: readonly string[]): HarnessFiles {
  const byFormat = new Map<HarnessFormat, { documents: string[]; lines: string[] }>();
  const broken: DataError[] = [];
  const take = ({ format, kind }: HarnessFile, file: string) => {
    const files = byFormat.get(format) ?? { documents: [], lines: [] };
    byFormat.set(format, files);
    if (!files[kind].includes(file)) files[kind].push(file);
  };
  for (const path of paths) {
    const files = filesBelow(path, "");
    const helm = new Set(files.filter((file) => HELM_RUN.test(basename(file))).map((file) => dirname(file)));
    for (const folder of helm) take({ format: "helm", kind: "documents" }, join(folder));
    for (const file of files) {
      if (helm.has(dirname(file))) continue;
      try {
        const found = harnessFile(file, file === path);
        if (found !== undefined) take(found, file);
      } catch (error) {
        if (!(error instanceof DataError) || file === path) throw error;
        broken.push(error);
      }
    }
  }
  return { byFormat, broken };
}
