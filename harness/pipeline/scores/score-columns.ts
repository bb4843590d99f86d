import type { PartialScore } from "../../core/board.js";
import type { ValueScale } from "../../stats/bounded-mean.js";
import { type ClusteredMean, clusteredMean } from "../../stats/clustered-mean.js";
import { grownTo } from "../../store/growing-array.js";
import type { BoardFrame, ExpectedSlot } from "./verdict-grid/row.js";

/** Why there is no figure at a place: the verdict cannot be used, there is none, or the judge abstained. */
export type LostKind = "unreadable" | "missing" | "abstained";

const noneLost = { unreadable: 0, missing: 0, abstained: 0 } as const;

/** How often a judge abstained, where it did. */
export function abstainedField(abstained: number): { abstained?: number } {
  return abstained === 0 ? {} : { abstained };
}

/** What became of one place where a verdict was expected. */
export interface SlotValue {
  readonly slot: ExpectedSlot;
  /** Undefined when the verdict is lost: unreadable, missing or abstained. */
  readonly value: number | undefined;
}

/** The reason, said of every figure that is null. */
export function reasonsOf(
  figures: Readonly<Record<string, unknown>>,
  reason: string | null,
): { reasons?: Record<string, string> } {
  const absent = Object.keys(figures).filter((name) => figures[name] === null);
  if (reason === null || absent.length === 0) return {};
  return { reasons: Object.fromEntries(absent.map((name) => [name, reason])) };
}

/** The rows of one mean, until it is taken: one room for all means, since there are a dozen for each of many models. */
let rowValues = new Float64Array(0);
let rowQuestions = new Uint32Array(0);

/** Values of one model beside the slots they belong to, lost ones among them; sixteen bytes each. */
export class ScoreColumns {
  /** The slots that values belong to, each once, with their numbers here. */
  private readonly known: ExpectedSlot[] = [];
  private readonly numbers = new Map<ExpectedSlot, number>();
  /** Number of the question of each of them. */
  private readonly questionOf: number[] = [];
  private readonly questions = new Map<string, number>();
  /** Slot of each value, by number. */
  private places = new Uint32Array(0);
  private size = 0;
  /** Slot of the latest value. */
  private latest = 0;
  /** NaN where the verdict is lost. */
  private figures = new Float64Array(0);
  /** Verdicts that cannot be used, and places without one, by category. */
  private readonly lost = new Map<string, Record<LostKind, number>>();
  unreadable = 0;
  missing = 0;
  abstained = 0;
  /** Values of answers that could not be read: they count, as the worst there is. */
  unread = 0;

  /**
   * @param scale Worst and best value there can be.
   * @param lostWeight How many values a lost verdict could have stood for, at most.
   */
  constructor(
    private readonly scale: ValueScale,
    private readonly lostWeight = 1,
  ) {}

  /** Adds a usable value. */
  add(slot: ExpectedSlot, value: number): void {
    if (this.size === this.figures.length) {
      this.places = grownTo(this.places, this.size + 1);
      this.figures = grownTo(this.figures, this.size + 1);
    }
    // Trials go through the slots in one order.
    const next = this.latest + 1 < this.known.length ? this.latest + 1 : 0;
    if (this.known[next] === slot) this.latest = next;
    else if (this.known[this.latest] !== slot) this.latest = this.numbers.get(slot) ?? this.numberOf(slot);
    this.places[this.size] = this.latest;
    this.figures[this.size++] = value;
  }

  private numberOf(slot: ExpectedSlot): number {
    const number = this.known.push(slot) - 1;
    this.numbers.set(slot, number);
    const question = this.questions.get(slot.questionId) ?? this.questions.size;
    this.questions.set(slot.questionId, question);
    this.questionOf.push(question);
    return number;
  }

  /** Adds the worst value for an answer that could not be read. */
  addUnread(slot: ExpectedSlot): void {
    this.unread++;
    this.add(slot, this.scale.low);
  }

  /** Adds a verdict that is lost. */
  addLost(slot: ExpectedSlot, kind: LostKind): void {
    this.add(slot, Number.NaN);
    this[kind]++;
    const entry = this.lost.get(slot.category) ?? { ...noneLost };
    entry[kind]++;
    this.lost.set(slot.category, entry);
  }

  /** Every place, usable or lost, in the order added. */
  get slots(): SlotValue[] {
    return Array.from({ length: this.size }, (_, entry) => {
      const value = this.figures[entry] ?? Number.NaN;
      const slot = this.known[this.places[entry] ?? 0] as ExpectedSlot;
      return { slot, value: Number.isNaN(value) ? undefined : value };
    });
  }

  /** Questions with a usable value. */
  get questionCount(): number {
    const usable = this.usableSlots();
    return new Set(this.questionOf.filter((_, slot) => usable[slot] === 1)).size;
  }

  /** Mean over the usable values, clustered by question. */
  mean(): ClusteredMean {
    return this.meanWhere(() => true);
  }

  /** Mean if every lost verdict, and every answer that could not be read, had had this value; null when nothing was expected. */
  boundWith(value: number): number | null {
    if (this.size === 0) return null;
    let sum = this.unread * (value - this.scale.low);
    for (let entry = 0; entry < this.size; entry++) {
      const one = this.figures[entry] ?? Number.NaN;
      if (!Number.isNaN(one)) sum += one;
    }
    const lost = this.unreadable + this.missing + this.abstained;
    const filled = lost * this.lostWeight;
    return (sum + filled * value) / (this.size - lost + filled);
  }

  /** Means by turn, turn 1 first. */
  byTurn(): Record<string, PartialScore> {
    const usable = this.usableSlots();
    const turns = new Set(this.known.flatMap(({ turn }, slot) => (usable[slot] === 1 ? [turn] : [])));
    return Object.fromEntries(
      [...turns].sort((x, y) => x - y).map((turn) => [String(turn), this.part((slot) => slot.turn === turn)]),
    );
  }

  /** Means by category, in the order of the frame; a category without a usable verdict has score null. */
  byCategory(frame: BoardFrame): Record<string, PartialScore> {
    const entries = frame.categories.map((category) => {
      const { unreadable, missing, abstained } = this.lost.get(category) ?? noneLost;
      const part = this.part((slot) => slot.category === category);
      return [category, { ...part, invalid: unreadable, missing, ...abstainedField(abstained) }] as const;
    });
    return Object.fromEntries(entries);
  }

  private part(includes: (slot: ExpectedSlot) => boolean): PartialScore {
    const { mean, standardError, interval, n } = this.meanWhere(includes);
    return { score: mean, standardError, interval, n };
  }

  private meanWhere(includes: (slot: ExpectedSlot) => boolean): ClusteredMean {
    const included = Uint8Array.from(this.known, (slot) => (includes(slot) ? 1 : 0));
    rowValues = grownTo(rowValues, this.size);
    rowQuestions = grownTo(rowQuestions, this.size);
    const [values, questions] = [rowValues, rowQuestions];
    let row = 0;
    for (let entry = 0; entry < this.size; entry++) {
      const slot = this.places[entry] ?? 0;
      const value = this.figures[entry] ?? Number.NaN;
      if (included[slot] !== 1 || Number.isNaN(value)) continue;
      values[row] = value;
      questions[row++] = this.questionOf[slot] ?? 0;
    }
    return clusteredMean(values.subarray(0, row), questions.subarray(0, row), { scale: this.scale });
  }

  /** 1 for every slot with a usable value. */
  private usableSlots(): Uint8Array {
    const usable = new Uint8Array(this.known.length);
    for (let entry = 0; entry < this.size; entry++)
      if (!Number.isNaN(this.figures[entry] ?? Number.NaN)) usable[this.places[entry] ?? 0] = 1;
    return usable;
  }
}
