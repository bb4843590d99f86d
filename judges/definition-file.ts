import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { ConfigError, messageOf } from "../harness/core/errors.js";
import { suggestName } from "../harness/core/spelling.js";

/** A parsed YAML file whose keys can be traced back to lines. */
export interface DefinitionFile {
  readonly file: string;
  readonly root: unknown;
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

/** An error about a key of a judge's configuration, with file and line. */
export function badKey(
  source: DefinitionFile,
  path: readonly PropertyKey[],
  problem: string,
  remedy?: string,
): ConfigError {
  const line = source.lineOf(path);
  const place = line === undefined ? source.file : `${source.file}:${line}`;
  const key = path.map(String).join(".");
  return new ConfigError(`${place}: ${key === "" ? "" : `"${key}" `}${problem}`, {
    code: "bad-judge-configuration",
    ...(remedy === undefined || remedy === "" ? {} : { remedy }),
  });
}

/** Reads a text file that belongs to a judge. @throws ConfigError `judge-file-missing`. */
export async function readJudgeFile(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new ConfigError(`${file} cannot be read (${messageOf(cause)})`, {
      code: "judge-file-missing",
      remedy: "Fix the path in the judge's configuration.",
      cause,
    });
  }
}

/** Parses a YAML file. @throws ConfigError with file and line. */
export async function readDefinitionFile(file: string): Promise<DefinitionFile> {
  const text = await readJudgeFile(file);
  const { isNode, LineCounter, parseDocument } = await import("yaml");
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const lineOf = (path: readonly PropertyKey[]): number | undefined => {
    for (let length = path.length; length >= 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lineCounter.linePos(node.range[0]).line;
    }
    return undefined;
  };
  const [error] = document.errors;
  if (error !== undefined) {
    const { line } = lineCounter.linePos(error.pos[0]);
    throw badKey({ file, root: undefined, lineOf: () => line }, [], `not valid YAML (${error.message})`);
  }
  try {
    return { file, root: document.toJS({ maxAliasCount: 100 }), lineOf };
  } catch (cause) {
    throw badKey(
      { file, root: undefined, lineOf: () => undefined },
      [],
      `not usable YAML (${messageOf(cause)})`,
    );
  }
}

/** Validates a part of the file. @throws ConfigError naming the key, with the nearest right one where it is unknown. */
export function checkPart<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  source: DefinitionFile,
  at: readonly PropertyKey[],
  known: readonly string[],
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue === undefined) throw badKey(source, at, "is not valid");
  if (issue.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    throw badKey(source, [...at, ...issue.path, key], "is not supported", suggestName(key, known));
  }
  throw badKey(source, [...at, ...issue.path], `is not right: ${issue.message}`);
}
