import { compositeKey } from "../../core/composite-key.js";
import type { BoardInput } from "../scores/build-board.js";
import type { VerdictColumn } from "../scores/verdict-grid/column.js";
import { VerdictGrid } from "../scores/verdict-grid/grid.js";
import type { AuditInput } from "./audit-input.js";
import { Growing, type Numbered, type SlopeColumns } from "./within-slope.js";

const byAlphabet = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

/** Numbers names in the order in which points of them are met, which is that of the alphabet. */
class OrderedNames {
  private readonly of: Growing<Int32Array>;
  private latest: string | undefined;
  private count = 0;

  /** @param most Points that there can be. */
  constructor(most: number) {
    this.of = new Growing(new Int32Array(most));
  }

  add(name: string): void {
    if (name !== this.latest) this.count++;
    this.latest = name;
    this.of.add(this.count - 1);
  }

  numbered(): Numbered {
    return { of: this.of.all(), count: this.count };
  }
}

/** The numbers of some names, without those that no point has. */
function closedUp(of: Int32Array, names: number): Numbered {
  const isThere = new Uint8Array(names);
  for (const name of of) isThere[name] = 1;
  const places = new Int32Array(names);
  let count = 0;
  for (let name = 0; name < names; name++) if (isThere[name] === 1) places[name] = count++;
  for (let point = 0; point < of.length; point++) of[point] = places[of[point] ?? 0] ?? 0;
  return { of, count };
}

/** The verdicts and the lengths of one model's answers. */
interface ModelPoints {
  readonly columns: readonly VerdictColumn[];
  readonly lengthAt: (questionId: string, trial: number, turn: number) => number;
}

/** A model's ratings of one turn with the lengths of what was rated, in doublings, in the order of both. */
function pointsAt(
  { columns, lengthAt }: ModelPoints,
  { questionId, turn }: { readonly questionId: string; readonly turn: number },
  slot: number,
): (readonly [x: number, y: number])[] {
  const points: (readonly [number, number])[] = [];
  for (const column of columns) {
    for (const trial of column.trials) {
      const verdicts = column.at(trial, slot);
      const length = verdicts.length === 0 ? 0 : lengthAt(questionId, trial, turn);
      if (length === 0) continue;
      for (const verdict of verdicts)
        if (verdict?.kind === "rating") points.push([Math.log2(length), verdict.rating]);
    }
  }
  return points.sort(([x1, y1], [x2, y2]) => x1 - x2 || y1 - y2);
}

/**
 * Ratings against the length of what was rated, in doublings, with an intercept for each question's turn and for each
 * model. They are taken place by place, so that a million of them need not be sorted.
 */
export function ratingPoints(board: BoardInput, { answers }: AuditInput): SlopeColumns {
  const grid = VerdictGrid.of(board.rows);
  const names = [...new Set(board.subjects.flat())].sort(byAlphabet);
  const models = names.map(
    (model): ModelPoints => ({
      columns: grid.columns.filter(({ a }) => a === model),
      lengthAt: answers.lengthsOf(board.head.suite, model),
    }),
  );
  const slots = grid.slots.slots
    .map(({ questionId, turn }, slot) => ({ questionId, turn, slot, key: compositeKey(questionId, turn) }))
    .sort((one, other) => byAlphabet(one.questionId, other.questionId) || byAlphabet(one.key, other.key));
  // Room for all of them at once: growing would leave as much again behind.
  const blocks = models.flatMap(({ columns }) => columns.flatMap(({ trials }) => [...trials])).length;
  const most = blocks * slots.length;
  const [xs, ys] = [new Growing(new Float64Array(most)), new Growing(new Float64Array(most))];
  const [clusters, turns] = [new OrderedNames(most), new OrderedNames(most)];
  const ofModels = new Growing(new Int32Array(most));
  for (const place of slots) {
    for (const [number, model] of models.entries()) {
      for (const [x, y] of pointsAt(model, place, place.slot)) {
        xs.add(x);
        ys.add(y);
        clusters.add(place.questionId);
        turns.add(place.key);
        ofModels.add(number);
      }
    }
  }
  const kinds = [turns.numbered(), closedUp(ofModels.all(), names.length)];
  return { x: xs.all(), y: ys.all(), clusters: clusters.numbered(), kinds };
}
