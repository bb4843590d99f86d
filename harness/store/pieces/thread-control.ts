/** Places of the control block. */
const [NEXT, DONE, POSTED, CLOSED] = [0, 1, 2, 3];

/** Pieces that threads may be ahead of the one whose rows are wanted, for each thread: their rows are held until then. */
const AHEAD = 3;

/** How long the first thread waits for rows before it reads them itself, should another thread have died. */
const PATIENCE_MS = 10_000;

/**
 * What threads agree by who reads which piece, without a message: the first thread gives its turn to nobody while it reads,
 * so that no message would be handed on.
 */
export class ThreadControl {
  private readonly numbers: Int32Array;

  constructor(
    readonly block: SharedArrayBuffer,
    private readonly pieces: number,
    private readonly threads: number,
  ) {
    this.numbers = new Int32Array(block);
  }

  static make(pieces: number, threads: number): ThreadControl {
    return new ThreadControl(new SharedArrayBuffer(4 * Int32Array.BYTES_PER_ELEMENT), pieces, threads);
  }

  /** The next piece that nobody has taken; undefined where there is none, or where it is too far ahead. */
  take(): number | undefined {
    for (;;) {
      const next = Atomics.load(this.numbers, NEXT);
      const limit = Atomics.load(this.numbers, DONE) + AHEAD * this.threads;
      if (next >= this.pieces || next >= limit) return undefined;
      if (Atomics.compareExchange(this.numbers, NEXT, next, next + 1) === next) return next;
    }
  }

  /** As {@link take}, but waits until the next piece is no longer too far ahead; undefined at the end. */
  takeInTime(): number | undefined {
    for (;;) {
      const done = Atomics.load(this.numbers, DONE);
      if (Atomics.load(this.numbers, CLOSED) === 1 || Atomics.load(this.numbers, NEXT) >= this.pieces)
        return undefined;
      const taken = this.take();
      if (taken !== undefined) return taken;
      Atomics.wait(this.numbers, DONE, done);
    }
  }

  /** Says that the rows of so many pieces were taken in. */
  done(pieces: number): void {
    Atomics.store(this.numbers, DONE, pieces);
    Atomics.notify(this.numbers, DONE);
  }

  /** Says that rows were sent. */
  posted(): void {
    Atomics.add(this.numbers, POSTED, 1);
    Atomics.notify(this.numbers, POSTED);
  }

  /** How often rows were sent. */
  get posts(): number {
    return Atomics.load(this.numbers, POSTED);
  }

  /** Waits for more than so many; false after some time. */
  waitForMore(posts: number): boolean {
    return Atomics.wait(this.numbers, POSTED, posts, PATIENCE_MS) !== "timed-out";
  }

  /** Ends all threads. */
  close(): void {
    Atomics.store(this.numbers, CLOSED, 1);
    // A change of what they wait for wakes those that are about to wait, too.
    Atomics.add(this.numbers, DONE, 1);
    Atomics.notify(this.numbers, DONE);
  }
}
