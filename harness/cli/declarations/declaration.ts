import type { FlagOption, ValueOf } from "../../config/option.js";
import { toggle } from "../../config/option-kinds.js";
import type { OptionKey } from "../../config/options.js";
import type { FlagTexts } from "../../config/settings.js";

/** A flag of one command. */
export interface CommandOption<Value = unknown> extends FlagOption<Value> {
  readonly required?: true;
  /** The only action of the command that it belongs to. */
  readonly only?: string;
}

/** A word of the command line that is no flag. */
export interface Positional<Value = unknown> extends FlagOption<Value> {
  readonly required?: true;
}

/** A command as data: what it takes, and what help says of it. */
export interface Declaration {
  readonly summary: string;
  /** What follows the name in the first line of help, where positionals alone would mislead. */
  readonly usage?: string;
  /** In their order; the last one may take many words. */
  readonly positionals?: Readonly<Record<string, Positional>>;
  /** May call models: what breaks it in mid-way leaves it incomplete, and what was obtained is kept. */
  readonly callsModels?: true;
  /** Options of the configuration that it honours. */
  readonly settings?: readonly OptionKey[];
  /** Flags of its own. */
  readonly options?: Readonly<Record<string, CommandOption>>;
  /** Command line without `assay`, and what it does. */
  readonly examples: readonly (readonly [string, string])[];
}

/** Flags that every command takes. */
export const commonOptions = {
  json: { kind: toggle, help: "one JSON document on stdout, logs on stderr" },
  quiet: { kind: toggle, help: "no progress, no notes" },
  verbose: { kind: toggle, help: "more detail on stderr" },
  color: { kind: toggle, help: "colours (--no-color or NO_COLOR turns them off)" },
  help: { kind: toggle, help: "this help" },
  version: { kind: toggle, help: "the version of assay" },
} as const satisfies Record<string, CommandOption>;

type Values<Table> = {
  readonly [Key in keyof Table as Table[Key] extends { readonly required: true } ? Key : never]: ValueOf<
    Table[Key]
  >;
} & {
  readonly [Key in keyof Table as Table[Key] extends { readonly required: true } ? never : Key]?:
    | ValueOf<Table[Key]>
    | undefined;
};
type Part<One, Name extends string> = One extends { readonly [Key in Name]: infer Table }
  ? Values<Table>
  : unknown;

/** What flags say of the configuration's options, read by `readSettings`. */
export interface Settings {
  /** Keys of the options that the command honours. */
  readonly keys: readonly OptionKey[];
  readonly flags: FlagTexts;
}

/** What a command with this declaration is given: checked values by name. */
export type GivenTo<One> = Part<One, "positionals"> &
  Part<One, "options"> &
  Values<typeof commonOptions> & { readonly settings: Settings };
