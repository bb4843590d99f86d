import { fitDifficulties } from "../../stats/length-controlled.js";
import { standardDeviation } from "../../stats/length-controlled-rows.js";
import type { BoardInput } from "./build-board.js";
import { pairsOf } from "./build-board.js";
import { type LengthControl, rowsOfModel } from "./controlled-win-rate.js";
import { type PreferenceEntries, preferenceEntries } from "./preference-entries.js";

/** Difficulties of a board's questions, estimated from all of its models. */
export interface BoardDifficulties {
  /** γ by question id. */
  readonly byQuestion: ReadonlyMap<string, number>;
  /** Models that they were estimated from. */
  readonly models: readonly string[];
  /** Verdicts that they were estimated from. */
  readonly verdicts: number;
}

/** Mean preference and length feature of one model at each question. */
function columnsOf(
  model: string,
  found: PreferenceEntries,
  positions: ReadonlyMap<string, number>,
  control: LengthControl,
): { readonly preferences: Float64Array; readonly lengths: Float64Array } {
  const { questionIds, rows } = rowsOfModel(model, found, control);
  const delta = Float64Array.from(
    questionIds,
    (_, row) => (rows.baselineLengths[row] ?? 0) - (rows.modelLengths[row] ?? 0),
  );
  const spread = standardDeviation(delta);
  const preferences = new Float64Array(positions.size);
  const lengths = new Float64Array(positions.size);
  const counts = new Float64Array(positions.size);
  for (const [row, questionId] of questionIds.entries()) {
    const position = positions.get(questionId);
    const preference = rows.preferences[row] ?? Number.NaN;
    if (position === undefined || Number.isNaN(preference)) continue;
    counts[position] = (counts[position] ?? 0) + 1;
    preferences[position] = (preferences[position] ?? 0) + preference;
    const feature = spread > 0 ? Math.tanh((delta[row] ?? 0) / spread) : 0;
    lengths[position] = (lengths[position] ?? 0) + feature;
  }
  // Without a verdict this is 0/0, which says so.
  return {
    preferences: preferences.map((sum, position) => sum / (counts[position] ?? 0)),
    lengths: lengths.map((sum, position) => sum / Math.max(1, counts[position] ?? 0)),
  };
}

/**
 * Estimates the difficulty of every question of a board from all of its models but the baseline; see
 * {@link fitDifficulties}.
 * @throws RangeError for fewer than two models
 */
export function fitBoardDifficulties(input: BoardInput, control: LengthControl): BoardDifficulties {
  const { frame, rows, subjects } = input;
  const ids = [...new Set(frame.slots.map((slot) => slot.questionId))];
  const positions = new Map(ids.map((id, position) => [id, position]));
  const entries = [...preferenceEntries(pairsOf(subjects), rows, frame)].filter(
    ([model, { opponent }]) => model !== opponent,
  );
  const fitted = fitDifficulties(
    entries.map(([model, found]) => columnsOf(model, found, positions, control)),
  );
  return {
    byQuestion: new Map(ids.map((id, position) => [id, fitted.difficulties[position] ?? 0])),
    models: entries.map(([model]) => model),
    verdicts: fitted.verdicts,
  };
}
