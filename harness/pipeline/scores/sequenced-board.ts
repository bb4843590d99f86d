import type { Board } from "../../core/board.js";
import { type BoardSequence, NO_FIXED_INTERVAL, type SequenceRecord } from "../../core/sequence.js";

/** Figures that hold for a number of questions that was fixed beforehand, by the names they have anywhere in a row. */
const FIXED = /^(interval|standardError|p(Adjusted)?Value)$|(Interval|StandardError)$/;

/** What the boards of a run say that was looked at as it went; undefined where it was not, or was asked to its end after. */
export function boardSequence(sequence: SequenceRecord | undefined): BoardSequence | undefined {
  if (sequence === undefined || sequence.continued === true) return undefined;
  const { state, used, of } = sequence;
  return { state, used, of, reason: NO_FIXED_INTERVAL };
}

/**
 * A board of a run that was looked at as it went, without any interval for a fixed number of questions: where the run
 * stopped depends on the very figures, so that such an interval would be too narrow. `sequence` of the manifest has the
 * one that holds.
 */
export function boardWithoutFixed(board: Board): Board {
  if (board.sequence === undefined) return board;
  const models = board.models.map((row) => {
    const reasons = { ...row.reasons, interval: NO_FIXED_INTERVAL, standardError: NO_FIXED_INTERVAL };
    return { ...(withoutFixed(row) as typeof row), reasons };
  });
  return { ...board, models } as Board;
}

function withoutFixed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutFixed);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    key,
    FIXED.test(key) ? null : withoutFixed(inner),
  ]);
  return Object.fromEntries(entries);
}
