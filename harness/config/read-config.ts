import { readFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Document } from "yaml";
import type { z } from "zod";
import { isStackFull, isTooDeep, tooDeep } from "../core/depth.js";
import { ConfigError, messageOf } from "../core/errors.js";
import { secretInAddress } from "../core/secrets.js";
import { nearestName, suggestName } from "../core/spelling.js";
import { decodeText } from "../core/utf8.js";
import { CONFIGURATION_PAGE, complaintOf } from "./complaints.js";
import type { UserConfig } from "./schema.js";

/** Finds the line of a key path in the text of a file; undefined for modules. */
export type LineFinder = (path: readonly PropertyKey[]) => number | undefined;
/** Names a key path as its source spells it, such as `models[0].id` or `--model`. */
export type KeyNamer = (path: readonly PropertyKey[]) => string;

/** A file's value, whose key paths can be traced back to lines. */
export interface RawConfig {
  readonly value: unknown;
  readonly lineOf: LineFinder;
}

/** Key names that hold secrets. */
const SECRET_KEY = /^(api[-_]?key|apikey|key|token|secret|password|authorization|bearer|access[-_]?token)$/i;
/** Texts that look like keys of known services, or a bearer header. */
const SECRET_VALUE =
  /(\bsk-[A-Za-z0-9_-]{16,})|(\bBearer\s+\S{12,})|(\bhf_[A-Za-z0-9]{20,})|(\bAIza[A-Za-z0-9_-]{30,})/;

function failure(
  file: string,
  line: number | undefined,
  message: string,
  remedy: string,
  code = "invalid-config",
): ConfigError {
  return new ConfigError(`${file}${line === undefined ? "" : `:${line}`}: ${message}`, { code, remedy });
}

/** A key path as a config file's reader sees it: `models[0].parameters.seed`. */
export function showPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === "number" ? `[${part}]` : index === 0 ? String(part) : `.${String(part)}`,
    )
    .join("");
}

/**
 * Reads a YAML or JSON file.
 * @param remedy What to do where there is no such file.
 * @throws ConfigError `config-not-found`, `invalid-config` naming file and line.
 */
export async function parseText(
  file: string,
  remedy = "Name an existing config file, or write one with `assay init`.",
): Promise<RawConfig> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw failure(file, undefined, `cannot be read (${messageOf(cause)})`, remedy, "config-not-found");
  }
  const text = decodeText(bytes, file);
  // JSON is YAML too, so one reader gives positions for both.
  const { parseDocument, LineCounter } = await import("yaml");
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    uniqueKeys: true,
    maxAliasCount: 100,
    prettyErrors: false,
  } as Parameters<typeof parseDocument>[1]);
  const [error] = document.errors;
  if (error !== undefined) {
    if (isStackFull(error)) throw tooDeep(file);
    const line = lineCounter.linePos(error.pos[0]).line;
    throw failure(
      file,
      line,
      `not valid YAML: ${error.message.split("\n")[0] ?? ""}`,
      "Fix the line; indentation and quotes are the usual causes.",
    );
  }
  return {
    value: shallow(toPlain(document, file), file),
    lineOf: (path) => lineIn(document, path, (offset) => lineCounter.linePos(offset).line),
  };
}

function shallow(value: unknown, file: string): unknown {
  if (isTooDeep(value)) throw tooDeep(file);
  return value;
}

function toPlain(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw failure(file, undefined, `cannot be expanded (${messageOf(cause)})`, "Use fewer YAML aliases.");
  }
}

function lineIn(
  document: Document.Parsed,
  path: readonly PropertyKey[],
  toLine: (offset: number) => number,
): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (node !== null && typeof node === "object" && "range" in node && Array.isArray(node.range)) {
      return toLine(Number(node.range[0]));
    }
  }
  return undefined;
}

async function importModule(file: string): Promise<RawConfig> {
  try {
    const loaded: unknown = await import(pathToFileURL(resolve(file)).href);
    const value =
      loaded !== null && typeof loaded === "object" && "default" in loaded ? loaded.default : undefined;
    if (value === undefined) {
      throw failure(
        file,
        undefined,
        "exports no default",
        "Export the configuration as the module's default.",
      );
    }
    return { value, lineOf: () => undefined };
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const hint = /\.[cm]?ts$/.test(file)
      ? "Node runs TypeScript modules from 22.18 on, or under `node --import tsx`; a .mjs or YAML file works everywhere."
      : "Fix the module.";
    throw failure(file, undefined, `cannot be loaded (${messageOf(cause)})`, hint);
  }
}

/** Keys of addresses, among them `baseUrls[0]`. */
const ADDRESS_KEY = /url/i;

function refuseSecretAddress(
  value: unknown,
  file: string,
  lineOf: LineFinder,
  showKey: KeyNamer,
  path: readonly PropertyKey[],
): void {
  const isAddress = path.slice(-2).some((part) => typeof part === "string" && ADDRESS_KEY.test(part));
  if (!isAddress || typeof value !== "string" || !URL.canParse(value)) return;
  const secret = secretInAddress(new URL(value));
  if (secret === undefined) return;
  throw failure(
    file,
    lineOf(path),
    `${showKey(path)}: the address ${secret}`,
    "Put the key into an environment variable: see apiKeyEnv, apiKeyHeader and headersFromEnvironment in docs/adapters.md. Treat it as leaked if the file was shared.",
    "secret-in-config",
  );
}

/**
 * Keys belong in the environment: refuses them wherever they stand. The value itself is never repeated.
 * @throws ConfigError `secret-in-config`.
 */
export function refuseSecrets(
  value: unknown,
  file: string,
  lineOf: LineFinder,
  showKey: KeyNamer,
  path: readonly PropertyKey[] = [],
): void {
  const key = path.at(-1);
  const isSecretKey = typeof key === "string" && SECRET_KEY.test(key) && typeof value === "string";
  if (isSecretKey || (typeof value === "string" && SECRET_VALUE.test(value))) {
    throw failure(
      file,
      lineOf(path),
      `${showKey(path)}: a secret must not stand here`,
      "Put the key into an environment variable, and the variable's name under `apiKeyEnv`. Treat this key as leaked if the file was shared.",
      "secret-in-config",
    );
  }
  refuseSecretAddress(value, file, lineOf, showKey, path);
  if (value === null || typeof value !== "object") return;
  const entries: [PropertyKey, unknown][] = Array.isArray(value)
    ? value.map((one, index) => [index, one])
    : Object.entries(value);
  for (const [name, inner] of entries) refuseSecrets(inner, file, lineOf, showKey, [...path, name]);
}

/** The nearest key, else where all of them are explained. */
function keyRemedy(wrong: string, keys: readonly string[], page: string): string {
  const suggested = suggestName(wrong, keys);
  if (nearestName(wrong, keys) !== undefined) return suggested;
  return `${keys.length === 0 ? "" : `${suggested} `}See ${page} for the keys that there are.`;
}

/**
 * Checks a configuration.
 * @param showKey Names a key where it does not come from a file, such as by its flag.
 * @throws ConfigError `invalid-config` naming file, line and key path, with the nearest valid spelling of a wrong key;
 * `secret-in-config` for keys.
 */
export async function validateConfig(
  value: unknown,
  file: string,
  lineOf: LineFinder = () => undefined,
  showKey: KeyNamer = showPath,
): Promise<UserConfig> {
  refuseSecrets(value, file, lineOf, showKey);
  const { configSchema, validKeysAt } = await import("./schema.js");
  return checkedValue({ value: value ?? {}, lineOf }, file, { schema: configSchema, validKeysAt }, showKey);
}

/** What a file must be. */
export interface FileSchema<Value> {
  readonly schema: z.ZodType<Value>;
  /** Keys that are valid at a place, for spelling suggestions; undefined where any key is. */
  validKeysAt(path: readonly PropertyKey[]): readonly string[] | undefined;
  /** Page that explains its keys; that of the configuration by default. */
  readonly page?: string;
}

/** A file's value as its schema has it. @throws ConfigError `invalid-config` naming file, line and key path. */
export async function checkedValue<Value>(
  { value, lineOf }: RawConfig,
  file: string,
  { schema, validKeysAt, page = CONFIGURATION_PAGE }: FileSchema<Value>,
  showKey: KeyNamer = showPath,
): Promise<Value> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  let issue = result.error.issues[0];
  let path = [...(issue?.path ?? [])];
  let expected: string[] = [];
  // Unions (a name or an entry) hide the entry's own complaint; show the one of the most specific member.
  while (issue?.code === "invalid_union") {
    const inner = issue.errors
      .flat()
      .sort((x, y) => y.path.length - x.path.length || rank(y.code) - rank(x.code))[0];
    if (inner === undefined) break;
    // Where the value itself is of none of the types, each of them would do.
    const isOwn = inner.path.length === 0;
    expected = (isOwn ? issue.errors.flat() : []).flatMap((one) =>
      one.code === "invalid_type" && one.path.length === 0 ? [one.expected] : [],
    );
    path = [...path, ...inner.path];
    issue = inner as typeof issue;
  }
  if (issue?.code === "unrecognized_keys") {
    const wrong = issue.keys[0] ?? "";
    const line = lineOf([...path, wrong]);
    throw failure(
      file,
      line,
      `unknown key "${showKey([...path, wrong])}"`,
      keyRemedy(wrong, validKeysAt(path) ?? [], page),
    );
  }
  const complaint =
    issue === undefined
      ? { message: "is not valid", remedy: "" }
      : complaintOf(issue, valueAt(value, path), page, expected);
  throw failure(
    file,
    lineOf(path),
    `${path.length === 0 ? "the file" : showKey(path)}: ${complaint.message}`,
    complaint.remedy,
  );
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner !== null && typeof inner === "object" ? Reflect.get(inner, key) : undefined),
    value,
  );
}

function rank(code: string | undefined): number {
  return code === "unrecognized_keys" ? 1 : 0;
}

/** Whether a file holds questions with their turns, where a config would name some by id. */
function isSuite(value: unknown): boolean {
  if (value === null || typeof value !== "object") return false;
  const questions: unknown = Array.isArray(value)
    ? value
    : "questions" in value
      ? value.questions
      : undefined;
  return Array.isArray(questions) && questions.some((one) => one !== null && typeof one === "object");
}

function suiteInstead(file: string): ConfigError {
  return failure(
    file,
    undefined,
    "holds questions, not a configuration",
    `Name it as the suite: assay run --suite ${file} --model NAME --judge NAME`,
    "suite-as-config",
  );
}

/**
 * Reads and checks a config file: YAML, JSON, or a JavaScript/TypeScript module that exports one.
 * @throws ConfigError naming file, line and key path, before anything is called.
 */
export async function readConfigFile(file: string): Promise<UserConfig> {
  if (extname(file).toLowerCase() === ".jsonl") throw suiteInstead(file);
  const isModule = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"].includes(extname(file).toLowerCase());
  const { value, lineOf } = isModule ? await importModule(file) : await parseText(file);
  if (isSuite(value)) throw suiteInstead(file);
  const config = await validateConfig(value, file, lineOf);
  if (config.queue !== undefined && new URL(config.queue).password !== "") {
    throw failure(
      file,
      lineOf(["queue"]),
      "queue: a password must not stand here",
      "Put the whole address into the environment variable ASSAY_QUEUE.",
      "secret-in-config",
    );
  }
  return config;
}
