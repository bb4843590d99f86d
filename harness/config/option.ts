import type { Kind } from "./option-kinds.js";

/** Groups of options: headings of help, of the config template and of docs/configuration.md. */
export const optionGroups = {
  asked: "What is asked",
  answering: "Who answers",
  judging: "Who judges",
  calls: "Calls and money",
  output: "What comes out",
} as const;

/** A flag of a command, or one that is an option of the configuration as well. */
export interface FlagOption<Value = unknown> {
  readonly kind: Kind<Value>;
  /** One line for `--help`, without what holds by default. */
  readonly help: string;
  /** Its flag where that is not the key in kebab case. */
  readonly flag?: string;
}

/** One option: everything that flags, variables, config schema, template, help and docs say of it. */
export interface ConfigOption<Value = unknown> extends FlagOption<Value> {
  readonly group: keyof typeof optionGroups;
  /** A fuller sentence for docs and template, in Markdown; `help` by default. */
  readonly docs?: string;
  /** What holds where nothing is said. */
  readonly default?: Value;
  /** What holds where there is no single default, in Markdown. */
  readonly otherwise?: string;
  /** Its value in the template, as YAML. */
  readonly example?: string;
  /** Whether the template sets it; others are shown switched off. */
  readonly isSet?: true;
  /** No `ASSAY_…` variable sets it. */
  readonly noVariable?: true;
  /** It stands on the command line alone: no key and no variable. */
  readonly flagOnly?: true;
}

/** A table of options by config key; `report.title` is the key `title` under `report`. */
export type OptionTable = Readonly<Record<string, ConfigOption>>;

/** What an option holds. */
export type ValueOf<One> = One extends { readonly kind: Kind<infer Value> } ? Value : never;

function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** An option's flag without its dashes: `limit-per-category`. */
export function flagName(key: string, option: FlagOption): string {
  return option.flag ?? kebab(key);
}

/** The environment variable that sets an option, or undefined: `ASSAY_LIMIT_PER_CATEGORY`. */
export function variableName(key: string, option: ConfigOption): string | undefined {
  if (option.noVariable || option.flagOnly) return undefined;
  return `ASSAY_${flagName(key, option).replaceAll("-", "_").toUpperCase()}`;
}
