import { canonicalJson } from "../../core/hash.js";
import type { Json } from "../../core/records.js";

type JsonObject = { readonly [key: string]: Json };

function isObject(value: Json): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function entriesOf(config: Json, key: string): readonly Json[] {
  const value = isObject(config) ? config[key] : undefined;
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** The display id of an entry of a resolved configuration; all of it where it is named after a file. */
function nameOf(entry: Json): string {
  if (!isObject(entry)) return canonicalJson(entry);
  const { id, model } = entry;
  return typeof id === "string" ? id : typeof model === "string" ? model : canonicalJson(entry);
}

/** One judge may be asked for several protocols or modes. */
function judgeNameOf(entry: Json): string {
  const { protocol = null, mode = null } = isObject(entry) ? entry : {};
  return canonicalJson([nameOf(entry), protocol, mode]);
}

/** Display ids of the models that a resolved configuration measures. */
export function modelsNamedIn(config: Json): ReadonlySet<string> {
  return new Set(entriesOf(config, "models").map(nameOf));
}

/** The first configuration with the suites, models and judges of all, and without what made it a part or says where it lies. */
export function joinConfigs(configs: readonly Json[]): Json {
  const [first = {}] = configs;
  if (!isObject(first)) return first;
  const { shard: _, out: __, ...kept } = first;
  const joined = [
    ["suites", canonicalJson],
    ["models", nameOf],
    ["judges", judgeNameOf],
  ] as const;
  const lists = joined.map(([key, name]) => {
    const entries = configs.flatMap((config) => entriesOf(config, key));
    const names = entries.map(name);
    return [key, entries.filter((_, index) => names.indexOf(names[index] ?? "") === index)] as const;
  });
  return { ...kept, ...Object.fromEntries(lists.filter(([, entries]) => entries.length > 0)) };
}
