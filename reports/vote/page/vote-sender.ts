import type { BlindRow } from "../../../harness/core/ballot.js";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;
/** Rows of one request: far below what the server takes at once. */
const MOST_ROWS = 50;

/** How far the server is behind. */
export interface SendingState {
  /** Rows that the server has not acknowledged. */
  readonly waiting: number;
  /** Why the last attempt failed; undefined when it did not. */
  readonly problem: string | undefined;
}

/** Hands rows to the server that the page came from, again and again until it says that they are on its disk. */
export class VoteSender {
  private readonly waiting = new Map<string, BlindRow>();
  private isSending = false;
  private waitMs = FIRST_WAIT_MS;
  private problem: string | undefined;
  private timer: number | undefined;

  constructor(private readonly onState: (state: SendingState) => void) {
    window.addEventListener("online", () => this.sendNow());
  }

  /** Adds rows; the server knows those that it has already. */
  add(rows: readonly BlindRow[]): void {
    for (const row of rows) this.waiting.set(`${row.vote_id}${"withdrawn" in row}`, row);
    this.tell();
    this.sendNow();
  }

  /** Tries at once, whatever it waits for. */
  sendNow(): void {
    window.clearTimeout(this.timer);
    if (!this.isSending && this.waiting.size > 0) void this.send();
  }

  private async send(): Promise<void> {
    this.isSending = true;
    const batch = [...this.waiting].slice(0, MOST_ROWS);
    try {
      // Relative: the address of the page ends in the token.
      const response = await fetch("votes", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ rows: batch.map(([, row]) => row) }),
      });
      if (!response.ok) throw new Error(await refusalOf(response));
      for (const [key] of batch) this.waiting.delete(key);
      this.problem = undefined;
      this.waitMs = FIRST_WAIT_MS;
    } catch (thrown) {
      this.problem = thrown instanceof TypeError ? "the server does not answer" : messageOf(thrown);
    }
    this.isSending = false;
    this.tell();
    if (this.waiting.size === 0) return;
    if (this.problem === undefined) {
      this.sendNow();
      return;
    }
    this.timer = window.setTimeout(() => this.sendNow(), this.waitMs);
    this.waitMs = Math.min(LONGEST_WAIT_MS, this.waitMs * 2);
  }

  private tell(): void {
    this.onState({ waiting: this.waiting.size, problem: this.problem });
  }
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

async function refusalOf(response: Response): Promise<string> {
  const text = await response.text().catch(() => "");
  return `the server refused (${response.status}${text === "" ? "" : `: ${text.slice(0, 200)}`})`;
}
