import { Queue, QueueEvents } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveQueue } from "../../harness/assemble/queue.js";
import { systemClock } from "../../harness/core/clock.js";
import { ConfigError } from "../../harness/core/errors.js";
import { type CallResult, callJob, queueName } from "../../harness/queue/call-job.js";
import { startServer, type TestServer } from "../server/server.js";
import { hasRedis, type RedisServer, startRedis } from "./redis-server.js";

const KEYS = { CAVE_KEY: "sesame-0123456789", BANK_KEY: "vault-9876543210" };

describe.skipIf(!hasRedis)("a worker on a queue that others can write to (needs redis-server)", () => {
  let redis: RedisServer;
  let client: Redis;
  let queue: Queue;
  let events: QueueEvents;
  let server: TestServer;
  let bank: TestServer;
  const stopping = new AbortController();
  const refusals: string[] = [];
  let serving: Promise<void>;

  beforeAll(async () => {
    redis = await startRedis();
    server = await startServer({ apiKey: KEYS.CAVE_KEY });
    bank = await startServer({});
    client = new Redis(redis.url, { maxRetriesPerRequest: null });
    queue = new Queue(queueName.name, { connection: client, prefix: queueName.prefix });
    events = new QueueEvents(queueName.name, {
      connection: { url: redis.url, maxRetriesPerRequest: null },
      prefix: queueName.prefix,
    });
    await events.waitUntilReady();
    serving = serveQueue(
      {
        queue: redis.url,
        concurrency: 2,
        permissions: { endpoints: [server.baseUrl], variables: ["CAVE_KEY"] },
        onCall: () => undefined,
        onRefused: (reason) => refusals.push(reason),
        onProblem: () => undefined,
        onReady: () => undefined,
      },
      { environment: KEYS, clock: systemClock, random: () => 0.5, stop: stopping.signal },
    );
  });

  afterAll(async () => {
    stopping.abort();
    await serving;
    await Promise.all([queue.close(), events.close()]);
    client.disconnect();
    await Promise.all([server.close(), bank.close()]);
    await redis.close();
  });

  const callTo = (baseUrl: string, specification: object = {}, variables: readonly string[] = []) =>
    callJob("r", {
      specifications: [
        { id: "m", adapter: "openai", model: "m", baseUrl, apiKeyEnv: "CAVE_KEY", ...specification },
      ],
      variables,
      request: {
        messages: [{ role: "user", content: "Why?" }],
        parameters: {},
        subject: { kind: "answer", suite: "s", questionId: "1", turn: 1, trial: 1 },
      },
      stage: "answers",
      timeoutMs: 5_000,
      limits: {},
    });

  /** Puts a job into the queue as anybody could, whose data is this very text, and waits for what becomes of it. */
  async function becomesOf(text: string): Promise<unknown> {
    await queue.pause();
    const job = await queue.add("call", {});
    await client.hset(`${queueName.prefix}:${queueName.name}:${job.id}`, "data", text);
    const finished = job.waitUntilFinished(events).then(
      (value: CallResult) => value,
      (error: Error) => `failed: ${error.message}`,
    );
    const delayed = new Promise((resolve) => {
      const listener = ({ jobId }: { jobId: string }) => {
        if (jobId !== job.id) return;
        events.off("delayed", listener);
        resolve("turned away");
      };
      events.on("delayed", listener);
    });
    await queue.resume();
    return Promise.race([finished, delayed]);
  }

  const tell = (call: unknown) => becomesOf(JSON.stringify(call));

  test.each([
    ["no JSON", "{oops", "it is no call of assay"],
    ["null", "null", "it is no call of assay"],
    [
      "another version",
      '{"schema":"assay.call/2"}',
      "it is of another version of assay (assay.call/2; this one reads assay.call/1)",
    ],
    [
      "no request",
      '{"schema":"assay.call/1","run":"r","specifications":[{}],"variables":[]}',
      "its request cannot be read",
    ],
  ])("puts %s into the failed list with its reason, and goes on", async (_what, text, reason) => {
    expect(await becomesOf(text)).toBe(`failed: ${reason}`);
    const list = `${queueName.prefix}:${queueName.name}`;
    const failed = await client.zrange(`${list}:failed`, "0", "-1");
    const reasons = await Promise.all(
      failed.map((id) => client.hget(`${list}:${String(id)}`, "failedReason")),
    );
    expect(reasons).toContain(reason);
    expect(await tell(callTo(server.baseUrl))).toMatchObject({ ok: true });
  });

  test("asks where it may, with the key that it may use", async () => {
    server.reset();
    expect(await tell(callTo(server.baseUrl, {}, ["CAVE_KEY"]))).toMatchObject({ ok: true });
    expect(server.counts.calls).toBe(1);
  });

  test.each([
    ["another endpoint", () => callTo(bank.baseUrl)],
    ["another path of the same server", () => callTo(server.baseUrl.replace(/v1$/, "v2"))],
    ["a path out of what is allowed", () => callTo(`${server.baseUrl}/..%2fadmin`)],
    ["OpenAI, where no endpoint is named", () => callTo(undefined as never)],
    [
      "a variable that is set here and not allowed",
      () => callTo(server.baseUrl, { apiKeyEnv: "BANK_KEY" }, ["BANK_KEY"]),
    ],
    [
      "such a variable in a header",
      () => callTo(server.baseUrl, { options: { headersFromEnvironment: { "X-Key": "BANK_KEY" } } }),
    ],
  ])("leaves to others what it may not do: %s", async (_what, call) => {
    server.reset();
    expect(await tell(call())).toBe("turned away");
    expect([server.counts.calls, bank.counts.calls]).toEqual([0, 0]);
    expect(refusals.at(-1)).toMatch(/not allowed here|is not set/);
  });

  test("never sees a variable that it is not allowed, named as its key or not", async () => {
    // A key that was named and is not there is for another worker to have; one by default is done without.
    expect(await tell(callTo(server.baseUrl, { apiKeyEnv: "BANK_KEY" }))).toBe("turned away");
    const byDefault = { apiKeyEnv: undefined, defaultApiKeyEnv: "BANK_KEY" };
    const reply = await tell(callTo(server.baseUrl, byDefault));
    expect(reply).toMatchObject({ ok: false, error: { code: "unauthorized" } });
    expect(JSON.stringify(server.requests)).not.toContain(KEYS.BANK_KEY);
  });

  test.each([
    ["an adapter that runs programs", { adapter: "command", command: "true" }],
    ["a template that there is not", { adapter: "completions", template: "none-such" }],
    ["a file of its own in place of a template", { adapter: "completions", template: "/etc/hostname.jinja" }],
  ])("refuses what no worker does: %s", async (_what, specification) => {
    expect(await tell(callTo(server.baseUrl, specification))).toMatch(/^failed: its model cannot be made/);
  });
});

describe.skipIf(!hasRedis)("a worker that is started wrongly (needs redis-server)", () => {
  const start = (url: string, permissions: { endpoints: string[]; variables: string[] }) =>
    serveQueue(
      {
        queue: url,
        concurrency: 1,
        permissions,
        onCall: () => undefined,
        onRefused: () => undefined,
        onProblem: () => undefined,
        onReady: () => undefined,
      },
      { environment: KEYS, clock: systemClock, random: () => 0.5 },
    );
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  test.each([
    ["a wrong password", (url: URL) => `wrong-${url.password}`, ""],
    ["no password", () => "", ""],
    ["a name that there is not", (url: URL) => url.password, "someone"],
  ])("is told of %s, and that it is that", async (_what, password, name) => {
    const url = new URL(redis.url);
    url.password = password(url);
    url.username = name;
    const starting = start(url.href, { endpoints: ["http://localhost/v1"], variables: [] });
    await expect(starting).rejects.toMatchObject({ code: "queue-unauthorized" });
    const message = await starting.catch((error: ConfigError) => `${error.message} ${error.remedy}`);
    expect(message).not.toContain(redis.password);
    expect(message).not.toContain("wrong-");
  });

  test.each([
    ["no endpoint", { endpoints: [], variables: ["CAVE_KEY"] }, /--allow-endpoint|allowed no endpoint/],
    [
      "a variable that is not set",
      { endpoints: ["http://localhost/v1"], variables: ["NOT_SET"] },
      /NOT_SET is not set/,
    ],
    [
      "a key in place of its name",
      { endpoints: ["http://localhost/v1"], variables: ["sk-123456"] },
      /takes the name/,
    ],
  ])("is refused with %s", async (_what, permissions, message) => {
    const starting = start(redis.url, permissions);
    await expect(starting).rejects.toThrow(ConfigError);
    await expect(starting).rejects.toThrow(message);
    expect(await starting.catch((error: ConfigError) => error.message)).not.toContain("123456");
  });
});
