import { MOST_SERIES } from "../../chart-design.js";

/**
 * Which models the charts of one board show. Each keeps its slot, and with it colour, dash and point shape, while
 * others are switched on and off.
 */
export class SeriesChoice {
  private readonly slots: (string | null)[];
  private readonly listeners = new Set<() => void>();
  readonly models: readonly string[];

  constructor(models: readonly string[]) {
    this.models = models;
    this.slots = Array.from({ length: MOST_SERIES }, (_, index) => models[index] ?? null);
  }

  /** Slot of a model, or −1 when it is not shown. */
  slotOf(model: string): number {
    return this.slots.indexOf(model);
  }

  get full(): boolean {
    return !this.slots.includes(null);
  }

  /** Shown models with their slots. */
  get shown(): readonly { readonly model: string; readonly slot: number }[] {
    return this.slots.flatMap((model, slot) => (model === null ? [] : [{ model, slot }]));
  }

  toggle(model: string): void {
    const slot = this.slotOf(model);
    if (slot !== -1) this.slots[slot] = null;
    else if (!this.full) this.slots[this.slots.indexOf(null)] = model;
    for (const listener of this.listeners) listener();
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
