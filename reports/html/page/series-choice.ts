import { MOST_SERIES } from "../../charts/chart-theme.js";

/**
 * Which models the charts of one board show. Each keeps its slot, and with it colour, dash and point shape, while
 * others are switched on and off.
 */
export class SeriesChoice {
  private readonly slots: (string | null)[];
  private readonly listeners = new Set<() => void>();
  /** Shown models, the one chosen longest ago first. */
  private order: readonly string[];
  readonly models: readonly string[];

  constructor(models: readonly string[]) {
    this.models = models;
    this.order = models.slice(0, MOST_SERIES);
    this.slots = Array.from({ length: MOST_SERIES }, (_, index) => models[index] ?? null);
  }

  /** Slot of a model, or −1 when it is not shown. */
  slotOf(model: string): number {
    return this.slots.indexOf(model);
  }

  /** Shown models with their slots. */
  get shown(): readonly { readonly model: string; readonly slot: number }[] {
    return this.slots.flatMap((model, slot) => (model === null ? [] : [{ model, slot }]));
  }

  /** Switches a model on or off; when all slots are taken, it takes that of the model chosen longest ago. */
  toggle(model: string): void {
    const slot = this.slotOf(model);
    if (slot !== -1) this.slots[slot] = null;
    else this.slots[this.freeSlot()] = model;
    this.order = [...this.order.filter((name) => name !== model), ...(slot === -1 ? [model] : [])];
    for (const listener of this.listeners) listener();
  }

  private freeSlot(): number {
    const free = this.slots.indexOf(null);
    if (free !== -1) return free;
    const [oldest = ""] = this.order;
    this.order = this.order.slice(1);
    return Math.max(0, this.slotOf(oldest));
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
