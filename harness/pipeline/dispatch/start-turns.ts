import type { Clock } from "../../core/clock.js";

/** Few enough to leave at once, enough for starts to keep up with the replies that make room for them. */
const STARTS_PER_TURN = 8;

interface Turn {
  readonly reached: Promise<void>;
  starts: number;
}

/**
 * Spreads starts over turns of the event loop. A burst of starts would otherwise be prepared as a whole before the first
 * request leaves, and its replies would come back as a burst. Besides, a connection counts as free only in the turn after
 * its reply: a call that started at once would open another one.
 */
export class StartTurns {
  /** The latest turn that was planned and has not come yet. */
  private coming: Turn | undefined;

  constructor(private readonly clock: Clock) {}

  /** Resolves in the next turn that has room. */
  next(): Promise<void> {
    const turn = this.coming;
    if (turn === undefined || turn.starts >= STARTS_PER_TURN) return this.plan(turn?.reached);
    turn.starts++;
    return turn.reached;
  }

  private plan(before: Promise<void> | undefined): Promise<void> {
    const reached = (before ?? Promise.resolve())
      .then(() => this.clock.turn())
      .then(() => {
        if (this.coming === turn) this.coming = undefined;
      });
    const turn: Turn = { reached, starts: 1 };
    this.coming = turn;
    return reached;
  }
}
