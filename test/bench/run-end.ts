/**
 * What a gated run does from its last verdict to its exit, over 20,000 judgments of 4 KB and four models:
 * `npx tsx test/bench/run-end.ts [REPEATS]`, after `npm run build`. Models and judge answer at once in the process itself.
 * With `ASSAY_BENCH_BASE` naming the folder of another build (a checkout with its dist/), both run in turns and the ratio
 * stands beside.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { builds, type Cost, median, print } from "./measure.js";

const MODELS = 4;
const QUESTIONS = 2_500;
const TURNS = 2;
const JUDGMENTS = MODELS * QUESTIONS * TURNS;
const CATEGORIES = ["writing", "roleplay", "reasoning", "math", "coding", "extraction", "stem", "humanities"];
const FORMATS: readonly { readonly formats: readonly string[]; readonly most: number }[] = [
  { formats: ["html", "markdown", "junit"], most: 0.4 },
  { formats: ["html", "markdown", "junit", "png"], most: 0.6 },
];
const PRELOAD = `process.on("exit", () => {
  const { at, cpu } = globalThis.lastVerdict ?? {};
  const { user, system } = process.cpuUsage(cpu);
  const end = { wallMs: Date.now() - at, cpuMs: (user + system) / 1000, megabytes: process.resourceUsage().maxRSS / 1024 };
  process._rawDebug("end " + JSON.stringify(end));
})`;

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const repeats = Number(process.argv[2] ?? 3);
const folder = mkdtempSync(join(tmpdir(), "assay-bench-"));

function writeConfig(formats: readonly string[]): string {
  const suite = join(folder, "suite.jsonl");
  const turns = (index: number) =>
    Array.from(
      { length: TURNS },
      (_, turn) => `${index} ${turn} ${"Write a short story about a lighthouse. ".repeat(8)}`,
    );
  const questions = Array.from({ length: QUESTIONS }, (_, index) => ({
    id: `q${index}`,
    category: CATEGORIES[index % CATEGORIES.length],
    turns: turns(index),
  }));
  writeFileSync(suite, questions.map((one) => `${JSON.stringify(one)}\n`).join(""));
  const adapter = here("./instant-model.mjs");
  const config = {
    suites: [suite],
    models: Array.from({ length: MODELS }, (_, index) => ({
      id: `model-${index}`,
      adapter,
      options: { characters: 900 },
    })),
    judges: [
      {
        id: "judge",
        adapter,
        protocol: here("./instant-judge.mjs"),
        options: { characters: 600, rates: true },
      },
    ],
    cache: false,
    concurrency: 64,
    gates: [
      { metric: "score", min: 2 },
      { metric: "score", against: "model-0", maxRegression: 1 },
    ],
    report: { formats },
  };
  const file = join(folder, `${formats.join("-")}.json`);
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** From the last verdict to the exit. */
interface End extends Cost {
  /** Peak of the whole run. */
  readonly megabytes: number;
}

/** Bytes of a judgment, on average. */
function recordBytes(run: string): number {
  const files = readdirSync(join(run, "judgments"), { recursive: true, withFileTypes: true });
  const sizes = files
    .filter((one) => one.isFile())
    .map((one) => statSync(join(one.parentPath, one.name)).size);
  return sizes.reduce((sum, size) => sum + size, 0) / JUDGMENTS;
}

let bytes = 0;

async function runOnce(cli: string, config: string): Promise<End> {
  const out = mkdtempSync(join(folder, "run-"));
  const preload = `data:text/javascript,${encodeURIComponent(PRELOAD)}`;
  const words = ["--import", preload, cli, "run", config, "--out", out, "--quiet"];
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    ASSAY_HOME: join(folder, "home"),
    OPENAI_API_KEY: "none",
  };
  const child = spawn(process.execPath, words, { env, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`assay run ended with ${String(code)}: ${said.slice(0, 2000)}`);
  bytes = recordBytes(out);
  rmSync(out, { recursive: true });
  return JSON.parse(/end (.*)/.exec(said)?.[1] ?? "{}") as End;
}

try {
  for (const { formats, most } of FORMATS) {
    const config = writeConfig(formats);
    const ends = new Map<string, End[]>(builds().map(({ name }) => [name, []]));
    // In turns, so that what else the machine does meets all of them.
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (const { name, cli } of builds()) ends.get(name)?.push(await runOnce(cli, config));
    }
    print(
      `${JUDGMENTS} judgments of ${bytes.toFixed(0)} bytes: last verdict to exit`,
      "",
      formats.join(", "),
    );
    const middle = (name: string, of: (end: End) => number) => median((ends.get(name) ?? []).map(of));
    for (const name of ends.keys()) {
      const [wallMs, cpuMs] = [middle(name, (end) => end.wallMs), middle(name, (end) => end.cpuMs)];
      const ratio = wallMs / middle("base", (end) => end.wallMs);
      const cpuRatio = cpuMs / middle("base", (end) => end.cpuMs);
      const isCompared = name !== "base" && ends.has("base");
      const bound = `wall, CPU ÷ base ${ratio.toFixed(2)}, ${cpuRatio.toFixed(2)} (promised: wall at most ${most})`;
      const figures = `${wallMs.toFixed(0)} ms, CPU ${cpuMs.toFixed(0)}`;
      const megabytes = middle(name, (end) => end.megabytes).toFixed(0);
      print(`  ${name}`, figures, `${megabytes} MB   ${isCompared ? bound : ""}`);
      if (isCompared && ratio > most) process.exitCode = 1;
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
