import { canonicalJson } from "../../core/hash.js";
import { isJsonObject } from "../../core/json.js";
import type { Json } from "../../core/records.js";

function entriesOf(config: Json, key: string): readonly Json[] {
  const value = isJsonObject(config) ? config[key] : undefined;
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** The display id of an entry of a resolved configuration; all of it where it is named after a file. */
function nameOf(entry: Json): string {
  if (!isJsonObject(entry)) return canonicalJson(entry);
  const { id, model } = entry;
  return typeof id === "string" ? id : typeof model === "string" ? model : canonicalJson(entry);
}

/** One judge may be asked for several protocols or modes. */
function judgeNameOf(entry: Json): string {
  const { protocol = null, mode = null } = isJsonObject(entry) ? entry : {};
  return canonicalJson([nameOf(entry), protocol, mode]);
}

/** Display ids of the models that a resolved configuration measures. */
export function modelsNamedIn(config: Json): ReadonlySet<string> {
  return new Set(entriesOf(config, "models").map(nameOf));
}

/** The first configuration with the suites, models and judges of all, and without what made it a part or says where it lies. */
export function joinConfigs(configs: readonly Json[]): Json {
  const [first = {}] = configs;
  if (!isJsonObject(first)) return first;
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
