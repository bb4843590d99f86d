// A checkout's own node_modules/.bin/assay. npm links the bins of a package's dependencies, never its own, so that
// `npx assay`, scripts and editors would not find the command of the checkout they stand in.
import { existsSync } from "node:fs";
import { rename, symlink, writeFile } from "node:fs/promises";

const bin = "node_modules/.bin";

/** Puts a file in its place at once, whatever stood there. */
async function place(name, write) {
  const aside = `${bin}/.${name}.${process.pid}`;
  await write(aside);
  await rename(aside, `${bin}/${name}`);
}

/** Links the command; nothing happens where packages were installed without bins. */
export async function linkCommand() {
  if (!existsSync(bin)) return;
  if (process.platform !== "win32") return place("assay", (path) => symlink("../../dist/cli.js", path));
  const script = "..\\..\\dist\\cli.js";
  await place("assay.cmd", (path) => writeFile(path, `@node "%~dp0${script}" %*\r\n`));
  await place("assay.ps1", (path) =>
    writeFile(path, `& node "$PSScriptRoot\\${script}" @args\r\nexit $LASTEXITCODE\r\n`),
  );
  // npx asks for the name without an ending.
  await place("assay", (path) =>
    writeFile(path, '#!/bin/sh\nexec node "$(dirname "$0")/../../dist/cli.js" "$@"\n'),
  );
}
