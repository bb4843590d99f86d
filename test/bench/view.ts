/**
 * What watching costs: `npx tsx test/bench/view.ts [run|million]`, after `npm run build`. `run`: the built command answers
 * 805 questions of the test server, in turns without and with a viewer that a client listens to. `million`: the viewer
 * opens a run of a million verdicts (4.2 GB in the temporary folder, removed at the end).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { LiveRun, NewestRecord, RunRow } from "../../harness/core/live-run.js";
import { startServerProcess } from "../server/process.js";
import { writeRun } from "./generated-run.js";
import { CALLS, median, print } from "./measure.js";

const PAIRS = 5;
const CONCURRENCY = 64;
const VERDICTS = 1_000_000;
const cli = resolve("dist/cli.js");
const folder = mkdtempSync(join(tmpdir(), "assay-bench-"));
const env = { PATH: process.env.PATH, HOME: folder, ASSAY_HOME: join(folder, "home") };

interface Viewer {
  readonly child: ChildProcess;
  readonly address: string;
}

async function startViewer(runs: string): Promise<Viewer> {
  const child = spawn(process.execPath, [cli, "view", runs, "--no-open"], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  for await (const text of child.stderr.setEncoding("utf8")) {
    said += text;
    const [address] = /http:\S+\//.exec(said) ?? [];
    if (address !== undefined) {
      child.stderr.resume();
      return { child, address };
    }
  }
  throw new Error(`the viewer ended: ${said}`);
}

/** Listens to an event stream as a page does; returns what stops it. */
function listen(address: string, onEvent: (name: string, value: unknown) => void): () => void {
  let rest = "";
  const asked = request(address, { agent: false }, (response: IncomingMessage) => {
    response.setEncoding("utf8").on("data", (chunk: string) => {
      const events = (rest + chunk).split("\n\n");
      rest = events.pop() ?? "";
      for (const event of events) {
        const [, name = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(event) ?? [];
        if (name !== "") onEvent(name, JSON.parse(data));
      }
    });
  });
  asked.on("error", () => undefined).end();
  return () => asked.destroy();
}

/** The first event of a name. */
function firstOf<Value>(address: string, name: string): Promise<Value> {
  return new Promise((done) => {
    const stop = listen(address, (told, value) => {
      if (told !== name) return;
      stop();
      done(value as Value);
    });
  });
}

/** Most memory that a process has held, in megabytes; Linux only. */
function peakMegabytes({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

interface Answered {
  readonly wallMs: number;
  readonly cpuMs: number;
}

const PRELOAD = `process.on("exit", () => { const { user, system } = process.cpuUsage(); process._rawDebug("cpu " + (user + system) / 1000); })`;

async function answerAll(baseUrl: string, suite: string, out: string): Promise<Answered> {
  const preload = `data:text/javascript,${encodeURIComponent(PRELOAD)}`;
  const words = ["answer", "--suite", suite, "--model", "bench", "--base-url", baseUrl, "--out", out];
  const limits = ["--concurrency", String(CONCURRENCY), "--no-cache", "--quiet"];
  const start = performance.now();
  const child = spawn(process.execPath, ["--import", preload, cli, ...words, ...limits], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`assay answer ended with ${String(code)}: ${said}`);
  return { wallMs: performance.now() - start, cpuMs: Number(/cpu ([\d.]+)/.exec(said)?.[1]) };
}

/** Waits until a run is listed, then follows it; notes how old each record is when it is told. */
async function followNewest(address: string, delays: number[]): Promise<() => void> {
  const running = await new Promise<RunRow>((done) => {
    const stop = listen(`${address}events`, (name, value) => {
      const row = (value as readonly RunRow[]).find(({ status }) => status === "running");
      if (name !== "runs" || row === undefined) return;
      stop();
      done(row);
    });
  });
  return listen(`${address}runs/${running.id}/events`, (name, value) => {
    if (name !== "records") return;
    for (const { at } of value as readonly NewestRecord[]) delays.push(Date.now() - Date.parse(at));
  });
}

async function measureRun(): Promise<void> {
  const server = await startServerProcess({ latencyMs: 200, replyCharacters: 1_000 });
  const suite = join(folder, "suite.jsonl");
  const line = (index: number) =>
    `${JSON.stringify({ id: `q${index}`, category: "writing", turns: [`${index} ${"Tell me about lighthouses. ".repeat(15)}`] })}\n`;
  writeFileSync(suite, Array.from({ length: CALLS }, (_, index) => line(index)).join(""));
  const figures: { without: Answered[]; with: Answered[] } = { without: [], with: [] };
  const delays: number[] = [];
  await answerAll(server.baseUrl, suite, join(folder, "warm"));
  for (let pair = 0; pair < PAIRS; pair++) {
    figures.without.push(await answerAll(server.baseUrl, suite, join(folder, `plain-${pair}`)));
    const runs = join(folder, `watched-${pair}`);
    const out = join(runs, "run");
    mkdirSync(runs);
    const viewer = await startViewer(runs);
    const own: number[] = [];
    const following = followNewest(viewer.address, own);
    figures.with.push(await answerAll(server.baseUrl, suite, out));
    (await following)();
    delays.push(...own);
    viewer.child.kill("SIGKILL");
    await once(viewer.child, "close");
  }
  await server.close();
  const wall = (runs: readonly Answered[]) => median(runs.map(({ wallMs }) => wallMs));
  const cpu = (runs: readonly Answered[]) => median(runs.map(({ cpuMs }) => cpuMs));
  const ratios = figures.with.map(
    ({ wallMs }, pair) => wallMs / (figures.without[pair]?.wallMs ?? Number.NaN),
  );
  print(
    `${CALLS} answers at 200 ms, ${CONCURRENCY} at once, without a viewer`,
    `${wall(figures.without).toFixed(0)} ms`,
    `CPU ${cpu(figures.without).toFixed(0)} ms`,
  );
  print(
    "  with one that somebody listens to",
    `${wall(figures.with).toFixed(0)} ms`,
    `CPU ${cpu(figures.with).toFixed(0)} ms`,
  );
  print(
    "  with ÷ without, of the medians; of pairs in turns, the median",
    `${(wall(figures.with) / wall(figures.without)).toFixed(3)}, ${median(ratios).toFixed(3)}`,
    "bound 1.03",
  );
  delays.sort((one, other) => one - other);
  const at = (share: number) =>
    delays[Math.min(delays.length - 1, Math.floor(share * delays.length))] ?? Number.NaN;
  print(
    `  age of a record when it is told (${delays.length} of them)`,
    `${at(0.5)} / ${at(0.99)} / ${at(1)} ms`,
    "median / 99% / most; bound 1000 ms",
  );
}

async function measureMillion(): Promise<void> {
  writeRun(join(folder, "runs", "million"), VERDICTS, true);
  const start = performance.now();
  const viewer = await startViewer(join(folder, "runs"));
  const since = () => `${((performance.now() - start) / 1000).toFixed(2)} s`;
  print("million verdicts: the viewer listens", since());
  const [row] = await firstOf<readonly RunRow[]>(`${viewer.address}events`, "runs");
  print("  the list stands", since(), "bound 2 s");
  let isFirst = true;
  await new Promise<void>((done) => {
    const stop = listen(`${viewer.address}runs/${row?.id}/events`, (name, value) => {
      if (name === "records" && isFirst) {
        isFirst = false;
        print("  the newest records stand", since(), "bound 2 s");
      }
      const run = value as LiveRun;
      if (name !== "run" || run.counted.bytes < run.counted.of) return;
      const counted = run.progress.reduce(
        (sum, line) => sum + (line.stage === "judgments" ? line.done : 0),
        0,
      );
      print(`  ${counted} verdicts counted`, since());
      stop();
      done();
    });
  });
  print("  most memory", `${peakMegabytes(viewer.child).toFixed(0)} MB`, "bound 120 MB");
  viewer.child.kill("SIGKILL");
}

const chosen = process.argv.slice(2);
try {
  if (chosen.length === 0 || chosen.includes("run")) await measureRun();
  if (chosen.length === 0 || chosen.includes("million")) await measureMillion();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
