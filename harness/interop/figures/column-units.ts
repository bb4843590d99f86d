import { ConfigError } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import type { FigureUnit, StatedFigure } from "../../core/stated-figure.js";

/** What a column of a table, or a suite, is counted in. */
export interface ColumnUnit {
  readonly unit: FigureUnit;
  readonly metric: string;
  readonly scale?: StatedFigure["scale"];
}

const PERCENT = { least: 0, most: 100 };

/** Suites whose published tables are always counted so. */
const KNOWN: Readonly<Record<string, ColumnUnit>> = {
  mtbench: { unit: "rating", metric: "score", scale: { least: 1, most: 10 } },
  alpacaeval: { unit: "percent", metric: "win_rate", scale: PERCENT },
  alpacaeval2: { unit: "percent", metric: "win_rate", scale: PERCENT },
  arenahard: { unit: "percent", metric: "win_rate", scale: PERCENT },
  ...Object.fromEntries(
    [
      "mmlu",
      "agieval",
      "hellaswag",
      "arc",
      "arcchallenge",
      "arceasy",
      "winogrande",
      "truthfulqa",
      "gsm8k",
      "boolq",
      "piqa",
      "openbookqa",
      "bbh",
    ].map((name) => [name, { unit: "percent" as const, metric: "accuracy", scale: PERCENT }]),
  ),
};

/** What is known of a suite by its name, whatever stands between its words. */
export function knownUnit(suite: string): ColumnUnit | undefined {
  const bare = suite.toLowerCase().replace(/[^a-z0-9]/g, "");
  return Object.hasOwn(KNOWN, bare) ? KNOWN[bare] : undefined;
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
        const own = knownUnit(name);
        const scale =
          known === "percent"
            ? PERCENT
            : known === "share"
              ? { least: 0, most: 1 }
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
