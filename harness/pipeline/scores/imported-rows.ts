import { compositeKey } from "../../core/composite-key.js";
import type { ManifestProtocol } from "../../core/manifest.js";
import type { Judgment } from "../../core/records.js";
import type { PublishedRows } from "./controlled-win-rate.js";

/** Weights on the model in one row: one verdict, or one of each order. */
interface Row {
  readonly questionId: string;
  readonly weights: (number | undefined)[];
}

/** The weight on a model in a choice between two answers, 0 to 1; undefined where there is none. */
export function weightOf(judgment: Judgment, model: string): number | undefined {
  if (judgment.status !== "judged" || judgment.verdict.kind !== "preference") return undefined;
  const { weightB } = judgment.verdict;
  return judgment.b === model ? weightB : 1 - weightB;
}

function preferenceOf({ weights }: Row): number {
  const known = weights.filter((weight) => weight !== undefined);
  return known.length < weights.length
    ? Number.NaN
    : known.reduce((sum, weight) => sum + weight, 0) / known.length;
}

/**
 * Rows of annotations that were imported, as their files list them: imported judgments stand in the order of their file.
 * The published length-controlled fit depends on that order where rows are missing, so a run that was imported scores as
 * its files do.
 */
export class ImportedRows {
  private readonly rows = new Map<string, Map<string, Row>>();
  private readonly baselines: ReadonlyMap<string, string | undefined>;

  constructor(protocols: readonly ManifestProtocol[]) {
    const imported = protocols.filter(({ identity }) => identity.imported === "alpaca-eval");
    this.baselines = new Map(imported.map(({ id, baseline }) => [id, baseline]));
  }

  /** Takes in a judgment, in file order. */
  add(judgment: Judgment): void {
    const { protocol, a, b, questionId } = judgment;
    const baseline = this.baselines.get(protocol);
    if (baseline === undefined || b === undefined) return;
    const model = b === baseline ? a : b;
    const key = compositeKey(protocol, model);
    const rows = this.rows.get(key) ?? new Map<string, Row>();
    this.rows.set(key, rows);
    const row = rows.get(questionId) ?? { questionId, weights: [] };
    rows.set(questionId, row);
    row.weights.push(weightOf(judgment, model));
  }

  /**
   * Rows of one model; undefined where its verdicts were not imported.
   * @param lengthOf code points of a model's answer to a question
   */
  of(
    protocol: string,
    model: string,
    lengthOf: (model: string, questionId: string) => number | undefined,
  ): PublishedRows | undefined {
    const baseline = this.baselines.get(protocol);
    const rows = [...(this.rows.get(compositeKey(protocol, model))?.values() ?? [])];
    if (baseline === undefined || rows.length === 0) return undefined;
    return {
      questionIds: rows.map(({ questionId }) => questionId),
      preferences: rows.map(preferenceOf),
      baselineLengths: rows.map(({ questionId }) => lengthOf(baseline, questionId) ?? 0),
      modelLengths: rows.map(({ questionId }) => lengthOf(model, questionId) ?? 0),
    };
  }
}
