import type { Worker } from "node:worker_threads";
import { startThread } from "../core/threads.js";
import type { UnitFacts } from "./corpus-records.js";
import type { FoundParts, FoundPassage } from "./findings.js";
import type { ScanUnit } from "./scan-units.js";
import {
  type FromThread,
  sharedCopy,
  type ThreadData,
  type ToThread,
  thrownFromData,
} from "./thread-messages.js";

/** Pieces under way or waiting for an earlier one to end, for each thread: what they found is held until then. */
const AHEAD = 2;

/** Who is told of what threads find. */
export interface ScanListener {
  /** Matches of a piece; pieces come in their order. */
  matches(unit: number, matches: readonly FoundPassage[]): void;
  /** A piece ended; pieces come in their order. */
  done(unit: number, facts: UnitFacts): void;
  /** Bytes read of a piece that is under way. */
  progress(unit: number, bytes: number): void;
}

/** What the threads of a scan run. */
export const SCAN_FILE = "scan-worker.js";

/** One scan by several threads. */
class ThreadedScan {
  private readonly threads: Worker[] = [];
  private readonly facts = new Map<number, UnitFacts>();
  private readonly waiting = new Map<number, FoundPassage[]>();
  private readonly idle: Worker[] = [];
  private readonly results: FoundParts[] = [];
  /** Next piece to be given out, and the first that has not ended. */
  private next = 0;
  private first = 0;
  private failure: { readonly unit: number; readonly error: Error } | undefined;
  private end: (found: FoundParts[]) => void = () => undefined;
  private fail: (error: unknown) => void = () => undefined;

  constructor(
    private readonly units: readonly ScanUnit[],
    private readonly data: ThreadData,
    private readonly listener: ScanListener,
  ) {}

  async run(threads: number, signal: AbortSignal | undefined): Promise<FoundParts[]> {
    const data: ThreadData = { ...this.data, index: sharedCopy(this.data.index) };
    const ended = new Promise<FoundParts[]>((resolve, reject) => {
      this.end = resolve;
      this.fail = reject;
    });
    const stop = () => this.fail(signal?.reason);
    signal?.addEventListener("abort", stop, { once: true });
    try {
      for (let at = 0; at < threads; at++) this.start(data);
      return await ended;
    } finally {
      signal?.removeEventListener("abort", stop);
      await Promise.all(this.threads.map((thread) => thread.terminate()));
    }
  }

  private start(data: ThreadData): void {
    const thread = startThread(SCAN_FILE, { workerData: data });
    this.threads.push(thread);
    thread.on("message", (message: FromThread) => this.take(thread, message));
    thread.on("error", (error) => this.fail(error));
    this.idle.push(thread);
    this.giveOut();
  }

  /** Gives pieces to threads that have none; ends threads when none is left. */
  private giveOut(): void {
    while (this.idle.length > 0) {
      const isEnd = this.next >= this.units.length || this.failure !== undefined;
      if (!isEnd && this.next >= this.first + AHEAD * this.threads.length) return;
      const message: ToThread = isEnd ? "end" : (this.units[this.next++] as ScanUnit);
      this.idle.pop()?.postMessage(message);
    }
  }

  private take(thread: Worker, message: FromThread): void {
    switch (message.kind) {
      case "progress":
        this.listener.progress(message.unit, message.bytes);
        return;
      case "matches":
        if (message.unit === this.first) this.listener.matches(message.unit, message.matches);
        else {
          const held = this.waiting.get(message.unit) ?? [];
          held.push(...message.matches);
          this.waiting.set(message.unit, held);
        }
        return;
      case "found":
        this.results.push(message.found);
        if (this.results.length < this.threads.length) return;
        if (this.failure === undefined) this.end(this.results);
        else this.fail(this.failure.error);
        return;
      case "failed":
        // Of several failures the one that a single thread would have met is told.
        if (this.failure === undefined || message.unit < this.failure.unit)
          this.failure = { unit: message.unit, error: thrownFromData(message.error) };
        break;
      default:
        this.facts.set(message.unit, message.facts);
        this.tellDone();
    }
    this.idle.push(thread);
    this.giveOut();
  }

  /** Tells of the pieces that ended, as far as all before them did. */
  private tellDone(): void {
    for (let facts = this.facts.get(this.first); facts !== undefined; facts = this.facts.get(this.first)) {
      this.listener.done(this.first, facts);
      this.facts.delete(this.first++);
      const held = this.waiting.get(this.first);
      if (held === undefined) continue;
      this.waiting.delete(this.first);
      this.listener.matches(this.first, held);
    }
  }
}

/** Scans pieces of a corpus by several threads. @throws DataError as a scan by one; what `signal` was aborted with. */
export function scanByThreads(
  units: readonly ScanUnit[],
  data: ThreadData,
  listener: ScanListener,
  { threads, signal }: { readonly threads: number; readonly signal: AbortSignal | undefined },
): Promise<FoundParts[]> {
  return new ThreadedScan(units, data, listener).run(threads, signal);
}
