import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

function findRoot(): string {
  for (let folder = here; ; folder = dirname(folder)) {
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

/** Name of the build that this module belongs to; from source it is the one that the command's entry leads into. */
function buildName(): string {
  const [name = ".."] = relative(packageFile("dist"), here).split(sep);
  if (name !== "..") return name;
  const entry = packageFile("dist", "cli.js");
  return (existsSync(entry) && /build-[0-9a-f]+/.exec(readFileSync(entry, "utf8"))?.[0]) || "build";
}

/**
 * Absolute path of a file that the build makes. A command that runs from a build gets the files of that very build,
 * also when a newer one has taken its place in `dist`.
 */
export function builtFile(...parts: readonly string[]): string {
  return packageFile("dist", buildName(), ...parts);
}

/** Version of assay as its package.json has it. */
export function toolVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(packageFile("package.json"), "utf8"));
  const version =
    parsed !== null && typeof parsed === "object" && "version" in parsed ? parsed.version : undefined;
  return String(version);
}
