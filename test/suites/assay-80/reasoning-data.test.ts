import { describe, expect, it } from "vitest";
import { finalResult, permutations, turnText } from "./questions.js";

const result = (number: number, turn: 1 | 2) => finalResult("reasoning", number, turn);

describe("assay-80 reasoning 5: languages of a choir", () => {
  /** Every way to fill the regions that the two exclusions leave (A Ardic, B Belan, C Corvish, D Dunnish). */
  function* fillings() {
    for (let abd = 0; abd <= 8; abd++) {
      for (let abc = 0; abc <= 13; abc++) {
        for (let ac = 0; ac <= 13 - abc; ac++) {
          for (let bc = 0; bc <= 13 - abc - ac; bc++) {
            for (let ab = 0; ab <= 19; ab++) {
              const [ad, a] = [8 - abd, 22 - 8 - abc - ac - ab];
              const [b, c] = [19 - abd - abc - bc - ab, 13 - abc - ac - bc];
              const total = ad + abd + abc + ac + bc + ab + a + b + c;
              if (a >= 0 && b >= 0 && total === 36) {
                yield { one: a + b + c, two: ad + ac + bc + ab, onlyA: a, aAndB: ab + abc + abd, abc, abd };
              }
            }
          }
        }
      }
    }
  }
  const all = [...fillings()];
  const range = (values: number[]) => `${Math.min(...values)} and ${Math.max(...values)}`;

  it("has the stated bounds", () => {
    expect(result(5, 1)).toBe(
      `(a) ${range(all.map(({ one }) => one))}; (b) ${range(all.map(({ aAndB }) => aAndB))}`,
    );
  });

  it("is narrowed down as stated", () => {
    const left = all.filter(({ abc, abd }) => abc === 3 && abd === 0);
    expect(new Set(left.map(({ one, two }) => `${one} and ${two}`)).size).toBe(1);
    expect(result(5, 2)).toBe(
      `(a) ${left[0]?.one} and ${left[0]?.two}; (b) ${range(left.map(({ onlyA }) => onlyA))}`,
    );
  });
});

interface Branch {
  week: number;
  saturday: number;
  loans: number;
  members: number;
}

/** Reads the table of question 7; an unreported figure is the column's total less the other figures. */
function readBranches(): [Branch, Branch, Branch, Branch] {
  const rows = turnText("reasoning", 7, 1)
    .split("\n")
    .filter((line) => /^\| (Quay|Mill|Fen|Gate|all) /.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const column = (i: number) => {
    const given = rows.slice(0, -1).map((row) => row[i] ?? "?");
    const rest =
      Number(rows.at(-1)?.[i]) - given.reduce((sum, cell) => sum + (cell === "?" ? 0 : Number(cell)), 0);
    if (!given.includes("?") && rest !== 0) throw new Error(`column ${i} does not add up`);
    return given.map((cell) => (cell === "?" ? rest : Number(cell)));
  };
  const [week, saturday, loans, members] = [column(2), column(3), column(4), column(5)];
  const branch = (i: number): Branch => ({
    week: week[i] ?? NaN,
    saturday: saturday[i] ?? NaN,
    loans: loans[i] ?? NaN,
    members: members[i] ?? NaN,
  });
  return [branch(0), branch(1), branch(2), branch(3)];
}

describe("assay-80 reasoning 7: library", () => {
  const branches = readBranches();
  const [quay, mill, fen, gate] = branches;
  const visits = ({ week, saturday }: Branch) => week + saturday;
  const perVisit = (branch: Branch) => branch.loans / visits(branch);
  const saturdayShare = (branch: Branch) => branch.saturday / visits(branch);
  const membersPerVisit = (branch: Branch) => branch.members / visits(branch);

  /** Least and most loans that can fall on `some` visits of a branch, with at most `limit` per visit. */
  function loansOn(branch: Branch, some: number, limit: number): [number, number] {
    const most = (count: number) => (count === 0 ? 0 : Math.min(branch.loans, count * limit));
    return [branch.loans - most(visits(branch) - some), most(some)];
  }

  function verdicts(limit: number): Record<string, string> {
    const decide = (always: boolean, possible: boolean) =>
      always ? "true" : possible ? "cannot be determined" : "false";
    const settle = (holds: boolean) => decide(holds, holds);
    const [quayLeast, quayMost] = loansOn(quay, quay.saturday, limit);
    const [millLeast, millMost] = loansOn(mill, mill.saturday, limit);
    const [quayWeekLeast, quayWeekMost] = loansOn(quay, quay.week, limit);
    return {
      A: settle(branches.every((branch) => branch === fen || perVisit(branch) < perVisit(fen))),
      B: decide(quayLeast > millMost, quayMost > millLeast),
      C: settle(saturdayShare(fen) > saturdayShare(quay)),
      D: decide(mill.loans > visits(mill), mill.loans >= 2),
      E: decide(limit === 1 && gate.loans === visits(gate), gate.loans === visits(gate)),
      F: decide(quayWeekLeast >= 1, quayWeekMost >= 1),
      G: settle(membersPerVisit(fen) > 2 * membersPerVisit(gate)),
    };
  }

  it("is decided as stated", () => {
    const stated = Object.entries(verdicts(Infinity)).map(([claim, verdict]) => `${claim} ${verdict}`);
    expect(stated.join(", ")).toBe(result(7, 1));
  });

  it("changes as stated with at most four loans per visit", () => {
    const before = verdicts(Infinity);
    const changed = Object.entries(verdicts(4)).filter(([claim, verdict]) => before[claim] !== verdict);
    expect(changed).toEqual([["F", "true"]]);
    const several = Array.from({ length: visits(mill) + 1 }, (_, count) => count).find(
      (count) => 4 * count + (visits(mill) - count) >= mill.loans,
    );
    const none = visits(gate) - Math.ceil(gate.loans / 4);
    expect(result(7, 2)).toBe(
      `only F changes, to true. Smallest number at Mill: ${several}. Greatest number at Gate: ${none}`,
    );
  });
});

describe("assay-80 reasoning 8: four watches", () => {
  const minutes = (clock: string) => {
    const [hours = "", rest = ""] = clock.split(":");
    return Number(hours) * 60 + Number(rest);
  };
  const clock = (total: number) => `${Math.floor(total / 60)}:${String(total % 60).padStart(2, "0")}`;

  /** True times of the events when the tower clock struck nine at the given true time. */
  function solve(nine: string): [string, number][] {
    const fits: [string, number][][] = [];
    for (let ana = -30; ana <= 30; ana++) {
      for (let bo = -30; bo <= 30; bo++) {
        for (let cyr = -30; cyr <= 30; cyr++) {
          const together = minutes("8:10") - ana === minutes("8:03") - bo;
          if (!together || bo !== -cyr || minutes("9:02") - cyr !== minutes(nine)) continue;
          const set = minutes("7:01");
          let car = set;
          while ((car - set) * 55 < (minutes("9:24") - set) * 60) car++;
          expect((car - set) * 55).toBe((minutes("9:24") - set) * 60);
          fits.push([
            ["lights", minutes("9:41") - ana],
            ["glass", minutes("9:33") - bo],
            ["door", minutes("9:40") - cyr],
            ["car", car],
          ]);
        }
      }
    }
    expect(fits).toHaveLength(1);
    return (fits[0] ?? []).sort((a, b) => a[1] - b[1]);
  }
  const say = (events: [string, number][]) => events.map(([name, at]) => `${name} ${clock(at)}`).join(", ");

  it("gives the stated times", () => {
    expect(say(solve("9:00"))).toBe(result(8, 1));
  });

  it("gives the stated times with the corrected tower clock", () => {
    const before = solve("9:00").map(([name]) => name);
    const after = solve("8:56").map(([name]) => name);
    const kept = permutations(before)
      .map(([first = "", second = ""]) => [first, second] as const)
      .filter(([first, second]) =>
        [before, after].every((order) => order.indexOf(first) < order.indexOf(second)),
      )
      .map(([first, second]) => `${first} before ${second}`);
    expect(result(8, 2)).toBe(
      `${say(solve("8:56"))}. Pairs in the same order as before: only ${[...new Set(kept)].join(", ")}`,
    );
  });
});
