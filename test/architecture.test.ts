import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { codeOf, fileNamed, filesBelow, filesNamed, root } from "./source-files.js";

/** Which rooms a room may import, besides itself; `*` means all. Types count. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  "harness/core": [],
  "harness/stats": ["harness/core"],
  "harness/models": ["harness/core"],
  "harness/data": ["harness/core"],
  "harness/config": ["harness/core"],
  "harness/store": ["harness/core"],
  suites: ["harness/core"],
  judges: ["harness/core"],
  reports: ["harness/core"],
  "harness/pipeline": ["harness/core", "harness/stats", "harness/store"],
  "harness/batch": ["harness/core", "harness/store", "harness/pipeline", "harness/models", "harness/config"],
  "harness/serving": ["harness/core"],
  "harness/contamination": ["harness/core"],
  "harness/viewing": ["harness/core", "harness/store"],
  "harness/queue": ["harness/core", "harness/store", "harness/pipeline"],
  "harness/interop": ["harness/core", "harness/data", "harness/store", "harness/pipeline", "harness/stats"],
  "harness/assemble": ["*"],
  "harness/cli": ["*"],
  "harness/index.ts": ["*"],
  "harness/library.ts": ["*"],
};

/** Rooms that only the entrances may use. */
const entrancesOnly = ["harness/cli", "harness/index.ts"];

function roomOf(path: string): string | undefined {
  return Object.keys(allowed)
    .filter((room) => path === room || path.startsWith(`${room}/`))
    .sort((x, y) => y.length - x.length)[0];
}

interface Import {
  readonly from: string;
  readonly specifier: string;
  /** Path from the root for relative imports. */
  readonly target: string | undefined;
  /** Loaded when the module is, not by a call later. */
  readonly isStatic: boolean;
}

function importsOf(path: string): Import[] {
  const text = codeOf(path);
  const found: Import[] = [];
  const pattern = /(?:(?:import|export)\s(?:[^;'"]*?\sfrom\s)?|import\(\s*|^import\s)["']([^"']+)["']/gm;
  for (const match of text.matchAll(pattern)) {
    const specifier = match[1] ?? "";
    const isStatic = !match[0].startsWith("import(");
    found.push({ from: path, specifier, target: fileNamed(specifier, path), isStatic });
  }
  return found;
}

const files = ["harness", "suites", "judges", "reports"].flatMap(filesBelow);
const imports = files.flatMap(importsOf);

describe("who may import whom", () => {
  test("every file stands in a room", () => {
    expect(files.filter((file) => roomOf(file) === undefined)).toEqual([]);
    expect(files.length).toBeGreaterThan(100);
    expect(imports.length).toBeGreaterThan(300);
  });

  test("no room imports a room that it must not know", () => {
    const wrong = imports.filter(({ from, target }) => {
      if (target === undefined) return false;
      const [room, other] = [roomOf(from), roomOf(target)];
      if (room === undefined || other === undefined || room === other)
        return room === undefined || other === undefined;
      if (entrancesOnly.includes(other)) return true;
      if (other === "harness/library.ts") return room !== "harness/index.ts";
      const rooms = allowed[room] ?? [];
      return !rooms.includes("*") && !rooms.includes(other);
    });
    expect(wrong.map(({ from, specifier }) => `${from} → ${specifier}`)).toEqual([]);
  });

  test("core uses no package but zod, and the pure rooms none that reaches the network", () => {
    const pure = /^(harness\/(core|stats|interop)|judges|suites)\//;
    const wrong = imports.filter(({ from, specifier, target }) => {
      if (target !== undefined || specifier.startsWith("node:")) return false;
      if (from.startsWith("harness/core/")) return specifier !== "zod";
      return pure.test(from) && !["zod", "yaml", "re2js", "fzstd"].includes(specifier);
    });
    expect(wrong.map(({ from, specifier }) => `${from} → ${specifier}`)).toEqual([]);
  });

  test("the network is reached for models, assets, the queue and votes, and for nothing else: no telemetry", () => {
    const reaching = /\bfetch\(|\b(WebSocket|XMLHttpRequest|EventSource|sendBeacon)\b/;
    const packages =
      /^(node:(http|https|http2|net|tls|dgram|dns)(\/.*)?|(undici|openai|ioredis|bullmq)(\/.*)?)$/;
    const byCall = files.filter((file) => {
      const text = codeOf(file);
      return reaching.test(text);
    });
    const byImport = imports.filter(({ specifier }) => packages.test(specifier)).map(({ from }) => from);
    // Pages of a local server ask the one that they came from: a voter's hands it votes, the viewer's listens to it.
    const rooms =
      /^(harness\/(models|data|queue|serving)\/|reports\/(vote\/page\/vote-sender|live\/page\/live-source)\.ts$)/;
    expect([...byCall, ...byImport].filter((file) => !rooms.test(file))).toEqual([]);
    expect(byCall.length + byImport.length).toBeGreaterThan(2);
  });

  test("only the command prints or ends the process", () => {
    const printing = /\bconsole\.|process\.(stdout|stderr|exit|exitCode)\b/;
    const wrong = files.filter((file) => {
      if (file.startsWith("harness/cli/") || file.startsWith("reports/html/page/")) return false;
      const text = codeOf(file);
      return printing.test(text);
    });
    expect(wrong).toEqual([]);
  });

  test("what is printed passes the one place that shows control characters instead of sending them", () => {
    const writing = /process\.(stdout|stderr)\.write\b|\bconsole\.(log|info|warn|error)\b|writeSync\((1|2),/;
    const wrong = files.filter(
      (file) => writing.test(codeOf(file)) && !file.startsWith("reports/html/page/"),
    );
    // The entrance prints its own version before it loads anything.
    expect(wrong.sort()).toEqual(["harness/cli/entrance.ts", "harness/cli/output.ts"]);
  });

  test("there are no cycles, type imports included", () => {
    const graph = new Map(files.map((file) => [file, [] as string[]]));
    for (const { from, target } of imports) if (target !== undefined) graph.get(from)?.push(target);
    const state = new Map<string, "open" | "done">();
    const cycles: string[] = [];
    const visit = (file: string, path: readonly string[]) => {
      if (state.get(file) === "done") return;
      if (state.get(file) === "open") {
        cycles.push([...path.slice(path.indexOf(file)), file].join(" → "));
        return;
      }
      state.set(file, "open");
      for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
      state.set(file, "done");
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });
});

describe("house rules", () => {
  test("no file of the source is longer than 400 lines", () => {
    const sources = ["harness", "suites", "judges", "reports"].flatMap((folder) =>
      filesNamed(folder, /\.(tsx?|css)$/),
    );
    const lines = (file: string) => readFileSync(join(root, file), "utf8").trimEnd().split("\n").length;
    expect(sources.filter((file) => lines(file) > 400)).toEqual([]);
    expect(sources.some((file) => file.endsWith(".css"))).toBe(true);
  });

  test("file names are kebab-case and say what is inside", () => {
    const vague = /^(utils?|helpers?|common|manager|misc|lib|stuff)\b/;
    const wrong = files.filter((file) => {
      const name = file.split("/").at(-1) ?? "";
      return !/^[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.tsx?$/.test(name) || vague.test(name);
    });
    expect(wrong).toEqual([]);
  });

  test("open files are synced by number, since Yarn's Plug'n'Play has file handles that cannot", () => {
    const wrong = files.filter((file) => /\.(data)?sync\(\)/.test(readFileSync(join(root, file), "utf8")));
    expect(wrong).toEqual([]);
  });

  test("no hint calls a bare `npx assay`, which fetches what somebody publishes under that name", () => {
    const wrong = files.filter((file) => /npx assay/.test(readFileSync(join(root, file), "utf8")));
    expect(wrong).toEqual([]);
  });

  test("every export has a docstring", () => {
    const bare: string[] = [];
    for (const file of files) {
      const lines = readFileSync(join(root, file), "utf8").split("\n");
      lines.forEach((line, index) => {
        if (!/^export (async )?(function|const|class|interface|type|enum|abstract)\b/.test(line)) return;
        if (/^export type \* from/.test(line) || /^export type \{/.test(line)) return;
        let above = index - 1;
        while (/^\s*(\/\/|@)/.test(lines[above] ?? "")) above--;
        if (!(lines[above] ?? "").trimEnd().endsWith("*/"))
          bare.push(`${file}:${index + 1} ${line.slice(0, 60)}`);
      });
    }
    expect(bare).toEqual([]);
  });
});
