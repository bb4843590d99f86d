import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { beforeAll, describe, expect, test } from "vitest";
import { startServer } from "../server/server.js";

const root = resolve(import.meta.dirname, "../..");
const execute = promisify(execFile);
const programs = ["custom-model", "custom-judge", "read-records"];

/** The package as it would be published. Types are added to the build unless `npm ci` has made those of this source. */
async function pack(folder: string): Promise<string> {
  await execute(process.execPath, ["build.mjs"], { cwd: root });
  await execute("npm", ["pack", "--ignore-scripts", "--offline", "--pack-destination", folder], {
    cwd: root,
    env: { ...process.env, npm_config_cache: join(folder, "npm") },
  });
  return join(folder, "assay-0.1.0.tgz");
}

/** Installs a tarball without a registry: it is unpacked, and what it depends on is linked from this checkout. */
async function install(tarball: string, project: string): Promise<void> {
  const modules = join(project, "node_modules");
  const target = join(modules, "assay");
  mkdirSync(target, { recursive: true });
  await execute("tar", ["-xzf", tarball, "--strip-components=1", "-C", target]);
  const { dependencies } = JSON.parse(readFileSync(join(target, "package.json"), "utf8"));
  for (const name of [...Object.keys(dependencies), "@types/node"]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(modules, name), "junction");
  }
}

/** A user's project with the three programs, under TypeScript as strict as it gets. */
function writeProject(project: string): void {
  for (const name of programs)
    cpSync(join(root, "examples/library", `${name}.ts`), join(project, `${name}.ts`));
  writeFileSync(join(project, "package.json"), '{ "name": "user", "private": true, "type": "module" }');
}

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noImplicitOverride: true,
  verbatimModuleSyntax: true,
  skipLibCheck: true,
  types: ["node"],
};

const shown = (diagnostic: ts.Diagnostic) =>
  `${diagnostic.file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n")}`;

/** The symbol itself, behind imports and re-exports. */
function resolved(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** A type that is computed from others is plain members to its users; what it was computed from is not theirs to name. */
function isComputed(symbol: ts.Symbol): boolean {
  return (
    symbol.declarations?.some((one) => ts.isTypeAliasDeclaration(one) && ts.isMappedTypeNode(one.type)) ===
    true
  );
}

/** Names of assay's own types that an exported signature mentions and that cannot be imported. */
function missingExports(program: ts.Program, entry: string, home: string): string[] {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(entry);
  const module = file && checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error(`${entry} is no module`);
  const exported = new Set(checker.getExportsOfModule(module).map((one) => resolved(one, checker)));
  const missing = new Set<string>();
  const visit = (node: ts.Node, owner: string) => {
    if (ts.isMappedTypeNode(node)) return;
    if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
      const name = ts.isTypeReferenceNode(node) ? node.typeName : node.expression;
      const symbol = checker.getSymbolAtLocation(name);
      const meant = symbol && resolved(symbol, checker);
      const isParameter = meant !== undefined && (meant.flags & ts.SymbolFlags.TypeParameter) !== 0;
      const isOwn = meant?.declarations?.some((one) => one.getSourceFile().fileName.startsWith(home));
      if (meant !== undefined && isOwn && !isParameter && !isComputed(meant) && !exported.has(meant))
        missing.add(`${meant.name} (of ${owner})`);
    }
    ts.forEachChild(node, (child) => visit(child, owner));
  };
  for (const symbol of exported)
    for (const declaration of symbol.declarations ?? []) visit(declaration, symbol.name);
  return [...missing].sort();
}

describe("the packed library, installed elsewhere", () => {
  const folder = mkdtempSync(join(tmpdir(), "assay-packed-"));
  const project = join(folder, "project");
  let program: ts.Program;

  beforeAll(async () => {
    mkdirSync(project);
    writeProject(project);
    await install(await pack(folder), project);
    const files = programs.map((name) => join(project, `${name}.ts`));
    program = ts.createProgram(files, { ...compilerOptions, outDir: join(project, "out"), rootDir: project });
  }, 300_000);

  const start = (name: string, args: readonly string[], env: Readonly<Record<string, string>>) =>
    execute(process.execPath, [join(project, "out", `${name}.js`), ...args], {
      cwd: project,
      env: { PATH: process.env.PATH, HOME: folder, ASSAY_HOME: join(folder, "home"), NO_COLOR: "1", ...env },
    });

  test("the programs of docs/library.md compile under strict TypeScript", () => {
    const page = readFileSync(join(root, "docs/library.md"), "utf8");
    for (const name of programs)
      expect(page).toContain(
        `\n\`\`\`ts\n${readFileSync(join(root, `examples/library/${name}.ts`), "utf8")}\`\`\`\n`,
      );
    expect(ts.getPreEmitDiagnostics(program).map(shown)).toEqual([]);
    expect(program.emit().diagnostics.map(shown)).toEqual([]);
  }, 120_000);

  test("every type of an exported signature can be imported", () => {
    const home = join(project, "node_modules/assay");
    expect(missingExports(program, join(home, "dist/types/harness/index.d.ts"), home)).toEqual([]);
  }, 120_000);

  test("a model of one's own, a judge of one's own, and a run's records", async () => {
    const server = await startServer();
    try {
      const env = { OPENAI_BASE_URL: server.baseUrl };
      const model = await start("custom-model", [], env);
      // 3 questions, one with two turns: 4 verdicts each.
      for (const id of ["plain", "longer-of-two"])
        expect(model.stdout).toMatch(new RegExp(`^${id}: 4 verdicts, 0 missing$`, "m"));
      expect(model.stdout).toContain("answers longer-of-two: 4 calls\n");
      const judged = await start("custom-judge", [], env);
      expect(judged.stdout).toMatch(/^my-model: \d+\.\d\d over 4$/m);
      expect(judged.stdout).toMatch(/^my-other-model: \d+\.\d\d over 4$/m);
      expect(judged.stdout).toMatch(/^pass: /m);
      expect(existsSync(join(project, "runs/brevity/report/worst.txt"))).toBe(true);
      const { calls } = server.counts;
      expect((await start("custom-judge", [], env)).stdout).toBe(judged.stdout);
      expect(server.counts.calls).toBe(calls);
    } finally {
      await server.close();
    }
    const { stdout } = await start("read-records", ["runs/brevity"], {});
    const [head, ...lines] = stdout.trimEnd().split("\n");
    expect(head).toBe("complete: 6 of 6 answers");
    expect(lines).toHaveLength(8);
    for (const line of lines) expect(line).toMatch(/^\d+: my-(other-)?model on ".+", said gpt-6-luna$/);
  }, 120_000);
});
