import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/** The checkout that the tests stand in. */
export const root = resolve(import.meta.dirname, "..");

/** Source and test files in TypeScript below a folder of the checkout, as paths from its root. */
export function filesBelow(folder: string): string[] {
  return filesNamed(folder, /\.tsx?$/);
}

/** Files below a folder of the checkout whose names match, as paths from its root; without the suites' data. */
export function filesNamed(folder: string, names: RegExp): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(join(root, path)).isDirectory())
      return name === "data" && folder === "suites" ? [] : filesNamed(path, names);
    return names.test(name) ? [path] : [];
  });
}

/** Text of a file without its comments. */
export function codeOf(path: string): string {
  // A comment begins a line: a glob such as "results/*/…" in a text is none.
  return readFileSync(join(root, path), "utf8").replace(/^[ \t]*\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

/** The file that a relative specifier names, from the root; undefined for a package. */
export function fileNamed(specifier: string, from: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const file = relative(root, resolve(root, dirname(from), specifier));
  const sources = [file.replace(/\.js$/, ".ts"), file.replace(/\.js$/, ".tsx"), file];
  return sources.find((one) => statSync(join(root, one), { throwIfNoEntry: false })?.isFile()) ?? file;
}
