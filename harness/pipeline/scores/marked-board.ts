import type { Board, MarkedAnswers, WithoutMarked } from "../../core/board.js";
import type { AnswerMarks } from "./answer-marks.js";
import { type BoardInput, pairsOf } from "./build-board.js";
import { outcomeScoringOf, outcomeTallies } from "./outcome-rows.js";
import { pairwiseTallies } from "./pairwise-rows.js";
import { preferenceEntries } from "./preference-entries.js";
import { ratingColumns } from "./rating-rows.js";
import type { ScoreColumns } from "./score-columns.js";
import type { VerdictRow } from "./verdict-grid/row.js";

/** The verdicts that were given on answers without marks alone: a judge is shown all turns up to the one it judges. */
function* rowsWithoutMarks(input: BoardInput, marks: AnswerMarks): Generator<VerdictRow> {
  for (const row of input.rows) {
    const isMarked = (model: string | undefined) => {
      const turn = model === undefined ? 0 : marks.firstMarkedTurn(model, row.questionId, row.trial);
      return turn > 0 && turn <= row.turn;
    };
    if (!isMarked(row.a) && !isMarked(row.b)) yield row;
  }
}

/** The values whose mean is a model's score, adjusted win rate or win rate, by model. */
function columnsWithoutMarks(input: BoardInput, marks: AnswerMarks): ReadonlyMap<string, ScoreColumns> {
  const rows = rowsWithoutMarks(input, marks);
  const { metric, subjects, frame, scale } = input;
  if (metric === "rating")
    return new Map(
      ratingColumns(
        subjects.map(([model = ""]) => model),
        rows,
        frame,
        scale,
      ),
    );
  const pairs = pairsOf(subjects);
  const found =
    metric === "win-rate"
      ? pairwiseTallies(pairs, rows, frame).models
      : metric === "outcomes"
        ? outcomeTallies(pairs, rows, frame, outcomeScoringOf(input))
        : preferenceEntries(pairs, rows, frame);
  return new Map([...found].map(([model, { columns }]) => [model, columns]));
}

const NONE_LEFT = "every verdict on this model was given on an answer with such marks, or against one";

function withoutMarked(columns: ScoreColumns | undefined, answers: number): WithoutMarked {
  const { mean: score = null, n = 0, reason = null } = columns?.mean() ?? {};
  if (score !== null) return { answers, score, n };
  return { answers, score, n, reason: n === 0 ? NONE_LEFT : (reason ?? NONE_LEFT) };
}

/** A board with how many answers hold such marks and, where any does, every model's figure without them. */
export function boardWithMarked(board: Board, input: BoardInput): Board {
  const { marks } = input;
  if (marks === undefined) return board;
  const models = new Set(input.subjects.flat());
  const counts = new Map<string, number>();
  let of = 0;
  for (const model of models) {
    const count = marks.countOf(model);
    of += count.of;
    counts.set(model, count.marked);
  }
  const marked: MarkedAnswers = { answers: [...counts.values()].reduce((sum, count) => sum + count, 0), of };
  if (marked.answers === 0) return { ...board, marked };
  const columns = columnsWithoutMarks(input, marks);
  const rows = board.models.map((row) => ({
    ...row,
    marked: withoutMarked(columns.get(row.model), counts.get(row.model) ?? 0),
  }));
  // Each row is of the kind that it was.
  return { ...board, marked, models: rows } as Board;
}
