import yargs from "yargs";
import { ConfigError } from "../core/errors.js";
import { toolVersion } from "../core/package-files.js";
import { nearestName, suggestName } from "../core/spelling.js";
import { type CommandDefinition, commands } from "./commands.js";
import { exitCodes } from "./exit-codes.js";
import { reportFailure } from "./failures.js";
import { type CommonArguments, openTerminal } from "./terminal.js";

const commonOptions = {
  json: { type: "boolean", describe: "one JSON document on stdout, logs on stderr" },
  quiet: { type: "boolean", describe: "no progress, no notes" },
  verbose: { type: "boolean", describe: "more detail on stderr" },
  color: { type: "boolean", describe: "colours (--no-color or NO_COLOR turns them off)" },
} as const;

/** Every flag that a command takes, in the spelling of `--help`. */
function flagsOf(definition: CommandDefinition | undefined): string[] {
  return [...Object.keys(definition?.options ?? {}), ...Object.keys(commonOptions), "help", "version"];
}

/** A value outside of the choices of a flag or argument, in yargs' words. */
function valueError(message: string, definition: CommandDefinition | undefined): ConfigError | undefined {
  const [, name, given, choices] = /Argument: ([^,]+), Given: "([^"]*)", Choices: (.*)/.exec(message) ?? [];
  if (name === undefined || given === undefined || choices === undefined) return undefined;
  const valid = [...choices.matchAll(/"([^"]*)"/g)].map(([, choice = ""]) => choice);
  const shown = definition?.positionals?.[name] === undefined ? `--${name}` : name;
  return new ConfigError(`${shown} cannot be "${given.slice(0, 100)}"`, {
    code: "invalid-value",
    remedy: suggestName(given, valid),
  });
}

/** Words of a usage error that yargs found, as one of ours with the nearest valid spelling. */
function usageError(message: string, words: readonly string[]): ConfigError {
  const first = words.find((word) => !word.startsWith("-")) ?? "";
  const definition = commands.find((one) => one.name === first);
  if (definition === undefined && first !== "") {
    return new ConfigError(`unknown command "${first}"`, {
      code: "unknown-command",
      remedy: suggestName(
        first,
        commands.map((one) => one.name),
      ),
    });
  }
  const badValue = valueError(message, definition);
  if (badValue !== undefined) return badValue;
  const unknown = /Unknown (argument|command)s?: (.*)/.exec(message);
  if (unknown === null) {
    const help = definition === undefined ? "assay --help" : `assay ${definition.name} --help`;
    return new ConfigError(message, { code: "usage", remedy: `See \`${help}\`.` });
  }
  const wrong = (unknown[2] ?? "").split(", ")[0] ?? "";
  // yargs tells `--no-cahe` as "cahe".
  const typed = words.find(
    (word) =>
      word.startsWith("-") && word.replace(/^-+(no-)?/, "").split("=")[0] === wrong.replace(/^no-/, ""),
  );
  if (typed === undefined) {
    return new ConfigError(`unexpected argument "${wrong}"`, {
      code: "usage",
      remedy: `See \`assay ${definition?.name} --help\`.`,
    });
  }
  const negated = typed.startsWith("--no-") ? "no-" : "";
  const near = nearestName(wrong.replace(/^no-/, ""), flagsOf(definition));
  return new ConfigError(`unknown flag ${typed.split("=")[0]}`, {
    code: "unknown-flag",
    remedy:
      near === undefined
        ? `See \`assay ${definition === undefined ? "" : `${definition.name} `}--help\`.`
        : `Did you mean "--${negated}${near}"?`,
  });
}

/** A flag that takes one value and has two: which one counts is not for assay to guess. */
function refuseRepeated(definition: CommandDefinition, given: Readonly<Record<string, unknown>>): void {
  for (const [flag, { array }] of Object.entries(definition.options)) {
    if (array === true || !Array.isArray(given[flag])) continue;
    throw new ConfigError(`--${flag} is given more than once`, {
      code: "repeated-flag",
      remedy: "Give it once.",
    });
  }
}

/** Flags given before yargs has parsed anything, for errors of the parsing itself. */
function rawCommon(words: readonly string[]): CommonArguments {
  return { json: words.includes("--json"), verbose: words.includes("--verbose") };
}

/** What the words of a command line ask for; nothing after `--help`. */
interface ChosenCommand {
  readonly definition: CommandDefinition;
  readonly given: Readonly<Record<string, unknown>>;
}

async function carryOut({ definition, given }: ChosenCommand): Promise<number> {
  refuseRepeated(definition, given);
  const handle = await definition.load();
  return handle(given, openTerminal(given as CommonArguments));
}

/**
 * Runs one command line and sets the process's exit code.
 * @param words Arguments without node and script.
 */
export async function runCommandLine(words: readonly string[]): Promise<void> {
  let parser = yargs([...words])
    .scriptName("assay")
    // Of the machine's language yargs would show its own words only, and usage errors are told by their English words.
    .locale("en")
    .usage(
      "$0 <command>\n\nMT-Bench and AlpacaEval evaluation: judged answers, honest comparisons, one HTML report.",
    )
    .options(commonOptions)
    .version(toolVersion())
    .alias("version", "V")
    .alias("help", "h")
    .strict()
    .demandCommand(1, 1, "name a command", "name one command")
    .parserConfiguration({
      "camel-case-expansion": false,
      "duplicate-arguments-array": true,
      "greedy-arrays": false,
    })
    .wrap(Math.min(110, process.stdout.columns ?? 100))
    .epilogue("Start with `assay quickstart`: no key, no network. Docs: README.md and docs/.")
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? usageError(message, words);
    });
  // Carried out when yargs is done, so that what a command throws never passes through its handling of usage errors.
  let chosen: ChosenCommand | undefined;
  for (const definition of commands) {
    parser = parser.command(
      definition.usage,
      definition.summary,
      (builder) => {
        for (const example of definition.examples) builder.example(`$0 ${example[0]}`, example[1]);
        for (const [name, positional] of Object.entries(definition.positionals ?? {}))
          builder.positional(name, positional);
        return builder.options(definition.options);
      },
      (given) => {
        chosen = { definition, given };
      },
    );
  }
  try {
    parser.parse();
    process.exitCode = chosen === undefined ? exitCodes.done : await carryOut(chosen);
  } catch (error) {
    process.exitCode = reportFailure(error, rawCommon(words));
  }
}
