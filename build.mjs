// Builds dist/: the command, the library, the report's page script and styles, fonts for chart images, and types.
// `node build.mjs --fast` leaves the types out; the tests use it.
import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { chmod, cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const { dependencies } = JSON.parse(await readFile("package.json", "utf8"));
const external = [...Object.keys(dependencies), "bullmq", "ioredis"].flatMap((name) => [name, `${name}/*`]);

// Built aside and swapped in when it is whole: a build that fails, or two at once, leave a working dist behind.
const out = `dist.building-${process.pid}`;
await mkdir(out, { recursive: true });

process.on("exit", () => rmSync(out, { recursive: true, force: true }));

const node = {
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  outdir: out,
  external,
  // Bundled CommonJS packages call require; ESM has none of its own.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
};

const builds = [];
builds.push(
  await build({
    ...node,
    entryPoints: { cli: "harness/cli/main.ts", index: "harness/index.ts" },
    chunkNames: "chunks/[name]-[hash]",
  }),
);
await chmod(`${out}/cli.js`, 0o755);

if (existsSync("reports/html/page/main.ts")) {
  builds.push(
    await build({
      entryPoints: { page: "reports/html/page/main.ts", style: "reports/html/page/style.css" },
      bundle: true,
      minify: true,
      format: "iife",
      platform: "browser",
      target: ["chrome111", "firefox113", "safari16.4"],
      outdir: `${out}/page`,
      legalComments: "none",
      logLevel: "warning",
      metafile: true,
    }),
  );
}

const fonts = "node_modules/@fontsource/inter";
await mkdir(`${out}/fonts`, { recursive: true });
for (const file of await readdir(`${fonts}/files`)) {
  if (/^inter-(latin|latin-ext|greek|cyrillic)-(400|600)-normal\.woff2$/.test(file)) {
    await cp(`${fonts}/files/${file}`, `${out}/fonts/${file}`);
  }
}
await cp(`${fonts}/LICENSE`, `${out}/fonts/LICENSE`);

// The notices of what is bundled travel with it.
const inputs = builds.flatMap(({ metafile }) => Object.keys(metafile.inputs));
const bundled = new Set(
  inputs.flatMap((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/) ?? []),
);
const notices = new Map();
for (const folder of [...bundled].sort()) {
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${folder} is bundled and has no licence file`);
  const name = folder.split("node_modules/").at(-1);
  notices.set(name, `## ${name}\n\n${(await readFile(`${folder}/${file}`, "utf8")).trim()}\n`);
}
await writeFile(`${out}/THIRD-PARTY.md`, `# Bundled packages\n\n${[...notices.values()].join("\n")}`);

if (!process.argv.includes("--fast")) {
  execFileSync(
    process.execPath,
    ["node_modules/typescript/bin/tsc", "-p", "tsconfig.types.json", "--outDir", `${out}/types`],
    {
      stdio: "inherit",
    },
  );
}

await rm("dist", { recursive: true, force: true });
await rename(out, "dist");
