/** Bytes of all replies that are being read, together. */
const MOST_BYTES_IN_FLIGHT = 24_000_000;

interface Waiting {
  readonly share: ReplyShare;
  readonly bytes: number;
  go(): void;
}

/**
 * Memory that all replies share while they are read. A reply that finds none left waits until others are done. The one
 * that has waited longest goes on all the same, so that there always is one that gets done: the sum stays below the cap
 * and one reply's own limit.
 */
export class ReplyMemory {
  private usedBytes = 0;
  private waiting: readonly Waiting[] = [];
  private overdrawing: ReplyShare | undefined;

  constructor(private readonly mostBytes = MOST_BYTES_IN_FLIGHT) {}

  /** Bytes that replies hold now. */
  get used(): number {
    return this.usedBytes;
  }

  /** The share of one reply, empty; release it. */
  share(): ReplyShare {
    return new ReplyShare(this);
  }

  /** Used by {@link ReplyShare}. Rejects with the signal's reason when that aborts before the bytes are there. */
  take(share: ReplyShare, bytes: number, signal: AbortSignal | undefined): Promise<void> | undefined {
    if (this.overdrawing === share || (this.waiting.length === 0 && this.fits(bytes))) {
      this.usedBytes += bytes;
      return undefined;
    }
    return new Promise<void>((resolve, reject) => {
      signal?.throwIfAborted();
      const stop = () => {
        this.waiting = this.waiting.filter((one) => one !== entry);
        reject(signal?.reason);
      };
      const entry: Waiting = {
        share,
        bytes,
        go: () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        },
      };
      signal?.addEventListener("abort", stop, { once: true });
      this.waiting = [...this.waiting, entry];
      this.advance();
    });
  }

  /** Used by {@link ReplyShare}. */
  giveBack(share: ReplyShare, bytes: number): void {
    this.usedBytes -= bytes;
    if (this.overdrawing === share) this.overdrawing = undefined;
    this.advance();
  }

  private fits(bytes: number): boolean {
    return this.usedBytes + bytes <= this.mostBytes;
  }

  private advance(): void {
    for (;;) {
      const [first, ...others] = this.waiting;
      if (first === undefined) return;
      if (!this.fits(first.bytes)) {
        if (this.overdrawing !== undefined) return;
        this.overdrawing = first.share;
      }
      this.waiting = others;
      this.usedBytes += first.bytes;
      first.go();
    }
  }
}

/** What one reply holds of the memory that all share. */
class ReplyShare {
  private taken = 0;

  constructor(private readonly memory: ReplyMemory) {}

  /** Takes more; undefined where it is there at once. Rejects with the signal's reason when that aborts first. */
  take(bytes: number, signal: AbortSignal | undefined): Promise<void> | undefined {
    this.taken += bytes;
    const wait = this.memory.take(this, bytes, signal);
    return wait?.catch((reason: unknown) => {
      this.taken -= bytes;
      throw reason;
    });
  }

  /** Gives everything back. */
  release(): void {
    const { taken } = this;
    this.taken = 0;
    this.memory.giveBack(this, taken);
  }
}
