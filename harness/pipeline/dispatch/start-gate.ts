import type { Clock } from "../../core/clock.js";
import type { CircuitBreaker } from "./circuit-breaker.js";
import type { RateHeaders } from "./rate-headers.js";
import type { RateWindow, WindowEntry } from "./rate-window.js";

/** Leave to start an attempt now, or why it cannot start at all. */
export type Admission =
  | { readonly kind: "go"; readonly probe: boolean; readonly entry: WindowEntry | undefined }
  | { readonly kind: "down" }
  | { readonly kind: "cancelled" };

/** What has a say in when the next attempt may start. */
export interface GateParts {
  readonly clock: Clock;
  readonly breaker: CircuitBreaker;
  readonly headers: RateHeaders;
  /** Absent where no limit per minute is set. */
  readonly window: RateWindow | undefined;
  /** Least time between two starts, in milliseconds. */
  startIntervalMs(): number;
}

interface Waiter {
  readonly tokens: number;
  admit(admission: Admission): void;
}

const LONGEST_SLEEP_MS = 600_000;

/**
 * The last door before an endpoint: lets attempts start one after the other as the circuit breaker, the limits per
 * minute, the endpoint's own headers and the pace allow. First come, first served; costs nothing while all is open.
 */
export class StartGate {
  private readonly waiters: Waiter[] = [];
  private lastStartMs = Number.NEGATIVE_INFINITY;
  private pumping = false;
  private interrupt: (() => void) | undefined;
  private shut = false;

  constructor(private readonly parts: GateParts) {}

  /** Attempts that wait here. */
  get waiting(): number {
    return this.waiters.length;
  }

  /** Asks for leave to start an attempt of so many estimated tokens. */
  enter(tokens: number): Admission | Promise<Admission> {
    if (this.shut) return { kind: "cancelled" };
    const nowMs = this.parts.clock.monotonic();
    if (this.waiters.length === 0 && this.waitMs(nowMs, tokens) <= 0) return this.admit(nowMs, tokens);
    return new Promise((resolve) => {
      this.waiters.push({ tokens, admit: resolve });
      if (!this.pumping) void this.pump();
    });
  }

  /** To be called whenever an attempt has ended, since that can open the gate earlier than it seemed. */
  wake(): void {
    if (this.waiters.length > 0) this.interrupt?.();
  }

  /** Turns away all who wait and all who come. */
  close(): void {
    this.shut = true;
    for (const waiter of this.waiters.splice(0)) waiter.admit({ kind: "cancelled" });
    this.interrupt?.();
  }

  private waitMs(nowMs: number, tokens: number): number {
    const { breaker, headers, window } = this.parts;
    const untilCircuit = breaker.waitMs(nowMs);
    if (breaker.state === "down" || untilCircuit === Number.POSITIVE_INFINITY) return untilCircuit;
    const intervalMs = this.parts.startIntervalMs();
    return Math.max(
      untilCircuit,
      headers.waitMs(nowMs, tokens),
      window?.waitMs(nowMs, tokens) ?? 0,
      intervalMs > 0 ? this.lastStartMs + intervalMs - nowMs : 0,
    );
  }

  private admit(nowMs: number, tokens: number): Admission {
    const passage = this.parts.breaker.enter(nowMs);
    if (passage === "down") return { kind: "down" };
    this.lastStartMs = nowMs;
    this.parts.headers.start(nowMs, tokens);
    return { kind: "go", probe: passage === "probe", entry: this.parts.window?.start(nowMs, tokens) };
  }

  private async pump(): Promise<void> {
    this.pumping = true;
    for (;;) {
      const first = this.waiters[0];
      if (first === undefined) break;
      const nowMs = this.parts.clock.monotonic();
      const waitMs = this.waitMs(nowMs, first.tokens);
      if (waitMs > 0) {
        await this.pause(waitMs);
        continue;
      }
      this.waiters.shift();
      first.admit(this.admit(nowMs, first.tokens));
    }
    this.pumping = false;
  }

  /** Sleeps until the time has come or something has changed. */
  private async pause(waitMs: number): Promise<void> {
    if (waitMs === Number.POSITIVE_INFINITY) {
      await new Promise<void>((resolve) => {
        this.interrupt = resolve;
      });
    } else {
      const interruption = new AbortController();
      this.interrupt = () => interruption.abort("changed");
      try {
        await this.parts.clock.sleep(Math.min(LONGEST_SLEEP_MS, Math.ceil(waitMs)), interruption.signal);
      } catch {
        // Interrupted: the pump looks again.
      }
    }
    this.interrupt = undefined;
  }
}
