import { type ConfigOption, variableName } from "../../config/option.js";
import { options } from "../../config/options.js";
import { toolVersion } from "../../core/package-files.js";
import { declarations } from "../declarations/commands.js";
import { commonOptions } from "../declarations/declaration.js";
import { exitCodeMeanings } from "../exit-codes.js";
import { type CommandWords, commandWords, type FlagWords } from "./command-words.js";

/** Text in roff: backslashes and dashes are themselves, and no line starts a request by accident. */
function roff(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^(?=[.'])/gm, "\\&");
}

const isCommon = ({ flag }: FlagWords) => Object.hasOwn(commonOptions, flag.slice(2));

function flagEntry({ flag, placeholder, help }: FlagWords): string[] {
  const value = placeholder === "" ? "" : ` \\fI${roff(placeholder)}\\fR`;
  return [".TP", `\\fB${roff(flag)}\\fR${value}`, roff(help)];
}

function commandSection({ name, summary, usage, flags }: CommandWords): string[] {
  const { examples } = declarations[name as keyof typeof declarations] ?? { examples: [] };
  return [
    `.SS assay ${roff(`${name} ${usage}`.trim())}`,
    roff(summary),
    ...flags.filter((one) => !isCommon(one)).flatMap(flagEntry),
    ...examples.flatMap(([line, does]) => [".TP", `\\fBassay ${roff(line)}\\fR`, roff(does)]),
  ];
}

/** Manual page of section 1, in the `man` macros: every command with its flags, from the declarations that parse them. */
export function manPage(): string {
  const commands = commandWords({});
  const common = commands[0]?.flags.filter(isCommon) ?? [];
  const variables = Object.entries<ConfigOption>(options).flatMap(([key, option]) => {
    const name = variableName(key, option);
    return name === undefined ? [] : [".TP", `\\fB${name}\\fR`, roff(option.help)];
  });
  return [
    `.TH ASSAY 1 "" "assay ${roff(toolVersion())}" "User Commands"`,
    ".SH NAME",
    "assay \\- MT\\-Bench and AlpacaEval evaluation: judged answers, honest comparisons, one HTML report",
    ".SH SYNOPSIS",
    "\\fBassay\\fR \\fIcommand\\fR [\\fIflags\\fR]",
    ".SH COMMANDS",
    ...commands.flatMap(commandSection),
    ".SH FLAGS OF EVERY COMMAND",
    ...common.flatMap(flagEntry),
    ".SH EXIT STATUS",
    ...exitCodeMeanings.flatMap(([code, meaning]) => [".TP", `\\fB${code}\\fR`, roff(meaning)]),
    ".SH ENVIRONMENT",
    "A flag goes before its variable, a variable before the config file.",
    ...variables,
    ".SH FILES",
    ".TP",
    "\\fIassay.yaml\\fR",
    roff("configuration of a run, as `assay init` writes it"),
    "",
  ].join("\n");
}
