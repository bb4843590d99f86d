import { resolve } from "node:path";

/** What a piece of work took of this process. */
export interface Cost {
  readonly wallMs: number;
  /** User and system time of all threads. */
  readonly cpuMs: number;
}

/** Times a piece of work. */
export async function measure(work: () => Promise<unknown>): Promise<Cost> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const spent = process.cpuUsage(cpu);
  return { wallMs: performance.now() - start, cpuMs: (spent.user + spent.system) / 1000 };
}

/** The middle one of an odd number of figures. */
export function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** One line of a table. */
export function print(name: string, figure: string, bound = ""): void {
  console.log(`${name.padEnd(66)} ${figure.padStart(18)}   ${bound}`);
}

/** Calls of a round: as many as AlpacaEval has questions. */
export const CALLS = 805;
/** How the calls are made. */
export const WAYS = ["undici", "fetch", "openai", "assay", "assay judging"] as const;

/** What a process of one way reports. */
export interface WayReport {
  /** The first round runs code that has not run before. */
  readonly rounds: readonly Cost[];
  readonly peakMegabytes: number;
}

/** A build of the command that is measured. */
export interface Build {
  readonly name: "base" | "this build";
  /** Path of its command. */
  readonly cli: string;
}

/** The build in dist/, and before it the one in the folder that `ASSAY_BENCH_BASE` names, to be held against it. */
export function builds(): Build[] {
  const base = process.env.ASSAY_BENCH_BASE;
  const own: Build = { name: "this build", cli: resolve("dist/cli.js") };
  return base === undefined ? [own] : [{ name: "base", cli: resolve(base, "dist/cli.js") }, own];
}
