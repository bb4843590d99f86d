import { existsSync } from "node:fs";
import { ConfigError } from "../core/errors.js";
import { CONFIGURATION_PAGE } from "./complaints.js";
import { type ConfigOption, flagName, type OptionTable, variableName } from "./option.js";
import { options } from "./options.js";
import { showPath } from "./read-config.js";

/** What flags say of a run's options, as written: texts by option key, or a boolean for a switch. */
export type FlagTexts = Readonly<Record<string, readonly string[] | boolean>>;

/** Sets `report.title` as the key `title` under `report`. */
function put(config: Record<string, unknown>, key: string, value: unknown): void {
  const [top = key, inner] = key.split(".");
  if (inner === undefined) config[key] = value;
  else config[top] = { ...(config[top] as object | undefined), [inner]: value };
}

/** `--model a=m,b=n` would ask for a model of that whole name. */
function refuseCommas(flag: string, given: readonly string[]): void {
  const joined = given.find((one) => one.includes(",") && !existsSync(one));
  if (joined === undefined) return;
  const repeated = joined.split(",").map((one) => `--${flag} ${one.trim()}`);
  throw new ConfigError(`--${flag} ${joined.slice(0, 100)} names several in one flag`, {
    code: "invalid-value",
    remedy: `Repeat the flag: ${repeated.join(" ").slice(0, 200)}.`,
  });
}

/** What cannot be read as one value is handed on as it is, and refused where the schema says what it must be. */
function readFlag(flag: string, { kind }: ConfigOption, given: readonly string[]): unknown {
  const value = kind.read(given);
  if (value !== undefined || kind.readable === undefined || kind.isRepeated !== true)
    return value ?? given[0];
  const said = given.map((one) => `--${flag} ${one}`).join(" ");
  throw new ConfigError(`${said.slice(0, 200)} is not ${kind.readable}`, {
    code: "invalid-value",
    remedy: `See ${CONFIGURATION_PAGE} for what each key takes.`,
  });
}

/** The part of a configuration that flags set, unchecked. @throws ConfigError naming the flag. */
export function configFromFlags(given: FlagTexts, table: OptionTable = options): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [key, said] of Object.entries(given)) {
    const option = table[key];
    if (option === undefined) continue;
    if (typeof said !== "boolean" && option.kind.isRepeated) refuseCommas(flagName(key, option), said);
    put(found, key, typeof said === "boolean" ? said : readFlag(flagName(key, option), option, said));
  }
  return found;
}

/**
 * The part of a configuration that `ASSAY_…` variables set, unchecked.
 * @param keys Options that count; others are not looked at.
 * @throws ConfigError `invalid-environment` naming the variable.
 */
export function configFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  keys: readonly string[] = Object.keys(options),
  table: OptionTable = options,
): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const key of keys) {
    const option = table[key];
    const variable = option === undefined ? undefined : variableName(key, option);
    const text = variable === undefined ? undefined : environment[variable];
    if (option === undefined || text === undefined || text === "") continue;
    const value = option.kind.read([text]);
    if (value === undefined) {
      throw new ConfigError(`${variable}="${text.slice(0, 60)}" is not ${option.kind.readable}`, {
        code: "invalid-environment",
        remedy: `Correct or unset ${variable}.`,
      });
    }
    put(found, key, value);
  }
  return found;
}

/** The option at a key path, and the rest of the path. */
function optionAt([top, ...rest]: readonly PropertyKey[], table: OptionTable) {
  const nested = `${String(top)}.${String(rest[0])}`;
  const isNested = Object.hasOwn(table, nested);
  const key = isNested ? nested : String(top);
  return { key, option: table[key], inner: showPath(["", ...(isNested ? rest.slice(1) : rest)]) };
}

/** A key path by the flag that set it: `--limit`, `--gate[0].min`. */
export function flagAt(path: readonly PropertyKey[], table: OptionTable = options): string {
  const { key, option, inner } = optionAt(path, table);
  return `--${option === undefined ? key : flagName(key, option)}${inner}`;
}

/** A key path by the variable that set it: `ASSAY_LIMIT`, `ASSAY_QUESTION[1]`. */
export function variableAt(path: readonly PropertyKey[], table: OptionTable = options): string {
  const { key, option, inner } = optionAt(path, table);
  return `${(option === undefined ? undefined : variableName(key, option)) ?? key}${inner}`;
}
