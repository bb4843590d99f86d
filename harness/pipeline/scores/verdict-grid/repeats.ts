import type { Verdict } from "../../../core/records.js";
import { grownTo } from "../../../store/growing-array.js";
import { VerdictCells } from "./cells.js";

/** Further verdicts of places that hold one already, as circular lists: each place knows its latest, whose next is its first. */
export class RepeatedVerdicts {
  private readonly cells = new VerdictCells();
  private nexts = new Int32Array(0);
  private size = 0;

  /** Adds a verdict after the `latest` one of its place (−1: there is none) and returns its number. */
  add(verdict: Verdict | undefined, latest: number): number {
    const number = this.size++;
    this.cells.reserve(this.size);
    this.cells.set(number, verdict);
    this.nexts = grownTo(this.nexts, this.size);
    this.nexts[number] = latest === -1 ? number : (this.nexts[latest] ?? number);
    if (latest !== -1) this.nexts[latest] = number;
    return number;
  }

  /** Verdicts of a place after its first, in the order added. */
  after(latest: number): (Verdict | undefined)[] {
    const found: (Verdict | undefined)[] = [];
    this.forEachAfter(latest, (cells, number) => found.push(cells.at(number)));
    return found;
  }

  /** As {@link after}, without making verdicts: calls back with where each one stands. */
  forEachAfter(latest: number, visit: (cells: VerdictCells, cell: number) => void): void {
    let number = latest;
    do {
      number = this.nexts[number] ?? latest;
      visit(this.cells, number);
    } while (number !== latest);
  }
}
