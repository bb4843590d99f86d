import { refuseEmptyFile } from "../core/empty-file.js";
import { ConfigError } from "../core/errors.js";
import { readJsonLines } from "../core/jsonl.js";
import { alpacaEvalFormatOf } from "./alpaca-eval/annotations.js";
import { arenaHardFileFormat } from "./arena-hard/file-format.js";
import { fastChatFormatOf } from "./fastchat/fields.js";
import { filesBelow } from "./files-below.js";
import { HARNESS_TOOLS, type ImportFormat, JUDGED_TOOLS } from "./import-tools.js";
import { isNectarFile } from "./nectar/file-format.js";
import { findHarnessFiles } from "./results/harness-files.js";

const TOOLS: Readonly<Record<ImportFormat, string>> = { ...JUDGED_TOOLS, ...HARNESS_TOOLS };

function isFastChat(file: string): boolean {
  for (const { value } of readJsonLines(file)) return fastChatFormatOf(value) !== undefined;
  return false;
}

/** Arena-Hard's older layout has FastChat's keys with other values in them: what is Arena-Hard's is not FastChat's. */
function formatOfLines(file: string): ImportFormat | undefined {
  if (arenaHardFileFormat(file) !== undefined) return "arena-hard";
  if (isNectarFile(file)) return "nectar";
  return isFastChat(file) ? "fastchat" : undefined;
}

/** Formats of judged answers among files that are no results of another harness. */
function judgedFormats(paths: readonly string[]): ImportFormat[] {
  const ofLines = paths
    .flatMap((path) => filesBelow(path, ".jsonl"))
    .filter((file) => file.endsWith(".jsonl"))
    .flatMap((file) => formatOfLines(file) ?? []);
  const isAlpacaEval = paths
    .flatMap((path) => filesBelow(path, ".json"))
    .some((file) => file.endsWith(".json") && alpacaEvalFormatOf(file) !== undefined);
  return [...ofLines, ...(isAlpacaEval ? (["alpaca-eval"] as const) : [])];
}

/**
 * Tells whose files these are by looking at them.
 * @param paths files, or folders that hold them at any depth
 * @throws ConfigError where they are nobody's, or of several tools.
 */
export function formatOfImport(paths: readonly string[]): ImportFormat {
  const { byFormat, broken } = findHarnessFiles(paths);
  const found = [...new Set([...judgedFormats(paths), ...byFormat.keys()])];
  const [only, second] = found;
  if (only !== undefined && second === undefined) return only;
  if (second !== undefined) {
    throw new ConfigError(
      `the paths hold files of ${found.map((format) => TOOLS[format]).join(" and of ")}`,
      {
        code: "format-not-chosen",
        remedy: `Import them one after the other: ${found.map((format) => `--format ${format}`).join(", ")}.`,
      },
    );
  }
  const [first] = broken;
  if (first !== undefined) throw first;
  for (const path of paths) refuseEmptyFile(path);
  throw new ConfigError("the paths hold no files that assay knows how to import", {
    code: "nothing-to-import",
    remedy: `Name files of ${Object.values(JUDGED_TOOLS).join(", ")} or of another harness (lm-evaluation-harness, Inspect, evalscope, promptfoo, HELM), folders that hold them, or a table of figures (docs/interchange.md).`,
  });
}
