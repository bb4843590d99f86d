import { describe, expect, it } from "vitest";
import { codeBlock, entryOf, referenceText, turnText } from "./questions.js";

const block = (number: number, turn: 1 | 2, language: string) =>
  codeBlock(referenceText("extraction", number, turn), language).trimEnd();
const json = (number: number, turn: 1 | 2): unknown => JSON.parse(block(number, turn, "json"));
const csv = (header: string, rows: readonly (readonly unknown[])[]) =>
  [header, ...rows.map((row) => row.join(","))].join("\n");

describe("assay-80 extraction 3: buoys", () => {
  const factors = new Map([
    ["ft", 30.48],
    ["in", 2.54],
    ["m", 100],
    ["mm", 0.1],
    ["cm", 1],
    ["kg", 1],
    ["t", 1000],
    ["lb", 0.4536],
  ]);
  /** Sum of all "number unit" pairs in a piece of text, in cm or kg. */
  const measure = (text: string) =>
    [...text.matchAll(/([\d.]+) (\w+)/g)].reduce(
      (sum, [, n, unit = ""]) => sum + Number(n) * entryOf(factors, unit),
      0,
    );
  function speed(text: string): number | null {
    const [, low, high, unit] = /([\d.]+)(?: to ([\d.]+))? (kn|m\/s|km\/h|m per minute)/.exec(text) ?? [];
    if (low === undefined) return null;
    const middle = (Number(low) + Number(high ?? low)) / 2;
    return middle * (unit === "kn" ? 0.5144 : unit === "km/h" ? 1 / 3.6 : unit === "m/s" ? 1 : 1 / 60);
  }
  const notes = new Map(
    [...turnText("extraction", 3, 1).matchAll(/^([A-Z]\w+): (.+)$/gm)].map(([, name = "", text = ""]) => [
      name,
      text.split(/[,;] /),
    ]),
  );
  /** Height in cm, mass in kg, drift in m/s of every buoy. */
  function readBuoys(flagCm: number, ternUnit: string) {
    const table = new Map<string, { height: number; mass: number; drift: number | null }>();
    for (const [name, given] of notes) {
      const [first = "", second = "", third = "", fourth = ""] = given;
      if (name === "Skua") {
        const height = entryOf(table, /as tall as (\w+)/.exec(first)?.[1] ?? "").height;
        const [, more, other = ""] = /(\d+) kg heavier than (\w+)/.exec(second) ?? [];
        table.set(name, { height, mass: entryOf(table, other).mass + Number(more), drift: speed(third) });
      } else if (name === "Knot") {
        table.set(name, {
          height: measure(first) + measure(second.split(";")[0] ?? ""),
          mass: measure(third),
          drift: speed(fourth),
        });
      } else {
        const drift = speed(name === "Tern" ? third.replace("m/s", ternUnit) : third);
        table.set(name, {
          height: measure(first) - (name === "Heron" ? flagCm : 0),
          mass: measure(second),
          drift,
        });
      }
    }
    return table;
  }
  const row = (
    name: string,
    { height, mass, drift }: { height: number; mass: number; drift: number | null },
  ) => [name, height.toFixed(0), mass.toFixed(1), drift === null ? "" : drift.toFixed(2)] as const;

  it("has the stated table", () => {
    const rows = [...readBuoys(0, "m/s")].map(([name, buoy]) => row(name, buoy));
    expect(rows).toHaveLength(6);
    expect(block(3, 1, "csv")).toBe(csv("name,height_cm,mass_kg,drift_m_per_s", rows));
  });

  it("has the stated corrections", () => {
    const before = [...readBuoys(0, "m/s")].map(([name, buoy]) => row(name, buoy));
    const buoys = [...readBuoys(25, "kn")];
    const after = buoys.map(([name, buoy]) => row(name, buoy));
    const changed = after.filter((one, i) => one.join() !== before[i]?.join());
    const drifting = buoys.filter(([, { drift }]) => drift !== null);
    expect(json(3, 2)).toEqual({
      by_height: [...after]
        .sort((a, b) => Number(b[1]) - Number(a[1]) || (a[0] < b[0] ? -1 : 1))
        .map(([name]) => name),
      slowest: drifting.sort((a, b) => (a[1].drift ?? 0) - (b[1].drift ?? 0))[0]?.[0],
      mean_mass_kg: Number((buoys.reduce((sum, [, { mass }]) => sum + mass, 0) / 6).toFixed(1)),
      corrected: Object.fromEntries(
        changed.map(([name, height, mass, drift]) => [
          name,
          [name, Number(height), Number(mass), drift === "" ? null : Number(drift)],
        ]),
      ),
    });
  });
});

describe("assay-80 extraction 4: log", () => {
  interface Transaction {
    id: number;
    gate: string;
    start: string;
    end: string;
    began: number;
    seconds: number | null;
    retries: number;
    result: string;
  }
  const seconds = (stamp: string) => stamp.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  function readLog(): Transaction[] {
    const open = new Map<number, Transaction>();
    let behind = 0;
    for (const line of turnText("extraction", 4, 1).split("\n")) {
      behind += Number(/clock set back by (\d+) s$/.exec(line)?.[1] ?? 0);
      const [, stamp = "", gate = "", verb, id, rest = ""] =
        /^(\S+) (gate-\d) \w+ +(start|retry|done) +id=(\d+)(.*)$/.exec(line) ?? [];
      const now = seconds(stamp) + behind;
      const found = open.get(Number(id));
      if (verb === "start") {
        const fresh = {
          id: Number(id),
          gate,
          start: stamp,
          end: "",
          began: now,
          seconds: null,
          retries: 0,
          result: "open",
        };
        open.set(fresh.id, fresh);
      } else if (verb === "retry" && found) found.retries++;
      else if (verb === "done" && found) {
        Object.assign(found, {
          end: stamp,
          seconds: now - found.began,
          result: /code=(\w+)/.exec(rest)?.[1] ?? "ok",
        });
      }
    }
    return [...open.values()].sort((a, b) => a.id - b.id);
  }
  const log = readLog();

  it("has the stated transactions", () => {
    const rows = log.map((t) => [t.id, t.gate, t.start, t.end, t.seconds ?? "", t.retries, t.result]);
    expect(rows).toHaveLength(8);
    expect(block(4, 1, "csv")).toBe(csv("id,gate,start,end,seconds,retries,result", rows));
  });

  it("has the stated summary", () => {
    const gates = [...new Set(log.map(({ gate }) => gate))].sort();
    const summary = gates.map((gate) => {
      const own = log.filter((t) => t.gate === gate);
      const done = own.filter((t) => t.seconds !== null).sort((a, b) => (b.seconds ?? 0) - (a.seconds ?? 0));
      const tenths = (10 * done.reduce((sum, t) => sum + (t.seconds ?? 0), 0)) / done.length;
      expect(tenths).toBe(Math.round(tenths)); // no rounding is needed, so no rounding rule matters
      expect(done[0]?.seconds).not.toBe(done[1]?.seconds);
      return {
        gate,
        done: done.length,
        failed: done.filter((t) => t.result !== "ok").length,
        mean_seconds: tenths / 10,
        retries: own.reduce((sum, t) => sum + t.retries, 0),
        busiest: done[0]?.id,
      };
    });
    expect(json(4, 2)).toEqual(summary);
  });
});

describe("assay-80 extraction 7: market", () => {
  interface Stall {
    day: string;
    stall: number;
    goods: string;
    seller: string;
    from: string;
    fee: number;
  }
  const prices = [
    ["Tue", 12],
    ["Thu", 15],
    ["Sat", 20],
  ] as const;
  function readPlan(): Stall[] {
    const cells = turnText("extraction", 7, 1)
      .split("\n")
      .filter((line) => /^\d \|/.test(line))
      .map((line) => line.split("|").map((cell) => cell.trim()));
    const contentOf = (stall: number, column: number): string => {
      const cell = cells[stall - 1]?.[column] ?? "";
      if (cell.startsWith('"')) return contentOf(stall, column - 1);
      const [, other, day] = /^see (\d) (\w+)$/.exec(cell) ?? [];
      if (other !== undefined)
        return contentOf(Number(other), prices.findIndex(([name]) => name === day) + 1);
      return cell.replace(/ [*+]$/, "");
    };
    return prices.flatMap(([day, price], i) =>
      cells.flatMap((row, at) => {
        const mark = row[i + 1]?.at(-1);
        const [, goods = "", seller = ""] = /^(\w+) \((\w+)\)$/.exec(contentOf(at + 1, i + 1)) ?? [];
        if (goods === "") return [];
        const from = mark === "*" ? "10:00" : "08:00";
        return [{ day, stall: at + 1, goods, seller, from, fee: mark === "+" ? price / 2 : price }];
      }),
    );
  }
  const plan = readPlan();

  it("has the stated rows", () => {
    expect(plan).toHaveLength(12);
    expect(block(7, 1, "csv")).toBe(
      csv(
        "day,stall,goods,seller,from,fee",
        plan.map((one) => Object.values(one)),
      ),
    );
  });

  it("has the stated fees by seller", () => {
    const sellers = [...new Set(plan.map(({ seller }) => seller))].sort();
    const sum = (fees: number[]) => fees.reduce((total, fee) => total + fee, 0);
    const reduced = (one: Stall) =>
      plan.some((other) => other.seller === one.seller && other.day === one.day && other.stall < one.stall)
        ? one.fee / 2
        : one.fee;
    const bySeller = sellers.map((seller) => {
      const own = plan.filter((one) => one.seller === seller);
      const goods = [...new Set(own.map((one) => one.goods))].sort();
      const fees = { fee_before: sum(own.map(({ fee }) => fee)), fee_after: sum(own.map(reduced)) };
      return [seller, { stalls: own.length, goods, ...fees }] as const;
    });
    const total = { fee_before: sum(plan.map(({ fee }) => fee)), fee_after: sum(plan.map(reduced)) };
    expect(json(7, 2)).toEqual({ ...Object.fromEntries(bySeller), total });
  });
});

describe("assay-80 extraction 9: expenses", () => {
  interface Claim {
    person: string;
    item: string;
    category: string;
    claimed: number;
    receipt: boolean;
    limit: number;
    nights: number;
  }
  const bits = (text: string) =>
    12 * Number(/(\d+) cr/.exec(text)?.[1] ?? 0) + Number(/(\d+) b\b/.exec(text)?.[1] ?? 0);
  function readClaims(mealLimit: number): Claim[] {
    let person = "";
    const categories = [
      ["transport", /ferry|tram|taxi/],
      ["meals", /supper|breakfast/],
      ["lodging", /nights?/],
    ] as const;
    return turnText("extraction", 9, 1)
      .split("\n")
      .flatMap((line) => {
        person = /^(Maro|Tilde):$/.exec(line)?.[1] ?? person;
        const item = /^- .*?(ferry|supper|nights|tram|breakfast|night|hat|taxi)/.exec(line)?.[1];
        if (item === undefined) return [];
        const category = categories.find(([, pattern]) => pattern.test(item))?.[0] ?? "none";
        const nights = item === "nights" ? 2 : item === "night" ? 1 : 0;
        const eaters = line.includes("me and Tilde") ? 2 : 1;
        const limit = { transport: Infinity, meals: mealLimit * eaters, lodging: 180 * nights, none: 0 }[
          category
        ];
        const claimed =
          bits(line) * (line.includes("each") ? 2 : 1) * (line.includes("half of it") ? 0.5 : 1);
        return [{ person, item, category, claimed, receipt: line.includes("receipt"), limit, nights }];
      });
  }
  const judge = ({ category, claimed, receipt, limit }: Claim): [number, string] => {
    if (category === "none") return [0, "not covered"];
    if (!receipt) return [0, "no receipt"];
    return claimed > limit ? [limit, "capped"] : [claimed, "ok"];
  };

  it("has the stated rows", () => {
    const rows = readClaims(48).map((claim) => [
      claim.person,
      claim.item,
      claim.category,
      claim.claimed,
      ...judge(claim),
    ]);
    expect(rows).toHaveLength(8);
    expect(block(9, 1, "csv")).toBe(csv("person,item,category,claimed_bits,paid_bits,verdict", rows));
  });

  it("has the stated totals after the changes", () => {
    const before = readClaims(48).map((claim) => ({ ...claim, paid: judge(claim)[0] }));
    const nights = before.filter(({ category }) => category === "lodging");
    const [cost, count] = nights.reduce(([a, b], { claimed, nights: n }) => [a + claimed, b + n], [0, 0]);
    expect(cost / count).toBeLessThanOrEqual(180);
    const after = readClaims(54).map((claim) => ({
      ...claim,
      paid: judge({
        ...claim,
        receipt: true,
        limit: claim.category === "lodging" ? Infinity : claim.limit,
      })[0],
    }));
    const total = (claims: typeof after, keep: (claim: Claim) => boolean) =>
      claims.filter(keep).reduce((sum, { paid }) => sum + paid, 0);
    const say = (amount: number) => `${Math.floor(amount / 12)} cr ${amount % 12} b`;
    const both = (name: string) => ({
      before: say(total(before, ({ person }) => person === name)),
      after: say(total(after, ({ person }) => person === name)),
    });
    const inCategory = (name: string) => say(total(after, ({ category }) => category === name));
    expect(json(9, 2)).toEqual({
      Maro: both("Maro"),
      Tilde: both("Tilde"),
      by_category: {
        lodging: inCategory("lodging"),
        meals: inCategory("meals"),
        transport: inCategory("transport"),
      },
      extra: say(total(after, () => true) - total(before, () => true)),
    });
  });
});
