// What a build holds besides types: the bundles of the command, the library and the page, fonts, notices.
import { chmod, cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const LICENSE_FILE = /^licen[cs]e/i;
const FONT_FILE = /^inter-(latin|latin-ext|vietnamese|greek|cyrillic)-(400|600)-normal\.woff2$/;

/** `assay --help` asks for its text by this; a file of its own starts in a third of the time that shared chunks take. */
const help = {
  source: "harness/cli/write-help.ts",
  importer: /\bharness\/cli\/entrance\.ts$/,
  built: "./write-help.js",
};

/** Leads the command's entry to the file that {@link bundleHelp} writes. */
const helpApart = {
  name: "help apart",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\/write-help\.js$/ }, ({ importer }) =>
      help.importer.test(importer.replaceAll("\\", "/")) ? { path: help.built, external: true } : undefined,
    ),
};

/**
 * `yargs/helpers` brings what draws yargs' own help along, whose patterns over all of Unicode take longer to compile
 * than the rest of a command takes to start. Only the parser is used.
 */
const parserAlone = {
  name: "parser alone",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^yargs\/helpers$/ }, () => ({ path: "yargs-parser", namespace: "parser-alone" }));
    onLoad({ filter: /.*/, namespace: "parser-alone" }, () => ({
      // A dependency of yargs, not of ours.
      contents: "export { default as Parser } from 'yargs-parser';",
      resolveDir: "node_modules/yargs",
    }));
  },
};

/** Help in one file. */
async function bundleHelp(out) {
  await build({
    entryPoints: [help.source],
    outdir: out,
    bundle: true,
    minify: true,
    charset: "utf8",
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "warning",
  });
}

/** The command, the library and the threads that scan a corpus and read records, which share chunks. */
async function bundleNode(out) {
  const { dependencies } = JSON.parse(await readFile("package.json", "utf8"));
  const { metafile } = await build({
    entryPoints: {
      cli: "harness/cli/main.ts",
      index: "harness/index.ts",
      "scan-worker": "harness/contamination/scan-worker.ts",
      "record-worker": "harness/store/pieces/record-worker.ts",
    },
    chunkNames: "chunks/[name]-[hash]",
    outdir: out,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: [...Object.keys(dependencies), "bullmq", "ioredis"].flatMap((name) => [name, `${name}/*`]),
    // Bundled CommonJS packages call require; ESM has none of its own.
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    plugins: [helpApart, parserAlone],
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
  });
  await chmod(`${out}/cli.js`, 0o755);
  return Object.keys(metafile.inputs);
}

/** Scripts and styles that stand inside HTML reports, voting pages and the viewer. */
async function bundlePage(out) {
  const { metafile } = await build({
    entryPoints: {
      page: "reports/html/page/main.ts",
      style: "reports/html/page/style.css",
      vote: "reports/vote/page/main.ts",
      "vote-style": "reports/vote/page/style.css",
      live: "reports/live/page/main.ts",
      "live-style": "reports/live/page/style.css",
    },
    outdir: `${out}/page`,
    bundle: true,
    minify: true,
    format: "iife",
    platform: "browser",
    target: ["chrome111", "firefox113", "safari16.4"],
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
  });
  return Object.keys(metafile.inputs);
}

/** The manual, written from the same declarations as the help. */
async function writeManual(out) {
  const { outputFiles } = await build({
    entryPoints: ["harness/cli/shell/man-page.ts"],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    packages: "external",
    logLevel: "warning",
  });
  const script = `${out}/man-page.mjs`;
  await writeFile(script, outputFiles[0].text);
  const { manPage } = await import(pathToFileURL(script).href);
  await writeFile(`${out}/assay.1`, manPage());
  await rm(script);
}

async function copyFonts(out) {
  const fonts = "node_modules/@fontsource/inter";
  await mkdir(`${out}/fonts`, { recursive: true });
  for (const file of await readdir(`${fonts}/files`)) {
    if (FONT_FILE.test(file)) await cp(`${fonts}/files/${file}`, `${out}/fonts/${file}`);
  }
  await cp(`${fonts}/LICENSE`, `${out}/fonts/LICENSE`);
}

/** The notices of what is bundled travel with it. */
async function writeNotices(out, inputs) {
  const folders = new Set(
    inputs.flatMap((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/) ?? []),
  );
  const notices = new Map();
  for (const folder of [...folders].sort()) {
    const file = (await readdir(folder)).find((entry) => LICENSE_FILE.test(entry));
    if (file === undefined) throw new Error(`${folder} is bundled and has no licence file`);
    const name = folder.split("node_modules/").at(-1);
    notices.set(name, `## ${name}\n\n${(await readFile(`${folder}/${file}`, "utf8")).trim()}\n`);
  }
  await writeFile(`${out}/THIRD-PARTY.md`, `# Bundled packages\n\n${[...notices.values()].join("\n")}`);
}

/** Writes a whole build, types apart, into the folder `out`. */
export async function bundle(out) {
  const [node, page] = await Promise.all([
    bundleNode(out),
    bundlePage(out),
    bundleHelp(out),
    copyFonts(out),
    writeManual(out),
  ]);
  await writeNotices(out, [...node, ...page]);
}
