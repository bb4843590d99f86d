import { existsSync } from "node:fs";
import { readConfigFile, validateConfig } from "../config/read-config.js";
import { type RunConfig, resolveConfig } from "../config/resolve.js";
import type { UserConfig } from "../config/schema.js";
import { configFromEnvironment, configFromFlags, flagAt, variableAt } from "../config/settings.js";
import type { Settings } from "./declarations/declaration.js";

/**
 * What flags and `ASSAY_…` variables say of the options that a command honours, strongest first, each checked by itself
 * so that an error names its source.
 * @throws ConfigError naming flag or variable.
 */
export async function readSettings(
  { keys, flags }: Settings,
  environment: NodeJS.ProcessEnv,
): Promise<readonly [flags: UserConfig, variables: UserConfig]> {
  return [
    await checked(configFromFlags(flags), "command line", flagAt),
    await checked(configFromEnvironment(environment, keys), "environment", variableAt),
  ];
}

async function checked(
  said: Record<string, unknown>,
  source: string,
  nameAt: (path: readonly PropertyKey[]) => string,
): Promise<UserConfig> {
  // The schema need not be loaded to find nothing in order.
  return Object.keys(said).length === 0 ? {} : validateConfig(said, source, undefined, nameAt);
}

/** File that is read when it is there and none is named. */
const DEFAULT_FILES = ["assay.yaml", "assay.yml", "assay.json"];

/** The configuration of a command: flags over environment over file over defaults. */
export async function loadConfig(
  given: { readonly config?: string | undefined; readonly settings: Settings },
  environment: NodeJS.ProcessEnv,
): Promise<RunConfig> {
  const { suites, models } = given.settings.flags;
  const isBare = suites === undefined && models === undefined;
  const file = given.config ?? (isBare ? DEFAULT_FILES.find((name) => existsSync(name)) : undefined);
  const layers = await readSettings(given.settings, environment);
  return resolveConfig([...layers, ...(file === undefined ? [] : [await readConfigFile(file)])]);
}

/** Run folder of a configuration that names none: `runs/` and what is measured. */
export function defaultRunFolder(config: RunConfig): string {
  const names = [
    // A file of questions by its path: ./questions/tax.yaml is questions_tax.
    ...config.suites.map((name) =>
      name.replace(/^(\.*[\\/])+/, "").replace(/\.(ya?ml|jsonl?|[cm]?[jt]s)$/i, ""),
    ),
    ...config.models.slice(0, 3).map((entry) => entry.id ?? entry.model ?? "model"),
  ];
  if (config.shard !== undefined) names.push(`shard-${config.shard.replace("/", "-of-")}`);
  const name = names
    .join("-")
    .replace(/[^A-Za-z0-9._-]+/g, "_")
    .replace(/^\.+/, "")
    .slice(0, 100);
  return `runs/${name || "run"}`;
}
