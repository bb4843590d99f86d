import { describe, expect, it } from "vitest";
import { codeBlock, referenceText } from "./questions.js";
import { errorOf, functionFrom, numberSource } from "./reference-code.js";

const code = (number: number, turn: 1 | 2) => codeBlock(referenceText("coding", number, turn), "js");

describe("assay-80 coding 7: changes of JSON values", () => {
  const diff = functionFrom(code(7, 1), "diff");
  const patch = functionFrom(code(7, 2), "patch");
  const invert = functionFrom(code(7, 2), "invert");
  const keys = ["a", "B", "10", "9", "constructor", "__proto__"];

  function randomValue(random: (below: number) => number, depth: number): unknown {
    const kind = random(depth === 0 ? 3 : 6);
    if (kind < 3) return [null, 1, "x"][kind];
    if (kind === 3) return Array.from({ length: random(3) }, () => randomValue(random, depth - 1));
    const entries = keys.filter(() => random(2) === 0).map((key) => [key, randomValue(random, depth - 1)]);
    return Object.fromEntries(entries);
  }

  it("reports the stated changes", () => {
    expect(diff({ a: 1, b: { c: 2, d: 3 } }, { b: { c: 2, d: 4 }, e: null })).toEqual([
      { path: ["a"], op: "delete" },
      { path: ["b", "d"], op: "set", value: 4 },
      { path: ["e"], op: "set", value: null },
    ]);
    expect(diff(1, 2)).toEqual([{ path: [], op: "set", value: 2 }]);
    expect(diff([1, { a: 1, b: 2 }], [1, { b: 2, a: 1 }])).toEqual([]);
    expect(diff({ x: {} }, { x: [] })).toEqual([{ path: ["x"], op: "set", value: [] }]);
    expect(diff({ x: {} }, { x: null })).toEqual([{ path: ["x"], op: "set", value: null }]);
    expect(diff({}, { constructor: null })).toEqual([{ path: ["constructor"], op: "set", value: null }]);
    expect(diff({ a: 1, B: 1, 9: 1, 10: 1 }, {})).toMatchObject(
      ["10", "9", "B", "a"].map((key) => ({ path: [key] })),
    );
  });

  it("leads from one value to the other and back", () => {
    const random = numberSource(7);
    for (let round = 0; round < 1000; round++) {
      const [before, after] = [randomValue(random, 3), randomValue(random, 3)];
      const [beforeText, afterText] = [JSON.stringify(before), JSON.stringify(after)];
      const changes = diff(before, after);
      expect(diff(patch(before, changes), after)).toEqual([]);
      expect(diff(patch(patch(before, changes), invert(before, changes)), before)).toEqual([]);
      expect([JSON.stringify(before), JSON.stringify(after)]).toEqual([beforeText, afterText]);
    }
  });

  it("keeps untouched parts, undoes odd lists and refuses bad paths", () => {
    const value = { kept: { deep: [1] }, touched: { a: 1 } };
    const patched = patch(value, [{ path: ["touched", "b"], op: "set", value: 2 }]);
    expect(patched).toEqual({ kept: { deep: [1] }, touched: { a: 1, b: 2 } });
    expect(Object.values(patched ?? {}).includes(value.kept)).toBe(true);
    const odd = [
      { path: ["n"], op: "set", value: {} },
      { path: ["n", "m"], op: "set", value: 1 },
      { path: ["touched"], op: "delete" },
      { path: ["touched"], op: "set", value: 3 },
      { path: [], op: "set", value: 4 },
    ];
    expect(patch(value, odd)).toBe(4);
    expect(patch(4, invert(value, odd))).toEqual(value);
    const bad = [
      [{ a: [1] }, { path: ["a", "0"], op: "set", value: 2 }],
      [{}, { path: ["a", "b"], op: "set", value: 2 }],
      [{}, { path: ["toString"], op: "delete" }],
      [{}, { path: [], op: "delete" }],
    ];
    for (const [start, change] of bad) {
      expect(errorOf(() => patch(start, [change]))).toBeInstanceOf(Error);
      expect(errorOf(() => invert(start, [change]))).toBeInstanceOf(Error);
    }
  });
});

describe("assay-80 coding 10: waves and schedule", () => {
  const waves = functionFrom(code(10, 1), "waves");
  const schedule = functionFrom(`${code(10, 1)}\n${code(10, 2)}`, "schedule");
  type Needs = Record<string, string[]>;

  const randomNeeds = (random: (below: number) => number, circles: boolean): Needs => {
    const names = ["a", "b", "c", "d", "e", "constructor"].slice(0, 1 + random(6));
    return Object.fromEntries(
      names.map((name, i) => [name, names.filter((_, j) => (circles || j < i) && random(4) === 0)]),
    );
  };
  const compare = (a: string[], b: string[]) => {
    const i = a.findIndex((name, at) => name !== b[at]);
    return i === -1 ? 0 : (a[i] ?? "") < (b[i] ?? "") ? -1 : 1;
  };
  /** The canonical shortest circle by trying all simple circles. */
  function bruteCycle(tasks: Needs): string[] | undefined {
    const found: string[][] = [];
    const extend = (path: string[]): void => {
      for (const need of tasks[path.at(-1) ?? ""] ?? []) {
        if (need === path[0]) found.push(path);
        else if (need > (path[0] ?? "") && !path.includes(need)) extend([...path, need]);
      }
    };
    for (const name of Object.keys(tasks)) extend([name]);
    return found.sort((a, b) => a.length - b.length || compare(a, b))[0];
  }

  it("places every task in the earliest wave or reports the canonical circle", () => {
    const random = numberSource(8);
    let circles = 0;
    for (let round = 0; round < 1500; round++) {
      const tasks = randomNeeds(random, round % 2 === 0);
      const cycle = bruteCycle(tasks);
      if (cycle !== undefined) {
        circles++;
        expect(errorOf(() => waves(tasks))).toMatchObject({ cycle });
        continue;
      }
      const level = (name: string): number =>
        Math.max(0, ...(tasks[name] ?? []).map((need) => level(need) + 1));
      const names = Object.keys(tasks).sort();
      const expected = names.map((_, wave) => names.filter((name) => level(name) === wave));
      expect(waves(tasks)).toEqual(expected.filter((wave) => wave.length > 0));
    }
    expect(circles).toBeGreaterThan(200);
  });

  it("behaves as listed", () => {
    expect(waves({})).toEqual([]);
    expect(waves({ a: ["b", "b"], b: [] })).toEqual([["b"], ["a"]]);
    expect(errorOf(() => waves({ d: ["a"], a: ["b"], b: ["a"], c: ["c2"], c2: ["c"] }))).toMatchObject({
      cycle: ["a", "b"],
    });
    expect(errorOf(() => waves({ a: ["a"] }))).toMatchObject({ cycle: ["a"] });
    expect(errorOf(() => waves({ a: ["constructor"] })).message).toMatch(/a.*constructor/);
    const chain = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, i) => [`t${i}`, i === 0 ? [] : [`t${i - 1}`]]),
    );
    expect(waves(chain)).toHaveLength(10_000);
  });

  it("schedules the example, random plans and refuses bad minutes", () => {
    const example = {
      a: { needs: [], minutes: 3 },
      b: { needs: [], minutes: 5 },
      c: { needs: ["a"], minutes: 4 },
      d: { needs: ["b", "c"], minutes: 1 },
      e: { needs: ["a"], minutes: 2 },
    };
    expect(schedule(example)).toEqual({
      end: 8,
      slack: { a: 0, b: 2, c: 0, d: 0, e: 3 },
      critical: ["a", "c", "d"],
    });
    expect(schedule({})).toEqual({ end: 0, slack: {}, critical: [] });
    for (const minutes of [-1, Number.NaN, Infinity]) {
      expect(errorOf(() => schedule({ a: { needs: [], minutes } })).name).toBe("RangeError");
    }
    const random = numberSource(9);
    for (let round = 0; round < 300; round++) {
      const needs = randomNeeds(random, false);
      const minutes = new Map(Object.keys(needs).map((name) => [name, random(4)]));
      // a task that is held up: its start is delayed until the end of everything moves
      const startOf = (name: string, late: string, by: number): number =>
        Math.max(0, ...(needs[name] ?? []).map((need) => endOf(need, late, by))) + (name === late ? by : 0);
      const endOf = (name: string, late: string, by: number): number =>
        startOf(name, late, by) + (minutes.get(name) ?? 0);
      const names = Object.keys(needs);
      const end = (late: string, by: number) => Math.max(...names.map((name) => endOf(name, late, by)));
      const slack = (name: string) => {
        let by = 0;
        while (end(name, by + 1) === end("", 0)) by++;
        return by;
      };
      const critical = names
        .filter((name) => slack(name) === 0)
        .sort((a, b) => startOf(a, "", 0) - startOf(b, "", 0) || (a < b ? -1 : 1));
      const tasks = Object.fromEntries(
        names.map((name) => [name, { needs: needs[name], minutes: minutes.get(name) }]),
      );
      expect(schedule(tasks)).toEqual({
        end: end("", 0),
        slack: Object.fromEntries(names.map((name) => [name, slack(name)])),
        critical,
      });
    }
  });
});
