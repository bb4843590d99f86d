import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { codeBlock, entryOf, referenceText, turnText } from "./questions.js";

const hasPython = spawnSync("python3", ["-c", "import sqlite3"]).status === 0;

/** Runs a Python program with a JSON value on its standard input and reads JSON from its output. */
function runPython(program: string, input: unknown): unknown {
  const { stdout, stderr, status } = spawnSync("python3", ["-c", program], {
    input: JSON.stringify(input),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe("assay-80 coding 5: beehives in SQL", () => {
  const setUp = codeBlock(turnText("coding", 5, 1), "sql");
  const readings = [...setUp.matchAll(/\('([A-Z])', (\d+), (\d+)\)/g)].map(([, hive = "", day, kg]) => ({
    hive,
    day: Number(day),
    kg: Number(kg),
  }));
  const hives = [...new Set(readings.map(({ hive }) => hive))];
  const table = (turn: 1 | 2) =>
    codeBlock(referenceText("coding", 5, turn), "csv")
      .trim()
      .split("\n")
      .slice(1);

  /** All maximal chains of steps of a hive, a step spanning at most `pause` days. */
  function runsOf(hive: string, pause: number) {
    const own = readings.filter((reading) => reading.hive === hive).sort((a, b) => a.day - b.day);
    const chains: (typeof own)[] = [];
    for (const reading of own) {
      const before = chains.at(-1)?.at(-1);
      if (before && reading.day - before.day <= pause && reading.kg > before.kg) chains.at(-1)?.push(reading);
      else chains.push([reading]);
    }
    return chains.flatMap((chain) => {
      const [first, last] = [chain[0], chain.at(-1)];
      if (!first || !last || chain.length < 2) return [];
      return [{ hive, first: first.day, last: last.day, steps: chain.length - 1, gain: last.kg - first.kg }];
    });
  }

  it("has the stated longest runs", () => {
    expect(readings).toHaveLength(18);
    const expected = hives.map((hive) => {
      const best = runsOf(hive, 1).sort((a, b) => b.steps - a.steps || a.first - b.first)[0];
      return best ? Object.values(best).join(",") : `${hive},NULL,NULL,NULL,NULL`;
    });
    expect(table(1)).toEqual(expected);
  });

  const bridged = hives.flatMap((hive) => {
    const runs = runsOf(hive, 2);
    const total = runs.reduce((sum, { gain }) => sum + gain, 0);
    return runs.map((run) => ({ ...run, share: Math.round((100 * run.gain) / total) }));
  });

  it("has the stated runs over pauses", () => {
    const expected = bridged
      .filter(({ steps }) => steps >= 2)
      .sort((a, b) => b.gain - a.gain || (a.hive < b.hive ? -1 : 1) || a.first - b.first)
      .map((run) => Object.values(run).join(","));
    expect(table(2)).toEqual(expected);
  });

  it.skipIf(!hasPython)("gives these results in SQLite (needs python3)", () => {
    const program = `
import json, sqlite3, sys
set_up, *queries = json.load(sys.stdin)
base = sqlite3.connect(":memory:")
base.executescript(set_up)
show = lambda row: ",".join("NULL" if cell is None else str(cell) for cell in row)
print(json.dumps([[show(row) for row in base.execute(query)] for query in queries]))`;
    const queries = ([1, 2] as const).map((turn) => codeBlock(referenceText("coding", 5, turn), "sql"));
    expect(runPython(program, [setUp, ...queries])).toEqual([table(1), table(2)]);
  });
});

describe("assay-80 coding 9: parts lists in Python", () => {
  const caseSchema = z.array(
    z.tuple([z.string(), z.union([z.record(z.string(), z.number()), z.string()])]).rest(z.string()),
  );
  const cases = (turn: 1 | 2) =>
    caseSchema.parse(JSON.parse(codeBlock(referenceText("coding", 9, turn), "json")));

  /** A line of a parts list that is neither empty nor a comment, with the lines below it. */
  interface Part {
    line: number;
    name: string;
    count: number | undefined;
    parts: Part[];
  }

  function readTree(text: string): Part[] {
    const root: Part[] = [];
    const open: Part[][] = [root];
    text.split("\n").forEach((raw, i) => {
      const [, indent = "", body = ""] = /^(\s*)(.*?)\s*$/.exec(raw) ?? [];
      if (body === "" || body.startsWith("#")) return;
      const siblings = open[indent.length / 2];
      if (!/^( {2})*$/.test(indent) || siblings === undefined) throw new Error(`line ${i + 1}:`);
      const [, name = "", digits] = /^(.+?)(?: +x([0-9]+))?$/.exec(body) ?? [];
      const count = digits === undefined ? undefined : Number(digits);
      if (count === 0) throw new Error(`line ${i + 1}:`);
      const part: Part = { line: i + 1, name, count, parts: [] };
      siblings.push(part);
      open.splice(indent.length / 2 + 1, Infinity, part.parts);
    });
    return root;
  }

  /** Lists every single part one by one, with all assemblies written out; slow, but by the definition. */
  function listParts(text: string): Map<string, number> {
    const tree = readTree(text);
    const isDefinition = ({ name, count }: Part) => name.endsWith(":") && count === undefined;
    const definitions = new Map<string, Part>();
    for (const part of tree.filter(isDefinition)) {
      if (definitions.has(part.name) || part.parts.length === 0) throw new Error(`line ${part.line}:`);
      definitions.set(part.name, part);
    }
    const check = (part: Part): void => {
      const isUse = part.name.startsWith("@");
      if (isUse && part.parts.length > 0) throw new Error(`line ${part.line}:`);
      if (isUse && !definitions.has(`${part.name.slice(1)}:`)) throw new Error(`line ${part.line}:`);
      part.parts.forEach(check);
    };
    tree.forEach(check);
    const totals = new Map<string, number>();
    const list = (part: Part, inside: string[], note: boolean): void => {
      for (let i = 0; i < (part.count ?? 1); i++) {
        if (part.name.startsWith("@")) {
          const key = part.name.slice(1);
          const from = inside.indexOf(key);
          if (from !== -1) throw new Error([...inside.slice(from), key].join(" > "));
          for (const below of entryOf(definitions, `${key}:`).parts) list(below, [...inside, key], note);
        } else if (part.parts.length > 0) for (const below of part.parts) list(below, inside, note);
        else if (note) totals.set(part.name, (totals.get(part.name) ?? 0) + 1);
      }
    };
    for (const { name, parts } of definitions.values())
      for (const part of parts) list(part, [name.slice(0, -1)], false);
    for (const part of tree) if (!isDefinition(part)) list(part, [], true);
    return totals;
  }

  it.each([1, 2] as const)("agrees with the listed cases of turn %i", (turn) => {
    for (const [text, expected, ...others] of cases(turn)) {
      if (typeof expected === "string") {
        let message = "";
        try {
          listParts(text);
        } catch (error) {
          message = String(error);
        }
        expect(
          [expected, ...others].some((part) => message.includes(part)),
          `${text}: ${message}`,
        ).toBe(true);
      } else expect([...listParts(text)], text).toEqual(Object.entries(expected));
    }
  });

  it.skipIf(!hasPython).each([1, 2] as const)("holds for the code of turn %i (needs python3)", (turn) => {
    const program = `${codeBlock(referenceText("coding", 9, turn), "python")}
import json, sys
def outcome(text):
    try:
        return list(parts(text).items())
    except ValueError as error:
        return str(error)
print(json.dumps([outcome(text) for text in json.load(sys.stdin)]))`;
    const listed = cases(turn);
    const forty = Array.from({ length: 39 }, (_, i) => `a${i}:\n  @a${i + 1}\n  @a${i + 1}\n`).join("");
    const texts = [...listed.map(([text]) => text), ...(turn === 2 ? [`@a0\n${forty}a39:\n  pin`] : [])];
    const outcomes = z.array(z.unknown()).parse(runPython(program, texts));
    listed.forEach(([, expected, ...others], i) => {
      if (typeof expected === "string") {
        expect([expected, ...others].some((part) => String(outcomes[i]).includes(part))).toBe(true);
      } else expect(outcomes[i]).toEqual(Object.entries(expected));
    });
    if (turn === 2) expect(outcomes.at(-1)).toEqual([["pin", 2 ** 39]]);
  });
});
