import type { GateResult } from "../harness/core/gate.js";
import type { PolicyResult } from "../harness/core/policy.js";
import type { ReportInput } from "./view/records.js";

/**
 * `report.json`: what the report's figures come from, for scripts: scores, comparisons, gates and policies as they are, with
 * title, notices and versions; no questions, answers or judge texts.
 */
export function renderJson(
  input: ReportInput,
  title: string,
  notices: readonly string[],
  gates: readonly GateResult[] = [],
  policies: readonly PolicyResult[] = [],
): string {
  const document = {
    schema: "assay.report/1",
    title,
    version: input.version,
    generatedAt: input.generatedAt,
    notices,
    scores: input.scores,
    comparisons: input.comparisons,
    gates,
    policies,
    runs: input.runs ?? [],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
