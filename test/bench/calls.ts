/**
 * What a call costs over a connection: `npx tsx test/bench/calls.ts`. The endpoint is the test server in a process of its
 * own; undici, fetch and a bare loop of the openai client under p-limit ask the same questions of it in the same run.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startServerProcess } from "../server/process.js";
import { CALLS, median, print, WAYS, type WayReport } from "./measure.js";

const REPEATS = 3;
const ROUNDS = 4;
const script = fileURLToPath(new URL("./call-ways.ts", import.meta.url));

async function report(way: string, baseUrl: string, concurrency: number): Promise<WayReport> {
  const words = ["--import", "tsx", script, way, baseUrl, String(concurrency), String(ROUNDS)];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  return JSON.parse(stdout) as WayReport;
}

/** The middle one of several processes, and of all their rounds after the first. */
function summary(reports: readonly WayReport[]) {
  const later = reports.flatMap(({ rounds }) => rounds.slice(1));
  return {
    firstWallMs: median(reports.map(({ rounds }) => rounds[0]?.wallMs ?? Number.NaN)),
    wallMs: median(later.map(({ wallMs }) => wallMs)),
    firstCpuMs: median(reports.map(({ rounds }) => rounds[0]?.cpuMs ?? Number.NaN)) / CALLS,
    cpuMs: median(later.map(({ cpuMs }) => cpuMs)) / CALLS,
    megabytes: median(reports.map(({ peakMegabytes }) => peakMegabytes)),
  };
}

const server = await startServerProcess({ latencyMs: 50, replyCharacters: 1_000 });
for (const concurrency of [64, 128]) {
  const reports = new Map<string, WayReport[]>(WAYS.map((way) => [way, []]));
  // In turns, so that what else the machine does meets all of them.
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    for (const way of WAYS) reports.get(way)?.push(await report(way, server.baseUrl, concurrency));
  }
  const bare = summary(reports.get("openai") ?? []);
  print(
    `${CALLS} calls at 50 ms, concurrency ${concurrency}`,
    "first / later ms",
    "CPU ms a call   peak MB   wall, CPU ÷ openai",
  );
  for (const [way, own] of reports) {
    const { firstWallMs, wallMs, firstCpuMs, cpuMs, megabytes } = summary(own);
    const cpu = `${firstCpuMs.toFixed(2)} / ${cpuMs.toFixed(2)}`.padStart(13);
    const ratios = `${(wallMs / bare.wallMs).toFixed(2)}, ${(cpuMs / bare.cpuMs).toFixed(2)}`.padStart(18);
    print(
      `  ${way}`,
      `${firstWallMs.toFixed(0)} / ${wallMs.toFixed(0)}`,
      `${cpu} ${megabytes.toFixed(0).padStart(9)} ${ratios}`,
    );
  }
}
await server.close();
