import type { Verdict } from "../../core/records.js";
import { meanOf } from "../../stats/estimate.js";
import { percentScale } from "./scale.js";
import { type LostKind, ScoreColumns } from "./score-columns.js";
import type { VerdictColumn } from "./verdict-grid/column.js";
import { VerdictGrid } from "./verdict-grid/grid.js";
import type { BoardFrame, ExpectedSlot, VerdictRow } from "./verdict-grid/row.js";

/** One question of one model with its preference, both orders averaged. */
export interface PreferenceEntry {
  readonly questionId: string;
  readonly trial: number;
  readonly opponent: string;
  /** For the model, 0 to 1; null while a verdict of the place is lost. */
  readonly preference: number | null;
  /** Whether a verdict of the place was given and cannot be used, or the judge abstained. */
  readonly isUnreadable: boolean;
  /** Null where both orders were judged, and for a model against itself. */
  readonly modelFirst: boolean | null;
}

/** All entries of one model. */
export interface PreferenceEntries {
  /** Null where the model met several. */
  readonly opponent: string | null;
  /** One per expected place and opponent. */
  readonly entries: readonly PreferenceEntry[];
  /** The same in percent. */
  readonly columns: ScoreColumns;
}

/** Verdicts between a model and its opponent that were given in one order. */
interface OrderColumn {
  /** Whether the model is the one shown first. */
  readonly modelFirst: boolean;
  readonly column: VerdictColumn;
}

function ordersOf(model: string, opponent: string, grid: VerdictGrid): OrderColumn[] {
  const as = (modelFirst: boolean) => (column: VerdictColumn) => ({ modelFirst, column });
  // A model set against itself (a baseline's own row) is the second answer, as everywhere in alpaca_eval.
  const first = model === opponent ? [] : grid.columnsOf(model, opponent).map(as(true));
  return [...first, ...grid.columnsOf(opponent, model).map(as(false))];
}

function preferenceFor(verdict: Verdict | undefined, modelFirst: boolean): number | null {
  if (verdict?.kind !== "preference") return null;
  return modelFirst ? 1 - verdict.weightB : verdict.weightB;
}

/** What the verdicts of one place come to. */
class PlaceTally {
  private sum = 0;
  private known = 0;
  private lost = 0;
  private first = 0;
  private isUnreadable = false;
  private isAbstained = false;

  add(verdict: Verdict | undefined, modelFirst: boolean): void {
    if (modelFirst) this.first++;
    const preference = preferenceFor(verdict, modelFirst);
    if (preference === null) {
      this.lost++;
      if (verdict?.kind === "abstained") this.isAbstained = true;
      else if (verdict !== undefined) this.isUnreadable = true;
      return;
    }
    this.known++;
    this.sum += preference;
  }

  get preference(): number | null {
    return this.known > 0 && this.lost === 0 ? this.sum / this.known : null;
  }

  /** Why there is no preference. */
  get lostAs(): LostKind {
    return this.isUnreadable ? "unreadable" : this.isAbstained ? "abstained" : "missing";
  }

  get modelFirst(): boolean | null {
    const verdicts = this.known + this.lost;
    if (verdicts === 0 || (this.first > 0 && this.first < verdicts)) return null;
    return this.first > 0;
  }
}

/** What counts of the records of one place: a verdict that exists, not the failed attempt beside it. */
function usable(verdicts: readonly (Verdict | undefined)[]): readonly (Verdict | undefined)[] {
  if (verdicts.length < 2) return verdicts;
  const preferences = verdicts.filter((verdict) => verdict?.kind === "preference");
  return preferences.length > 0 ? preferences : verdicts;
}

/** Verdicts of a place that were given in one order. */
interface OrderVerdicts {
  readonly modelFirst: boolean;
  readonly verdicts: readonly (Verdict | undefined)[];
}

/** The repeats of each order as one verdict, the mean of those that can be used. */
function byOrder(given: readonly OrderVerdicts[]): OrderVerdicts[] {
  return [true, false].map((modelFirst) => {
    const all = given.flatMap((one) => (one.modelFirst === modelFirst ? one.verdicts : []));
    const weights = all.flatMap((verdict) => (verdict?.kind === "preference" ? verdict.weightB : []));
    if (weights.length === 0) return { modelFirst, verdicts: all.slice(0, 1) };
    const weightB = meanOf(weights);
    const winner = weightB > 0.5 ? "b" : weightB < 0.5 ? "a" : "tie";
    return { modelFirst, verdicts: [{ kind: "preference", winner, weightB }] };
  });
}

/** Opponents of each measured model: the baseline, or everyone it met where there is no common one. */
function opponentsOf(subjects: readonly (readonly [string, string])[]): Map<string, ReadonlySet<string>> {
  const seconds = new Set(subjects.map(([, second]) => second));
  const opponents = new Map<string, Set<string>>();
  const add = (model: string, opponent: string) => {
    const found = opponents.get(model) ?? new Set<string>();
    opponents.set(model, found.add(opponent));
  };
  for (const [model, opponent] of subjects) {
    add(model, opponent);
    if (seconds.size > 1) add(opponent, model);
  }
  return opponents;
}

/**
 * Preferences of each model against its opponent, one entry per expected place. Where the subjects have no common
 * opponent, each model has its entries against all that it met.
 *
 * @param subjects candidate and opponent
 */
export function preferenceEntries(
  subjects: readonly (readonly [string, string])[],
  rows: Iterable<VerdictRow>,
  frame: BoardFrame,
): Map<string, PreferenceEntries> {
  const grid = VerdictGrid.of(rows);
  const result = new Map<string, PreferenceEntries>();
  for (const [model, opponents] of opponentsOf(subjects)) {
    const entries: PreferenceEntry[] = [];
    const columns = new ScoreColumns(percentScale);
    for (const opponent of opponents) {
      const orders = ordersOf(model, opponent, grid);
      grid.forEachPlace(frame, (slot: ExpectedSlot, trial: number, gridSlot: number) => {
        const tally = new PlaceTally();
        const given = orders.map(({ modelFirst, column }) => ({
          modelFirst,
          verdicts: column.at(trial, gridSlot),
        }));
        for (const { modelFirst, verdicts } of frame.isRepeated === true ? byOrder(given) : given)
          for (const verdict of usable(verdicts)) tally.add(verdict, modelFirst);
        const { preference } = tally;
        const isUnreadable = tally.lostAs !== "missing";
        const modelFirst = model === opponent ? null : tally.modelFirst;
        entries.push({ questionId: slot.questionId, trial, opponent, preference, isUnreadable, modelFirst });
        if (preference !== null) columns.add(slot, 100 * preference);
        else columns.addLost(slot, tally.lostAs);
      });
    }
    const [only = null, ...others] = opponents;
    result.set(model, { opponent: others.length === 0 ? only : null, entries, columns });
  }
  return result;
}
