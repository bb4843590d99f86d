import type { Judgment, Verdict } from "../../core/records.js";
import { judgmentPlace } from "../../store/resume.js";
import type { RecordVisitor, Standing } from "../../store/visit-records.js";

/** Keeps something of every verdict that counts, by protocol and place. */
export class VerdictTracer<Kept> implements RecordVisitor {
  private readonly byProtocol = new Map<string, Map<string, Kept>>();

  /** @param read what is kept of a verdict; undefined: nothing */
  constructor(private readonly read: (verdict: Verdict, judgment: Judgment) => Kept | undefined) {}

  judgment(judgment: Judgment, standing: Standing): void {
    if (standing === "not-asked") return;
    const { protocol } = judgment;
    const counts = standing === "counts" && judgment.status === "judged";
    const kept = counts ? this.read(judgment.verdict, judgment) : undefined;
    const own = this.byProtocol.get(protocol);
    if (kept === undefined) own?.delete(judgmentPlace(judgment));
    else if (own === undefined) this.byProtocol.set(protocol, new Map([[judgmentPlace(judgment), kept]]));
    else own.set(judgmentPlace(judgment), kept);
  }

  /** Undefined for a protocol of whose verdicts nothing was kept. */
  of(protocol: string): ReadonlyMap<string, Kept> | undefined {
    return this.byProtocol.get(protocol);
  }
}
