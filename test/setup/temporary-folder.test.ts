import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import temporaryFolder from "./temporary-folder.js";

test("what tests leave in temporary folders is in one that goes with them", () => {
  expect(tmpdir()).toBe(process.env.ASSAY_TEST_FOLDER);
  const script = "process.stdout.write(require('node:os').tmpdir())";
  expect(spawnSync(process.execPath, ["-e", script], { encoding: "utf8" }).stdout).toBe(tmpdir());
});

test("the folder is removed with all that is in it, and the earlier one counts again", () => {
  const { TMPDIR, ASSAY_TEST_FOLDER } = process.env;
  try {
    delete process.env.ASSAY_TEST_FOLDER;
    const remove = temporaryFolder();
    const own = tmpdir();
    expect(own).not.toBe(TMPDIR);
    writeFileSync(join(mkdtempSync(join(own, "assay-")), "left"), "");
    remove?.();
    expect([existsSync(own), tmpdir()]).toEqual([false, TMPDIR]);
  } finally {
    Object.assign(process.env, { TMPDIR, ASSAY_TEST_FOLDER });
  }
});
