import type { GateResult } from "../harness/core/gate.js";
import type { Warning } from "../harness/core/records.js";
import { excerpt } from "../harness/core/text.js";
import { worstFirst } from "./gate-figures.js";
import type { ComparisonView } from "./view/records.js";

/** What annotations are made of; all of it may hold foreign text. */
export interface AnnotationSource {
  readonly gates?: readonly GateResult[];
  readonly comparisons?: readonly ComparisonView[];
  readonly warnings?: readonly Warning[];
}

type Level = "error" | "warning" | "notice";

/** GitHub shows ten annotations of each level per step and drops the others. */
const MOST_OF_A_LEVEL = 10;

const MOST_CHARACTERS = 2000;

/** Escapes as the runner undoes them (actions/toolkit, `command.ts`); line feeds are gone already. */
function escapeData(text: string): string {
  return excerpt(text, MOST_CHARACTERS).replace(/%/g, "%25");
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}

function annotation(
  level: Level,
  title: string,
  message: string,
): { readonly level: Level; readonly line: string } {
  return { level, line: `::${level} title=${escapeProperty(title)}::${escapeData(message)}` };
}

function gateAnnotations(gates: readonly GateResult[]) {
  const levels = { fail: "error", inconclusive: "warning", pass: "notice" } as const;
  return worstFirst(gates).map((gate) => {
    const about = gate.category === undefined ? gate.model : `${gate.model}, ${gate.category}`;
    return annotation(
      levels[gate.outcome],
      `Gate ${gate.outcome}: ${gate.name}`,
      `${about}: ${gate.message}`,
    );
  });
}

/** Comparisons with a margin only; without one nothing was gated. */
function comparisonAnnotations(comparisons: readonly ComparisonView[]) {
  const levels: Readonly<Partial<Record<ComparisonView["outcome"], Level>>> = {
    fail: "error",
    inconclusive: "warning",
    pass: "notice",
  };
  return comparisons.flatMap((view) => {
    const level = levels[view.outcome];
    if (level === undefined || !((view.margin.value ?? 0) > 0)) return [];
    return [annotation(level, `${view.candidate} against ${view.base}: ${view.outcome}`, view.sentence)];
  });
}

/**
 * Lines that make GitHub Actions annotate a job (`::error title=…::…`), worst first, at most ten of a level; to be
 * printed each on a line of its own. Foreign text cannot start a command of its own.
 */
export function githubAnnotations(source: AnnotationSource): readonly string[] {
  const all = [
    ...gateAnnotations(source.gates ?? []),
    ...comparisonAnnotations(source.comparisons ?? []),
    ...(source.warnings ?? []).map((warning) =>
      annotation("warning", `assay: ${warning.code}`, warning.message),
    ),
  ];
  return (["error", "warning", "notice"] as const).flatMap((level) =>
    all
      .filter((entry) => entry.level === level)
      .slice(0, MOST_OF_A_LEVEL)
      .map((entry) => entry.line),
  );
}
