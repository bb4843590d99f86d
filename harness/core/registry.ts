import { ConfigError } from "./errors.js";
import { suggestName } from "./spelling.js";

/** Something that can be named on the command line, with one line that says what it is. */
export interface Named {
  readonly summary: string;
}

/** Named things; a wrong name is answered with the nearest right one. */
export interface Registry<Entry extends Named> {
  readonly kind: string;
  readonly names: readonly string[];
  /** @throws ConfigError `unknown-KIND` with the nearest valid spelling. */
  get(name: string): Entry;
  has(name: string): boolean;
  entries(): readonly (readonly [string, Entry])[];
}

/** A registry of `kind` (`suite`, `judge`, `adapter`, `report`) over a plain object. */
export function createRegistry<Entry extends Named>(
  kind: string,
  entries: Readonly<Record<string, Entry>>,
): Registry<Entry> {
  const map = new Map(Object.entries(entries));
  return {
    kind,
    names: [...map.keys()],
    has: (name) => map.has(name),
    entries: () => [...map.entries()],
    get(name) {
      const entry = map.get(name);
      if (entry !== undefined) return entry;
      throw new ConfigError(`unknown ${kind} "${name.slice(0, 100)}"`, {
        code: `unknown-${kind}`,
        remedy: suggestName(name, map.keys()),
      });
    },
  };
}
