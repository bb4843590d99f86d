import { countOf, nounFor } from "../core/count-of.js";
import type { Manifest } from "../core/manifest.js";
import { formatFixed } from "../core/shown-number.js";
import { gapsOf, type RunResult } from "../pipeline/run.js";

/**
 * Why a run counts as unfinished, in one sentence; undefined for one that is done as far as `maxMissing` percent allow.
 * Whoever gives this a code of its own gives the same to each that reads the run's report.
 */
export function whyUnfinished(
  { stopped, gaps }: Pick<RunResult, "stopped" | "gaps">,
  maxMissing: number,
): string | undefined {
  const { answersMissing, verdictsMissing, missingPercent } = gaps;
  const missing = `${countOf(answersMissing, "answer")} and ${countOf(verdictsMissing, "verdict")} ${nounFor(answersMissing + verdictsMissing, "is", "are")} missing or unreadable`;
  if (stopped === "interrupted") return `The run was interrupted: ${missing}.`;
  if (stopped === "budget") return `The run's budget was reached: ${missing}.`;
  if (missingPercent <= maxMissing) return undefined;
  return `The run is incomplete: ${missing}, ${formatFixed(missingPercent, 1)}% where ${maxMissing}% are allowed.`;
}

/** The same of a run that its folder tells of, by the share that its own configuration allows; null for a finished one. */
export function unfinishedByManifest(manifest: Manifest): string | null {
  const { config, status } = manifest;
  const allowed =
    config !== null && typeof config === "object" && "maxMissing" in config ? config.maxMissing : 0;
  const gaps = gapsOf(manifest, { answers: true, judgments: manifest.protocols.length > 0 });
  const stopped = status === "interrupted" || status === "running" ? "interrupted" : undefined;
  return whyUnfinished({ stopped, gaps }, typeof allowed === "number" ? allowed : 0) ?? null;
}
