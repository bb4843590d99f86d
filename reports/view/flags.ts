import type { AuditFinding } from "../../harness/core/audit-finding.js";
import type { BoardView, ComparisonView, VerdictView } from "./records.js";

/** A board or comparison, as far as a finding may speak of it. */
interface About {
  readonly suite: string;
  readonly protocol: string;
  readonly models: readonly string[];
}

function concerns({ suite, protocol, model }: AuditFinding, about: About): boolean {
  return (
    suite === about.suite &&
    (protocol === undefined || protocol === about.protocol) &&
    (model === undefined || about.models.includes(model))
  );
}

function isFlagged(flagged: readonly AuditFinding[], about: About): boolean {
  return flagged.some((finding) => concerns(finding, about));
}

/** Outcomes that say what is not to be relied on where something is flagged; a failed or open gate stays what it is. */
const RELIED_ON: ReadonlySet<VerdictView["outcome"]> = new Set([
  "pass",
  "better",
  "worse",
  "leading",
  "undecided",
  "measured",
]);

/** A comparison whose outcome gives way to what the audit flags of its models or its judge. */
export function flagComparison(view: ComparisonView, flagged: readonly AuditFinding[]): ComparisonView {
  const about = { ...view, models: [view.base, view.candidate] };
  return RELIED_ON.has(view.outcome) && isFlagged(flagged, about) ? { ...view, outcome: "flagged" } : view;
}

/**
 * The verdicts of a report with what the audit flags in the headline's place: what the headline would have been follows,
 * and no verdict that a finding concerns keeps its outcome.
 */
export function flagVerdicts(
  verdicts: readonly VerdictView[],
  boards: readonly BoardView[],
  flagged: readonly AuditFinding[],
): readonly VerdictView[] {
  const [first] = flagged;
  if (first === undefined) return verdicts;
  const ofBoards = new Map(
    boards.map((board) => [board.id, { ...board, models: board.rows.map((row) => row.model) }]),
  );
  const shown = verdicts.map((verdict) => {
    const about = ofBoards.get(verdict.about ?? "");
    const isDoubted = about !== undefined && RELIED_ON.has(verdict.outcome) && isFlagged(flagged, about);
    return isDoubted ? { ...verdict, outcome: "flagged" as const } : verdict;
  });
  const sentences = flagged.slice(1).map(({ sentence }) => ({ name: sentence }));
  const headline: VerdictView = {
    outcome: "flagged",
    about:
      boards.find((board) => concerns(first, { ...board, models: board.rows.map((row) => row.model) }))?.id ??
      null,
    sentence: [{ name: first.sentence }],
    meaning: [
      ...sentences.slice(0, 3).flatMap((sentence, index) => (index === 0 ? [sentence] : [" ", sentence])),
      sentences.length > 3 ? ` And ${sentences.length - 3} more.` : "",
      " The audit flags this: what follows may rest on it. `assay audit` shows every check.",
    ],
  };
  return [headline, ...shown];
}
