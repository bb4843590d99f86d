/**
 * Start-up: how long `assay --help` takes above a bare `node -e 0`: `npx tsx test/bench/help.ts [REPEATS]`, after `npm run
 * build`. With `ASSAY_BENCH_BASE` naming the folder of another build, the ratio to it stands beside.
 */
import { spawnSync } from "node:child_process";
import { builds, median, print } from "./measure.js";

const MOST = 0.5;
const repeats = Number(process.argv[2] ?? 15);

/** One process from its start to its end. */
function millisecondsOf(words: readonly string[]): number {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, words, { stdio: "ignore" });
  if (status !== 0) throw new Error(`${words.join(" ")} ended with ${String(status)}`);
  return performance.now() - start;
}

const commands = new Map<string, readonly string[]>([
  ["node -e 0", ["-e", "0"]],
  ...builds().map(({ name, cli }) => [name, [cli, "--help"]] as const),
]);
const times = new Map<string, number[]>(Array.from(commands.keys(), (name) => [name, []]));
// In turns, so that what else the machine does meets all of them.
for (let repeat = 0; repeat < repeats; repeat++) {
  for (const [name, words] of commands) times.get(name)?.push(millisecondsOf(words));
}
const wallMs = (name: string) => median(times.get(name) ?? []);
const bare = wallMs("node -e 0");
print("node -e 0", `${bare.toFixed(0)} ms`);
for (const { name } of builds()) {
  const above = wallMs(name) - bare;
  const ratio = above / (wallMs("base") - bare);
  const isCompared = name !== "base" && times.has("base");
  const bound = isCompared ? `÷ base ${ratio.toFixed(2)} (promised: at most ${MOST})` : "";
  print(`assay --help, ${name}: above it`, `${above.toFixed(0)} ms`, bound);
  if (isCompared && ratio > MOST) process.exitCode = 1;
}
