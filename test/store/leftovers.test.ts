import { spawnSync } from "node:child_process";
import { readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryName } from "../../harness/core/leftovers.js";
import { writeFileAtomically } from "../../harness/store/run-folder.js";
import { temporaryFolder } from "../pipeline/sample-plan.js";

test("what a killed command left is removed by the next; what others write, and files of others, stay", async () => {
  const folder = temporaryFolder();
  const { pid: dead } = spawnSync(process.execPath, ["-e", "0"]);
  const ours = temporaryName("run.json");
  const of = (pid: number) => ours.replace(`-${process.pid}-`, `-${pid}-`);
  const elsewhere = (name: string) => name.replace(/[0-9a-f]{8}-/, "00000000-");
  const [running, foreign, old] = [of(process.ppid), elsewhere(of(dead)), elsewhere(of(1))];
  for (const name of [of(dead), running, foreign, old, "notes.tmp"]) writeFileSync(join(folder, name), "");
  const yesterday = Date.now() / 1000 - 90_000;
  utimesSync(join(folder, old), yesterday, yesterday);
  await writeFileAtomically(join(folder, "scores.json"), "{}");
  expect(readdirSync(folder).sort()).toEqual([running, foreign, "notes.tmp", "scores.json"].sort());
});
