import { presentFields } from "../../core/present-fields.js";
import type { FigureSource, StatedFigure } from "../../core/stated-figure.js";
import { finite, textOf } from "../results/checked.js";
import { metricUnit } from "../results/metric-units.js";
import type { EvalscopeMetric, EvalscopeReport } from "./shapes.js";

/** A metric's name with how it was aggregated and over what, such as `pass_at_k (k=5)`. */
export function metricName({ name, legacy_name, identity }: EvalscopeMetric): string {
  if (identity === null || identity === undefined) return name ?? legacy_name ?? "score";
  const { aggregation, dimensions } = identity;
  const axes = Object.entries(dimensions ?? {}).map(([axis, value]) => `${axis}=${textOf(value)}`);
  const ways =
    aggregation === null || aggregation === undefined || ["identity", "mean"].includes(aggregation);
  const details = [...(ways ? [] : [aggregation]), ...axes];
  return details.length === 0 ? identity.name : `${identity.name} (${details.join(", ")})`;
}

/** Ends of a metric's scale, where the report states them. */
export function metricRange({ semantics }: EvalscopeMetric): StatedFigure["scale"] {
  const range = semantics?.value_range;
  return range === null || range === undefined ? undefined : { least: range.min, most: range.max };
}

function unitOf(metric: EvalscopeMetric, value: number): StatedFigure["unit"] {
  const range = metricRange(metric);
  if (range?.least === 0 && range.most === 1) return "share";
  const bare = (metric.identity?.name ?? metric.name ?? "").toLowerCase();
  // Version 1 writes names such as AverageAccuracy and mean_acc.
  return /accuracy|^(?:mean_)?acc$/.test(bare) && value >= 0 && value <= 1
    ? "share"
    : metricUnit(bare, value);
}

/** Why a report stands for a part of what was asked for. */
function partialOf({ execution_summary: summary }: EvalscopeReport): string | undefined {
  if (summary === null || summary === undefined || summary.incomplete !== true) return undefined;
  return `${summary.succeeded} of ${summary.requested} items`;
}

/** A figure of a metric, as a whole or of one subset. */
interface Part {
  readonly variant?: string;
  readonly score: unknown;
  readonly num: unknown;
  readonly extra?: Readonly<Record<string, unknown>>;
}

function partsOf(metric: EvalscopeMetric): Part[] {
  const { macro_score: macro } = metric;
  const whole: Part = {
    score: metric.score,
    num: metric.num,
    ...(typeof macro === "number" ? { extra: { macroScore: macro } } : {}),
  };
  const subsets = (metric.categories ?? []).flatMap(({ name, subsets: own }) =>
    (own ?? []).map((subset) => ({ ...subset, category: typeof name === "string" ? name : name.join("/") })),
  );
  // One subset is the whole.
  if (subsets.length < 2) return [whole];
  return [
    whole,
    ...subsets.map(({ name, score, num, category, is_aggregate }) => ({
      variant: name,
      score,
      num,
      extra: { category, ...(is_aggregate === true ? { aggregate: true } : {}) },
    })),
  ];
}

/** All figures of a report: each metric as a whole, and of each subset where there are several. */
export function reportFigures(report: EvalscopeReport, source: FigureSource): StatedFigure[] {
  const partial = partialOf(report);
  return report.metrics.flatMap((metric) =>
    partsOf(metric).flatMap(({ variant, score, num, extra }): StatedFigure[] => {
      const value = finite(score);
      if (value === undefined) return [];
      const kind = metric.semantics?.kind;
      const more = { ...extra, ...(typeof kind === "string" && kind !== "quality" ? { kind } : {}) };
      return [
        {
          suite: report.dataset_name,
          ...presentFields({ variant }),
          metric: metricName(metric),
          model: report.model_name,
          value,
          unit: unitOf(metric, value),
          ...presentFields({ scale: metricRange(metric) }),
          lowerIsBetter: metric.semantics?.direction === "lower_is_better",
          ...presentFields({ n: finite(num), partial }),
          source,
          ...(Object.keys(more).length === 0 ? {} : { extra: more }),
        },
      ];
    }),
  );
}
