import type { Manifest } from "../../core/manifest.js";
import type { SequenceCost } from "../../core/sequence.js";

/**
 * What the run of a manifest took, and what the full run would have: as much per question as those that were asked, which
 * were drawn at random. Undefined where no question was asked.
 */
export function sequenceCost({ totals, sequence }: Manifest): SequenceCost | undefined {
  const asked = sequence === undefined ? 0 : sequence.used + sequence.beyond;
  if (sequence === undefined || asked === 0) return undefined;
  const times = sequence.of / asked;
  const calls = totals.reduce((sum, one) => sum + one.calls + one.cached + one.recorded, 0);
  const isPriced = totals.every((one) => one.costUsd !== null);
  const costUsd = isPriced ? totals.reduce((sum, one) => sum + (one.costUsd ?? 0), 0) : null;
  return {
    calls,
    fullCalls: Math.round(calls * times),
    costUsd,
    fullCostUsd: costUsd === null ? null : costUsd * times,
  };
}
