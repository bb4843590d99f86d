import type { Manifest } from "../../core/manifest.js";
import { distinctAnswers, templateCollisions } from "./answer-checks.js";
import type { AuditInput } from "./audit-input.js";
import { familyPreference } from "./family-preference.js";
import type { AuditFinding, AuditOutcome } from "./finding.js";
import { lengthEffect } from "./length-effect.js";
import { positionEffect } from "./position-effect.js";
import { retestVariance } from "./retest-variance.js";

const RANK: Readonly<Record<AuditOutcome, number>> = { flagged: 0, unclear: 1, unknown: 2, ok: 3 };

/** All checks that a finished run allows, what is flagged first; calls no model. */
export function auditFindings(input: AuditInput): AuditFinding[] {
  const onBoards = input.boards.flatMap((board) => [
    ...positionEffect(board),
    ...lengthEffect(board, input),
    ...familyPreference(board, input),
    ...retestVariance(board, input),
  ]);
  const findings = [...onBoards, ...distinctAnswers(input), ...templateCollisions(input)];
  return findings.sort((x, y) => RANK[x.outcome] - RANK[y.outcome]);
}

/** Audits the boards of a run whose answers were traced. */
export function auditOfRun(
  { judgeModels, models, seed }: Pick<Manifest, "judgeModels" | "models" | "seed">,
  boards: AuditInput["boards"],
  answers: AuditInput["answers"],
): AuditFinding[] {
  const families = new Map(
    [...judgeModels, ...models].flatMap(({ id, family }) =>
      family === undefined ? [] : [[id, family] as const],
    ),
  );
  return auditFindings({ boards, answers, families, seed });
}
