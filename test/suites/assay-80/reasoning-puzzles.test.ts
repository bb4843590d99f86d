import { describe, expect, it } from "vitest";
import { entryOf, finalResult, permutations, turnText } from "./questions.js";

const result = (number: number, turn: 1 | 2) => finalResult("reasoning", number, turn);

/** Place of each item, from 1. */
function placesOf(order: readonly string[]): (name: string) => number {
  const places = new Map(order.map((name, i) => [name, i + 1]));
  return (name) => entryOf(places, name);
}

describe("assay-80 reasoning 1: five acts", () => {
  const acts = ["poet", "juggler", "harpist", "drummer", "magician"];
  type Clue = (at: (name: string) => number) => boolean;
  const between =
    (acts: number): Clue =>
    (at) =>
      Math.abs(at("harpist") - at("magician")) === acts + 1;
  const clues = (between2: Clue): Clue[] => [
    (at) => at("drummer") > at("poet") + 1,
    between2,
    (at) => at("juggler") !== 1 && at("juggler") !== 5,
    (at) => Math.abs(at("juggler") - at("magician")) !== 1,
    (at) => at("drummer") !== 5,
  ];
  const solve = (all: Clue[]) =>
    permutations(acts).filter((order) => all.every((clue) => clue(placesOf(order))));

  it("has one solution, and needs every clue for it", () => {
    const all = clues(between(1));
    expect(solve(all).map((order) => order.join(", "))).toEqual([result(1, 1)]);
    for (const left of all) expect(solve(all.filter((clue) => clue !== left)).length).toBeGreaterThan(1);
  });

  it("has the stated orders with two acts between", () => {
    const orders = solve(clues(between(2)));
    const fixed = acts.filter((act) => new Set(orders.map((order) => order.indexOf(act))).size === 1);
    expect(fixed).toEqual(["poet"]);
    expect(orders.every((order) => order[0] === "poet")).toBe(true);
    const stated = /^(\d) orders: (.+); (.+)\. Same slot in all: the poet \(slot 1\)$/.exec(result(1, 2));
    expect(stated?.[1]).toBe(String(orders.length));
    expect([stated?.[2], stated?.[3]].sort()).toEqual(orders.map((order) => order.join(", ")).sort());
  });
});

describe("assay-80 reasoning 2: four snails", () => {
  const snails = ["Amber", "Basil", "Clove", "Dill"];
  type At = (name: string) => number;
  /** Reads the statements out of the message, sentence by sentence. */
  function readStatements(): Map<string, ((at: At) => boolean)[]> {
    const patterns: [RegExp, (at: At, me: string, a: string, b: string) => boolean][] = [
      [/^(\w+) finished in one of the first two places$/, (at, _, a) => at(a) <= 2],
      [/^(\w+) won$/, (at, _, a) => at(a) === 1],
      [/^(\w+) did not finish last$/, (at, _, a) => at(a) !== 4],
      [/^I did not come second$/, (at, me) => at(me) !== 2],
      [/^(\w+) and I finished in neighbouring places$/, (at, me, a) => Math.abs(at(a) - at(me)) === 1],
      [/^(\w+) finished ahead of (\w+)$/, (at, _, a, b) => at(a) < at(b)],
    ];
    const read = new Map<string, ((at: At) => boolean)[]>();
    for (const [, me = "", text = ""] of turnText("reasoning", 2, 1).matchAll(/^(\w+): "(.+)\."$/gm)) {
      const statements = text.split(". ").map((sentence) => {
        const found = patterns.flatMap(([pattern, holds]) => {
          const match = pattern.exec(sentence);
          return match ? [(at: At) => holds(at, me, match[1] ?? "", match[2] ?? "")] : [];
        });
        expect(found, sentence).toHaveLength(1);
        return found[0] ?? (() => false);
      });
      read.set(me, statements);
    }
    return read;
  }
  const statements = readStatements();
  const solve = (truths: (place: number) => number) =>
    permutations(snails).filter((order) => {
      const at = placesOf(order);
      return snails.every(
        (me) => entryOf(statements, me).filter((holds) => holds(at)).length === truths(at(me)),
      );
    });

  it("reads three statements of each", () => {
    expect([...statements.values()].map((one) => one.length)).toEqual([3, 3, 3, 3]);
  });

  it("has one order by the first rule", () => {
    const orders = solve((place) => 4 - place);
    expect(orders.map((order) => `${order.join(", ")} (first to last)`)).toEqual([result(2, 1)]);
  });

  it("has the stated orders by the reversed rule", () => {
    const orders = solve((place) => place - 1).map((order) => order.join(", "));
    expect(result(2, 2)).toBe(`${orders.length} orders, so it is not determined: ${orders.join("; ")}`);
  });
});

describe("assay-80 reasoning 10: three who know one feature each", () => {
  const cards = (turnText("reasoning", 10, 1).split("\n\n")[1] ?? "").replace(".", "").split(", ");
  const feature = (card: string, i: number) => card.split(" ")[i];
  const [una, vik, wes] = [0, 1, 2];
  const alike = (among: string[], card: string, who: number) =>
    among.filter((other) => feature(other, who) === feature(card, who));
  const knows = (among: string[], card: string, who: number) => alike(among, card, who).length === 1;
  const keep = (among: string[], who: number, knowing: boolean) =>
    among.filter((card) => knows(among, card, who) === knowing);
  const afterUna = cards.filter(
    (card) => !knows(cards, card, una) && alike(cards, card, una).every((other) => !knows(cards, other, vik)),
  );
  const afterWes = keep(afterUna, wes, false);

  it("leaves one card", () => {
    expect(cards).toHaveLength(10);
    expect([afterUna.length, afterWes.length]).toEqual([6, 5]);
    expect(keep(keep(afterWes, vik, false), una, true).join(", ")).toBe(result(10, 1));
  });

  it("leaves the stated cards in the variations", () => {
    const first = keep(keep(afterWes, vik, false), una, false);
    const second = keep(keep(afterWes, vik, true), una, false);
    expect(first.every((card) => knows(first, card, wes))).toBe(true);
    expect([una, vik, wes].map((who) => second.every((card) => knows(second, card, who)))).toEqual([
      false,
      true,
      true,
    ]);
    expect(result(10, 2)).toBe(
      `(a) ${first.join(", ")}; Wes knows the card. (b) ${second.join(", ")}; Vik and Wes know the card, Una does not`,
    );
  });
});
