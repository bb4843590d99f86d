import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readFigures } from "../../../harness/interop/figures/read-figures.js";
import { openZip } from "../../../harness/interop/zip/zip-archive.js";
import { temporaryFolder } from "../../pipeline/sample-plan.js";
import { folderOf, imported } from "./imported.js";
import { type MadeMember, writeZip } from "./zip-writer.js";

const DEEP = "[".repeat(1_000_000) + "]".repeat(1_000_000);
const HEADER = {
  version: 2,
  status: "success",
  eval: { created: "2026-11-28T10:00:00Z", task: "t", model: "m", dataset: {} },
};

function archive(...members: readonly MadeMember[]): string {
  return writeZip(join(temporaryFolder(), "log.eval"), [
    { name: "header.json", text: JSON.stringify(HEADER) },
    ...members,
  ]);
}

const member = (fields: Partial<MadeMember>): MadeMember => ({
  name: "samples/a_epoch_1.json",
  text: "{}",
  ...fields,
});

test.each([
  ["a path", member({ name: "../../home/x.json" }), "unsafe-member"],
  ["an absolute path", member({ name: "/etc/x.json" }), "unsafe-member"],
  ["a size of 3 GiB", member({ told: 3 * 2 ** 30 }), "archive-too-large"],
  ["more than it tells", member({ text: "0".repeat(100_000), told: 10 }), "broken-archive"],
  [
    "more than it tells, by zstandard",
    member({ text: "0".repeat(100_000), told: 10, method: 93 }),
    "broken-archive",
  ],
  ["less than it tells", member({ text: "{}", told: 10 }), "broken-archive"],
  ["a million lists in each other", member({ text: DEEP }), "nested-too-deeply"],
  ["no JSON", member({ text: "{" }), "broken-json"],
  ["another shape", member({ text: '{"id": [], "epoch": 1}' }), "unexpected-shape"],
])("an archive with %s is refused", async (_, made, code) => {
  const file = archive(made);
  await expect(imported([file])).rejects.toMatchObject({ code, remedy: expect.any(String) });
});

test("large members that are packed too well, archives that inflate to too much, and overlaps are refused", () => {
  const told = 100 << 20;
  expect(() => openZip(archive(member({ told })))).toThrow(/would inflate to 100 MB from \d+ bytes/);
  const many = Array.from({ length: 40 }, (_, index) =>
    member({ name: `samples/${index}_epoch_1.json`, told: 60 << 20 }),
  );
  expect(() => openZip(archive(...many))).toThrow(/the archive would inflate to 2401 MB/);
  const bytes = readFileSync(archive(member({})));
  const entry = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  bytes.writeUInt32LE(bytes.length, entry + 20);
  const overlapping = join(temporaryFolder(), "overlap.eval");
  writeFileSync(overlapping, bytes);
  expect(() => openZip(overlapping)).toThrow(/overlap/);
});

test("an archive that was cut off, is empty, or is none is refused", () => {
  const bytes = readFileSync(archive(member({})));
  for (const part of [bytes.subarray(0, -10), bytes.subarray(0, 0), Buffer.from("{}")]) {
    const file = join(temporaryFolder(), "log.eval");
    writeFileSync(file, part);
    expect(() => openZip(file)).toThrow(/no end/);
  }
});

test.each([
  ["deep.json", DEEP, "nested-too-deeply"],
  ["deep.jsonl", `${DEEP}\n`, "nested-too-deeply"],
  ["lm.json", { results: { t: 5 }, versions: {} }, "unexpected-shape"],
  ["pf.json", { evalId: "x", results: { results: [{ vars: 3 }] } }, "unexpected-shape"],
  ["es.json", { dataset_name: "a", model_name: "b", metrics: [{ score: "x" }] }, "unexpected-shape"],
  ["figs.json", [{ suite: "a", metric: "m", model: "x", value: "high" }], "unexpected-shape"],
])("%s of a wrong shape gets one error, and nothing is written", async (name, content, code) => {
  const folder = folderOf({ [name]: content });
  await expect(imported([folder])).rejects.toMatchObject({ code });
  expect(existsSync(join(folder, "run"))).toBe(false);
});

test("a table of more columns than a call takes arguments is read", async () => {
  const count = 150_000;
  const names = Array.from({ length: count }, (_, index) => `c${index}`);
  const folder = folderOf({ "wide.csv": `model,${names.join(",")}\na,${names.map(() => "1").join(",")}\n` });
  const { figures } = await readFigures({ documents: [join(folder, "wide.csv")], lines: [] }, {});
  expect(figures).toHaveLength(count);
});
