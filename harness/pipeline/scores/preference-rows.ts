import type { PreferenceRow } from "../../core/board.js";
import type { Warning } from "../../core/records.js";
import { formatFixed } from "../../core/shown-number.js";
import { averageLength, summarizePreferences } from "../../stats/preference-summary.js";
import { controlledWinRate, type LengthControl } from "./controlled-win-rate.js";
import { type PreferenceEntries, type PreferenceEntry, preferenceEntries } from "./preference-entries.js";
import { abstainedField } from "./score-columns.js";
import type { BoardFrame, VerdictRow } from "./verdict-grid/row.js";

export type { PreferenceCalibration, PublishedRows } from "./controlled-win-rate.js";
export { preferenceEntries } from "./preference-entries.js";

/** What preferences are scored with. */
export interface PreferenceOptions extends LengthControl {
  /**
   * Ids of places that stand for the repetition of a judgment, where repetitions are to count: whoever has none there
   * lacks nothing.
   */
  readonly repetitions?: ReadonlySet<string>;
}

/** Rows of a board and what its reader must know. */
export interface PreferenceBoardPart {
  readonly models: readonly PreferenceRow[];
  readonly warnings: readonly Warning[];
}

/** Rows of a board of weighted preferences (AlpacaEval): win rate, discrete and length-controlled win rate, slots. */
export function preferenceRows(
  subjects: readonly (readonly [string, string])[],
  rows: Iterable<VerdictRow>,
  frame: BoardFrame,
  options: PreferenceOptions,
): PreferenceBoardPart {
  const told: ToldWarning[] = [];
  const models = Array.from(preferenceEntries(subjects, rows, frame), ([model, found]) => {
    const { row, warnings } = preferenceRow(model, found, frame, options);
    for (const warning of warnings) told.push({ model, warning });
    return row;
  });
  return { models, warnings: joinWarnings(told) };
}

function preferenceRow(
  model: string,
  found: PreferenceEntries,
  frame: BoardFrame,
  options: PreferenceOptions,
): { readonly row: PreferenceRow; readonly warnings: readonly Warning[] } {
  const { columns } = found;
  const entries = expectedEntries(found.entries, options.repetitions);
  const summary = summarizePreferences({
    preferences: entries.map((entry) => entry.preference),
    modelFirst: entries.map((entry) => entry.modelFirst),
    questionIds: entries.map((entry) => entry.questionId),
  });
  const controlled = controlledWinRate(model, { ...found, entries }, options);
  const { reason, slots, ...figures } = summary;
  const z = slots?.z ?? null;
  const isLopsided = z !== null && Math.abs(z) > POSITION_ALARM_Z;
  const row: PreferenceRow = {
    model,
    ...figures,
    invalid: columns.unreadable,
    missing: summary.missing - columns.unreadable - columns.abstained,
    ...abstainedField(columns.abstained),
    questions: columns.questionCount,
    averageLength: averageLength(lengthsOf(model, entries, options)),
    lengthControlledWinRate: controlled.lengthControlledWinRate,
    lengthControlledStandardError: controlled.lengthControlledStandardError,
    lengthControlledInterval: controlled.lengthControlledInterval,
    ...(controlled.aligned === null ? {} : { lengthControlledAligned: controlled.aligned }),
    lengthControlled:
      controlled.coefficients === null || controlled.c === null
        ? null
        : { coefficients: controlled.coefficients, c: controlled.c },
    ...(slots === null ? {} : { slots }),
    categories: columns.byCategory(frame),
    ...reasons(reason, controlled.reason),
  };
  return { row, warnings: [...controlled.warnings, ...(isLopsided ? [positionAlarm(z, slots)] : [])] };
}

function expectedEntries(
  entries: readonly PreferenceEntry[],
  repetitions: ReadonlySet<string> | undefined,
): readonly PreferenceEntry[] {
  if (repetitions === undefined) return entries;
  const isMissing = ({ preference, isUnreadable }: PreferenceEntry) => preference === null && !isUnreadable;
  return entries.filter((entry) => !(isMissing(entry) && repetitions.has(entry.questionId)));
}

/** alpaca_eval takes the mean over all of a model's outputs, judged or not. */
function lengthsOf(
  model: string,
  entries: readonly PreferenceEntry[],
  options: PreferenceOptions,
): readonly number[] {
  const published = options.publishedRows?.(model);
  if (published !== undefined) return published.modelLengths;
  return entries
    .map(({ questionId, trial }) => options.lengthOf(model, questionId, trial))
    .filter((length) => length !== undefined);
}

/** Two-sided p below 0.001: an effect that small samples do not show by chance. */
const POSITION_ALARM_Z = 3.29;

function positionAlarm(z: number, slots: PreferenceRow["slots"] | null): Warning {
  const rate = (figure: number | null | undefined) => (figure == null ? "?" : formatFixed(figure, 1));
  return {
    code: "position-effect",
    message:
      `The judge's position effect is large: ${rate(slots?.first.winRate)}% when shown first, ` +
      `${rate(slots?.second.winRate)}% when shown second (z ${formatFixed(z, 2)}); judge both orders with --orders both.`,
  };
}

function reasons(summary: string | null, controlled: string | null): { reasons?: Record<string, string> } {
  if (summary === null && controlled === null) return {};
  return {
    reasons: {
      ...(summary === null ? {} : { winRate: summary }),
      ...(controlled === null ? {} : { lengthControlledWinRate: controlled }),
    },
  };
}

/** A warning about one model. */
interface ToldWarning {
  readonly model: string;
  readonly warning: Warning;
}

/** Says once, with all models, what is to be said of several. */
function joinWarnings(told: readonly ToldWarning[]): Warning[] {
  const joined = new Map<string, { models: string[]; warning: Warning }>();
  for (const { model, warning } of told) {
    const key = JSON.stringify(warning);
    const found = joined.get(key) ?? { models: [], warning };
    joined.set(key, found);
    found.models.push(model);
  }
  return Array.from(joined.values(), ({ models, warning }) => ({
    ...warning,
    message: `${models.join(", ")}: ${warning.message}`,
  }));
}
