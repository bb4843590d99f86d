import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { useBench } from "./command-runner.js";

const bench = useBench();

test("a file that holds nothing is called empty, whatever reads it", async () => {
  for (const ending of ["json", "jsonl", "csv"])
    writeFileSync(`empty.${ending}`, ending === "json" ? " \n" : "");
  for (const words of [
    ["import", "empty.json", "--out", "run"],
    ["import", "empty.jsonl", "--out", "run"],
    ["import", "empty.csv", "--out", "run"],
    ["import", "empty.csv", "--format", "figures", "--out", "run"],
    ["score", "empty.json"],
    ["score", "empty.jsonl"],
    ["card", "empty.csv"],
    ["judge-bench", "empty.jsonl"],
    ["judge-bench", "--replay", "empty.jsonl"],
  ]) {
    const { code, stderr } = await bench.assay(...words);
    expect({ words, code }).toEqual({ words, code: 2 });
    expect(stderr).toMatch(/empty\.\w+: the file is empty\n {2}(?:Check the path|A table has the columns)/);
  }
});

test("a folder where a file belongs is called a folder", async () => {
  mkdirSync("folder");
  expect((await bench.assay("plan", "folder")).stderr).toContain(
    "folder: cannot be read (it is a folder, not a file)",
  );
});
