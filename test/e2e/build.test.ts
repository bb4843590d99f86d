import { execFile, execFileSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startServer } from "../server/server.js";
import { runAssay, startAssay, workFolder } from "./command.js";
import { writeSuite } from "./run-records.js";

const root = resolve(import.meta.dirname, "../..");
const SOURCES = ["build", "harness", "judges", "reports", "suites"];
const FILES = ["build.mjs", "package.json", "package-lock.json", "tsconfig.json", "tsconfig.types.json"];

/** A checkout of the test's own: the sources copied, the packages linked. */
const checkout = workFolder();
const dist = (...parts: readonly string[]) => join(checkout, "dist", ...parts);
const builds = () => readdirSync(dist()).filter((name) => name.startsWith("build-"));

async function build(): Promise<void> {
  await promisify(execFile)(process.execPath, ["build.mjs", "--fast"], { cwd: checkout });
}

let changes = 0;
/** Changes a file that commands load late, and with it the name of the chunk that holds it. */
function changeSources(): void {
  changes++;
  for (const file of ["suites/registry.ts", "reports/registry.ts"])
    appendFileSync(join(checkout, file), `\nObject.assign(globalThis, { changes: ${changes} });\n`);
}

beforeAll(async () => {
  for (const name of [...SOURCES, ...FILES])
    cpSync(join(root, name), join(checkout, name), { recursive: true });
  mkdirSync(join(checkout, "node_modules"));
  for (const name of readdirSync(join(root, "node_modules")))
    if (!name.startsWith("."))
      symlinkSync(join(root, "node_modules", name), join(checkout, "node_modules", name), "junction");
  await build();
});

afterAll(() => rmSync(checkout, { recursive: true, force: true }));

test("whatever moment of a build a command starts at, it finds a whole one", async () => {
  let building = true;
  const startUntilBuilt = async () => {
    const failures: string[] = [];
    for (let starts = 1; ; starts++) {
      const { code, stderr } = await runAssay(["list", "suites"], { checkout });
      if (code !== 0) failures.push(stderr);
      if (!building) return { starts, failures };
    }
  };
  const starting = [startUntilBuilt(), startUntilBuilt()];
  for (let round = 0; round < 2; round++) {
    changeSources();
    await build();
  }
  building = false;
  for (const { starts, failures } of await Promise.all(starting)) {
    expect(failures).toEqual([]);
    expect(starts).toBeGreaterThan(2);
  }
});

test("a command that a build overtakes ends with the parts of its own build", async () => {
  const server = await startServer();
  const cwd = workFolder();
  const words = ["run", "--suite", writeSuite(cwd, 3), "--model", "a", "--judge", "j", "--format", "html"];
  const { child, ended } = startAssay([...words, "--base-url", server.baseUrl, "--out", "run"], {
    cwd,
    checkout,
  });
  await server.until(({ calls }) => calls > 0);
  child.kill("SIGSTOP");
  const before = builds();
  changeSources();
  await build();
  expect(builds()).toHaveLength(before.length + 1);
  child.kill("SIGCONT");
  const { code, stderr } = await ended;
  await server.close();
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  expect(readdirSync(join(cwd, "run", "report"))).toContain("index.html");
});

test("what is built already is not built again; a build that was replaced days ago is removed", async () => {
  const before = builds();
  await build();
  expect(builds()).toEqual(before);
  const fourDaysAgo = Date.now() / 1000 - 4 * 24 * 60 * 60;
  for (const name of before) utimesSync(dist(name), fourDaysAgo, fourDaysAgo);
  await build();
  expect(builds()).toHaveLength(1);
  expect(await runAssay(["list", "suites"], { checkout })).toMatchObject({ code: 0 });
});

test("a packed tarball holds one build, whole", async () => {
  changeSources();
  await build();
  expect(builds()).toHaveLength(2);
  const out = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: checkout,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  const [{ files }] = JSON.parse(out);
  const packed: string[] = files.map(({ path }: { path: string }) => path);
  const folders = packed.flatMap((path) => /^dist\/(build-[^/]+)/.exec(path)?.[1] ?? []);
  const [current, ...others] = [...new Set(folders)];
  expect(others).toEqual([]);
  const inside = readdirSync(dist(current ?? ""), { recursive: true, withFileTypes: true });
  expect(folders).toHaveLength(inside.filter((entry) => entry.isFile()).length);
  expect(packed).toEqual(expect.arrayContaining(["dist/cli.js", "dist/index.js", `dist/${current}/cli.js`]));
  expect(existsSync(dist(current ?? "", "page", "page.js"))).toBe(true);
});
