import type { RunAudit } from "../pipeline/audit/finding.js";
import { readRunVerdicts } from "../pipeline/scores/score-run.js";
import { readManifest } from "../store/run-folder.js";

/**
 * Audits a finished run from its files: what may have swayed its judges, and what is odd about its answers. Calls no
 * model.
 * @throws ConfigError when it is not a run folder; DataError for damaged files.
 */
export function auditRun(run: string): RunAudit {
  const manifest = readManifest(run);
  const { findings = [] } = readRunVerdicts(run);
  const message =
    "answers and verdicts are recorded samples; what the audit finds says nothing about any real judge";
  const warnings = manifest.recordedSamples ? [{ code: "recorded-samples", message }] : [];
  return { schema: "assay.audit/1", kind: "run", run, findings, warnings };
}
