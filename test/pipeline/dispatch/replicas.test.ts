import { describe, expect, it } from "vitest";
import { createDispatcher } from "../../../harness/pipeline/dispatch/dispatcher.js";
import { createReplicatedModel } from "../../../harness/pipeline/dispatch/replicas.js";
import { ask, type Behaviour, failure, fakeEndpoint, reply } from "./fake-endpoint.js";
import { createVirtualClock } from "./virtual-clock.js";

/** Replicas at http://a/v1, http://b/v1, … that behave as told. */
function replicate(behaviours: (clock: ReturnType<typeof createVirtualClock>) => readonly Behaviour[]) {
  const clock = createVirtualClock();
  const endpoints = behaviours(clock).map((behaviour, index) =>
    fakeEndpoint(clock, behaviour, { endpoint: `http://${"abcdef"[index]}/v1` }),
  );
  const model = createReplicatedModel(
    endpoints.map((endpoint) => endpoint.model),
    { clock },
  );
  const dispatcher = createDispatcher({ clock, random: () => 0.5, concurrency: 12 });
  const callAll = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, index) => dispatcher.call(model, ask(index), "answers")));
  return { clock, endpoints, model, dispatcher, callAll };
}

describe("a replicated model", () => {
  it("shares calls evenly between equal replicas", async () => {
    const { clock, endpoints, callAll } = replicate((time) =>
      [1, 2, 3].map(() => async () => {
        await time.sleep(100);
        return reply();
      }),
    );
    await clock.runUntil(callAll(300));
    expect(endpoints.map((endpoint) => endpoint.mostInFlight)).toEqual([4, 4, 4]);
    expect(endpoints.map((endpoint) => endpoint.arrivals.length)).toEqual([100, 100, 100]);
  });

  it("gives a replica that is three times as fast three times the calls", async () => {
    const { clock, endpoints, callAll } = replicate((time) =>
      [300, 100].map((latencyMs) => async () => {
        await time.sleep(latencyMs);
        return reply();
      }),
    );
    await clock.runUntil(callAll(800));
    const [slow = 0, fast = 0] = endpoints.map((endpoint) => endpoint.arrivals.length);
    expect(fast / slow).toBeGreaterThan(2.8);
    expect(fast / slow).toBeLessThan(3.2);
  });

  it("leaves a dead replica alone, tries it again now and then, and takes it back when it lives", async () => {
    const { clock, endpoints, callAll } = replicate((time) => [
      async () => {
        await time.sleep(100);
        return reply();
      },
      async () => {
        await time.sleep(1);
        if (time.monotonic() < 30_000) throw failure("connection-failed");
        await time.sleep(99);
        return reply();
      },
    ]);
    const outcomes = await clock.runUntil(callAll(6_000));
    expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
    const tries = (endpoints[1]?.arrivals ?? []).filter(({ atMs }) => atMs < 30_000);
    // At most 12 in flight when it is found out, then one probe after 5, 10 and 20 s.
    const probes = tries.filter(({ atMs }) => atMs > 100).map(({ atMs }) => Math.floor(atMs / 1_000));
    expect(tries.length).toBeLessThanOrEqual(12 + 3);
    expect(probes).toEqual([5, 15]);
    expect(endpoints[1]?.arrivals.length).toBeGreaterThan(500);
  });

  it("records which replica took each attempt", async () => {
    const { clock, callAll } = replicate(() => [
      () => {
        throw failure("server-error", { status: 503 });
      },
      () => reply(),
    ]);
    const outcomes = await clock.runUntil(callAll(2));
    const retried = outcomes
      .map((outcome) => (outcome.ok ? outcome.record.attempts : undefined))
      .find(Boolean);
    expect(retried).toEqual([
      expect.objectContaining({ outcome: "server-error", status: 503, replica: "http://a/v1" }),
      expect.objectContaining({ outcome: "ok", replica: "http://b/v1" }),
    ]);
  });

  it("does not let a replica that refuses quickly draw all calls", async () => {
    const { clock, endpoints, callAll } = replicate((time) => [
      async () => {
        await time.sleep(1);
        throw failure("rate-limited", { retryAfterMs: 20_000 });
      },
      async () => {
        await time.sleep(100);
        return reply();
      },
    ]);
    const outcomes = await clock.runUntil(callAll(1_000));
    expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
    expect(endpoints[0]?.arrivals.length).toBeLessThan(40);
  });

  it("counts an attempt that never answers as a failure of its replica", async () => {
    const clock = createVirtualClock();
    const deaf = fakeEndpoint(clock, () => new Promise(() => {}), { endpoint: "http://deaf/v1" });
    const well = fakeEndpoint(clock, () => reply(), { endpoint: "http://well/v1" });
    const model = createReplicatedModel([deaf.model, well.model], { clock });
    const dispatcher = createDispatcher({ clock, random: () => 0.5, concurrency: 8, timeoutMs: 1_000 });
    const calls = Array.from({ length: 50 }, (_, index) => dispatcher.call(model, ask(index), "answers"));
    const outcomes = await clock.runUntil(Promise.all(calls));
    expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
    expect(model.replicas.map(({ name, resting }) => [name, resting])).toEqual([
      ["http://deaf/v1", true],
      ["http://well/v1", false],
    ]);
  });

  it("can be called without a dispatcher, and closes all its replicas", async () => {
    const clock = createVirtualClock();
    const closed: string[] = [];
    const models = ["http://b/v1", "http://a/v1"].map((endpoint) => ({
      ...fakeEndpoint(clock, () => reply()).model,
      endpoint,
      close: async () => {
        closed.push(endpoint);
      },
    }));
    const model = createReplicatedModel(models, { clock });
    expect(model.endpoint).toBe("http://a/v1 + http://b/v1");
    const generation = await model.generate(ask(1), { signal: new AbortController().signal });
    expect(generation.text).toBe("yes");
    expect(model.replicas.map((replica) => replica.inFlight)).toEqual([0, 0]);
    await model.close?.();
    expect(closed).toEqual(["http://b/v1", "http://a/v1"]);
  });

  it("refuses replicas that are not the same model", () => {
    const clock = createVirtualClock();
    const at = (endpoint: string, name = "m") =>
      fakeEndpoint(clock, () => reply(), { endpoint, identity: { adapter: "openai", model: name } }).model;
    const code = expect.objectContaining({ code: "bad-replicas" });
    expect(() => createReplicatedModel([])).toThrow(code);
    expect(() => createReplicatedModel([at("http://a"), at("http://b", "other")])).toThrow(code);
    expect(() => createReplicatedModel([at("http://a"), at("http://a")])).toThrow(code);
  });
});
