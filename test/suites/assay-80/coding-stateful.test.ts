import { describe, expect, it } from "vitest";
import { z } from "zod";
import { codeBlock, referenceText } from "./questions.js";
import { errorOf, functionFrom, type ReferenceFunction } from "./reference-code.js";

const code = (number: number, turn: 1 | 2) => codeBlock(referenceText("coding", number, turn), "js");
const method = z.custom<ReferenceFunction>((value) => typeof value === "function");

/** Lets every callback run that is already due; no timer is involved. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe.each([1, 2] as const)("assay-80 coding 4: gate of turn %i", (turn) => {
  const createGate = functionFrom(code(4, turn), "createGate");
  function gateOf(limit: number) {
    const gate = createGate(limit);
    const { run } = z.object({ run: method }).parse(gate);
    const counts = () => z.object({ active: z.number(), waiting: z.number() }).parse(gate);
    return { gate, counts, run: (...args: unknown[]) => Promise.resolve(run(...args)) };
  }
  function deferred() {
    let resolve: (value: unknown) => void = () => {};
    let reject: (error: unknown) => void = () => {};
    const promise = new Promise<unknown>((a, b) => {
      [resolve, reject] = [a, b];
    });
    return { promise, resolve, reject };
  }

  it("keeps to the limit, the priority and the order", async () => {
    const { run, counts } = gateOf(2);
    const started: string[] = [];
    const ends = new Map<string, (value: unknown) => void>();
    const task = (name: string) => () => {
      started.push(name);
      const { promise, resolve } = deferred();
      ends.set(name, resolve);
      return promise;
    };
    const runs = [run(task("a")), run(task("b")), run(task("c")), run(task("d"), { priority: 1 })];
    runs.push(run(task("e")), run(task("f"), { priority: 1 }));
    expect(started).toEqual(["a", "b"]);
    expect(counts()).toEqual({ active: 2, waiting: 4 });
    for (const name of ["a", "b", "d", "f", "c", "e"]) {
      ends.get(name)?.(name.toUpperCase());
      await settle();
      expect(counts().active).toBeLessThanOrEqual(2);
    }
    expect(started).toEqual(["a", "b", "d", "f", "c", "e"]);
    expect(await Promise.all(runs)).toEqual(["A", "B", "C", "D", "E", "F"]);
    expect(counts()).toEqual({ active: 0, waiting: 0 });
  });

  it("survives failing tasks and hands the slot on in time", async () => {
    const { run, counts } = gateOf(1);
    const seen: unknown[] = [];
    const first = run(() => {
      throw new Error("at once");
    }).catch(() => seen.push(counts()));
    const second = run(() => Promise.reject(new Error("later"))).catch(() => seen.push(counts()));
    const third = run(() => 3);
    await Promise.all([first, second]);
    expect(await third).toBe(3);
    expect(seen).toEqual([
      { active: 1, waiting: 1 },
      { active: 1, waiting: 0 },
    ]);
  });

  it("refuses other limits", () => {
    for (const limit of [0, -1, 1.5, Number.NaN, "2"]) {
      expect(errorOf(() => createGate(limit)).name).toBe("RangeError");
    }
  });

  if (turn === 2)
    it("cancels what waits, leaves no listener and knows when it is idle", async () => {
      const { gate, run, counts } = gateOf(1);
      const { idle } = z.object({ idle: method }).parse(gate);
      await idle();
      const { promise, reject } = deferred();
      const [waits, runs] = [new AbortController(), new AbortController()];
      let listeners = 0;
      for (const { signal } of [waits, runs]) {
        const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
        Object.assign(signal, {
          addEventListener: (...args: Parameters<typeof add>) => {
            listeners++;
            add(...args);
          },
          removeEventListener: (...args: Parameters<typeof remove>) => {
            listeners--;
            remove(...args);
          },
        });
      }
      const calls: unknown[] = [];
      const first = run(() => promise).catch((error: unknown) => error);
      const second = run((signal: unknown) => calls.push(signal), { signal: waits.signal }).catch(
        (e: unknown) => e,
      );
      const third = run((signal: unknown) => calls.push(signal), { signal: runs.signal });
      let isIdle = false;
      const whenIdle = Promise.resolve(idle()).then(() => {
        isIdle = true;
      });
      expect([listeners, counts().waiting]).toEqual([2, 2]);
      waits.abort("too late");
      expect(counts()).toEqual({ active: 1, waiting: 1 });
      expect(await second).toBe("too late");
      expect(await run(() => calls.push("never"), { signal: waits.signal }).catch((e: unknown) => e)).toBe(
        "too late",
      );
      expect(isIdle).toBe(false);
      reject("failed");
      expect(await first).toBe("failed");
      await third;
      await whenIdle;
      expect(calls).toEqual([runs.signal]);
      expect(listeners).toBe(1); // the aborted one went by itself (once), the other was removed
      expect(counts()).toEqual({ active: 0, waiting: 0 });
    });
});

describe.each([1, 2] as const)("assay-80 coding 8: history of turn %i", (turn) => {
  const createHistory = functionFrom(code(8, turn), "createHistory");
  const historyShape = z.object({ set: method, undo: method, redo: method, group: method });
  function historyOf(initial: unknown, options?: unknown) {
    const history = createHistory(initial, ...(options === undefined ? [] : [options]));
    return {
      ...historyShape.parse(history),
      history,
      value: () => z.object({ value: z.unknown() }).parse(history).value,
    };
  }

  it("undoes and redoes single steps", () => {
    const { set, undo, redo, value } = historyOf(undefined);
    expect([undo(), redo()]).toEqual([false, false]);
    set(Number.NaN);
    set(Number.NaN);
    set(null);
    expect([undo(), undo(), undo(), value()]).toEqual([true, true, false, undefined]);
    set(undefined);
    expect([redo(), value()]).toEqual([true, Number.NaN]);
    set(7);
    expect([redo(), value()]).toEqual([false, 7]);
  });

  it("treats a group as one step, nested or not", () => {
    const { set, undo, redo, group, value } = historyOf(1);
    const returned = group(() => {
      set(2);
      group(() => set(3));
      expect(errorOf(() => undo())).toBeInstanceOf(Error);
      expect(errorOf(() => redo())).toBeInstanceOf(Error);
      return "done";
    });
    expect([returned, value(), undo(), value(), undo()]).toEqual(["done", 3, true, 1, false]);
    group(() => {
      set(9);
      set(1);
    });
    expect([redo(), value()]).toEqual([true, 3]);
  });

  it("takes back failed groups and only these", () => {
    const { set, undo, redo, group, value } = historyOf(1);
    set(2);
    undo();
    const fail = () => {
      set(50);
      throw new Error("no");
    };
    expect(errorOf(() => group(fail)).message).toBe("no");
    expect(errorOf(() => group(() => Promise.resolve())).name).toBe("TypeError");
    expect([value(), redo(), value()]).toEqual([1, true, 2]);
    group(() => {
      set(3);
      errorOf(() => group(fail));
      expect(value()).toBe(3);
      set(4);
    });
    expect([value(), undo(), value()]).toEqual([4, true, 2]);
  });

  if (turn === 2)
    it("forgets beyond the limit and refuses other limits", () => {
      const { set, undo, value } = historyOf(0, { limit: 2 });
      for (const next of [1, 2, 3, 4, 5]) set(next);
      expect([undo(), undo(), undo(), value()]).toEqual([true, true, false, 3]);
      for (const limit of [0, -1, 1.5, Number.NaN]) {
        expect(errorOf(() => createHistory(0, { limit })).name).toBe("RangeError");
      }
    });

  if (turn === 2)
    it("tells listeners once per finished change", () => {
      const { history, set, undo, redo, group } = historyOf(0);
      const { subscribe } = z
        .object({ subscribe: z.custom<(listener: unknown) => () => void>() })
        .parse(history);
      const heard: unknown[] = [];
      const listener = (value: unknown, previous: unknown) => heard.push([value, previous]);
      const [stop, stopTwin] = [subscribe(listener), subscribe(listener)];
      set(0);
      set(1);
      group(() => {
        set(2);
        set(3);
        expect(heard).toHaveLength(2);
      });
      group(() => {
        set(9);
        set(3);
      });
      errorOf(() => group(() => Promise.resolve(set(8))));
      stop();
      stop();
      undo();
      redo();
      expect(heard).toEqual([
        [1, 0],
        [1, 0],
        [3, 1],
        [3, 1],
        [1, 3],
        [3, 1],
      ]);
      stopTwin();
    });

  if (turn === 2)
    it("isolates listeners from each other and from the history", () => {
      const { history, set, undo, group, value } = historyOf(0);
      const { subscribe } = z
        .object({ subscribe: z.custom<(listener: unknown) => () => void>() })
        .parse(history);
      const heard: string[] = [];
      subscribe(() => {
        heard.push("first");
        stopSecond();
        if (heard.length === 1) subscribe(() => heard.push("added"));
        for (const action of [() => set(1), undo, () => group(() => 0)])
          expect(errorOf(action)).toBeInstanceOf(Error);
        throw new Error("of the first");
      });
      const stopSecond = subscribe(() => heard.push("second"));
      subscribe(() => {
        heard.push("third");
        throw new Error("of the third");
      });
      expect(errorOf(() => group(() => set(5))).message).toBe("of the first");
      expect([value(), heard]).toEqual([5, ["first", "third"]]);
      expect(errorOf(() => set(6)).message).toBe("of the first");
      expect([value(), heard.slice(2)]).toEqual([6, ["first", "third", "added"]]);
    });
});
