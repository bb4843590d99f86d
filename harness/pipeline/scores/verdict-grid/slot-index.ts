import type { ExpectedSlot } from "./row.js";

/** Numbers the questions' turns in the order in which they are met, from 0. */
export class SlotIndex {
  /** By number. */
  readonly slots: ExpectedSlot[] = [];
  /** Number of the latest slot of a question. */
  private readonly latest = new Map<string, number>();
  /** Number of the slot of the same question before a slot; −1 for none. Questions have few turns. */
  private readonly earlier: number[] = [];

  /** Number of a slot; −1 where it was never added. */
  find(questionId: string, turn: number): number {
    let slot = this.latest.get(questionId) ?? -1;
    while (slot !== -1 && this.slots[slot]?.turn !== turn) slot = this.earlier[slot] ?? -1;
    return slot;
  }

  /** Number of a slot, a new one where it was not there yet. */
  add(questionId: string, turn: number, category: string): number {
    const found = this.find(questionId, turn);
    if (found !== -1) return found;
    this.earlier.push(this.latest.get(questionId) ?? -1);
    this.slots.push({ questionId, turn, category });
    this.latest.set(questionId, this.slots.length - 1);
    return this.slots.length - 1;
  }
}
