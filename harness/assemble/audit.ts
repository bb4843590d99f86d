import { traceAnswers } from "../pipeline/audit/audit-input.js";
import { auditFindings } from "../pipeline/audit/audit-run.js";
import type { RunAudit } from "../pipeline/audit/finding.js";
import { readRunVerdicts } from "../pipeline/scores/score-run.js";
import { readAnswers, readManifest } from "../store/run-folder.js";

/**
 * Audits a finished run from its files: what may have swayed its judges, and what is odd about its answers. Calls no
 * model.
 * @throws ConfigError when it is not a run folder; DataError for damaged files.
 */
export function auditRun(run: string): RunAudit {
  const manifest = readManifest(run);
  const verdicts = readRunVerdicts(run);
  const ids = new Set(manifest.models.map((model) => model.id));
  const answers = new Map([...traceAnswers(readAnswers(run))].filter(([, trace]) => ids.has(trace.model)));
  const families = new Map(
    [...manifest.judgeModels, ...manifest.models].flatMap(({ id, family }) =>
      family === undefined ? [] : [[id, family] as const],
    ),
  );
  const findings = auditFindings({ boards: verdicts.inputs, answers, families, seed: manifest.seed });
  const message =
    "answers and verdicts are recorded samples; what the audit finds says nothing about any real judge";
  const warnings = manifest.recordedSamples ? [{ code: "recorded-samples", message }] : [];
  return { schema: "assay.audit/1", kind: "run", run, findings, warnings };
}
