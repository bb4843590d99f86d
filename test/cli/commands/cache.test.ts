import { existsSync, readdirSync, utimesSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readAge, readSize, showBytes } from "../../../harness/cli/quantities.js";
import { startServer } from "../../server/server.js";
import { useBench } from "../command-runner.js";

const DAY_S = 86_400;

describe("assay cache", () => {
  const bench = useBench();

  /** Puts a reply of `bytes` bytes into the cache that was stored so many days ago. */
  function store(name: string, bytes: number, ageDays: number): string {
    const path = `.home/responses/ab/${name.repeat(62)}.json`;
    bench.write(path, "x".repeat(bytes));
    const storedS = Date.now() / 1000 - ageDays * DAY_S;
    utimesSync(path, storedS, storedS);
    return path;
  }

  test("stats counts replies, bytes and age; an absent cache is empty", async () => {
    expect((await bench.json("cache", "stats")).document).toMatchObject({
      entries: 0,
      bytes: 0,
      oldest: null,
    });
    store("1", 1000, 10);
    store("2", 500, 1);
    const { code, document } = await bench.json("cache", "stats");
    expect(code).toBe(0);
    expect(document).toMatchObject({ schema: "assay.cache-stats/1", entries: 2, bytes: 1500 });
    expect((await bench.assay("cache", "stats")).stdout).toMatch(
      /^2 replies, 1\.5 kB, in .*responses\noldest /,
    );
  });

  test("prune removes by age and by size, the oldest first", async () => {
    const old = store("1", 1000, 40);
    const middle = store("2", 1000, 5);
    const young = store("3", 1000, 1);
    const byAge = await bench.json("cache", "prune", "--older-than", "30d");
    expect(byAge.document).toMatchObject({ removed: 1, removedBytes: 1000, left: 2, leftBytes: 2000 });
    expect([old, middle, young].map(existsSync)).toEqual([false, true, true]);
    await bench.assay("cache", "prune", "--max-size", "1.5kB");
    expect([middle, young].map(existsSync)).toEqual([false, true]);
  });

  test("clear removes all replies and nothing else", async () => {
    store("1", 10, 0);
    bench.write(".home/responses/ab/notes.txt", "mine");
    bench.write(".home/mt_bench/question.jsonl", "{}");
    const { code, document } = await bench.json("cache", "clear");
    expect(code).toBe(0);
    expect(document).toMatchObject({ removed: 1, left: 0 });
    expect(readdirSync(".home/responses/ab")).toEqual(["notes.txt"]);
    expect(existsSync(".home/mt_bench/question.jsonl")).toBe(true);
  });

  test("looks where a run puts its replies", async () => {
    const server = await startServer();
    bench.write("suite.yaml", 'questions:\n  - { id: "1", category: math, turns: ["What is 2 + 2?"] }\n');
    const words = ["--suite", "suite.yaml", "--model", "m", "--base-url", server.baseUrl, "--out", "run"];
    expect((await bench.assay("answer", ...words)).code).toBe(0);
    await server.close();
    expect((await bench.json("cache", "stats")).document).toMatchObject({ entries: 1 });
  });

  test.each([
    [["prune"], /prune needs to know what to remove\n.*--older-than/],
    [["prune", "--older-than", "30"], /--older-than cannot be "30"\n.*30d/],
    [["prune", "--max-size", "big"], /--max-size cannot be "big"\n.*500MB/],
    [["clear", "--older-than", "30d"], /--older-than belongs to `assay cache prune`/],
    [["stat"], /action cannot be "stat"\n.*Did you mean "stats"/],
  ])("cache %j is refused", async (words, message) => {
    const kept = store("1", 10, 100);
    const { code, stderr } = await bench.assay("cache", ...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(existsSync(kept)).toBe(true);
  });
});

describe("quantities", () => {
  test.each([
    ["1000000", 1_000_000],
    ["500MB", 500_000_000],
    ["1.5 GB", 1_500_000_000],
    ["2GiB", 2_147_483_648],
    ["0", 0],
  ])("size %s is %d bytes", (text, bytes) => {
    expect(readSize(text, "--max-size")).toBe(bytes);
  });

  test.each([
    ["90m", 5_400_000],
    ["12h", 43_200_000],
    ["30d", 2_592_000_000],
    ["8w", 4_838_400_000],
  ])("age %s is %d ms", (text, ms) => {
    expect(readAge(text, "--older-than")).toBe(ms);
  });

  test.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [48_929, "48.9 kB"],
    [174_683, "175 kB"],
    [999_499, "999 kB"],
    [999_500, "1.0 MB"],
    [83.7e9, "83.7 GB"],
  ])("%d bytes are shown as %s", (bytes, text) => {
    expect(showBytes(bytes)).toBe(text);
  });
});
