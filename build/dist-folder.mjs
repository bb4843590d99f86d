// dist/ while it is rebuilt. Its entries (cli.js, index.js, types/harness/index.d.ts, and the manual man/assay.1) keep their names and only lead
// into a folder that holds one whole build and is named after what it was built from:
//
//   dist/cli.js                        import "./build-1f0c…/cli.js"
//   dist/build-1f0c…/cli.js, chunks/, page/, fonts/, types/
//
// A build is written aside and renamed when it is whole, then each entry is replaced in one step: a command finds a
// whole build whenever it starts, and finds its own one again when it loads a part of it hours later.
import { createHash } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";

const SOURCES = ["build", "harness", "judges", "reports", "suites"];
const SOURCE_FILE = /\.(ts|tsx|css|mjs)$/;
const FILES = ["build.mjs", "package.json", "package-lock.json", "tsconfig.json", "tsconfig.types.json"];

/** How long a build stays after another took its place, for the commands that run from it. */
const KEPT_MS = 3 * 24 * 60 * 60 * 1000;

const ENTRIES = {
  "cli.js": (build) => `#!/usr/bin/env node\nimport "./${build}/cli.js";\n`,
  "index.js": (build) => `export * from "./${build}/index.js";\n`,
  "man/assay.1": async (build) => `.\\" of ${build}\n${await readFile(`dist/${build}/assay.1`, "utf8")}`,
  "types/harness/index.d.ts": (build) => `export * from "../../${build}/types/harness/index.js";\n`,
};

/** A hash over all that decides what a build holds. */
export async function sourceHash() {
  const below = async (folder) =>
    (await readdir(folder, { recursive: true })).map((name) => `${folder}/${name.replaceAll("\\", "/")}`);
  const sources = (await Promise.all(SOURCES.map(below))).flat().filter((path) => SOURCE_FILE.test(path));
  const present = [...FILES, ...sources].filter((path) => existsSync(path)).sort();
  const texts = await Promise.all(present.map((path) => readFile(path)));
  const hash = createHash("sha256");
  present.forEach((path, index) => {
    hash.update(`${path}\0${texts[index].length}\0`).update(texts[index]);
  });
  return hash.digest("hex").slice(0, 12);
}

/** Has `write` fill a folder aside, then renames it to `path`; if another build was faster, its folder stays. */
async function wholeFolder(path, write) {
  const aside = `dist/.building-${process.pid}`;
  const drop = () => rmSync(aside, { recursive: true, force: true });
  process.once("exit", drop);
  await mkdir(aside, { recursive: true });
  await write(aside);
  try {
    await rename(aside, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  }
  drop();
  process.off("exit", drop);
}

/** Adds a build, types apart. */
export function addBuild(build, write) {
  return wholeFolder(`dist/${build}`, write);
}

/** Adds the types of a build. */
export function addTypes(build, write) {
  return wholeFolder(`dist/${build}/types`, write);
}

/** Which build an entry leads into. */
async function buildBehind(entry) {
  const text = await readFile(`dist/${entry}`, "utf8").catch(() => "");
  return text.match(/\bbuild-[0-9a-f]+/)?.[0];
}

/** Makes the entries lead into this build, and a packed tarball hold it alone. */
export async function enter(build) {
  const now = new Date();
  await utimes(`dist/${build}`, now, now);
  for (const [entry, text] of Object.entries(ENTRIES)) {
    if (entry.startsWith("types/") && !existsSync(`dist/${build}/types`)) continue;
    const before = await buildBehind(entry);
    if (before === build) continue;
    // A build that is replaced counts its days from now.
    if (before !== undefined) await utimes(`dist/${before}`, now, now).catch(() => undefined);
    await replace(entry, await text(build));
  }
  const packed = ["cli.js", "index.js", "man", "types", build];
  await replace(".npmignore", ["/*", ...packed.map((name) => `!/${name}`), ""].join("\n"));
}

async function replace(name, text) {
  const path = `dist/${name}`;
  const aside = `${path}.${process.pid}`;
  await mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await writeFile(aside, text);
  if (name === "cli.js") await chmod(aside, 0o755);
  await rename(aside, path);
}

/** Removes what no command can be running from any more. */
export async function dropOldBuilds(build) {
  const needed = new Set(["cli.js", "index.js", "man", "types", ".npmignore", build]);
  needed.add(await buildBehind("types/harness/index.d.ts"));
  for (const name of await readdir("dist")) {
    if (needed.has(name)) continue;
    const found = await stat(`dist/${name}`).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > KEPT_MS)
      await rm(`dist/${name}`, { recursive: true, force: true });
  }
}
