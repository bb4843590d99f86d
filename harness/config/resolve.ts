import { ConfigError } from "../core/errors.js";
import { presentFields } from "../core/present-fields.js";
import type { GateEntry, JudgeEntry, ModelEntry } from "./entries.js";
import { options } from "./options.js";
import { withRewardModel } from "./reward-entry.js";
import type { DefaultedKey, UserConfig } from "./schema.js";

type Value<Key extends keyof UserConfig> = Exclude<UserConfig[Key], undefined>;
/** Keys whose values are brought into one form. */
type NormalKey = "suites" | "models" | "judges" | "secondJudge" | "questions" | "gates" | "report";
type Defaulted = { readonly [Key in DefaultedKey]: Value<Key> };
type Optional = {
  readonly [Key in Exclude<keyof UserConfig, DefaultedKey | NormalKey>]?: Value<Key>;
};

/** Configuration after flags, environment, file and defaults. Plain data; holds names of variables, never keys. */
export interface RunConfig extends Defaulted, Optional {
  readonly suites: readonly string[];
  readonly models: readonly ModelEntry[];
  readonly judges: readonly JudgeEntry[];
  readonly secondJudge?: JudgeEntry;
  readonly questions?: readonly string[];
  readonly gates: readonly GateEntry[];
  readonly report: {
    readonly formats: readonly string[];
    readonly title?: string;
    readonly redact?: boolean;
    readonly fonts?: readonly string[];
  };
}

/** What holds where nothing is said. */
const configDefaults = Object.fromEntries(
  Object.entries(options).flatMap(([key, option]) => ("default" in option ? [[key, option.default]] : [])),
) as unknown as Defaulted;

/** Seconds that an endpoint which is still starting is waited for where nothing is said. */
const STARTUP_WAIT = 300;

/**
 * Seconds that an endpoint which is still starting is waited for. Who asks for one retry or none wants a quick end, and
 * gets it unless the wait is named.
 */
export function startupWaitOf({
  startupWait,
  maxRetries,
}: Pick<RunConfig, "startupWait" | "maxRetries">): number {
  return startupWait ?? (maxRetries <= 1 ? 0 : STARTUP_WAIT);
}

/** Formats of a report where none are asked for. */
export const defaultFormats = ["html", "markdown", "png"] as const;

/** `ID=NAME` gives a model a display id; a plain name is its own. */
export function modelFromName(text: string): ModelEntry {
  if (/^=|^[^=/\s]+=$/.test(text)) {
    throw new ConfigError(`model "${text}" lacks its ${text.startsWith("=") ? "display id" : "name"}`, {
      code: "invalid-model",
      remedy: "Give NAME, or ID=NAME such as base=my-org/base.",
    });
  }
  const [, id, model] = /^([^=/\s]+)=(.+)$/.exec(text) ?? [];
  return id === undefined || model === undefined ? { model: text } : { id, model };
}

function entryOf<Entry extends ModelEntry | JudgeEntry>(entry: string | Entry): Entry | ModelEntry {
  return typeof entry === "string" ? modelFromName(entry) : entry;
}

/** The entry of a judge's replacement. */
export function replacementEntry({ replacement }: JudgeEntry): JudgeEntry | undefined {
  return replacement === undefined ? undefined : withRewardModel(entryOf<JudgeEntry>(replacement));
}

/**
 * Merges checked layers, strongest first (flags, environment, file), over the defaults. Lists are replaced, not joined.
 */
export function resolveConfig(layers: readonly UserConfig[]): RunConfig {
  const weakestFirst = [...layers].reverse();
  const merged: UserConfig = Object.assign({}, ...weakestFirst.map(presentFields));
  // A title from the command line leaves the file's formats as they are.
  const report: Value<"report"> = Object.assign(
    {},
    ...weakestFirst.map((layer) => presentFields(layer.report ?? {})),
  );
  const {
    models = [],
    judges = [],
    secondJudge,
    questions,
    report: _,
    suites = [],
    gates = [],
    ...rest
  } = merged;
  return {
    ...configDefaults,
    ...(rest as Partial<Defaulted> & Optional),
    suites,
    models: models.map(entryOf),
    judges: judges.map(entryOf).map(withRewardModel),
    ...presentFields({
      questions: questions?.map(String),
      secondJudge: secondJudge === undefined ? undefined : withRewardModel(entryOf(secondJudge)),
    }),
    gates,
    report: { ...presentFields(report), formats: report.formats ?? [...defaultFormats] },
  } as RunConfig;
}
