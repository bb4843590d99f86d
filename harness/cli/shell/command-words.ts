import { flagName } from "../../config/option.js";
import { options as configOptions } from "../../config/options.js";
import { commandNames, declarations } from "../declarations/commands.js";
import { type CommandOption, commonOptions } from "../declarations/declaration.js";

/** A flag as a shell and a manual need it. */
export interface FlagWords {
  /** With its dashes. */
  readonly flag: string;
  /** One line of plain text. */
  readonly help: string;
  /** Stands for its value; empty for a switch. */
  readonly placeholder: string;
  readonly isRepeatable: boolean;
  /** What its value can be, where that is a list; files are completed otherwise. */
  readonly choices: readonly string[];
}

/** A command as a shell and a manual need it. */
export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly FlagWords[];
  /** What its first word can be, where that is a list. */
  readonly words: readonly string[];
  /** Words that are no flags, as help writes them. */
  readonly usage: string;
}

/** Names that only a registry knows, by the key of the option that takes them. */
export type KnownNames = Readonly<Record<string, readonly string[]>>;

function wordsOf([key, option]: readonly [string, CommandOption], known: KnownNames): FlagWords[] {
  const { kind, help } = option;
  const flag = flagName(key, option);
  const words: FlagWords = {
    flag: `--${flag}`,
    help,
    placeholder: kind.placeholder,
    isRepeatable: kind.takes === "many",
    choices: kind.choices ?? known[key] ?? [],
  };
  const isOnByDefault = kind.takes === "none" && "default" in option && option.default === true;
  return isOnByDefault ? [{ ...words, flag: `--no-${flag}` }] : [words];
}

/** Every command with what it takes, from the same declarations that parse it. */
export function commandWords(known: KnownNames): CommandWords[] {
  const commands = Object.entries(declarations).map(([name, { summary, positionals, settings, options }]) => {
    const flags: [string, CommandOption][] = [
      ...(settings ?? []).map((key): [string, CommandOption] => [key, configOptions[key]]),
      ...Object.entries<CommandOption>({ ...options, ...commonOptions }),
    ];
    const taken = Object.entries(positionals ?? {});
    return {
      name,
      summary,
      flags: flags.flatMap((one) => wordsOf(one, known)),
      words: taken[0]?.[1].kind.choices ?? [],
      usage: taken
        .map(([key, { kind, required }]) => {
          const word = `${key}${kind.takes === "many" ? "…" : ""}`;
          return required ? word : `[${word}]`;
        })
        .join(" "),
    };
  });
  const help = { name: "help", summary: "help of assay, or of a command", flags: [], usage: "[command]" };
  return [...commands, { ...help, words: commandNames }];
}
