import type { PreferenceRow } from "../../core/board.js";
import type { Warning } from "../../core/records.js";
import {
  type GamedRows,
  isExtremeChange,
  type LengthControlledWinRate,
  lengthControlledWinRate,
} from "../../stats/length-controlled.js";
import { averageLength, summarizePreferences } from "../../stats/preference-summary.js";
import { ScoreColumns } from "./score-columns.js";
import type { BoardFrame, VerdictRow } from "./verdict-row.js";

/** Published calibration of AlpacaEval's instruction set. */
export interface PreferenceCalibration {
  /** γ by position of the question in the suite. */
  readonly difficulties?: Float64Array;
  readonly gamed?: GamedRows;
  /** Position of a question in the whole suite, from 0; −1 where the suite does not have it. */
  readonly positionOf: (questionId: string) => number;
}

/** What preferences are scored with. */
export interface PreferenceOptions {
  /** Code points of a model's answer (all turns); undefined where it is not known. */
  readonly lengthOf: (model: string, questionId: string, trial: number) => number | undefined;
  readonly calibration?: PreferenceCalibration;
  /** As `alpaca_eval` computes it, defects included. */
  readonly compat: boolean;
  readonly seed: number;
  /** Resamples of the length-controlled interval; 0 leaves it out. */
  readonly bootstrapReplicates: number;
}

/** One question of one model with its preference, both orders averaged. */
interface PreferenceEntry {
  readonly questionId: string;
  readonly category: string;
  readonly trial: number;
  readonly preference: number | null;
  readonly isInvalid: boolean;
  readonly modelFirst: boolean | null;
}

function preferenceFor(model: string, row: VerdictRow): number | null {
  if (row.verdict?.kind !== "preference") return null;
  return row.b === model ? row.verdict.weightB : 1 - row.verdict.weightB;
}

/** The verdicts of one question, in one or both orders, as one preference; null while any of them is lost. */
function entryOf(
  model: string,
  rows: readonly VerdictRow[],
  slot: BoardFrame["slots"][number],
  trial: number,
): PreferenceEntry {
  const preferences = rows.map((row) => preferenceFor(model, row));
  const known = preferences.filter((one) => one !== null);
  const whole = known.length > 0 && known.length === preferences.length;
  const slots = new Set(rows.map((row) => row.a === model));
  return {
    questionId: slot.questionId,
    category: slot.category,
    trial,
    preference: whole ? known.reduce((sum, one) => sum + one, 0) / known.length : null,
    isInvalid: rows.some((row) => row.verdict !== undefined && row.verdict.kind !== "preference"),
    modelFirst: slots.size === 1 ? slots.has(true) : null,
  };
}

/** Preferences of each model against its opponent, one entry per expected place. Values in percent. */
export function preferenceEntries(
  subjects: readonly (readonly [string, string])[],
  rows: Iterable<VerdictRow>,
  frame: BoardFrame,
): Map<
  string,
  { readonly opponent: string; readonly entries: readonly PreferenceEntry[]; readonly columns: ScoreColumns }
> {
  const byPlace = new Map<string, VerdictRow[]>();
  const keyOf = (model: string, opponent: string, questionId: string, turn: number, trial: number) =>
    `${model}\u0000${opponent}\u0000${questionId}\u0000${turn}\u0000${trial}`;
  for (const row of rows) {
    for (const [model, opponent] of [
      [row.a, row.b ?? ""],
      [row.b ?? "", row.a],
    ] as const) {
      const key = keyOf(model, opponent, row.questionId, row.turn, row.trial);
      const there = byPlace.get(key);
      if (there === undefined) byPlace.set(key, [row]);
      else there.push(row);
    }
  }
  return new Map(
    subjects.map(([model, opponent]) => {
      const columns = new ScoreColumns();
      const entries: PreferenceEntry[] = [];
      for (let trial = 1; trial <= frame.trials; trial++) {
        for (const slot of frame.slots) {
          const found = byPlace.get(keyOf(model, opponent, slot.questionId, slot.turn, trial)) ?? [];
          const entry = entryOf(model, found, slot, trial);
          entries.push(entry);
          if (entry.preference !== null) columns.add(slot, 100 * entry.preference);
          else columns.addLost(slot, entry.isInvalid ? "invalid" : "missing");
        }
      }
      return [model, { opponent, entries, columns }] as const;
    }),
  );
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
  const warnings: Warning[] = [];
  const models = [...preferenceEntries(subjects, rows, frame)].map(
    ([model, { opponent, entries, columns }]) => {
      const summary = summarizePreferences({
        preferences: entries.map((entry) => entry.preference),
        modelFirst: entries.map((entry) => entry.modelFirst),
        questionIds: entries.map((entry) => entry.questionId),
      });
      const controlled = controlledWinRate(model, opponent, entries, options);
      warnings.push(...controlled.warnings.map((one) => ({ ...one, message: `${model}: ${one.message}` })));
      const z = summary.slots?.z ?? null;
      if (z !== null && Math.abs(z) > POSITION_ALARM_Z) warnings.push(positionAlarm(model, z, summary.slots));
      const { winRate } = summary;
      const lengthControlled = controlled.lengthControlledWinRate;
      if (winRate !== null && lengthControlled !== null && isExtremeChange(winRate, lengthControlled)) {
        warnings.push(extremeChange(model, winRate, lengthControlled));
      }
      const lengths = entries
        .map((entry) => options.lengthOf(model, entry.questionId, entry.trial))
        .filter((one) => one !== undefined);
      const { reason, slots, ...figures } = summary;
      return {
        model,
        ...figures,
        invalid: columns.invalid,
        missing: columns.missing,
        questions: columns.questionCount,
        averageLength: averageLength(lengths),
        lengthControlledWinRate: lengthControlled,
        lengthControlledStandardError: controlled.lengthControlledStandardError,
        lengthControlledInterval: controlled.lengthControlledInterval,
        lengthControlled:
          controlled.coefficients === null || controlled.c === null
            ? null
            : { coefficients: controlled.coefficients, c: controlled.c },
        ...(slots === null ? {} : { slots }),
        categories: columns.byCategory(frame),
        ...reasons(reason, controlled.reason),
      } satisfies PreferenceRow;
    },
  );
  return { models, warnings };
}

/** Two-sided p below 0.001: an effect that small samples do not show by chance. */
const POSITION_ALARM_Z = 3.29;

function reasons(summary: string | null, controlled: string | null): { reasons?: Record<string, string> } {
  if (summary === null && controlled === null) return {};
  return {
    reasons: {
      ...(summary === null ? {} : { winRate: summary }),
      ...(controlled === null ? {} : { lengthControlledWinRate: controlled }),
    },
  };
}

function positionAlarm(model: string, z: number, slots: PreferenceRow["slots"] | null): Warning {
  const rate = (figure: number | null | undefined) => (figure == null ? "?" : figure.toFixed(1));
  const message = `${model}: the judge's position effect is large: ${rate(slots?.first.winRate)}% when shown first, ${rate(slots?.second.winRate)}% when shown second (z ${z.toFixed(2)}); judge both orders with --orders both`;
  return { code: "position-effect", message };
}

function extremeChange(model: string, winRate: number, controlled: number): Warning {
  const message = `${model}: length control moves the win rate from ${winRate.toFixed(2)} to ${controlled.toFixed(2)}; read its answers before trusting either`;
  return { code: "extreme-length-control", message };
}

function controlledWinRate(
  model: string,
  opponent: string,
  entries: readonly PreferenceEntry[],
  options: PreferenceOptions,
): LengthControlledWinRate {
  const { calibration, lengthOf } = options;
  const sized = entries.flatMap((entry) => {
    const own = lengthOf(model, entry.questionId, entry.trial);
    const other = lengthOf(opponent, entry.questionId, entry.trial);
    return own === undefined || other === undefined ? [] : [{ entry, own, other }];
  });
  const rows = {
    preferences: sized.map(({ entry }) => entry.preference),
    baselineLengths: sized.map(({ other }) => other),
    modelLengths: sized.map(({ own }) => own),
    isBaseline: model === opponent,
    ...(calibration?.gamed === undefined ? {} : { gamed: calibration.gamed }),
    ...(calibration?.difficulties === undefined
      ? {}
      : {
          difficulties: {
            byQuestion: calibration.difficulties,
            questionOf: sized.map(({ entry }) => calibration.positionOf(entry.questionId)),
          },
        }),
  };
  const bootstrap =
    options.bootstrapReplicates === 0
      ? {}
      : {
          bootstrap: {
            seed: options.seed,
            replicates: options.bootstrapReplicates,
            method: "percentile" as const,
          },
        };
  return lengthControlledWinRate(rows, { compat: options.compat, ...bootstrap });
}
