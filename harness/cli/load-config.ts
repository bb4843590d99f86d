import { existsSync } from "node:fs";
import { readConfigFile, validateConfig } from "../config/read-config.js";
import { configFromEnvironment, type RunConfig, resolveConfig, variableOf } from "../config/resolve.js";
import type { UserConfig } from "../config/schema.js";
import { configFromFlags, flagOf, type RunArguments } from "./run-options.js";

/** The part of a configuration that flags set. @throws ConfigError naming the flag. */
export function readFlags(given: RunArguments): Promise<UserConfig> {
  return validateConfig(configFromFlags(given), "command line", undefined, flagOf);
}

/** The part of a configuration that `ASSAY_…` variables set. @throws ConfigError naming the variable. */
export function readEnvironment(environment: NodeJS.ProcessEnv): Promise<UserConfig> {
  return validateConfig(configFromEnvironment(environment), "environment", undefined, variableOf);
}

/** File that is read when it is there and none is named. */
const DEFAULT_FILES = ["assay.yaml", "assay.yml", "assay.json"];

/**
 * The configuration of a command: flags over environment over file over defaults, each checked on its own so that an
 * error names its source.
 */
export async function loadConfig(given: RunArguments, environment: NodeJS.ProcessEnv): Promise<RunConfig> {
  const named = typeof given.config === "string" ? given.config : undefined;
  const isBare = given.suite === undefined && given.model === undefined;
  const file = named ?? (isBare ? DEFAULT_FILES.find((name) => existsSync(name)) : undefined);
  const layers = [
    await readFlags(given),
    await readEnvironment(environment),
    ...(file === undefined ? [] : [await readConfigFile(file)]),
  ];
  return resolveConfig(layers);
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
