import type { ServerResponse } from "node:http";

/** Bytes that a page may be behind before further events are left out. */
const MOST_WAITING_BYTES = 1 << 20;

/** Server-sent events to one page; every event stands for itself, so that one which is left out is missed by nobody. */
export class EventStream {
  constructor(private readonly response: ServerResponse) {
    // A page that is closed comes back by itself; not at once, where the viewer has just ended.
    response.write("retry: 1000\n\n");
  }

  /** Sends an event with a value as JSON, which holds no line feed. A page that does not read is not waited for. */
  send(event: string, value: unknown): void {
    if (this.response.writableEnded || this.response.writableLength > MOST_WAITING_BYTES) return;
    this.response.write(`event: ${event}\ndata: ${JSON.stringify(value)}\n\n`);
  }

  /** Calls back once when nobody listens any longer. */
  onClose(listener: () => void): void {
    this.response.once("close", listener);
  }

  /** Ends the stream. */
  end(): void {
    this.response.end();
  }
}
