import { spawnSync } from "node:child_process";
import { existsSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lockRunFolder } from "../../harness/store/run-lock.js";
import { temporaryFolder } from "../pipeline/sample-plan.js";

const AT = "2026-01-02T03:04:05.000Z";

test("the second taker is refused with the first one's pid and host, until it is released", async () => {
  const folder = temporaryFolder();
  const lock = await lockRunFolder(folder, AT);
  await expect(lockRunFolder(folder, AT)).rejects.toMatchObject({
    code: "run-folder-in-use",
    message: expect.stringContaining(`process ${process.pid} on ${hostname()}`),
  });
  await lock.release();
  expect(existsSync(join(folder, ".lock"))).toBe(false);
  await (await lockRunFolder(folder, AT)).release();
});

test("a holder that died is replaced at once", async () => {
  const folder = temporaryFolder();
  const { pid } = spawnSync(process.execPath, ["-e", "0"]);
  writeFileSync(join(folder, ".lock"), JSON.stringify({ pid, host: hostname(), startedAt: AT }));
  await (await lockRunFolder(folder, AT)).release();
});

test("a lock left by an earlier process with this one's pid, as in a restarted container, is replaced", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, ".lock"), JSON.stringify({ pid: process.pid, host: hostname(), startedAt: AT }));
  await (await lockRunFolder(folder, AT)).release();
});

test("a holder on another machine is never taken for dead", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, ".lock"), JSON.stringify({ pid: 1, host: "elsewhere", startedAt: AT }));
  await expect(lockRunFolder(folder, AT)).rejects.toThrow(/process 1 on elsewhere/);
});

describe("a holder with this host's name that counts its processes apart, in another container", () => {
  const holder = { pid: process.pid, host: hostname(), startedAt: AT, pidNamespace: "pid:[1]" };

  test("is not taken for dead, whatever its pid, while it gives signs of life", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, ".lock"), JSON.stringify(holder));
    await expect(lockRunFolder(folder, AT)).rejects.toThrow(/in another container/);
  });

  test("is replaced after a minute without one", async () => {
    const folder = temporaryFolder();
    const file = join(folder, ".lock");
    writeFileSync(file, JSON.stringify(holder));
    const before = Date.now() / 1000 - 61;
    utimesSync(file, before, before);
    await (await lockRunFolder(folder, AT)).release();
  });
});

test("a lock knows when its folder was removed or is another's, and leaves that one's lock alone", async () => {
  const folder = temporaryFolder();
  const lock = await lockRunFolder(folder, AT);
  expect(await lock.isHeld()).toBe(true);
  const file = join(folder, ".lock");
  writeFileSync(file, JSON.stringify({ pid: 1, host: "elsewhere", startedAt: AT }));
  expect(await lock.isHeld()).toBe(false);
  await lock.release();
  expect(existsSync(file)).toBe(true);
});

test("of many takers at once exactly one wins, over a stale lock too", async () => {
  const folder = temporaryFolder();
  const { pid } = spawnSync(process.execPath, ["-e", "0"]);
  writeFileSync(join(folder, ".lock"), JSON.stringify({ pid, host: hostname(), startedAt: AT }));
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockRunFolder(folder, AT)));
  expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
});
