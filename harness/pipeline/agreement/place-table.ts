/** Where a verdict stands. */
export interface Place {
  readonly questionId: string;
  readonly turn: number;
  readonly trial: number;
}

/** Values by place. A million places take no text of their own, and those of one trial and turn, which come together, one look. */
export class PlaceTable<Value> {
  private readonly trials = new Map<number, Map<number, Map<string, Value>>>();
  private latest:
    | { readonly trial: number; readonly turn: number; readonly values: Map<string, Value> }
    | undefined;

  get({ questionId, turn, trial }: Place): Value | undefined {
    return this.valuesOf(trial, turn).get(questionId);
  }

  set({ questionId, turn, trial }: Place, value: Value): void {
    this.valuesOf(trial, turn).set(questionId, value);
  }

  private valuesOf(trial: number, turn: number): Map<string, Value> {
    if (this.latest?.trial === trial && this.latest.turn === turn) return this.latest.values;
    const turns = this.trials.get(trial) ?? new Map<number, Map<string, Value>>();
    this.trials.set(trial, turns);
    const values = turns.get(turn) ?? new Map<string, Value>();
    turns.set(turn, values);
    this.latest = { trial, turn, values };
    return values;
  }
}

/** Values by two models in their order, each made once. */
export class PairTable<Value> {
  private readonly byFirst = new Map<string, Map<string, Value>>();
  private latest: { readonly a: string; readonly b: string; readonly value: Value } | undefined;

  constructor(private readonly make: (a: string, b: string) => Value) {}

  of(a: string, b: string): Value {
    // Rows of one pair come together.
    if (this.latest?.a === a && this.latest.b === b) return this.latest.value;
    const own = this.byFirst.get(a) ?? new Map<string, Value>();
    this.byFirst.set(a, own);
    const value = own.get(b) ?? this.make(a, b);
    own.set(b, value);
    this.latest = { a, b, value };
    return value;
  }
}
