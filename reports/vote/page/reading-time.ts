/** Measures how long a voter looked at a pair: neither pauses count nor the time in which the page was out of sight. */
export class ReadingTime {
  private counted = 0;
  private since: number | undefined;
  private isPaused = false;

  /** @param now Milliseconds that never run backwards. */
  constructor(private readonly now: () => number) {}

  /** Starts again: the pair can be read from now on. */
  start(): void {
    this.counted = 0;
    this.since = undefined;
    this.resume();
  }

  /** @param paused Whether the voter paused, or the page is out of sight. */
  pause(paused: boolean): void {
    this.isPaused = paused;
    if (!paused) this.resume();
    else if (this.since !== undefined) {
      this.counted += this.now() - this.since;
      this.since = undefined;
    }
  }

  /** Milliseconds so far. */
  elapsed(): number {
    return this.counted + (this.since === undefined ? 0 : this.now() - this.since);
  }

  private resume(): void {
    if (!this.isPaused) this.since ??= this.now();
  }
}
