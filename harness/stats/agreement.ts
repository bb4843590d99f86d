import { available, type Estimate, requireSameLength, unavailable } from "./estimate.js";

/** A verdict as two raters may give it. */
export type Label = string | number;

/** How often each pair of labels occurred: entry [i·labels + j] where the first rater said i and the second j. */
export interface LabelTable {
  readonly labels: readonly Label[];
  readonly counts: Float64Array;
}

/** Penalty of a disagreement in weighted κ, by distance of the labels' positions. */
export type KappaWeights = "nominal" | "linear" | "quadratic";

/**
 * Cross-tabulates two raters' labels of the same items.
 * @param labels all labels that could have been given, in order; default those that occur, in order of appearance.
 * @throws RangeError for arrays of different length or a label that is not listed.
 */
export function crossTabulate(
  first: readonly Label[],
  second: readonly Label[],
  labels: readonly Label[] = [...new Set([...first, ...second])],
): LabelTable {
  requireSameLength("labels of two raters", first, second);
  const positions = labelPositions(labels);
  const counts = new Float64Array(labels.length ** 2);
  first.forEach((label, item) => {
    const cell = positions(label) * labels.length + positions(second[item] as Label);
    counts[cell] = (counts[cell] as number) + 1;
  });
  return { labels, counts };
}

/** Position of a label among those allowed; the returned function throws RangeError for others. */
export function labelPositions(labels: readonly Label[]): (label: Label) => number {
  const positions = new Map(labels.map((label, position) => [label, position]));
  return (label) => {
    const position = positions.get(label);
    if (position === undefined) throw new RangeError(`the label ${label} is not among those allowed`);
    return position;
  };
}

/** Share of items with equal labels, 0–1. */
export function rawAgreement(table: LabelTable): Estimate {
  const { rows, n } = margins(table);
  if (n === 0) return unavailable("there are no items");
  let agreed = 0;
  for (let i = 0; i < rows.length; i++) agreed += table.counts[i * rows.length + i] as number;
  return available(agreed / n);
}

/**
 * Cohen's κ (Cohen 1960; weighted: Cohen 1968) as 1 − Σ v·observed / Σ v·expected, with v = 1 for any disagreement,
 * the distance between the labels' positions, or its square; expected counts are products of the margins.
 * @returns unavailable without items, or when chance alone already explains full agreement (one label only).
 */
export function cohenKappa(table: LabelTable, weights: KappaWeights = "nominal"): Estimate {
  const { rows, columns, n } = margins(table);
  if (n === 0) return unavailable("there are no items");
  let observed = 0;
  let expected = 0;
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < rows.length; j++) {
      const penalty = disagreement(i, j, weights);
      observed += penalty * (table.counts[i * rows.length + j] as number);
      expected += (penalty * (rows[i] as number) * (columns[j] as number)) / n;
    }
  }
  return expected === 0
    ? unavailable("both raters gave one and the same label throughout")
    : available(1 - observed / expected);
}

/**
 * Gwet's AC1 (Gwet 2008): (pₐ − pₑ)/(1 − pₑ) with pₑ = Σ πₖ(1 − πₖ)/(q − 1), πₖ the mean share of label k over both
 * raters and q the number of labels in the table, used or not. Unlike κ it stays high when one label dominates.
 * @returns unavailable without items or with fewer than two possible labels.
 */
export function gwetAc1(table: LabelTable): Estimate {
  const { rows, columns, n } = margins(table);
  const agreed = rawAgreement(table);
  if (agreed.value === null) return agreed;
  if (rows.length < 2) return unavailable("with one possible label there is nothing to agree on");
  let expected = 0;
  for (let k = 0; k < rows.length; k++) {
    const share = ((rows[k] as number) + (columns[k] as number)) / (2 * n);
    expected += share * (1 - share);
  }
  expected /= rows.length - 1;
  return available((agreed.value - expected) / (1 - expected));
}

function disagreement(i: number, j: number, weights: KappaWeights): number {
  if (weights === "nominal") return i === j ? 0 : 1;
  return weights === "linear" ? Math.abs(i - j) : (i - j) ** 2;
}

function margins(table: LabelTable): { rows: Float64Array; columns: Float64Array; n: number } {
  const size = table.labels.length;
  const rows = new Float64Array(size);
  const columns = new Float64Array(size);
  let n = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const count = table.counts[i * size + j] as number;
      rows[i] = (rows[i] as number) + count;
      columns[j] = (columns[j] as number) + count;
      n += count;
    }
  }
  return { rows, columns, n };
}
