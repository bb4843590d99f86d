import { describe, expect, it } from "vitest";
import { finalResult, referenceText, turnText } from "./questions.js";

const result = (number: number, turn: 1 | 2) => finalResult("reasoning", number, turn);

describe("assay-80 reasoning 3: greenhouse", () => {
  /** Steps minute by minute; switching events lie on whole minutes. Undefined: no alarm. */
  function alarmAt({
    rain,
    timer = 7,
    heaterDue = 15,
  }: {
    rain?: number;
    timer?: number;
    heaterDue?: number;
  }) {
    const roofShut = Math.min(timer, rain === undefined ? Infinity : rain + 2);
    let heater = true;
    let together = 0;
    for (let minute = 0; minute < 60; minute++) {
      const fan = minute >= roofShut && minute < roofShut + 6;
      const valve = minute >= roofShut + 4 && minute < roofShut + 9;
      if (heater && minute >= heaterDue && !fan) heater = false;
      if (together >= 3) return minute;
      together = valve && heater ? together + 1 : 0;
    }
    return undefined;
  }
  const say = (minute: number | undefined) => (minute === undefined ? "no alarm" : `minute ${minute}`);

  it("sounds at the stated minute", () => {
    expect(result(3, 1)).toBe(`the alarm sounds at ${say(alarmAt({ rain: 4 }))}`);
  });

  it("reacts to the four changes as stated", () => {
    const p = alarmAt({});
    const rest = [alarmAt({ timer: 10 }), alarmAt({ rain: 4, heaterDue: 11 }), alarmAt({ rain: 1 })].map(say);
    expect(p).toBeDefined();
    expect(result(3, 2)).toBe(
      `P: ${say(p)}; Q: ${rest[0]}; R: ${rest[1]}; S: ${rest[2]}. Last question: ${p === undefined ? "yes" : "no"}`,
    );
  });
});

describe("assay-80 reasoning 4: matches with a memory", () => {
  const sizes = [2, 3, 5];
  function wins(heap: number, last: number, stuckWins: boolean): boolean {
    const moves = sizes.filter((size) => size <= heap && size !== last);
    if (moves.length === 0) return stuckWins;
    return moves.some((size) => !wins(heap - size, size, stuckWins));
  }
  const firstMoves = (stuckWins: boolean) => sizes.filter((size) => !wins(26 - size, size, stuckWins));
  const lostHeaps = (stuckWins: boolean) =>
    Array.from({ length: 30 }, (_, i) => i + 1).filter((heap) => !wins(heap, 0, stuckWins));

  it("is decided as stated", () => {
    expect(result(4, 1)).toBe(`(a) only ${firstMoves(false).join(", ")}; (b) ${lostHeaps(false).join(", ")}`);
    expect(lostHeaps(false)).toEqual([1, 7, 8, 14, 15, 21, 22, 28, 29]);
  });

  it("is decided as stated when being stuck wins", () => {
    const lost = lostHeaps(true);
    expect(lost.filter((heap) => heap >= 10).every((heap) => heap % 7 === 3 || heap % 7 === 4)).toBe(true);
    const [odd, ...later] = [2, 9, 16, 23, 30];
    expect(later.some((heap) => lost.includes(heap))).toBe(false);
    expect(result(4, 2)).toBe(
      `(a) only ${firstMoves(true).join(", ")}; (b) ${lost.join(", ")}. Not throughout: ` +
        `from 10 on it is 3 and 4 (mod 7), but ${odd} also loses while ${later.join(", ").replace(/, (\d+)$/, " and $1")} win`,
    );
  });
});

describe("assay-80 reasoning 6: crates", () => {
  type State = [number[], number[], number[]];
  const places = "XYZ";
  const start: State = [[4, 3, 1], [2], []];
  function move(state: State, from: number, to: number, load: number): State | undefined {
    const next: State = [[...state[0]], [...state[1]], [...state[2]]];
    const crate = next[from]?.pop();
    if (crate === undefined || from === to) return undefined;
    next[to]?.push(crate);
    const holds = next.every((pile) =>
      pile.every((weight, i) => pile.slice(i + 1).reduce((sum, above) => sum + above, 0) <= load * weight),
    );
    return holds ? next : undefined;
  }
  /** Fewest moves to the target, and in how many ways, by breadth-first search. */
  function fewestMoves(target: State, load: number): { moves: number; ways: number } {
    const goal = JSON.stringify(target);
    let layer = new Map<string, number>([[JSON.stringify(start), 1]]);
    const seen = new Set(layer.keys());
    for (let moves = 0; layer.size > 0; moves++) {
      const ways = layer.get(goal);
      if (ways !== undefined) return { moves, ways };
      const next = new Map<string, number>();
      for (const [key, count] of layer) {
        const state: State = JSON.parse(key);
        for (const [from, to] of [
          [0, 1],
          [0, 2],
          [1, 0],
          [1, 2],
          [2, 0],
          [2, 1],
        ] as const) {
          const reached = move(state, from, to, load);
          const reachedKey = JSON.stringify(reached);
          if (reached && !seen.has(reachedKey)) next.set(reachedKey, (next.get(reachedKey) ?? 0) + count);
        }
      }
      for (const key of next.keys()) seen.add(key);
      layer = next;
    }
    throw new Error("target not reachable");
  }
  /** Carries out "2 to Z, 1 to Z, ..."; throws where a move breaks the rule. */
  function carryOut(plan: string, load: number): State {
    return plan.split(", ").reduce<State>((state, step) => {
      const [crate, place = ""] = step.split(" to ");
      const from = state.findIndex((pile) => pile.at(-1) === Number(crate));
      const next = from === -1 ? undefined : move(state, from, places.indexOf(place), load);
      if (next === undefined) throw new Error(`"${step}" is not possible`);
      return next;
    }, start);
  }
  const target: State = [[], [3, 2, 1], [4]];
  const mirrored: State = [[], [4], [3, 2, 1]];

  it("needs the stated seven moves, in one way only", () => {
    const [, moves, plan = ""] = /^(\d+) moves: (.+)$/.exec(result(6, 1)) ?? [];
    expect(fewestMoves(target, 1)).toEqual({ moves: Number(moves), ways: 1 });
    expect(plan.split(", ")).toHaveLength(Number(moves));
    expect(carryOut(plan, 1)).toEqual(target);
  });

  it("needs the stated moves in the variations", () => {
    const stated = /^\(a\) (\d) moves: (.+); \(b\) (\d) moves: (.+)$/.exec(result(6, 2)) ?? [];
    expect(fewestMoves(target, 2).moves).toBe(Number(stated[1]));
    expect(fewestMoves(target, Infinity).moves).toBe(Number(stated[1]));
    expect(carryOut(stated[2] ?? "", 2)).toEqual(target);
    expect(fewestMoves(mirrored, 1).moves).toBe(Number(stated[3]));
    expect(carryOut(stated[4] ?? "", 1)).toEqual(mirrored);
    expect([stated[2], stated[4]].map((plan) => plan?.split(", ").length)).toEqual([6, 6]);
  });
});

describe("assay-80 reasoning 9: rolling cube", () => {
  interface Cube {
    top: string;
    bottom: string;
    north: string;
    south: string;
    east: string;
    west: string;
    x: number;
    y: number;
  }
  const start: Cube = {
    top: "sun",
    bottom: "moon",
    north: "leaf",
    south: "drop",
    east: "star",
    west: "key",
    x: 0,
    y: 0,
  };
  function roll(cube: Cube, way: string): Cube {
    const { top, bottom, north, south, east, west, x, y } = cube;
    if (way === "east") return { ...cube, bottom: east, west: bottom, top: west, east: top, x: x + 1 };
    if (way === "west") return { ...cube, bottom: west, east: bottom, top: east, west: top, x: x - 1 };
    if (way === "north") return { ...cube, bottom: north, south: bottom, top: south, north: top, y: y + 1 };
    if (way === "south") return { ...cube, bottom: south, north: bottom, top: north, south: top, y: y - 1 };
    throw new Error(`no direction ${way}`);
  }
  const square = ({ x, y }: Cube) => `${"ABCD"[x]}${y + 1}`;
  const onBoard = ({ x, y }: Cube) => x >= 0 && x < 4 && y >= 0 && y < 4;

  it("stamps as stated", () => {
    const ways = /The cube rolls: ([a-z, ]+)\./.exec(turnText("reasoning", 9, 1))?.[1]?.split(", ") ?? [];
    expect(ways).toHaveLength(10);
    let cube = start;
    const stamps = ways.map((way) => {
      cube = roll(cube, way);
      expect(onBoard(cube)).toBe(true);
      return `${square(cube)} ${cube.bottom}`;
    });
    const never = ["sun", "moon", "leaf", "drop", "star", "key"].filter(
      (picture) => !stamps.some((stamp) => stamp.endsWith(picture)),
    );
    expect(result(9, 1)).toBe(
      `${stamps.join(", ")}; on top at the end: ${cube.top}; never stamped: ${never.join(", ")}`,
    );
  });

  it("reaches the corner as stated", () => {
    const fewest = new Map<string, number>();
    let layer = new Map([[JSON.stringify(start), start]]);
    for (let rolls = 1; rolls <= 12; rolls++) {
      const next = new Map<string, Cube>();
      for (const cube of layer.values()) {
        for (const way of ["north", "south", "east", "west"]) {
          const rolled = roll(cube, way);
          if (onBoard(rolled)) next.set(JSON.stringify(rolled), rolled);
        }
      }
      layer = next;
      for (const cube of layer.values()) {
        if (square(cube) === "D4" && !fewest.has(cube.top)) fewest.set(cube.top, rolls);
      }
    }
    const direct = [...fewest]
      .filter(([, rolls]) => rolls === 6)
      .map(([top]) => top)
      .sort();
    expect([...fewest].filter(([, rolls]) => rolls > 6)).toEqual([["moon", 8]]);
    expect(result(9, 2)).toBe(
      `with 6 rolls: ${direct.join(", ")} can be on top; only the moon cannot. It needs 8 rolls`,
    );
    const route =
      /^Route for the moon: (.+)\.$/m.exec(referenceText("reasoning", 9, 2))?.[1]?.split(", ") ?? [];
    let cube = start;
    const visited = route.map((way) => {
      cube = roll(cube, way);
      return cube;
    });
    expect(visited).toHaveLength(8);
    expect(visited.every(onBoard)).toBe(true);
    expect(visited.at(-1)).toMatchObject({ top: "moon", x: 3, y: 3 });
  });
});
