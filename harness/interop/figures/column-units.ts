import { ConfigError } from "../../core/errors.js";
import { knownSuite } from "../../core/known-suites.js";
import { presentFields } from "../../core/present-fields.js";
import type { FigureUnit, StatedFigure } from "../../core/stated-figure.js";

/** What a column of a table, or a suite, is counted in. */
export interface ColumnUnit {
  readonly unit: FigureUnit;
  readonly metric: string;
  readonly scale?: StatedFigure["scale"];
}

const PERCENT = { least: 0, most: 100 };
const SHARE = { least: 0, most: 1 };

/**
 * What a suite is counted in, as far as its name and its values tell: what is known to be percent is in shares where no
 * value lies above 1.
 */
export function knownUnit(suite: string, values: readonly number[]): ColumnUnit | undefined {
  const known = knownSuite(suite);
  if (known === undefined) return undefined;
  const { unit, metric, scale } = known;
  const isShare = unit === "percent" && values.every((value) => value >= 0 && value <= 1);
  return isShare ? { unit: "share", metric, scale: SHARE } : { unit, metric, scale };
}

const UNITS: readonly FigureUnit[] = ["share", "percent", "rating", "other"];

/** `NAME=UNIT` or `NAME=UNIT:METRIC`. @throws ConfigError naming what cannot be read. */
export function parseColumns(given: readonly string[]): ReadonlyMap<string, ColumnUnit> {
  return new Map(
    given
      .flatMap((text) => text.split(","))
      .map((text) => {
        const [, name, unit, metric] = /^(.+)=([a-z]+)(?::(.+))?$/.exec(text.trim()) ?? [];
        const known = UNITS.find((one) => one === unit);
        if (name === undefined || known === undefined) {
          throw new ConfigError(`--columns ${text}: is not NAME=UNIT or NAME=UNIT:METRIC`, {
            code: "usage",
            remedy: `UNIT is one of ${UNITS.join(", ")}; such as --columns mmlu=percent:accuracy.`,
          });
        }
        const own = knownSuite(name);
        const scale =
          known === "percent"
            ? PERCENT
            : known === "share"
              ? SHARE
              : own?.unit === known
                ? own.scale
                : undefined;
        return [
          name,
          { unit: known, metric: metric ?? own?.metric ?? "score", ...presentFields({ scale }) },
        ] as const;
      }),
  );
}
