/** What became of a wish to spend. */
export type Reservation = "granted" | "reached" | "cancelled";

interface Wish {
  readonly amountUsd: number;
  answer(reservation: Reservation): void;
}

/**
 * A hard cap on what calls cost. The most that a call can cost is set aside before it starts and replaced by what it
 * did cost afterwards, so that spending stays under the cap as long as no call costs more than was set aside for it.
 * A call that does not fit waits while calls in flight may still give money back; when none is left the cap counts as
 * reached, and from then on nothing is granted but calls that cost nothing.
 */
export class Budget {
  private reservedUsd = 0;
  private reservations = 0;
  private readonly wishes: Wish[] = [];
  private ended: "reached" | "cancelled" | undefined;

  /**
   * @param capUsd most that may be spent
   * @param spentUsd spent before, such as by earlier runs on the same folder
   * @param onReached told once
   */
  constructor(
    readonly capUsd: number,
    private spentUsd: number,
    private readonly onReached: (spentUsd: number) => void,
  ) {}

  /** Spent so far, in dollars, earlier runs included. */
  get spent(): number {
    return this.spentUsd;
  }

  /** Set aside for calls in flight, in dollars. */
  get reserved(): number {
    return this.reservedUsd;
  }

  /** Whether a call was turned away because it did not fit. */
  get reached(): boolean {
    return this.ended === "reached";
  }

  /** Sets money aside for a call. A granted one must be settled. */
  reserve(amountUsd: number): Reservation | Promise<Reservation> {
    if (amountUsd <= 0) return "granted";
    if (this.ended !== undefined) return this.ended;
    if (this.wishes.length === 0) {
      if (this.fits(amountUsd)) return this.grant(amountUsd);
      if (this.reservations === 0) return this.end("reached");
    }
    return new Promise((resolve) => {
      this.wishes.push({ amountUsd, answer: resolve });
    });
  }

  /** Replaces what was set aside for a call by what it cost. */
  settle(amountUsd: number, costUsd: number): void {
    this.spentUsd += costUsd;
    if (amountUsd <= 0) return;
    this.reservations--;
    // Sums of floating-point numbers drift; with nothing in flight the truth is known.
    this.reservedUsd = this.reservations === 0 ? 0 : this.reservedUsd - amountUsd;
    this.answerWishes();
  }

  /** Turns away all who wait and all who come. */
  cancel(): void {
    this.ended ??= "cancelled";
    for (const wish of this.wishes.splice(0)) wish.answer("cancelled");
  }

  private fits(amountUsd: number): boolean {
    return this.spentUsd + this.reservedUsd + amountUsd <= this.capUsd;
  }

  private grant(amountUsd: number): Reservation {
    this.reservedUsd += amountUsd;
    this.reservations++;
    return "granted";
  }

  private answerWishes(): void {
    for (;;) {
      const first = this.wishes[0];
      if (first === undefined) return;
      if (!this.fits(first.amountUsd)) {
        if (this.reservations === 0) this.end("reached");
        return;
      }
      this.wishes.shift();
      first.answer(this.grant(first.amountUsd));
    }
  }

  private end(how: "reached"): Reservation {
    this.ended = how;
    this.onReached(this.spentUsd);
    for (const wish of this.wishes.splice(0)) wish.answer(how);
    return how;
  }
}
