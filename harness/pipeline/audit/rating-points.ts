import { compositeKey } from "../../core/composite-key.js";
import type { BoardInput } from "../scores/build-board.js";
import type { VerdictColumn } from "../scores/verdict-grid/column.js";
import { VerdictGrid } from "../scores/verdict-grid/grid.js";
import type { AuditInput } from "./audit-input.js";
import { Growing, type Numbered, type SlopeColumns } from "./within-slope.js";

type Ints = Growing<Int32Array>;

const byAlphabet = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

/** The numbers of some names, without those that no run has. */
function closedUp(of: Int32Array, names: number): Numbered {
  const isThere = new Uint8Array(names);
  for (const name of of) isThere[name] = 1;
  const places = new Int32Array(names);
  let count = 0;
  for (let name = 0; name < names; name++) if (isThere[name] === 1) places[name] = count++;
  return { of: of.map((name) => places[name] ?? 0), count };
}

/** Gaps of Shell's sort (Ciura 2001), the largest first. */
const GAPS = [701, 301, 132, 57, 23, 10, 4, 1];

/** Puts the points from `start` on in the order of x and y. A place holds few of them, and most of one x. */
function sortFrom(start: number, xs: Float64Array, ys: Float64Array): void {
  for (const gap of GAPS) {
    for (let next = start + gap; next < xs.length; next++) {
      const [x, y] = [xs[next] as number, ys[next] as number];
      let at = next;
      for (let before = at - gap; before >= start; at = before, before -= gap) {
        const beforeX = xs[before] as number;
        if (beforeX < x || (beforeX === x && (ys[before] as number) <= y)) break;
        xs[at] = beforeX;
        ys[at] = ys[before] as number;
      }
      xs[at] = x;
      ys[at] = y;
    }
  }
}

/** The verdicts and the lengths of one model's answers. */
interface ModelPoints {
  readonly columns: readonly VerdictColumn[];
  readonly lengthAt: (questionId: string, trial: number, turn: number) => number;
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
  const ends = new Growing(new Int32Array(0));
  const [turns, clusters, ofModels] = [0, 1, 2].map(() => new Growing(new Int32Array(0))) as [
    Ints,
    Ints,
    Ints,
  ];
  let [turn, cluster] = [-1, -1];
  let latest: string | undefined;
  for (const place of slots) {
    const before = xs.length;
    for (const [number, { columns, lengthAt }] of models.entries()) {
      const start = xs.length;
      for (const column of columns)
        column.forEachAt(place.slot, (_, trial, kind, value) => {
          const length = kind === "rating" ? lengthAt(place.questionId, trial, place.turn) : 0;
          if (length === 0) return;
          xs.add(Math.log2(length));
          ys.add(value);
        });
      if (xs.length === start) continue;
      sortFrom(start, xs.all(), ys.all());
      // Numbers are those of the places that hold points.
      if (start === before) {
        turn++;
        if (place.questionId !== latest) cluster++;
        latest = place.questionId;
      }
      ends.add(xs.length);
      turns.add(turn);
      clusters.add(cluster);
      ofModels.add(number);
    }
  }
  return {
    x: xs.all(),
    y: ys.all(),
    ends: ends.all(),
    clusters: { of: clusters.all(), count: cluster + 1 },
    kinds: [{ of: turns.all(), count: turn + 1 }, closedUp(ofModels.all(), names.length)],
  };
}
