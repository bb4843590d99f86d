import type { AuditFinding } from "../../core/audit-finding.js";
import type { Board, ScoreSource, Scores } from "../../core/board.js";
import { boardWithTerms } from "../../core/board-terms.js";
import type { CheckedAnswer } from "../../core/check.js";
import type { ContaminationScan } from "../../core/contamination.js";
import { judgeQuality } from "../../core/judge-card.js";
import { presentFields } from "../../core/present-fields.js";
import type { Suite, Warning } from "../../core/records.js";
import type { ShownSequence } from "../../core/sequence.js";
import type { StatedFigure } from "../../core/stated-figure.js";
import { boardWithContamination, contaminationWarnings } from "../contaminated-scores.js";
import { boardWithJury } from "../jury/with-juries.js";
import { boardWithVotes } from "../people/board-with-votes.js";
import { boardWithRepeats } from "../repeats/repeats-board.js";
import { boardWithSecond } from "../second/second-board.js";
import { boardWarnings } from "./board-warnings.js";
import { type BoardInput, type BuiltBoard, buildBoard } from "./build-board.js";
import { boardWithChecks } from "./check-tracer.js";
import { boardWithCriteria } from "./criterion-tracer.js";
import { boardWithMarked } from "./marked-board.js";
import { boardWithNorms } from "./norm-tracer.js";
import { boardWithRankings } from "./ranking-board.js";
import { boardWithRefusals } from "./refusal-tracer.js";
import { boardWithRewards } from "./reward-dots.js";
import { boardWithSeparability } from "./separated-board.js";
import { boardWithoutFixed } from "./sequenced-board.js";
import { boardWithStyle, styleWarnings } from "./style-board.js";

/** What run folders or files hold, ready to be scored or compared. */
export interface Verdicts {
  /** One per board. */
  readonly inputs: readonly BoardInput[];
  /** Boards of files that hold counts and no verdicts: nothing can be paired or audited on them. */
  readonly built?: readonly BuiltBoard[];
  /** Questions as far as they are known, by suite id. */
  readonly suites: ReadonlyMap<string, Suite>;
  readonly sources: readonly ScoreSource[];
  readonly warnings: readonly Warning[];
  /** Results of the checks of answers, by place. */
  readonly checked?: ReadonlyMap<string, CheckedAnswer>;
  /** The scan of a corpus that the run folder keeps. */
  readonly contamination?: ContaminationScan;
  /** Of a run that was looked at as it went. */
  readonly sequence?: ShownSequence;
  /** What the audit found, all checks that need no call. */
  readonly findings?: readonly AuditFinding[];
  /** Figures that others state. */
  readonly figures?: readonly StatedFigure[];
}

/** Boards of files know their judge by name alone. */
function withJudgeQuality(board: Board): Board {
  // Its judges say it of themselves, each on a board of its own.
  if (board.jury !== undefined) return board;
  const { protocol, judge } = board;
  const quality = board.judgeQuality ?? judgeQuality({ protocol, modelNames: [judge] }, undefined);
  return { ...board, judgeQuality: quality };
}

/** A board with the figures that stand beside those of its verdicts, in an order in which each finds what it needs. */
function boardWithFigures(board: Board, input: BoardInput, verdicts: Verdicts): Board {
  const suite = verdicts.suites.get(input.head.suite);
  const steps: readonly ((board: Board) => Board)[] = [
    (one) => boardWithMarked(one, input),
    (one) => boardWithStyle(one, input),
    (one) => boardWithVotes(one, input),
    (one) => boardWithSecond(one, input),
    (one) => boardWithRepeats(one, input),
    (one) => boardWithCriteria(one, input.criteria, suite),
    (one) => boardWithNorms(one, input.norms, suite),
    (one) => boardWithRefusals(one, input.refusals, suite),
    (one) => boardWithChecks(one, verdicts.checked),
    (one) => boardWithRankings(one, input.rankings, input.frame.categories),
    (one) => boardWithRewards(one, input.rewards),
    (one) => boardWithContamination(one, input, verdicts.contamination),
    (one) => boardWithJury(one, input),
  ];
  return steps.reduce((one, step) => step(one), board);
}

/** Computes the boards of verdicts; pure. What a reader must know of a board comes after what is said already. */
export function scoresOf(verdicts: Verdicts): Scores {
  const computed = verdicts.inputs.map((input) => {
    const { board, warnings } = buildBoard(input);
    const figured = boardWithFigures(board, input, verdicts);
    const told = [...warnings, ...styleWarnings(figured, input), ...contaminationWarnings(figured)];
    return { board: figured, warnings: told };
  });
  const built = [...computed, ...(verdicts.built ?? [])].map(({ board, warnings }) => ({
    board: boardWithTerms(withJudgeQuality(boardWithSeparability(boardWithoutFixed(board)))),
    warnings,
  }));
  return {
    schema: "assay.scores/1",
    sources: verdicts.sources,
    boards: built.map(({ board }) => board),
    warnings: [
      ...verdicts.warnings,
      ...built.flatMap(({ board, warnings }) => [...boardWarnings(board), ...warnings]),
    ],
    ...presentFields({
      sequence: verdicts.sequence,
      flagged: verdicts.findings?.filter(({ outcome }) => outcome === "flagged"),
      figures: verdicts.figures?.length === 0 ? undefined : verdicts.figures,
    }),
  };
}
