import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import type { Clock } from "../core/clock.js";
import { sha256 } from "../core/hash.js";
import type { RateLimits } from "../pipeline/dispatch/rate-window.js";

const WINDOW_MS = 60_000;
/** Requests do not arrive at the endpoint with the spacing at which they were sent. */
const MARGIN_MS = 100;
/** Longest time between two looks; other workers may have given back tokens that they had reserved. */
const LONGEST_WAIT_MS = 2_000;

/**
 * Takes away what no worker can have written: another type, a count that is none, starts that lie in the future. Nothing is
 * known of calls then, and counting starts over, instead of no call starting ever again.
 */
const SOUND = `
local function whole(text)
  local number = tonumber(text)
  if number and number == math.floor(number) and math.abs(number) < 1e15 then return number end
end
local function makeSound(latest)
  local kinds, sound = { "zset", "hash", "string" }, true
  for place, key in ipairs(KEYS) do
    local kind = redis.call("TYPE", key).ok
    if kind ~= "none" and kind ~= kinds[place] then sound = false end
  end
  sound = sound and whole(redis.call("GET", KEYS[3]) or 0) ~= nil
  if not sound then redis.call("DEL", unpack(KEYS)) end
  redis.call("ZREMRANGEBYSCORE", KEYS[1], string.format("(%.0f", latest), "+inf")
end
`;

/**
 * Counts a call as started, or says how many milliseconds it has to wait. The Redis's own clock counts, so that the
 * clocks of the machines need not agree.
 * KEYS: starts by time, tokens by start, sum of tokens. ARGV: window, requests, tokens (0: no limit), id, tokens asked.
 */
const START = `${SOUND}
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local window, requests, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local id, asked = ARGV[4], tonumber(ARGV[5])
makeSound(now + window)
for _, old in ipairs(redis.call("ZRANGEBYSCORE", KEYS[1], "-inf", now - window)) do
  redis.call("ZREM", KEYS[1], old)
  redis.call("DECRBY", KEYS[3], whole(redis.call("HGET", KEYS[2], old) or 0) or 0)
  redis.call("HDEL", KEYS[2], old)
end
local count = redis.call("ZCARD", KEYS[1])
if requests > 0 and count >= requests then
  local leaves = redis.call("ZRANGE", KEYS[1], count - requests, count - requests, "WITHSCORES")
  return math.max(1, leaves[2] + window - now)
end
local sum = tonumber(redis.call("GET", KEYS[3]) or 0)
if most > 0 and sum > 0 and sum + asked > most then
  local first = redis.call("ZRANGE", KEYS[1], 0, 0, "WITHSCORES")
  return math.max(1, (first[2] or now) + window - now)
end
redis.call("ZADD", KEYS[1], now, id)
redis.call("HSET", KEYS[2], id, asked)
redis.call("INCRBY", KEYS[3], asked)
for _, key in ipairs(KEYS) do redis.call("PEXPIRE", key, 2 * window) end
return 0
`;

/** Replaces the estimate of a started call by what it used. */
const SETTLE = `
local reserved = redis.call("HGET", KEYS[2], ARGV[1])
if not reserved then return 0 end
redis.call("HSET", KEYS[2], ARGV[1], ARGV[2])
redis.call("INCRBY", KEYS[3], ARGV[2] - reserved)
return 1
`;

/** A call that wants to start. */
export interface StartingCall {
  readonly endpoint: string;
  readonly limits: RateLimits;
  /** Estimate of what it will use. */
  readonly tokens: number;
  /** The call is not to be made any more once this key stands in Redis. */
  readonly takeBackKey?: string;
}

/** Leave to start a call. */
export interface Leave {
  /** Tells the tokens that the call used; undefined keeps the estimate, and so does a Redis that cannot take it. */
  settle(tokens: number | undefined): Promise<void>;
}

const free: Leave = { settle: () => Promise.resolve() };

/**
 * Requests and tokens per minute of an endpoint over all workers on one Redis, as a sliding window. A call that alone
 * exceeds the limit may start when no tokens are in the window, since it could never start otherwise.
 */
export class SharedRateLimit {
  /** Last in the line of each endpoint: one at a time asks, so that calls start in the order in which they came. */
  private readonly lines = new Map<string, Promise<unknown>>();

  /** @param windowMs Length of the window; a minute. */
  constructor(
    private readonly redis: Redis,
    private readonly clock: Clock,
    private readonly windowMs = WINDOW_MS,
  ) {}

  /**
   * Waits until a call may start; `taken-back` when it is not to be made any more.
   * @throws the signal's reason when that is aborted first; what the Redis says.
   */
  async start(call: StartingCall, signal: AbortSignal): Promise<Leave | "taken-back"> {
    const { endpoint, limits } = call;
    if (limits.rpm === undefined && limits.tpm === undefined) return free;
    const before = this.lines.get(endpoint) ?? Promise.resolve();
    const leave = before.then(() => this.whenAllowed(call, signal));
    // Whoever comes next waits for this one's turn, not for its luck.
    this.lines.set(
      endpoint,
      leave.catch(() => undefined),
    );
    return leave;
  }

  private async whenAllowed(call: StartingCall, signal: AbortSignal): Promise<Leave | "taken-back"> {
    const { endpoint, limits, tokens, takeBackKey } = call;
    const base = `assay:rate:{${sha256(endpoint).slice(0, 16)}}`;
    const keys = [`${base}:starts`, `${base}:tokens`, `${base}:sum`] as const;
    const id = randomUUID();
    const asked = Math.ceil(tokens);
    const most = [limits.rpm, limits.tpm].map((limit) =>
      limit === undefined ? 0 : Math.max(1, Math.floor(limit)),
    );
    for (;;) {
      signal.throwIfAborted();
      if (takeBackKey !== undefined && (await this.redis.exists(takeBackKey)) === 1) return "taken-back";
      const waitMs = Number(
        await this.redis.eval(START, keys.length, ...keys, this.windowMs + MARGIN_MS, ...most, id, asked),
      );
      if (waitMs <= 0) break;
      await this.clock.sleep(Math.min(LONGEST_WAIT_MS, waitMs), signal);
    }
    return {
      settle: async (used) => {
        if (used === undefined) return;
        // Without it the estimate stands, for a minute; the reply, which is paid for, must not be lost with it.
        await this.redis.eval(SETTLE, keys.length, ...keys, id, Math.ceil(used)).catch(() => undefined);
      },
    };
  }
}
