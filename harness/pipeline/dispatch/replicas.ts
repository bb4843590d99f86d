import { type Clock, systemClock } from "../../core/clock.js";
import { ConfigError, type EndpointError } from "../../core/errors.js";
import { canonicalJson } from "../../core/hash.js";
import { modelFacts } from "../../core/model-facts.js";
import type { CallContext, Generation, GenerationRequest, Model } from "../../core/records.js";
import { endpointErrorOf } from "./retry.js";

/** One attempt's hold on a replica; `release` must be called once, with the error where there was one. */
export interface ReplicaLease {
  readonly model: Model;
  /** The replica's endpoint, as {@link Attempt.replica} records it. */
  readonly name: string;
  /** @param error undefined for a success, and for an attempt that the run itself cut off */
  release(error: EndpointError | undefined): void;
}

/** Several endpoints that serve one and the same model. */
export interface ReplicatedModel extends Model {
  /** Endpoints of the replicas and how they are. */
  readonly replicas: readonly {
    readonly name: string;
    readonly inFlight: number;
    readonly resting: boolean;
  }[];
  /** Takes the replica that is to serve the next attempt. */
  lease(): ReplicaLease;
}

/** Whether a model has replicas. */
export function isReplicated(model: Model): model is ReplicatedModel {
  return "lease" in model && typeof model.lease === "function";
}

/** Failures in a row that put a replica to rest. */
const FAILURES_BEFORE_REST = 3;
const FIRST_REST_MS = 5_000;
const LONGEST_REST_MS = 60_000;
/** Rest after a refusal without a Retry-After. */
const REFUSAL_REST_MS = 1_000;

/**
 * One base URL. A replica that fails three times in a row rests for 5 s, twice as long each time up to 60 s; then one
 * call tries it. A refusal (429) makes it rest at once, since a replica that refuses quickly looks idle and would
 * draw all calls.
 */
class Replica {
  inFlight = 0;
  private failures = 0;
  private rests = 0;
  private restsUntilMs = Number.NEGATIVE_INFINITY;
  private probing = false;

  constructor(
    readonly model: Model,
    readonly name: string,
  ) {}

  get restEndsAtMs(): number {
    return this.restsUntilMs;
  }

  isAvailable(nowMs: number): boolean {
    return nowMs >= this.restsUntilMs && !this.probing;
  }

  lease(clock: Clock): ReplicaLease {
    this.inFlight++;
    const probe = this.rests > 0;
    if (probe) this.probing = true;
    return {
      model: this.model,
      name: this.name,
      release: (error) => {
        this.inFlight--;
        if (probe) this.probing = false;
        this.note(clock.monotonic(), error);
      },
    };
  }

  private note(nowMs: number, error: EndpointError | undefined): void {
    if (error === undefined || !error.retryable) {
      this.failures = 0;
      this.rests = 0;
      this.restsUntilMs = Number.NEGATIVE_INFINITY;
    } else if (error.code === "rate-limited") {
      const askedMs = error.retryAfterMs ?? REFUSAL_REST_MS;
      this.restsUntilMs = Math.max(this.restsUntilMs, nowMs + Math.min(askedMs, LONGEST_REST_MS));
    } else {
      this.failures++;
      // Calls that were under way when the rest began say nothing new.
      if (this.failures < FAILURES_BEFORE_REST || nowMs < this.restsUntilMs) return;
      this.restsUntilMs = nowMs + Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** this.rests);
      this.rests++;
    }
  }
}

/**
 * A model that several endpoints serve. Each attempt goes to the replica with the fewest in flight, in turn where they
 * are equal; replicas that fail rest for a while and are tried again by one call. The replicas share one lane: limits
 * given to the dispatcher hold for all of them together.
 *
 * @param models the same model at different endpoints; the first gives id, price and parameters
 * @throws ConfigError `bad-replicas` when there is none, when they differ in id or identity, or share an endpoint
 */
export function createReplicatedModel(
  models: readonly Model[],
  options: { readonly clock?: Clock } = {},
): ReplicatedModel {
  const [first] = models;
  if (first === undefined) throw badReplicas("a model needs at least one base URL");
  const identity = canonicalJson(first.identity);
  for (const model of models) {
    if (model.id !== first.id || canonicalJson(model.identity) !== identity) {
      throw badReplicas(`the replicas of ${first.id} differ in more than their endpoint`);
    }
  }
  const names = models.map((model) => model.endpoint);
  if (new Set(names).size < names.length) throw badReplicas(`${first.id} names one base URL twice`);
  const clock = options.clock ?? systemClock;
  const replicas = models.map((model) => new Replica(model, model.endpoint));
  let turn = 0;

  const lease = (): ReplicaLease => {
    const nowMs = clock.monotonic();
    const ready = replicas.filter((replica) => replica.isAvailable(nowMs));
    // With all at rest the one that comes back first is asked: the circuit breaker watches over the whole.
    const candidates = ready.length > 0 ? ready : [soonest(replicas)];
    turn++;
    let chosen = candidates[turn % candidates.length] ?? soonest(replicas);
    for (const replica of candidates) if (replica.inFlight < chosen.inFlight) chosen = replica;
    return chosen.lease(clock);
  };

  return {
    ...modelFacts(first),
    endpoint: [...names].sort().join(" + "),
    get replicas() {
      const nowMs = clock.monotonic();
      return replicas.map((replica) => ({
        name: replica.name,
        inFlight: replica.inFlight,
        resting: !replica.isAvailable(nowMs),
      }));
    },
    lease,
    generate: (request, context) => generateOn(lease(), request, context),
    prepare: async () => {
      await Promise.all(models.map((model) => model.prepare?.()));
    },
    close: async () => {
      await Promise.all(models.map((model) => model.close?.()));
    },
  };
}

function soonest(replicas: readonly Replica[]): Replica {
  return replicas.reduce((best, replica) => (replica.restEndsAtMs < best.restEndsAtMs ? replica : best));
}

async function generateOn(
  lease: ReplicaLease,
  request: GenerationRequest,
  context: CallContext,
): Promise<Generation> {
  try {
    const generation = await lease.model.generate(request, context);
    lease.release(undefined);
    return generation;
  } catch (thrown) {
    lease.release(context.signal.aborted ? undefined : endpointErrorOf(thrown));
    throw thrown;
  }
}

function badReplicas(message: string): ConfigError {
  return new ConfigError(message, {
    code: "bad-replicas",
    remedy: "Give one model several base URLs that serve the same model with the same parameters.",
  });
}
