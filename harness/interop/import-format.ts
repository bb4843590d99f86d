import { ConfigError } from "../core/errors.js";
import { readJsonLines } from "../core/jsonl.js";
import { alpacaEvalFormatOf } from "./alpaca-eval/annotations.js";
import { fastChatFormatOf } from "./fastchat/fields.js";
import { filesBelow } from "./files-below.js";

/** A tool whose files can be imported. */
export type ImportFormat = "fastchat" | "alpaca-eval";

function isFastChat(file: string): boolean {
  for (const { value } of readJsonLines(file)) return fastChatFormatOf(value) !== undefined;
  return false;
}

/**
 * Tells whose files these are by looking at them.
 * @param paths files, or folders that hold them at any depth
 * @throws ConfigError where they are nobody's, or of both tools.
 */
export function formatOfImport(paths: readonly string[]): ImportFormat {
  const fastChat = paths
    .flatMap((path) => filesBelow(path, ".jsonl"))
    .some((file) => file.endsWith(".jsonl") && isFastChat(file));
  const alpacaEval = paths
    .flatMap((path) => filesBelow(path, ".json"))
    .some((file) => file.endsWith(".json") && alpacaEvalFormatOf(file) !== undefined);
  if (fastChat !== alpacaEval) return fastChat ? "fastchat" : "alpaca-eval";
  throw new ConfigError(
    fastChat
      ? "the paths hold files of FastChat and of AlpacaEval"
      : "the paths hold no files of FastChat or AlpacaEval",
    {
      code: fastChat ? "format-not-chosen" : "nothing-to-import",
      remedy: fastChat
        ? "Import them one after the other: --format fastchat, --format alpaca-eval."
        : "Name FastChat's .jsonl files, AlpacaEval's model_outputs.json and annotations.json, or folders that hold them.",
    },
  );
}
