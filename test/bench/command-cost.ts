import { spawn } from "node:child_process";
import { once } from "node:events";
import { builds, type Cost, median, print } from "./measure.js";

/** What a command took as a process of its own, start-up included. */
export interface CommandCost extends Cost {
  /** Most memory that it held. */
  readonly megabytes: number;
  readonly stdout: string;
}

const PRELOAD = `process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  process._rawDebug("cost " + JSON.stringify({ cpuMs: (user + system) / 1000, megabytes: process.resourceUsage().maxRSS / 1024 }));
})`;

/** Runs a built command. @throws Error with what it said when it does not end with 0. */
export async function commandCost(cli: string, words: readonly string[]): Promise<CommandCost> {
  const preload = `data:text/javascript,${encodeURIComponent(PRELOAD)}`;
  const start = performance.now();
  const child = spawn(process.execPath, ["--import", preload, cli, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [said, stdout] = ["", ""];
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  const [code] = await once(child, "close");
  const wallMs = performance.now() - start;
  if (code !== 0) throw new Error(`${words.join(" ")} ended with ${String(code)}: ${said.slice(0, 2000)}`);
  const own: Omit<CommandCost, "wallMs" | "stdout"> = JSON.parse(/cost (.*)/.exec(said)?.[1] ?? "{}");
  return { ...own, wallMs, stdout };
}

/** The most that a build may take, as shares of the base. */
export interface PromisedShares {
  readonly time?: number;
  readonly memory?: number;
}

/**
 * Runs one command with every build in turns, so that what else the machine does meets all of them, and prints the medians
 * with their ratio to the base's. The process ends with 1 where a promise is not kept.
 * @param check Looks at what the command wrote.
 */
export async function compareBuilds(
  name: string,
  words: readonly string[],
  repeats: number,
  promised: PromisedShares,
  check: (stdout: string) => void = () => undefined,
): Promise<void> {
  const costs = new Map<string, CommandCost[]>(builds().map((one) => [one.name, []]));
  for (let repeat = 0; repeat < repeats; repeat++)
    for (const build of builds()) {
      const cost = await commandCost(build.cli, words);
      check(cost.stdout);
      costs.get(build.name)?.push(cost);
    }
  print(name, "", "");
  const middle = (build: string, of: (cost: CommandCost) => number) =>
    median((costs.get(build) ?? []).map(of));
  for (const build of costs.keys()) {
    const [wall, cpu] = [middle(build, (one) => one.wallMs), middle(build, (one) => one.cpuMs)];
    const memory = middle(build, (one) => one.megabytes);
    const share = (of: (cost: CommandCost) => number) => middle(build, of) / middle("base", of);
    const isCompared = build !== "base" && costs.has("base");
    const shares = [
      share((one) => one.wallMs),
      share((one) => one.cpuMs),
      share((one) => one.megabytes),
    ] as const;
    const told = `wall, CPU, memory ÷ base ${shares.map((one) => one.toFixed(2)).join(", ")}`;
    const promises = `${promised.time ?? "any"} of the time, ${promised.memory ?? "any"} of the memory`;
    print(
      `  ${build}`,
      `${(wall / 1000).toFixed(1)} s, CPU ${(cpu / 1000).toFixed(1)} s`,
      `${memory.toFixed(0)} MB   ${isCompared ? `${told} (promised: at most ${promises})` : ""}`,
    );
    const { time = Number.POSITIVE_INFINITY, memory: most = Number.POSITIVE_INFINITY } = promised;
    if (isCompared && (shares[0] > time || shares[2] > most)) process.exitCode = 1;
  }
}
