import { type ConfigOption, flagName, optionGroups } from "../config/option.js";
import { options as configOptions } from "../config/options.js";
import { type CommandName, declarations } from "./declarations/commands.js";
import { type CommandOption, commonOptions, type Declaration } from "./declarations/declaration.js";

type Row = readonly [string, string];

const SHORT: Readonly<Record<string, string>> = { help: "-h, ", version: "-V, " };

/** A text in lines of at most so many columns. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Rows of two columns; a left side that is too wide stands on a line of its own. */
function columns(rows: readonly Row[], width: number): string[] {
  const left = Math.min(26, Math.max(...rows.map(([first]) => first.length)));
  return rows.flatMap(([first, second]) => {
    const [start = "", ...more] = wrapped(second, Math.max(30, width - left - 4));
    const indent = " ".repeat(left + 4);
    const head =
      first.length > left ? [`  ${first}`, `${indent}${start}`] : [`  ${first.padEnd(left)}  ${start}`];
    return [...head, ...more.map((line) => `${indent}${line}`)];
  });
}

function section(title: string, rows: readonly Row[], width: number): string[] {
  return rows.length === 0 ? [] : ["", `${title}:`, ...columns(rows, width)];
}

function helpOf(option: ConfigOption | CommandOption): string {
  const notes = option.kind.takes === "many" ? ["repeatable"] : [];
  if ("required" in option) notes.push("required");
  if ("default" in option && option.kind.takes !== "none") notes.push(`default: ${String(option.default)}`);
  return notes.length === 0 ? option.help : `${option.help} (${notes.join(", ")})`;
}

function flagRow([key, option]: readonly [string, ConfigOption | CommandOption]): Row {
  const flag = flagName(key, option);
  const isOnByDefault = "default" in option && option.default === true;
  const { placeholder } = option.kind;
  const shown = `${SHORT[key] ?? ""}--${isOnByDefault ? "[no-]" : ""}${flag}${placeholder === "" ? "" : ` ${placeholder}`}`;
  return [shown, helpOf(option)];
}

function usageOf(name: string, { positionals = {}, usage }: Declaration): string {
  if (usage !== undefined) return `assay ${name} ${usage}`;
  const words = Object.entries(positionals).map(([key, { kind, required }]) => {
    const word = `${key}${kind.takes === "many" ? ".." : ""}`;
    return required ? `<${word}>` : `[${word}]`;
  });
  return ["assay", name, ...words].join(" ");
}

/** Help of one command. @param width Columns to fill. */
export function commandHelp(name: CommandName, width: number): string {
  const declaration = declarations[name];
  const { positionals = {}, settings = [], options = {}, examples } = declaration;
  const grouped = [
    ...settings.map((key): [string, ConfigOption] => [key, configOptions[key]]),
    ...Object.entries<CommandOption>(options),
  ];
  const groupOf = ([, option]: readonly [string, object]) => ("group" in option ? option.group : undefined);
  const own = grouped.filter((one) => groupOf(one) === undefined);
  return [
    usageOf(name, declaration),
    "",
    ...wrapped(declaration.summary, width),
    ...section(
      "Arguments",
      Object.entries(positionals).map(([key, { kind, help }]) => {
        return [key, kind.choices === undefined ? help : `${help}: ${kind.choices.join(", ")}`];
      }),
      width,
    ),
    ...section("Flags", own.map(flagRow), width),
    ...Object.entries(optionGroups).flatMap(([group, title]) =>
      section(title, grouped.filter((one) => groupOf(one) === group).map(flagRow), width),
    ),
    ...section("Every command", Object.entries<CommandOption>(commonOptions).map(flagRow), width),
    ...section(
      "Examples",
      examples.map(([line, does]): Row => [`assay ${line}`, does]),
      width,
    ),
  ].join("\n");
}

/** Help of assay itself: what to begin with, then every command. @param width Columns to fill. */
export function generalHelp(width: number): string {
  const commands = Object.entries(declarations).map(
    ([name, declaration]): Row => [usageOf(name, declaration).slice("assay ".length), declaration.summary],
  );
  return [
    "assay <command>",
    "",
    "MT-Bench and AlpacaEval evaluation: judged answers, honest comparisons, one HTML report.",
    ...section("Begin with", commands.slice(0, 2), width),
    ...section("Commands", commands.slice(2), width),
    ...section("Every command", Object.entries<CommandOption>(commonOptions).map(flagRow), width),
    "",
    "`assay COMMAND --help` shows a command's flags with examples. Docs: README.md and docs/.",
  ].join("\n");
}
