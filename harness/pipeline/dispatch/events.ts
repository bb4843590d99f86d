import type { CircuitCause, CircuitState } from "./circuit-breaker.js";

/** Stage that a call belongs to. */
export type CallStage = "answers" | "judgments";

/** Things worth a line in a log; `endpoint` is {@link Model.endpoint}, `model` a display id. */
export type DispatchEvent =
  | {
      readonly type: "retry";
      readonly endpoint: string;
      readonly model: string;
      readonly stage: CallStage;
      /** Attempts of this call so far. */
      readonly attempts: number;
      /** Code of the {@link EndpointError}. */
      readonly cause: string;
      readonly status?: number;
      readonly waitMs: number;
      readonly replica?: string;
    }
  | {
      readonly type: "circuit-open";
      readonly endpoint: string;
      readonly cause: CircuitCause;
      readonly pauseMs: number;
      /** The error that opened it. */
      readonly message: string;
    }
  /** Told once: the endpoint loads its model or does not listen yet, and is waited for. */
  | {
      readonly type: "endpoint-starting";
      readonly endpoint: string;
      readonly patienceMs: number;
      readonly message: string;
    }
  | { readonly type: "circuit-closed"; readonly endpoint: string; readonly afterMs: number }
  | {
      readonly type: "endpoint-given-up";
      readonly endpoint: string;
      readonly cause: CircuitCause;
      readonly afterMs: number;
      readonly probes: number;
      readonly message: string;
    }
  /** Told once: the endpoint refuses whatever a model is asked (key, model name, quota), and it is asked no more. */
  | {
      readonly type: "endpoint-refused";
      readonly endpoint: string;
      readonly model: string;
      readonly stage: CallStage;
      /** Code of the {@link EndpointError}. */
      readonly cause: string;
      readonly message: string;
      readonly remedy?: string;
    }
  | {
      readonly type: "concurrency-changed";
      readonly endpoint: string;
      readonly from: number;
      readonly to: number;
    }
  | { readonly type: "budget-reached"; readonly spentUsd: number; readonly budgetUsd: number }
  | { readonly type: "cache-hit"; readonly model: string; readonly stage: CallStage }
  | { readonly type: "cache-problem"; readonly message: string };

/** Live figures of one endpoint. */
export interface EndpointProgress {
  readonly endpoint: string;
  /** Attempts under way. */
  readonly inFlight: number;
  /** Calls that wait for a slot or for leave to start. */
  readonly waiting: number;
  /** Calls that wait before they are made again. */
  readonly backingOff: number;
  /** Calls that may be in flight at once, now. */
  readonly concurrency: number;
  readonly circuit: CircuitState;
  /** Why calls are held, while they are. */
  readonly cause?: CircuitCause;
  /** Milliseconds until the next probe while the circuit is open. */
  readonly resumesInMs?: number;
}

/** Live figures of a dispatcher; each reading is a snapshot. */
export interface DispatchProgress {
  readonly endpoints: readonly EndpointProgress[];
  readonly inFlight: number;
  readonly waiting: number;
  readonly backingOff: number;
  /** Generations obtained from endpoints. */
  readonly calls: number;
  /** Calls that ended as failed records. */
  readonly failed: number;
  readonly cached: number;
  readonly recorded: number;
  readonly retries: number;
  /** Failed attempts that were made again, by error code. */
  readonly retriesByCause: Readonly<Record<string, number>>;
  readonly inputTokens: number;
  /** Of them from the endpoints' prompt caches, as far as they say. */
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  /** Cost of this dispatcher's calls as far as prices are known, in dollars. */
  readonly costUsd: number;
  /** Calls to models without a known price. */
  readonly unpricedCalls: number;
  readonly budget?: {
    readonly capUsd: number;
    /** Spent, earlier runs and calls that may have been charged without a reply included. */
    readonly spentUsd: number;
    /** Set aside for calls in flight. */
    readonly reservedUsd: number;
    readonly reached: boolean;
  };
  /** Calls answered per second over the last 30 s, from cache and recordings included. */
  readonly callsPerSecond: number;
}
