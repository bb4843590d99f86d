import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Clock, systemClock } from "../../harness/core/clock.js";
import { type Leave, SharedRateLimit, type StartingCall } from "../../harness/queue/shared-rate-limit.js";
import { hasRedis, type RedisServer, startRedis } from "./redis-server.js";

const never = new AbortController().signal;

/** A clock whose sleepers wake when the test says so. */
class HeldClock implements Clock {
  readonly asked: number[] = [];
  private wakers: (() => void)[] = [];
  private onSleep: (() => void) | undefined;

  now = () => 0;
  monotonic = () => 0;
  turn = () => Promise.resolve();

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.asked.push(ms);
    this.onSleep?.();
    return new Promise((resolve, reject) => {
      this.wakers.push(resolve);
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  }

  /** Resolves when somebody sleeps. */
  sleeping(): Promise<void> {
    if (this.wakers.length > 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.onSleep = resolve;
    });
  }

  wake(): void {
    for (const waker of this.wakers.splice(0)) waker();
  }
}

type Keys = readonly [starts: string, tokens: string, sum: string];

function call(endpoint: string, limits: StartingCall["limits"], tokens = 0): StartingCall {
  return { endpoint, limits, tokens };
}

describe.skipIf(!hasRedis)("a rate limit over several workers (needs redis-server)", () => {
  let server: RedisServer;
  const connections: Redis[] = [];

  beforeAll(async () => {
    server = await startRedis();
  });
  afterEach(() => {
    for (const redis of connections.splice(0)) redis.disconnect();
  });
  afterAll(() => server.close());

  function worker(clock: Clock, windowMs?: number): SharedRateLimit {
    const redis = new Redis(server.url);
    connections.push(redis);
    return new SharedRateLimit(redis, clock, windowMs);
  }

  test("lets as many calls start as the limit says, whichever worker makes them", async () => {
    const clock = new HeldClock();
    const [one, two] = [worker(clock), worker(clock)];
    const limited = call("http://a/v1", { rpm: 3 });
    await one.start(limited, never);
    await two.start(limited, never);
    await one.start(limited, never);
    let started = 0;
    const fourth = two.start(limited, never).then(() => started++);
    await clock.sleeping();
    expect(started).toBe(0);
    expect(clock.asked).toEqual([2_000]);
    // Another endpoint has a limit of its own.
    await two.start(call("http://b/v1", { rpm: 3 }), never);
    // A woken call looks again; the minute is not over.
    clock.wake();
    await clock.sleeping();
    expect(started).toBe(0);
    void fourth.catch(() => undefined);
  });

  test("counts tokens by estimate until they are settled", async () => {
    const clock = new HeldClock();
    const [one, two] = [worker(clock), worker(clock)];
    const limited = call("http://tokens/v1", { tpm: 100 }, 40);
    const first = (await one.start(limited, never)) as Leave;
    await two.start(limited, never);
    const third = one.start(limited, never);
    await clock.sleeping();
    // 80 + 40 is too much; 5 + 40 + 40 is not.
    await first.settle(5);
    clock.wake();
    expect(await third).not.toBe("taken-back");
  });

  test.each([
    ["a text for the starts", (redis: Redis, [starts]: Keys) => redis.set(starts, "garbage")],
    ["a list for the tokens", (redis: Redis, [, tokens]: Keys) => redis.lpush(tokens, "garbage")],
    ["words for the sum", (redis: Redis, [, , sum]: Keys) => redis.set(sum, "garbage")],
    ["a sum beyond all counts", (redis: Redis, [, , sum]: Keys) => redis.set(sum, "9".repeat(18))],
    ["a hash for the sum", (redis: Redis, [, , sum]: Keys) => redis.hset(sum, "a", "b")],
    [
      "words for a call's tokens",
      async (redis: Redis, [starts, tokens]: Keys) => {
        await redis.zadd(starts, 1, "old");
        return redis.hset(tokens, "old", "garbage");
      },
    ],
    ["starts that never pass", (redis: Redis, [starts]: Keys) => redis.zadd(starts, "+inf", "a", 9e14, "b")],
  ])("starts over where somebody wrote %s, and still holds", async (name, write) => {
    const clock = new HeldClock();
    const limit = worker(clock);
    const redis = connections[0] as Redis;
    const endpoint = `http://garbage/${name}`;
    const limited = call(endpoint, { rpm: 2, tpm: 100 }, 40);
    const keysOf = async () => {
      await limit.start(limited, never);
      const [found = ""] = await redis.keys("assay:rate:*:sum");
      const base = found.slice(0, -":sum".length);
      return [`${base}:starts`, `${base}:tokens`, `${base}:sum`] as const;
    };
    await redis.flushall();
    const keys = await keysOf();
    await redis.flushall();
    await write(redis, keys);
    const first = (await limit.start(limited, never)) as Leave;
    await first.settle(30);
    await limit.start(limited, never);
    const third = limit.start(limited, never);
    await clock.sleeping();
    void third.catch(() => undefined);
    expect(clock.asked).toHaveLength(1);
  });

  test("a reply is not lost where its tokens cannot be told", async () => {
    const limit = worker(new HeldClock());
    const redis = connections[0] as Redis;
    const leave = (await limit.start(call("http://paid/v1", { tpm: 100 }, 40), never)) as Leave;
    for (const key of await redis.keys("assay:rate:*"))
      await redis.del(key).then(() => redis.lpush(key, "x"));
    await expect(leave.settle(5)).resolves.toBeUndefined();
  });

  test("a call that alone exceeds the limit may start when nothing else is in the window", async () => {
    const limit = worker(new HeldClock());
    expect(await limit.start(call("http://large/v1", { tpm: 10 }, 5_000), never)).toHaveProperty("settle");
  });

  test("a call that its run took back does not start, one whose worker stops is rejected", async () => {
    const clock = new HeldClock();
    const limit = worker(clock);
    const limited = { ...call("http://c/v1", { rpm: 1 }), takeBackKey: "taken" };
    await limit.start(limited, never);
    const waiting = limit.start(limited, never);
    await clock.sleeping();
    await connections[0]?.set("taken", "1");
    clock.wake();
    expect(await waiting).toBe("taken-back");
    const stop = new AbortController();
    const stopped = limit.start(call("http://c/v1", { rpm: 1 }), stop.signal);
    await clock.sleeping();
    stop.abort(new Error("stopped"));
    await expect(stopped).rejects.toThrow("stopped");
  });

  test("holds in every sliding window by the clock of the Redis", async () => {
    const windowMs = 300;
    const workers = [worker(systemClock, windowMs), worker(systemClock, windowMs)];
    const limited = call("http://d/v1", { rpm: 4 });
    const starts = await Promise.all(
      Array.from({ length: 14 }, async (_, index) => {
        await workers[index % 2]?.start(limited, never);
        return performance.now();
      }),
    );
    starts.sort((x, y) => x - y);
    // The margin of 100 ms covers the way from the Redis to here.
    for (let index = 4; index < starts.length; index++) {
      expect((starts[index] ?? 0) - (starts[index - 4] ?? 0)).toBeGreaterThanOrEqual(windowMs);
    }
  });
});
