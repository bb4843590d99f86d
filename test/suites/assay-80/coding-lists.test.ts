import { describe, expect, it } from "vitest";
import { codeBlock, referenceText, turnText } from "./questions.js";
import { errorOf, functionFrom, numberSource } from "./reference-code.js";

const load = (number: number, turn: 1 | 2, name: string) =>
  functionFrom(codeBlock(referenceText("coding", number, turn), "js"), name);
const integers = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Maximal runs [from, to) of whole minutes for which a condition holds. */
function minuteRuns(open: number, close: number, minLength: number, holds: (minute: number) => boolean) {
  const runs: [number, number][] = [];
  for (let minute = open; minute < close; minute++) {
    const last = runs.at(-1);
    if (!holds(minute)) continue;
    if (last?.[1] === minute) last[1] = minute + 1;
    else runs.push([minute, minute + 1]);
  }
  return runs.filter(([from, to]) => to - from >= minLength);
}

describe("assay-80 coding 1: gaps", () => {
  const quietGaps = load(1, 1, "quietGaps");
  const sharedGaps = load(1, 2, "sharedGaps");

  it("agrees with a minute-by-minute search", () => {
    const random = numberSource(1);
    for (let round = 0; round < 300; round++) {
      const bookings = integers(random(6)).map(() => {
        const start = random(50) - 10;
        return [start, start + random(15)];
      });
      const [open, minLength] = [random(5), random(8)];
      const close = open + random(30);
      const given = structuredClone(bookings);
      const booked = (minute: number) =>
        bookings.some(([start = 0, end = 0]) => start <= minute && minute < end);
      const expected = minuteRuns(open, close, minLength, (minute) => !booked(minute));
      expect(quietGaps(bookings, open, close, minLength)).toEqual(expected);
      expect(bookings).toEqual(given);
    }
  });

  it("counts free rooms minute by minute", () => {
    const random = numberSource(2);
    for (let round = 0; round < 300; round++) {
      const rooms = ["A", "B", "C"].slice(0, random(4));
      const bookings = integers(rooms.length === 0 ? 0 : random(8)).map(() => {
        const start = random(40) - 5;
        return { room: rooms[random(rooms.length)], start, end: start + random(12) };
      });
      const [k, minLength] = [random(4), random(6)];
      const free = (minute: number) =>
        rooms.filter((room) => !bookings.some((b) => b.room === room && b.start <= minute && minute < b.end));
      const expected = minuteRuns(0, 30, minLength, (minute) => free(minute).length >= k);
      expect(sharedGaps(bookings, rooms, 0, 30, minLength, k)).toEqual(expected);
    }
  });

  it("refuses what it must", () => {
    expect(errorOf(() => quietGaps([], 10, 5, 0)).name).toBe("RangeError");
    expect(errorOf(() => quietGaps([[900, 800]], 0, 60, 0)).name).toBe("RangeError");
    expect(errorOf(() => sharedGaps([{ room: "Z", start: 0, end: 1 }], ["A"], 0, 60, 0, 1)).name).toBe(
      "RangeError",
    );
    expect(sharedGaps([], [], 0, 60, 1, 0)).toEqual([[0, 60]]);
    expect(quietGaps([], 0, 0, 0)).toEqual([]);
  });
});

describe("assay-80 coding 2: ranking", () => {
  const given = functionFrom(codeBlock(turnText("coding", 2, 1), "js"), "rankPlayers");
  const rankPlayers = load(2, 1, "rankPlayers");
  const addLateResult = load(2, 2, "addLateResult");
  const players = (points: number[]) => points.map((p, i) => ({ name: `p${i}`, points: p }));
  const expectedRanking = (list: { name: string; points: number }[]) =>
    list
      .map((player, i) => ({
        ...player,
        i,
        rank: 1 + list.filter((other) => other.points > player.points).length,
      }))
      .sort((a, b) => a.rank - b.rank || a.i - b.i);

  it("shows the three faults of the given code", () => {
    expect(given(players([1, 2]))).toEqual([
      { name: "p0", rank: 1 },
      { name: "p1", rank: 1 },
    ]);
    expect(given(players([9, 7, 7, 5]))).toMatchObject([{ rank: 1 }, { rank: 2 }, { rank: 2 }, { rank: 3 }]);
    expect(errorOf(() => given(Object.freeze(players([9, 7])))).name).toBe("TypeError");
  });

  it("corrects them", () => {
    const random = numberSource(3);
    for (let round = 0; round < 200; round++) {
      const list = players(integers(random(9)).map(() => random(5) - 2));
      const before = structuredClone(list);
      expect(rankPlayers(Object.freeze(list))).toEqual(
        expectedRanking(list).map(({ name, rank }) => ({ name, rank })),
      );
      expect(list).toEqual(before);
    }
  });

  it("adds a late result", () => {
    const random = numberSource(4);
    for (let round = 0; round < 200; round++) {
      const list = players(integers(random(9)).map(() => random(5)));
      const strip = ({ name, points, rank }: { name: string; points: number; rank: number }) => ({
        name,
        points,
        rank,
      });
      const ranking = expectedRanking(list).map((player) => Object.freeze(strip(player)));
      const points = random(5);
      const expected = expectedRanking([...list, { name: "late", points }]).map(strip);
      expect(addLateResult(Object.freeze(ranking), "late", points)).toEqual(expected);
    }
    const error = errorOf(() => addLateResult([{ name: "Olu", points: 1, rank: 1 }], "Olu", 5));
    expect(error.message).toContain("Olu");
  });
});

describe("assay-80 coding 3: pages", () => {
  const parsePages = load(3, 1, "parsePages");
  const formatPages = load(3, 2, "formatPages");

  it.each([
    ["2-5, 9, !4, 12-", 14, [2, 3, 5, 9, 12, 13, 14]],
    ["!5,4-6", 9, [4, 5, 6]],
    ["4-6,!5", 9, [4, 6]],
    ["10,9", 14, [9, 10]],
    [" - 3 , ! 2", 9, [1, 3]],
    ["  ", 9, []],
    ["1-,!-3,2", 5, [2, 4, 5]],
  ])("reads %j", (spec, last, pages) => {
    expect(parsePages(spec, last)).toEqual(pages);
  });

  it.each(["1,,2", ",", "1-2-3", "-", "!", "!-", "1.5", "a", "1 2", "!!3"])("cannot read %j", (spec) => {
    expect(errorOf(() => parsePages(spec, 14)).name).toBe("SyntaxError");
  });

  it.each(["0", "15", "0-3", "5-3", "!0", "!15", "12-20", "-0"])("finds %j out of range", (spec) => {
    expect(errorOf(() => parsePages(spec, 14)).name).toBe("RangeError");
  });

  it("writes what it reads back, in the stated form", () => {
    expect(formatPages([7, 3, 1, 2, 8, 3], 9)).toBe("-3,7,8");
    expect(formatPages([7, 8, 9], 9)).toBe("7-");
    expect(formatPages([1, 2, 3, 4, 5, 6, 7, 8, 9], 9)).toBe("1-");
    expect(formatPages([1, 2], 2)).toBe("1,2");
    expect(formatPages([], 3)).toBe("");
    for (let set = 0; set < 2 ** 9; set++) {
      const pages = integers(9)
        .filter((i) => (set >> i) & 1)
        .map((i) => i + 1);
      const text = formatPages(pages.toReversed(), 9);
      expect(parsePages(text, 9)).toEqual(pages);
      expect(formatPages(parsePages(text, 9), 9)).toBe(text);
    }
    for (const text of ["1-3", "2,1", "3,3", "1 , 2", "5,!5"]) {
      expect(formatPages(parsePages(text, 9), 9)).not.toBe(text);
    }
    for (const page of [0, 10, 1.5, Number.NaN, "3"]) {
      expect(errorOf(() => formatPages([page], 9)).name).toBe("RangeError");
    }
  });
});

describe("assay-80 coding 6: swap market", () => {
  const given = functionFrom(codeBlock(turnText("coding", 6, 1), "js"), "pairUp");
  const pairUp = load(6, 1, "pairUp");
  const pairUpCheapest = load(6, 2, "pairUpCheapest");
  const prices = [0, 1, 2, 3, 4, Infinity];
  const market = (random: (below: number) => number) => ({
    offers: integers(random(7)).map((i) => ({
      who: `o${i}`,
      item: "xy"[random(2)],
      price: prices[random(6)] ?? 0,
    })),
    wishes: integers(random(7)).map((i) => ({
      who: `w${i}`,
      item: "xyz"[random(3)],
      max: prices[random(6)] ?? 0,
    })),
  });
  const lengthOf = (value: unknown) => (Array.isArray(value) ? value.length : Number.NaN);

  it("gives the same pairs as the slow code", () => {
    const random = numberSource(5);
    for (let round = 0; round < 2000; round++) {
      const { offers, wishes } = market(random);
      expect(pairUp(offers, wishes)).toEqual(given(offers, wishes));
    }
  });

  it("takes the cheapest offer, which never serves more wishes and sometimes fewer", () => {
    const random = numberSource(6);
    let fewer = 0;
    for (let round = 0; round < 2000; round++) {
      const { offers, wishes } = market(random);
      const left = [...offers];
      const expected = wishes.flatMap((wish) => {
        const suitable = left.filter((offer) => offer.item === wish.item && offer.price <= wish.max);
        const price = Math.min(...suitable.map((offer) => offer.price));
        const best = suitable.find((offer) => offer.price === price);
        if (best === undefined) return [];
        left.splice(left.indexOf(best), 1);
        return [[wish.who, best.who]];
      });
      expect(pairUpCheapest(offers, wishes)).toEqual(expected);
      const served = lengthOf(pairUp(offers, wishes));
      expect(expected.length).toBeLessThanOrEqual(served);
      if (expected.length < served) fewer++;
    }
    expect(fewer).toBeGreaterThan(0);
    const offers = [5, 1].map((price) => ({ who: `o${price}`, item: "x", price }));
    const wishes = [5, 1].map((max) => ({ who: `w${max}`, item: "x", max }));
    expect([lengthOf(pairUp(offers, wishes)), lengthOf(pairUpCheapest(offers, wishes))]).toEqual([2, 1]);
  });
});
