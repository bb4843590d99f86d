import { Parser as parse } from "yargs/helpers";
import { type FlagOption, flagName } from "../config/option.js";
import { options as configOptions } from "../config/options.js";
import type { FlagTexts } from "../config/settings.js";
import { ConfigError } from "../core/errors.js";
import { nearestName, suggestName } from "../core/spelling.js";
import { type CommandOption, commonOptions, type Declaration } from "./declarations/declaration.js";

/** Values of a command line by name, checked against its declaration. */
export type GivenValues = Readonly<Record<string, unknown>>;

function usageError(message: string, remedy: string, code = "usage"): ConfigError {
  return new ConfigError(message, { code, remedy });
}

/** Every flag that a command takes, by its spelling. */
function flagsOf(
  declaration: Declaration,
): Map<string, { readonly key: string; readonly option: CommandOption }> {
  const settings = (declaration.settings ?? []).map((key): [string, CommandOption] => [
    key,
    configOptions[key],
  ]);
  const own = Object.entries<CommandOption>({ ...declaration.options, ...commonOptions });
  return new Map([...settings, ...own].map(([key, option]) => [flagName(key, option), { key, option }]));
}

function unknownFlag(word: string, flags: Iterable<string>, help: string): ConfigError {
  const [typed = word] = word.split("=");
  const near = nearestName(typed.replace(/^-+(no-)?/, ""), flags);
  const dashes = typed.startsWith("--no-") ? "--no-" : "--";
  return usageError(
    `unknown flag ${typed}`,
    near === undefined ? `See \`${help}\`.` : `Did you mean "${dashes}${near}"?`,
    "unknown-flag",
  );
}

/** The texts of a flag, or a boolean for a switch. */
function textsOf(
  flag: string,
  { kind }: FlagOption,
  said: unknown,
  help: string,
): readonly string[] | boolean {
  const words = Array.isArray(said) ? said : [said];
  if (words.length > 1 && kind.takes !== "many")
    throw usageError(`--${flag} is given more than once`, "Give it once.", "repeated-flag");
  if (kind.takes === "none") return words[0] === true;
  if (words.some((one) => one === false)) throw unknownFlag(`--no-${flag}`, [], help);
  // `--budget` at the end of a line is a slip: a run without the cap is not what was meant.
  if (words.every((one) => one === "" || one === undefined)) {
    throw usageError(
      `--${flag} is given without a value`,
      "Give it one, or leave the flag out.",
      "value-missing",
    );
  }
  return words.map(String);
}

function refuseOtherChoice(
  shown: string,
  { choices }: FlagOption["kind"],
  [text = ""]: readonly string[],
): void {
  if (choices === undefined || choices.includes(text)) return;
  throw usageError(`${shown} cannot be "${text.slice(0, 100)}"`, suggestName(text, choices), "invalid-value");
}

/** The value that texts say, checked. @throws ConfigError naming the flag or argument. */
async function checkedText(
  shown: string,
  { kind }: FlagOption,
  texts: readonly string[],
  help: string,
): Promise<unknown> {
  refuseOtherChoice(shown, kind, texts);
  if (kind.choices !== undefined) return texts[0];
  const { checkedValue } = await import("./checked-value.js");
  return checkedValue(shown, kind, kind.read(texts) ?? texts[0], help);
}

async function readPositionals(
  name: string,
  declaration: Declaration,
  words: readonly string[],
): Promise<Record<string, unknown>> {
  const help = `assay ${name} --help`;
  const rest = [...words];
  const values: Record<string, unknown> = {};
  for (const [key, option] of Object.entries(declaration.positionals ?? {})) {
    const isMany = option.kind.takes === "many";
    const taken = rest.splice(0, isMany ? rest.length : 1);
    if (taken.length > 0) {
      // What is named is looked for when the command runs; a word has no other rule to keep.
      values[key] = isMany ? taken : taken[0];
      refuseOtherChoice(key, option.kind, taken);
    } else if (option.required) {
      const example = declaration.examples[0]?.[0] ?? name;
      throw usageError(
        `assay ${name} needs <${key}>: ${option.help}`,
        `Such as: assay ${example}; see \`${help}\`.`,
      );
    } else if (isMany) {
      values[key] = [];
    }
  }
  const [extra] = rest;
  if (extra !== undefined) throw usageError(`unexpected argument "${extra}"`, `See \`${help}\`.`);
  return values;
}

function refuseOtherAction(name: string, flag: string, { only }: CommandOption, action: unknown): void {
  if (only === undefined || only === action) return;
  throw usageError(`--${flag} belongs to \`assay ${name} ${only}\``, `Leave it out, or use ${only}.`);
}

/**
 * Reads the words of one command: yargs' parser splits them, the declaration says what each must be.
 * @param words Arguments without the command's name.
 * @throws ConfigError in a sentence of its own for each mistake, with the nearest valid spelling.
 */
export async function parseWords(
  name: string,
  declaration: Declaration,
  words: readonly string[],
): Promise<GivenValues> {
  const flags = flagsOf(declaration);
  const help = `assay ${name} --help`;
  const namesWhere = (takes: (one: string) => boolean) =>
    [...flags].flatMap(([flag, { option }]) => (takes(option.kind.takes) ? [flag] : []));
  const {
    _: free = [],
    "--": verbatim = [],
    ...said
  } = parse([...words], {
    boolean: namesWhere((takes) => takes === "none"),
    string: namesWhere((takes) => takes !== "none"),
    array: namesWhere((takes) => takes === "many"),
    configuration: {
      "camel-case-expansion": false,
      "dot-notation": false,
      "duplicate-arguments-array": true,
      "greedy-arrays": false,
      "parse-numbers": false,
      "parse-positional-numbers": false,
      "populate--": true,
      "unknown-options-as-args": true,
    },
  });
  const wrong = free.map(String).find((word) => /^-./.test(word));
  if (wrong !== undefined) throw unknownFlag(wrong, flags.keys(), help);
  const values = await readPositionals(name, declaration, [...free, ...verbatim].map(String));
  const settings: Record<string, FlagTexts[string]> = {};
  for (const [flag, { key, option }] of flags) {
    if (said[flag] === undefined) continue;
    const texts = textsOf(flag, option, said[flag], help);
    refuseOtherAction(name, flag, option, values.action);
    if (declaration.settings?.some((one) => one === key)) {
      if (typeof texts !== "boolean") refuseOtherChoice(`--${flag}`, option.kind, texts);
      settings[key] = texts;
    } else
      values[key] = typeof texts === "boolean" ? texts : await checkedText(`--${flag}`, option, texts, help);
  }
  for (const [key, option] of Object.entries(declaration.options ?? {})) {
    const flag = flagName(key, option);
    if (option.required && values[key] === undefined)
      throw usageError(`--${flag} is missing: ${option.help}`, `See \`${help}\`.`);
  }
  return { ...values, settings: { keys: declaration.settings ?? [], flags: settings } };
}
