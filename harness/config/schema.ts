import { z } from "zod";
import { gateEntryOf, judgeEntryOf, modelEntryOf, parametersOf, replacementOf, rewardOf } from "./entries.js";

export type { GateEntry, JudgeEntry, ModelEntry } from "./entries.js";

import type { OptionTable, ValueOf } from "./option.js";
import { type Options, options } from "./options.js";

type KeysWith<Mark extends string> = {
  [Key in keyof Options]: Mark extends keyof Options[Key] ? Key : never;
}[keyof Options];
type ConfigKey = Exclude<keyof Options, KeysWith<"flagOnly">>;
type ReportKey = ConfigKey extends infer Key ? (Key extends `report.${infer Inner}` ? Inner : never) : never;
type TopKey = Exclude<ConfigKey, `report.${string}`>;
/** Keys that a default gives a value. */
export type DefaultedKey = Extract<KeysWith<"default">, TopKey>;

/** Configuration as written by a user: everything optional. */
export type UserConfig = {
  [Key in TopKey]?: ValueOf<Options[Key]> | undefined;
} & {
  report?: { [Key in ReportKey]?: ValueOf<Options[`report.${Key}`]> | undefined } | undefined;
};

/** The schema of a config file, from a table of options. */
export function configSchemaOf(table: OptionTable): z.ZodObject {
  const shape: Record<string, z.ZodType> = {};
  const nested: Record<string, Record<string, z.ZodType>> = {};
  for (const [key, option] of Object.entries(table)) {
    if (option.flagOnly) continue;
    const schema = option.kind.schema(z).optional();
    const [top = key, inner] = key.split(".");
    if (inner === undefined) shape[key] = schema;
    else nested[top] = { ...nested[top], [inner]: schema };
  }
  for (const [key, inner] of Object.entries(nested)) shape[key] = z.strictObject(inner).optional();
  return z.strictObject(shape);
}

/** The config file, as a user may write it. */
export const configSchema = configSchemaOf(options);

/** Keys that are valid at the place of a config error, for spelling suggestions; undefined where any key is. */
export function validKeysAt(path: readonly PropertyKey[]): readonly string[] | undefined {
  const [top, index, third] = path;
  if (top === undefined) return Object.keys(configSchema.shape);
  if (top === "secondJudge")
    return Object.keys((index === "parameters" ? parametersOf(z) : judgeEntryOf(z)).shape);
  if ((top === "models" || top === "judges") && typeof index === "number") {
    if (third === "reward") return Object.keys(rewardOf(z).shape);
    if (third === "replacement") return Object.keys(replacementOf(z).shape);
    const entry =
      third === "parameters" ? parametersOf(z) : top === "models" ? modelEntryOf(z) : judgeEntryOf(z);
    return Object.keys(entry.shape);
  }
  if (top === "gates") return Object.keys(gateEntryOf(z).shape);
  const inner = Object.keys(options).flatMap((key) => key.match(/^report\.(.+)$/)?.[1] ?? []);
  return top === "report" ? inner : undefined;
}
