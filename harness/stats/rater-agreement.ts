import { presentFields } from "../core/present-fields.js";
import {
  cohenKappa,
  gwetAc1,
  type KappaWeights,
  type Label,
  type LabelTable,
  labelPositions,
} from "./agreement.js";
import { clusteredMean } from "./clustered-mean.js";
import { coefficientInterval, FEWEST_CLUSTERS } from "./coefficient-interval.js";
import type { Estimate, IntervalEstimate } from "./estimate.js";
import { alphaOfMatrix, type MeasurementLevel } from "./krippendorff-alpha.js";

/** With fewer disagreements one question more or less decides, and the interval reaches too high. */
const FEWEST_OF_A_KIND = 8;

const SHARES = { low: 0, high: 1 };

/** One item's labels by two raters. */
export interface LabelPair {
  readonly first: Label;
  readonly second: Label;
  /** Items of one cluster (a question) depend on each other. */
  readonly cluster: string | number;
}

/** Agreement of two raters; every figure with its interval clustered by question. Shares in 0–1. */
export interface RaterAgreement {
  readonly items: number;
  readonly clusters: number;
  readonly raw: IntervalEstimate;
  readonly kappa: IntervalEstimate;
  readonly ac1: IntervalEstimate;
  readonly alpha: IntervalEstimate;
}

/** How to compute a {@link RaterAgreement}. */
export interface RaterAgreementOptions {
  /** Of the intervals, in percent; default 95. */
  readonly level?: number;
  /** All labels that could have been given, in order; default those that occur, numbers ascending. */
  readonly labels?: readonly Label[];
  /** Default `nominal`. */
  readonly weights?: KappaWeights;
  /** For α; default `nominal`. The other two need numbers as labels, ascending. */
  readonly measurement?: MeasurementLevel;
}

/**
 * Raw agreement, Cohen's κ, Gwet's AC1 and Krippendorff's α of two raters, with intervals over clusters.
 * @throws RangeError for labels that are not listed, or that are not ascending numbers where `measurement` needs them.
 */
export function raterAgreement(pairs: readonly LabelPair[], options: RaterAgreementOptions): RaterAgreement {
  const measurement = options.measurement ?? "nominal";
  const labels = options.labels ?? labelsOf(pairs);
  if (measurement !== "nominal") requireAscendingNumbers(labels, measurement);
  const positions = labelPositions(labels);
  const size = labels.length;
  const cells = Int32Array.from(pairs, ({ first, second }) => positions(first) * size + positions(second));
  const clusterPositions = new Map<string | number, number>();
  const clusterOf = Int32Array.from(pairs, ({ cluster }) => {
    const position = clusterPositions.get(cluster) ?? clusterPositions.size;
    clusterPositions.set(cluster, position);
    return position;
  });
  const rarest = countRarest(pairs);
  const table: LabelTable = { labels, counts: new Float64Array(size * size) };
  const figure = (measure: (table: LabelTable) => Estimate, squares: boolean): IntervalEstimate => {
    const fill = (counts: Float64Array): Estimate => {
      table.counts.fill(0);
      for (let item = 0; item < cells.length; item++) {
        const cell = cells[item] as number;
        table.counts[cell] = (table.counts[cell] as number) + (counts[clusterOf[item] as number] as number);
      }
      return measure(table);
    };
    const { plain, squaredDistances } = FEWEST_CLUSTERS;
    const { estimate, interval, reason } = coefficientInterval(clusterPositions.size, fill, {
      ...presentFields({ level: options.level }),
      fewest: squares ? squaredDistances : plain,
    });
    if (estimate !== null && rarest < FEWEST_OF_A_KIND) {
      const few = `both agreement and disagreement on at least ${FEWEST_OF_A_KIND} questions are needed for an interval`;
      return { value: estimate, interval: null, reason: few };
    }
    return { value: estimate, interval, reason };
  };
  return {
    items: pairs.length,
    clusters: clusterPositions.size,
    raw: rawFigure(pairs, options.level),
    kappa: figure((filled) => cohenKappa(filled, options.weights), options.weights === "quadratic"),
    ac1: figure(gwetAc1, false),
    alpha: figure((filled) => alphaOfTable(filled, measurement), measurement === "interval"),
  };
}

/** Questions with an agreement or questions with a disagreement, whichever are fewer. */
function countRarest(pairs: readonly LabelPair[]): number {
  const [agreed, disagreed] = [new Set<string | number>(), new Set<string | number>()];
  for (const { first, second, cluster } of pairs) (first === second ? agreed : disagreed).add(cluster);
  return Math.min(agreed.size, disagreed.size);
}

/** Share of items with equal labels: a mean over clusters like any other. */
function rawFigure(pairs: readonly LabelPair[], level: number | undefined): IntervalEstimate {
  const { mean, interval, reason } = clusteredMean(
    pairs.map(({ first, second }) => (first === second ? 1 : 0)),
    pairs.map(({ cluster }) => cluster),
    presentFields({ level, scale: SHARES }),
  );
  return { value: mean, interval, reason };
}

/** α of two raters without missing values: each item adds its pair of labels in both directions. */
function alphaOfTable({ labels, counts }: LabelTable, measurement: MeasurementLevel): Estimate {
  const size = labels.length;
  const matrix = counts.map((count, cell) => {
    const mirrored = (cell % size) * size + Math.floor(cell / size);
    return count + (counts[mirrored] as number);
  });
  return alphaOfMatrix(matrix, labels, measurement);
}

function labelsOf(pairs: readonly LabelPair[]): Label[] {
  const labels = [...new Set(pairs.flatMap(({ first, second }) => [first, second]))];
  return labels.every((label) => typeof label === "number") ? labels.sort((a, b) => a - b) : labels;
}

function requireAscendingNumbers(labels: readonly Label[], measurement: MeasurementLevel): void {
  labels.forEach((label, i) => {
    const before = labels[i - 1];
    const isNumber = typeof label === "number" && Number.isFinite(label);
    if (!isNumber || (typeof before === "number" && before >= label)) {
      throw new RangeError(`α, ${measurement}: labels must be ascending numbers; ${label} is out of place`);
    }
  });
}
