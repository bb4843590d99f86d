import type { Clock } from "../../core/clock.js";
import { EndpointError } from "../../core/errors.js";
import type { Generation, GenerationRequest, Model } from "../../core/records.js";
import { endpointErrorOf } from "./retry.js";

/** Thrown into attempts that the run itself cuts off. */
export const cutOff: unique symbol = Symbol("attempt cut off");

/** Node's timers overflow beyond this and fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** One attempt under way; `end` is undefined once it is over. */
interface Flight {
  readonly deadlineMs: number;
  end: ((reason: EndpointError | typeof cutOff) => void) | undefined;
}

/**
 * Attempts under way, with one deadline for each. All share one timer: deadlines are equally long, so the attempt
 * that started first expires first. An attempt ends at its deadline even where its adapter ignores the signal.
 */
export class InFlight {
  private flights: Flight[] = [];
  private head = 0;
  private active = 0;
  private watching: AbortController | undefined;

  /** @param timeoutMs of every attempt, headers and body; infinite for none */
  constructor(
    private readonly clock: Clock,
    private readonly timeoutMs: number,
  ) {}

  /** Number of attempts under way. */
  get size(): number {
    return this.active;
  }

  /**
   * Makes one attempt. Rejects with an {@link EndpointError} (`timeout`, what the adapter threw, `adapter-failed`) or
   * with {@link cutOff}.
   */
  run(model: Model, request: GenerationRequest): Promise<Generation> {
    return new Promise((resolve, reject) => {
      const controller = new AbortController();
      const flight = this.start((reason) => {
        reject(reason);
        controller.abort(reason === cutOff ? new Error("the run was stopped") : reason);
      });
      generate(model, request, controller.signal).then(
        (generation) => {
          this.finish(flight);
          resolve(generation);
        },
        (thrown: unknown) => {
          this.finish(flight);
          reject(endpointErrorOf(thrown));
        },
      );
    });
  }

  /** Ends all attempts at once with {@link cutOff}. */
  cutAll(): void {
    for (const flight of this.flights.slice(this.head)) {
      const end = flight.end;
      this.finish(flight);
      end?.(cutOff);
    }
  }

  private start(end: (reason: EndpointError | typeof cutOff) => void): Flight {
    const flight: Flight = { deadlineMs: this.clock.monotonic() + this.timeoutMs, end };
    this.flights.push(flight);
    this.active++;
    if (this.watching === undefined && Number.isFinite(this.timeoutMs)) void this.watch();
    return flight;
  }

  private finish(flight: Flight): void {
    if (flight.end === undefined) return;
    flight.end = undefined;
    this.active--;
    this.dropEnded();
    // A reason of our own spares the cost of a DOMException with its stack.
    if (this.active === 0) this.watching?.abort("idle");
  }

  private dropEnded(): void {
    for (;;) {
      const first = this.flights[this.head];
      if (first === undefined || first.end !== undefined) break;
      this.head++;
    }
    if (this.head === this.flights.length) {
      this.flights = [];
      this.head = 0;
    } else if (this.head > 256 && this.head * 2 > this.flights.length) {
      this.flights = this.flights.slice(this.head);
      this.head = 0;
    }
  }

  private async watch(): Promise<void> {
    const watching = new AbortController();
    this.watching = watching;
    for (;;) {
      const first = this.flights[this.head];
      if (first === undefined) break;
      const leftMs = first.deadlineMs - this.clock.monotonic();
      if (leftMs <= 0) {
        this.expire(first);
        continue;
      }
      try {
        await this.clock.sleep(Math.min(LONGEST_TIMER_MS, Math.ceil(leftMs)), watching.signal);
      } catch {
        break;
      }
    }
    if (this.watching === watching) this.watching = undefined;
    // An attempt may have started between the abort of the timer and here.
    if (this.watching === undefined && this.active > 0) void this.watch();
  }

  private expire(flight: Flight): void {
    const end = flight.end;
    this.finish(flight);
    end?.(
      new EndpointError(`no complete reply within ${Math.round(this.timeoutMs) / 1000} s`, {
        code: "timeout",
        retryable: true,
        remedy: "Raise --timeout, or lower --concurrency if the endpoint is overloaded.",
      }),
    );
  }
}

/** Calls the adapter so that whatever it does, a synchronous throw or a reply of the wrong shape, becomes a rejection. */
async function generate(model: Model, request: GenerationRequest, signal: AbortSignal): Promise<Generation> {
  const reply: unknown = await model.generate(request, { signal });
  if (isGeneration(reply)) return reply;
  throw new EndpointError("the adapter resolved with something that is not a generation", {
    code: "adapter-failed",
    retryable: false,
  });
}

function isGeneration(value: unknown): value is Generation {
  if (typeof value !== "object" || value === null) return false;
  const fields: { text?: unknown; finishReason?: unknown } = value;
  return typeof fields.text === "string" && typeof fields.finishReason === "string";
}
