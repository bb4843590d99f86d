import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

function findRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (dirname(folder) === folder)
      throw new Error("assay's package.json is missing: the installation is damaged");
  }
}

let root: string | undefined;

/** Absolute path of a file that ships with assay, given relative to its package root; the same from source and from `dist`. */
export function packageFile(...parts: readonly string[]): string {
  root ??= findRoot();
  return join(root, ...parts);
}

/** Version of assay as its package.json has it. */
export function toolVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(packageFile("package.json"), "utf8"));
  const version =
    parsed !== null && typeof parsed === "object" && "version" in parsed ? parsed.version : undefined;
  return String(version);
}
