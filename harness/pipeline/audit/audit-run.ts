import type { Manifest } from "../../core/manifest.js";
import { comparisonsOn } from "../agreement/comparisons.js";
import { familiesOf } from "../jury/family-guard.js";
import type { BoardInput } from "../scores/build-board.js";
import { distinctAnswers, templateCollisions } from "./answer-checks.js";
import type { AuditInput } from "./audit-input.js";
import { familyPreference } from "./family-preference.js";
import type { AuditFinding, AuditOutcome } from "./finding.js";
import { lengthEffect } from "./length-effect.js";
import { positionEffect } from "./position-effect.js";
import { retestVariance } from "./retest-variance.js";
import { verdictVariety } from "./verdict-variety.js";

const RANK: Readonly<Record<AuditOutcome, number>> = { flagged: 0, unclear: 1, unknown: 2, ok: 3 };

/** Whether a board says how good answers are, rather than whether they are right or refuse: those may well be alike. */
function isGraded({ figure, refusals }: BoardInput): boolean {
  return figure !== "accuracy" && refusals === undefined;
}

/** All checks that a finished run allows, what is flagged first; calls no model. */
export function auditFindings(input: AuditInput): AuditFinding[] {
  // Whoever compares with the right answer has no leanings.
  const judged = input.boards.filter(({ figure }) => figure !== "accuracy");
  const onBoards = judged.flatMap((board) => {
    const position = positionEffect(board);
    const comparisons = comparisonsOn(board);
    return [
      ...position,
      // Refusals are short: their length says what they are.
      ...(isGraded(board) ? lengthEffect(board, input, comparisons) : []),
      ...familyPreference(board, input),
      ...retestVariance(board, input, comparisons),
      ...verdictVariety(board),
    ];
  });
  const graded = new Set(input.boards.filter(isGraded).map(({ head }) => head.suite));
  const distinct = distinctAnswers(input).filter(
    ({ suite }) => graded.has(suite) || input.boards.every(({ head }) => head.suite !== suite),
  );
  const findings = [...onBoards, ...distinct, ...templateCollisions(input)];
  return findings.sort((x, y) => RANK[x.outcome] - RANK[y.outcome]);
}

/**
 * Boards that say so where no answer to the judged was at hand, so that the checks of answers could not be made; a board
 * without a word was checked.
 */
export function markUnchecked<Input extends AuditInput["boards"][number]>(
  boards: readonly Input[],
  answers: AuditInput["answers"],
): Input[] {
  return boards.map((board) => {
    const { suite } = board.head;
    const isKnown = board.subjects.flat().some((model) => answers.has(suite, model));
    return isKnown ? board : { ...board, head: { ...board.head, answersChecked: false } };
  });
}

/** Audits the boards of a run whose answers were traced. */
export function auditOfRun(
  { judgeModels, models, seed }: Pick<Manifest, "judgeModels" | "models" | "seed">,
  boards: AuditInput["boards"],
  answers: AuditInput["answers"],
): AuditFinding[] {
  const families = familiesOf([...judgeModels, ...models]);
  return auditFindings({ boards, answers, families, seed });
}
