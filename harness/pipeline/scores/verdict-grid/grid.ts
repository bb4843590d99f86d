import { presentFields } from "../../../core/present-fields.js";
import { CellStore } from "./cell-store.js";
import { type Arrival, type GridRoom, VerdictColumn } from "./column.js";
import { RepeatedVerdicts } from "./repeats.js";
import type { BoardFrame, ExpectedSlot, VerdictRow } from "./row.js";
import { SlotIndex } from "./slot-index.js";

/** Is told an expected place; `gridSlot` is the number of its slot in the grid, −1 without a verdict. */
type VisitPlace = (slot: ExpectedSlot, trial: number, gridSlot: number) => void;

/**
 * Verdicts by place, a million of them in some ten megabytes: names are kept once, verdicts as a byte and a number.
 * Rows come out as they went in, but grouped by model, and without the reasons of unreadable verdicts.
 */
export class VerdictGrid implements Iterable<VerdictRow> {
  readonly slots = new SlotIndex();
  /** In the order in which they were met. */
  readonly columns: VerdictColumn[] = [];
  private readonly byModels = new Map<string, Map<string, readonly VerdictColumn[]>>();
  private readonly room: GridRoom = {
    slots: this.slots,
    repeats: new RepeatedVerdicts(),
    shared: new CellStore(),
  };
  private latest: VerdictColumn | undefined;
  /** Columns of the models of the latest one, itself among them. */
  private siblings: readonly VerdictColumn[] = [];

  /** The rows as a grid; several of one place all count. */
  static of(rows: Iterable<VerdictRow>): VerdictGrid {
    if (rows instanceof VerdictGrid) return rows;
    const grid = new VerdictGrid();
    for (const row of rows) grid.add(row);
    return grid;
  }

  /** Adds a verdict beside those of its place; see {@link VerdictColumn.add}. */
  add(row: VerdictRow, fingerprint?: number): Arrival {
    const slot = this.slots.add(row.questionId, row.turn, row.category);
    return this.columnFor(row, 1).add(row.trial, slot, row.verdict, fingerprint);
  }

  /** Lets go of what only further verdicts would be compared with. */
  seal(): void {
    for (const column of this.columns) column.seal();
  }

  /**
   * Puts a verdict in the place of whatever stood there, whatever its order was called.
   * @param repeat Which of the verdicts that a rule asks for; each stands for itself.
   */
  put(row: VerdictRow, isStale: boolean, repeat = 1): void {
    const slot = this.slots.add(row.questionId, row.turn, row.category);
    const column = this.columnFor(row, repeat);
    for (const other of this.siblings)
      if (other !== column && other.repeat === repeat) other.clear(row.trial, slot);
    column.put(row.trial, slot, row.verdict, isStale);
  }

  /** Columns of a model, or of a pair shown in this order; several where records number the same order differently, and where a rule asks for repeats. */
  columnsOf(a: string, b?: string): readonly VerdictColumn[] {
    return this.byModels.get(a)?.get(b ?? "") ?? [];
  }

  /** Places whose verdict was given on answers that have been replaced since. */
  get stale(): number {
    return this.columns.reduce((sum, column) => sum + column.stale, 0);
  }

  /** Calls back for every expected place; see {@link placesOf}. */
  forEachPlace(frame: BoardFrame, visit: VisitPlace): void {
    this.placesOf(frame)(visit);
  }

  /** What calls back for every expected place, trial by trial in the order of the slots; the slots are looked up once. */
  placesOf(frame: BoardFrame): (visit: VisitPlace) => void {
    const gridSlots = Int32Array.from(frame.slots, ({ questionId, turn }) =>
      this.slots.find(questionId, turn),
    );
    return (visit) => {
      for (let trial = 1; trial <= frame.trials; trial++)
        frame.slots.forEach((slot, position) => {
          visit(slot, trial, gridSlots[position] ?? -1);
        });
    };
  }

  /** The rows without the repeats that a rule asked for. */
  *firsts(): Generator<VerdictRow> {
    yield* this.rowsOf(this.columns.filter(({ repeat }) => repeat === 1));
  }

  *[Symbol.iterator](): Generator<VerdictRow> {
    yield* this.rowsOf(this.columns);
  }

  private *rowsOf(among: readonly VerdictColumn[]): Generator<VerdictRow> {
    for (const column of among) {
      const { a, b, order } = column;
      const more = presentFields({ b, order });
      for (const trial of column.trials) {
        const { first, end } = column.rangeOf(trial);
        for (let slot = first; slot < end; slot++) {
          const verdicts = column.at(trial, slot);
          if (verdicts.length === 0) continue;
          const { questionId, turn, category } = this.slots.slots[slot] as ExpectedSlot;
          for (const verdict of verdicts) {
            // Written out: a spread of three is slow, and there are a million rows.
            if (b === undefined && order === undefined)
              yield { questionId, turn, category, trial, a, verdict };
            else if (b !== undefined && order !== undefined)
              yield { questionId, turn, category, trial, a, b, order, verdict };
            else yield { questionId, turn, category, trial, a, ...more, verdict };
          }
        }
      }
    }
  }

  private columnFor({ a, b, order }: VerdictRow, repeat: number): VerdictColumn {
    // Files hold the records of one model or pair together.
    const { latest } = this;
    if (
      latest !== undefined &&
      latest.a === a &&
      latest.b === b &&
      latest.order === order &&
      latest.repeat === repeat
    )
      return latest;
    const opponents = this.byModels.get(a) ?? new Map<string, readonly VerdictColumn[]>();
    this.byModels.set(a, opponents);
    let columns = opponents.get(b ?? "") ?? [];
    let column = columns.find((one) => one.order === order && one.repeat === repeat);
    if (column === undefined) {
      column = new VerdictColumn(a, b, order, repeat, this.room);
      // A list that grows by itself would keep room for a dozen more, and there may be a million.
      columns = [...columns, column].sort((one, other) => one.repeat - other.repeat);
      opponents.set(b ?? "", columns);
      this.columns.push(column);
    }
    this.latest = column;
    this.siblings = columns;
    return column;
  }
}
