import type { Redis } from "ioredis";
import { ConfigError, messageOf } from "../core/errors.js";
import { excerpt } from "../core/text.js";
import type { QueueAddress } from "./queue-address.js";

/** The packages that a queue needs; they are no dependencies of assay. */
export interface QueuePackages {
  readonly bullmq: typeof import("bullmq");
  readonly Redis: typeof Redis;
}

/**
 * Loads BullMQ and ioredis.
 * @throws ConfigError `queue-packages-missing`.
 */
export async function loadQueuePackages(): Promise<QueuePackages> {
  try {
    const [bullmq, ioredis] = await Promise.all([import("bullmq"), import("ioredis")]);
    return { bullmq, Redis: ioredis.Redis };
  } catch (cause) {
    throw new ConfigError("--queue needs the packages bullmq and ioredis, which are not installed", {
      code: "queue-packages-missing",
      remedy: "Install them beside assay: npm install bullmq ioredis (with -g if assay is installed so).",
      cause,
    });
  }
}

/** How long the first connection may take. A Redis that goes away later is waited for. */
const CONNECT_TIMEOUT_MS = 5_000;
const LONGEST_RECONNECT_MS = 5_000;

/** How a Redis refuses who comes with a wrong password, a wrong name or none, or may not do what is needed. */
const WRONG_PASSWORD =
  /\b(WRONGPASS|NOAUTH|NOPERM)\b|invalid (username-)?password|AUTH.* without any password/i;

function wrongPassword(address: QueueAddress, refusal: string): ConfigError {
  const what =
    new URL(address.url).password === "" ? "wants a password" : "refuses the user name or password";
  return new ConfigError(`the Redis at ${address.shown} ${what} (${excerpt(refusal, 100)})`, {
    code: "queue-unauthorized",
    remedy:
      "Check the address given with --queue or ASSAY_QUEUE: redis://USER:PASSWORD@host:6379, or redis://:PASSWORD@host:6379 without a name.",
  });
}

/** Connections to one Redis, for the commands of one process. */
export class RedisConnections {
  private readonly opened: Redis[] = [];
  /** What was said since a connection last stood. */
  private readonly said = new Set<string>();

  private constructor(
    private readonly packages: QueuePackages,
    readonly address: QueueAddress,
    private readonly onProblem: (message: string) => void,
  ) {}

  /**
   * Makes sure that the Redis is there.
   * @param onProblem Told when a connection breaks; it comes back by itself.
   * @throws ConfigError `queue-unreachable`, `queue-unauthorized`.
   */
  static async open(
    packages: QueuePackages,
    address: QueueAddress,
    onProblem: (message: string) => void,
  ): Promise<RedisConnections> {
    const trial = new packages.Redis(address.url, {
      lazyConnect: true,
      connectTimeout: CONNECT_TIMEOUT_MS,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    });
    let said: unknown;
    // Without a listener a broken connection would end the process. What the Redis refuses is said here alone.
    trial.on("error", (error) => {
      said = error;
    });
    try {
      await trial.connect();
      await trial.ping();
    } catch (cause) {
      const refusal = [cause, said].map(messageOf).find((message) => WRONG_PASSWORD.test(message));
      if (refusal !== undefined) throw wrongPassword(address, refusal);
      throw new ConfigError(`no Redis answers at ${address.shown} (${messageOf(cause).slice(0, 200)})`, {
        code: "queue-unreachable",
        remedy: "Start it, or fix the address given with --queue or ASSAY_QUEUE.",
      });
    } finally {
      trial.disconnect();
    }
    return new RedisConnections(packages, address, onProblem);
  }

  /** A connection of its own, as blocking commands need it. */
  connect(): Redis {
    const redis = new this.packages.Redis(this.address.url, {
      connectTimeout: CONNECT_TIMEOUT_MS,
      maxRetriesPerRequest: null,
      retryStrategy: (times) => Math.min(LONGEST_RECONNECT_MS, 100 * 2 ** Math.min(times, 10)),
    });
    redis.on("error", (error) => this.report(error));
    redis.on("ready", () => this.said.clear());
    this.opened.push(redis);
    return redis;
  }

  /** Says what went wrong with a connection; once, until one stands again. */
  report(error: unknown): void {
    const message = messageOf(error).slice(0, 300);
    if (this.said.has(message)) return;
    this.said.add(message);
    this.onProblem(message);
  }

  /** Closes all connections at once. */
  close(): void {
    for (const redis of this.opened.splice(0)) redis.disconnect();
  }
}
