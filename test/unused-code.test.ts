import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { codeOf, fileNamed, filesBelow, root } from "./source-files.js";

/** What the outside starts from: the command, the library, threads, and the scripts of pages. */
const ENTRANCES = [
  "harness/cli/main.ts",
  "harness/index.ts",
  "harness/cli/shell/man-page.ts",
  "harness/contamination/scan-worker.ts",
  "harness/store/pieces/record-worker.ts",
  "reports/html/page/main.ts",
  "reports/vote/page/main.ts",
  "reports/live/page/main.ts",
];

/** Packages that no source imports: tools that are run, and what another package wants beside it. */
const TOOLS = ["@biomejs/biome", "@fontsource/inter", "@vitest/coverage-v8", "canvas", "tsx", "typescript"];

interface Name {
  readonly name: string;
  /** What it is called on the other side. */
  readonly alias: string;
}

interface Module {
  /** Names declared and exported here, and whether they are values. */
  readonly declared: ReadonlyMap<string, boolean>;
  readonly handedOn: readonly (Name & { readonly file: string | undefined })[];
  readonly imported: readonly { readonly file: string; readonly name: string }[];
  /** Files imported whole: by a call, or under one name. What of them is used stands in the text. */
  readonly whole: readonly string[];
  /** Files imported for what loading them does. */
  readonly bare: readonly string[];
  readonly code: string;
}

function namesIn(clause: string): Name[] {
  return clause.split(",").flatMap((part) => {
    const [name = "", alias = name] = part
      .trim()
      .replace(/^type\s+/, "")
      .split(/\s+as\s+/);
    return name === "" ? [] : [{ name, alias }];
  });
}

function readModule(path: string): Module {
  const code = codeOf(path);
  const declared = new Map<string, boolean>();
  const handedOn: Module["handedOn"][number][] = [];
  const imported: Module["imported"][number][] = [];
  const whole: string[] = [];
  const bare: string[] = [];
  const declaration =
    /^export (?:declare |abstract |async )*(function\*?|const|let|class|interface|type|enum) ([\w$]+)/gm;
  for (const [, kind = "", name = ""] of code.matchAll(declaration))
    declared.set(name, kind !== "interface" && kind !== "type");
  for (const [, clause = "", from] of code.matchAll(
    /^export (?:type )?\{([^}]*)\}(?:\s*from\s*"([^"]+)")?/gm,
  )) {
    for (const name of namesIn(clause)) {
      if (from === undefined) declared.set(name.alias, true);
      else handedOn.push({ ...name, file: fileNamed(from, path) });
    }
  }
  for (const [, clause = "", from = ""] of code.matchAll(
    /^import\s+(?:type\s+)?([^;"']*?)\s*from\s+"([^"]+)"/gm,
  )) {
    const file = fileNamed(from, path);
    if (file === undefined) continue;
    const [, names] = /\{([^}]*)\}/.exec(clause) ?? [];
    if (names === undefined) whole.push(file);
    else for (const { name } of namesIn(names)) imported.push({ file, name });
  }
  for (const [, from = ""] of code.matchAll(/\bimport\(\s*"([^"]+)"/g)) {
    const file = fileNamed(from, path);
    if (file !== undefined) whole.push(file);
  }
  for (const [, from = ""] of code.matchAll(/^import "([^"]+)"/gm)) {
    const file = fileNamed(from, path);
    if (file !== undefined) bare.push(file);
  }
  return { declared, handedOn, imported, whole, bare, code };
}

const sources = ["harness", "suites", "judges", "reports"].flatMap(filesBelow);
const tests = filesBelow("test");
const modules = new Map([...sources, ...tests].map((path) => [path, readModule(path)]));

const has = (code: string, name: string) =>
  new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`).test(code);

/** An export and, where it is handed on from another file, that file's. */
function originsOf(file: string, name: string): string[] {
  const module = modules.get(file);
  if (module === undefined) return [];
  const onward = module.handedOn.filter(({ alias }) => alias === name);
  return [
    `${file} ${name}`,
    ...onward.flatMap((one) => (one.file === undefined ? [] : originsOf(one.file, one.name))),
  ];
}

function exportsOf(file: string): string[] {
  const module = modules.get(file);
  return module === undefined
    ? []
    : [...module.declared.keys(), ...module.handedOn.map(({ alias }) => alias)];
}

function usedBy(paths: readonly string[]): Set<string> {
  const used = new Set<string>();
  const use = (file: string, name: string) => {
    for (const origin of originsOf(file, name)) used.add(origin);
  };
  for (const path of paths) {
    const module = modules.get(path);
    if (module === undefined) continue;
    for (const { file, name } of module.imported) use(file, name);
    for (const file of module.whole)
      for (const name of exportsOf(file)) if (has(module.code, name)) use(file, name);
  }
  return used;
}

/** Files that loading the entrances can reach. */
function reachedFromEntrances(): Set<string> {
  const reached = new Set<string>();
  const visit = (path: string) => {
    const module = modules.get(path);
    if (module === undefined || reached.has(path)) return;
    reached.add(path);
    for (const { file } of module.imported) visit(file);
    for (const { file } of module.handedOn) if (file !== undefined) visit(file);
    for (const file of [...module.whole, ...module.bare]) visit(file);
  };
  ENTRANCES.forEach(visit);
  return reached;
}

describe("nothing lies about unused", () => {
  test("every source file is reached from an entrance", () => {
    const reached = reachedFromEntrances();
    expect(sources.filter((path) => !reached.has(path) && !path.endsWith(".d.ts"))).toEqual([]);
  });

  test("every export is read by another source file, or by this file and a test", () => {
    const bySources = usedBy(sources);
    for (const entrance of ENTRANCES)
      for (const name of exportsOf(entrance))
        for (const origin of originsOf(entrance, name)) bySources.add(origin);
    const byTests = usedBy(tests);
    const unused = sources.flatMap((path) => {
      const { declared = new Map<string, boolean>(), handedOn = [], code = "" } = modules.get(path) ?? {};
      const isUnused = (name: string, isValue: boolean) => {
        const key = `${path} ${name}`;
        if (bySources.has(key)) return false;
        const rest = code.replace(new RegExp(`^export [^\\n]*?(?<![\\w$])${name}(?![\\w$])`, "m"), "");
        // A type names a part of what the file exports; a value is exported for somebody.
        return !has(rest, name) || (isValue && !byTests.has(key));
      };
      return [
        ...[...declared].filter(([name, isValue]) => isUnused(name, isValue)).map(([name]) => name),
        ...handedOn.filter(({ alias }) => !bySources.has(`${path} ${alias}`)).map(({ alias }) => alias),
      ].map((name) => `${path} ${name}`);
    });
    expect(unused).toEqual([]);
  });

  test("every package is imported, and every import has its package", () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const scripts = readdirSync(join(root, "build")).map((name) => join("build", name));
    const pattern =
      /(?:(?:\bfrom|^import|\bimport\()\s*"|"node_modules\/)((?!assay")(?:@[\w.-]+\/)?\w[\w:.-]*)["/]/gm;
    const imported = new Set(
      [...sources, ...tests, ...scripts, "vitest.config.ts"].flatMap((path) =>
        Array.from(codeOf(path).matchAll(pattern), ([, name = ""]) => name),
      ),
    );
    const isDeclared = (name: string) => name in dependencies || name in devDependencies;
    const known = [...Object.keys(dependencies), ...Object.keys(devDependencies)];
    const unused = known.filter(
      (name) => !imported.has(name) && !name.startsWith("@types/") && !TOOLS.includes(name),
    );
    expect(unused).toEqual([]);
    expect([...imported].filter((name) => !name.startsWith("node:") && !isDeclared(name))).toEqual([]);
  });
});
