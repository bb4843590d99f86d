import type { ManifestProtocol } from "../../core/manifest.js";
import type { Judgment } from "../../core/records.js";
import { replacedVerdict } from "../../store/resume.js";
import type { RecordVisitor, Standing } from "../../store/visit-records.js";
import { VerdictGrid } from "./verdict-grid/grid.js";
import { type VerdictRow, verdictRows } from "./verdict-grid/row.js";

/** What stands in for a judge's verdicts. */
export interface ReplacementRows {
  /** Display id of the judge model that gave them. */
  readonly judge: string;
  readonly protocol: string;
  /** Places that the judge failed on; without a verdict where the replacement gave none. */
  readonly rows: Iterable<VerdictRow>;
}

/** Gathers the verdicts of those that stand in for judges which failed. */
export class ReplacementTracer implements RecordVisitor {
  private readonly found: ReadonlyMap<string, Omit<ReplacementRows, "rows"> & { readonly rows: VerdictGrid }>;

  constructor(protocols: readonly ManifestProtocol[]) {
    this.found = new Map(
      protocols.flatMap(({ id, replacement }) => {
        if (replacement === undefined) return [];
        const { judgeModel: judge, protocol } = replacement;
        return [[id, { judge, protocol, rows: new VerdictGrid() }] as const];
      }),
    );
  }

  judgment(judgment: Judgment, standing: Standing): void {
    const found = this.found.get(judgment.protocol);
    if (found === undefined || standing === "not-asked" || judgment.status === "skipped") return;
    const verdict = replacedVerdict(judgment, found.protocol);
    for (const row of verdictRows(judgment, { verdict })) found.rows.put(row, standing === "stale");
  }

  /** What stands in for the judge of a protocol; undefined where nobody is to. */
  of(protocol: string): ReplacementRows | undefined {
    return this.found.get(protocol);
  }
}
