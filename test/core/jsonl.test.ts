import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { DataError } from "../../harness/core/errors.js";
import { readJsonLines } from "../../harness/core/jsonl.js";
import { temporaryFolder } from "../pipeline/sample-plan.js";

function file(content: string | Uint8Array): string {
  const path = join(temporaryFolder(), "a.jsonl");
  writeFileSync(path, content);
  return path;
}

describe("reading JSON lines", () => {
  test("numbers lines from 1, passes over blank ones, copes with a byte order mark and a missing last feed", () => {
    const path = file('\ufeff{"a":1}\n\n  \n{"a":2}\r\n[3]');
    expect([...readJsonLines(path)]).toEqual([
      { line: 1, value: { a: 1 } },
      { line: 4, value: { a: 2 } },
      { line: 5, value: [3] },
    ]);
  });

  test("lines and characters that span chunks come out whole", () => {
    const values = Array.from({ length: 40 }, (_, index) => "ä€😀".repeat(20_000 + index));
    const path = file(values.map((value) => JSON.stringify(value)).join("\n"));
    expect([...readJsonLines(path)].map((line) => line.value)).toEqual(values);
  });

  test("a small file takes a small buffer, and what is appended while it is read is read as well", () => {
    const allocated = vi.spyOn(Buffer, "allocUnsafe");
    try {
      const path = file('{"a":1}\n'.repeat(1_000));
      const lines = readJsonLines(path);
      lines.next();
      appendFileSync(path, `${JSON.stringify("b".repeat(50_000))}\n`.repeat(3));
      const values = [...lines].map((line) => line.value);
      expect(values).toHaveLength(1_002);
      expect(values.slice(-3)).toEqual(Array(3).fill("b".repeat(50_000)));
      const sizes = allocated.mock.calls.map(([size]) => size);
      expect(sizes.length).toBeGreaterThan(0);
      expect(Math.max(...sizes)).toBeLessThan(200_000);
    } finally {
      allocated.mockRestore();
    }
  });

  test("a line that nests too deeply is named; brackets in texts do not count", () => {
    const deep = (levels: number) => `{"x":${"[".repeat(levels)}${"]".repeat(levels)}}`;
    const path = file(`{"text":"${"[{".repeat(2_000)}"}\n${deep(400)}\n${deep(20_000)}\n`);
    const lines: number[] = [];
    expect(() => {
      for (const { line } of readJsonLines(path)) lines.push(line);
    }).toThrow(`${path}:3: nests lists or objects more than 500 deep`);
    expect(lines).toEqual([1, 2]);
  });

  test("a broken line is named with file and line", () => {
    const path = file('{"a":1}\n{"a":\n{"a":3}\n');
    expect(() => [...readJsonLines(path)]).toThrow(`${path}:2: not valid JSON`);
    expect(() => [...readJsonLines(path)]).toThrow(DataError);
    expect(() => [...readJsonLines("/no/such/file.jsonl")]).toThrow(/there is no such file/);
  });

  test("a torn last line is reported where that is asked for, and refused otherwise", () => {
    const path = file('{"a":1}\n{"a":2');
    const torn: number[] = [];
    expect([...readJsonLines(path, { onTornTail: (line) => torn.push(line) })]).toHaveLength(1);
    expect(torn).toEqual([2]);
    expect(() => [...readJsonLines(path)]).toThrow(`${path}:2`);
  });
});
