import { appendFileSync } from "node:fs";
import type { ReportInput } from "../../reports/view/view.js";
import { messageOf } from "../core/errors.js";
import type { GateResult } from "../core/gate.js";
import type { PolicyResult } from "../core/policy.js";
import type { Terminal } from "./terminal.js";

/**
 * What a CI job is told besides files and exit code: the summary is appended to `$GITHUB_STEP_SUMMARY`, and under
 * GitHub Actions each gate becomes an annotation. On stderr where stdout carries a JSON document; GitHub reads both.
 */
export async function tellCi(
  input: ReportInput,
  gates: readonly GateResult[],
  terminal: Terminal,
  policies: readonly PolicyResult[] = [],
): Promise<void> {
  const { GITHUB_STEP_SUMMARY: summaryFile, GITHUB_ACTIONS: actions } = process.env;
  if ((summaryFile ?? "") === "" && actions !== "true") return;
  const { viewOf } = await import("../../reports/view/view.js");
  const view = viewOf(input);
  if (summaryFile !== undefined && summaryFile !== "") {
    const { renderSummary } = await import("../../reports/markdown/markdown.js");
    try {
      appendFileSync(summaryFile, `${renderSummary(view, gates, policies)}\n`);
    } catch (error) {
      terminal.complain(`note: the job summary cannot be written (${messageOf(error)})`);
    }
  }
  if (actions !== "true") return;
  const { githubAnnotations } = await import("../../reports/annotations.js");
  const { comparisons } = view;
  const required = policies.flatMap(({ lines }) => lines).filter(({ tier }) => tier !== "advisory");
  const all = [...gates, ...required];
  for (const line of githubAnnotations({ gates: all, comparisons, warnings: input.scores.warnings }))
    terminal.command(line);
}
