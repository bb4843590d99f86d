import { countOf } from "../../harness/core/count-of.js";
import type { PolicyOutcome, PolicyResult } from "../../harness/core/policy.js";
import { policyTitle, worstLines } from "../policy-figures.js";
import { MARKS } from "./markdown-tables.js";
import { escapeMarkdown, markdownTable } from "./markdown-text.js";

/** A policy's outcome as the outcome of a gate is marked. */
export const POLICY_MARKS: Readonly<Record<PolicyOutcome, string>> = {
  GO: "✅ GO",
  "NO-GO": "❌ NO-GO",
  INCONCLUSIVE: "⚠️ INCONCLUSIVE",
};

const MOST_LINES = 100;

function policyPart(result: PolicyResult): readonly string[] {
  const lines = worstLines(result);
  const rows = lines
    .slice(0, MOST_LINES)
    .map((line) => [MARKS[line.outcome], line.tier, escapeMarkdown(line.name), escapeMarkdown(line.message)]);
  const left = lines.length - rows.length;
  return [
    `### ${escapeMarkdown(policyTitle(result))}: ${POLICY_MARKS[result.outcome]}`,
    "",
    `**${escapeMarkdown(result.sentence)}**`,
    "",
    ...markdownTable(["Outcome", "Tier", "Limit", "Why"], rows, () => false),
    ...(left > 0 ? ["", `And ${countOf(left, "line")} more.`] : []),
    "",
  ];
}

/** The outcomes of a gate policy, one table for each candidate; nothing without one. */
export function policySection(policies: readonly PolicyResult[]): readonly string[] {
  return policies.length === 0 ? [] : ["## Policy", "", ...policies.flatMap(policyPart)];
}
