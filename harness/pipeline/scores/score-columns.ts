import type { PartialScore } from "../../core/board.js";
import { clusteredMean } from "../../stats/clustered-mean.js";
import type { BoardFrame, ExpectedSlot } from "./verdict-row.js";

/** What became of one place where a verdict was expected. */
export interface SlotValue {
  readonly slot: ExpectedSlot;
  /** Undefined when the verdict is lost: invalid or missing. */
  readonly value: number | undefined;
}

/** Usable values of one model beside what they belong to; parallel arrays. */
export class ScoreColumns {
  readonly values: number[] = [];
  readonly questions: string[] = [];
  private readonly turns: number[] = [];
  private readonly categories: string[] = [];
  /** Every place, usable or lost, in the order added. */
  readonly slots: SlotValue[] = [];
  /** Verdicts that cannot be used, and places without one, by category. */
  private readonly lost = new Map<string, { invalid: number; missing: number }>();
  invalid = 0;
  missing = 0;

  add(slot: ExpectedSlot, value: number): void {
    this.slots.push({ slot, value });
    this.values.push(value);
    this.questions.push(slot.questionId);
    this.turns.push(slot.turn);
    this.categories.push(slot.category);
  }

  addLost(slot: ExpectedSlot, kind: "invalid" | "missing"): void {
    this.slots.push({ slot, value: undefined });
    this[kind]++;
    const entry = this.lost.get(slot.category) ?? { invalid: 0, missing: 0 };
    entry[kind]++;
    this.lost.set(slot.category, entry);
  }

  get questionCount(): number {
    return new Set(this.questions).size;
  }

  /** Mean if every lost verdict had had this value; null when nothing was expected. */
  boundWith(value: number): number | null {
    const lost = this.invalid + this.missing;
    const n = this.values.length + lost;
    if (n === 0) return null;
    return (this.values.reduce((sum, one) => sum + one, 0) + lost * value) / n;
  }

  /** Means by turn, turn 1 first. */
  byTurn(): Record<string, PartialScore> {
    const turns = [...new Set(this.turns)].sort((x, y) => x - y);
    return Object.fromEntries(
      turns.map((turn) => [String(turn), this.part((row) => this.turns[row] === turn)]),
    );
  }

  /** Means by category, in the order of the frame; a category without a usable verdict has score null. */
  byCategory(frame: BoardFrame): Record<string, PartialScore> {
    const entries = frame.categories.map((category) => {
      const lost = this.lost.get(category) ?? { invalid: 0, missing: 0 };
      return [category, { ...this.part((row) => this.categories[row] === category), ...lost }] as const;
    });
    return Object.fromEntries(entries);
  }

  private part(includes: (row: number) => boolean): PartialScore {
    const rows = this.values.map((_, row) => row).filter(includes);
    const mean = clusteredMean(
      rows.map((row) => this.values[row] ?? 0),
      rows.map((row) => this.questions[row] ?? ""),
    );
    return { score: mean.mean, standardError: mean.standardError, interval: mean.interval, n: mean.n };
  }
}
