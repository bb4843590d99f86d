import type { LiveHolder, LiveStatus } from "../core/live-run.js";
import type { Manifest } from "../core/manifest.js";
import { type LockSight, SILENT_MS } from "../store/run-lock.js";

const WRITTEN: readonly Manifest["status"][] = ["running", "complete", "incomplete", "interrupted"];

/** What a moment is by both clocks of {@link Clock}, in milliseconds. */
export interface Moment {
  readonly now: number;
  readonly monotonic: number;
}

/**
 * Whether a run lives, by what somebody sees who only looks. Machines' clocks may differ, so what counts is whether signs
 * of life go on coming, not what they say; the first one is taken at its word.
 */
export class Liveness {
  private signMs: number | undefined;
  private seenMs = Number.NEGATIVE_INFINITY;
  private lock: LockSight | undefined;

  /** A look at the lock. */
  see(lock: LockSight | undefined, { now, monotonic }: Moment): void {
    this.lock = lock;
    if (lock === undefined || lock.signMs === this.signMs) return;
    const agoMs = this.signMs === undefined ? Math.max(0, now - lock.signMs) : 0;
    this.signMs = lock.signMs;
    this.seenMs = Math.max(this.seenMs, monotonic - agoMs);
  }

  /** A record came: somebody writes. A folder that is copied here bit by bit may come without its lock. */
  recordCame({ monotonic }: Moment): void {
    this.seenMs = monotonic;
  }

  /** How the run stands, by its manifest too, which may be of another version or hand. */
  status(said: Manifest["status"], { monotonic }: Moment): LiveStatus {
    const written = WRITTEN.includes(said) ? said : "incomplete";
    const isSilent = monotonic - this.seenMs > SILENT_MS;
    if (this.lock === undefined) return written !== "running" ? written : isSilent ? "killed" : "running";
    if (this.lock.process === "dead") return written === "running" ? "killed" : written;
    if (!isSilent) return "running";
    return written === "running" ? "silent" : written;
  }

  /** Who holds the folder. */
  get holder(): LiveHolder | null {
    return this.lock?.holder ?? null;
  }
}
