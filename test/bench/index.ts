/**
 * All benchmarks, or those named: `npm run bench -- calls command`. Each runs in a process of its own; those that measure
 * the command want `npm run build` first; `help`, `run-end`, `million-judgments` and `annotation-board` also measure the
 * build in the folder that `ASSAY_BENCH_BASE` names, in turns with this one, and print the ratios. `million-judgments` and
 * `view` write 5 GB into the temporary folder and remove them, `contamination` 1 GB at a time.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const BENCHMARKS = [
  "dispatch",
  "calls",
  "command",
  "help",
  "run-end",
  "million-judgments",
  "view",
  "stats",
  "length-controlled",
  "score-annotations",
  "annotation-board",
  "contamination",
  "arena-rank",
];

const named = process.argv.slice(2);
const unknown = named.filter((name) => !BENCHMARKS.includes(name));
if (unknown.length > 0) {
  console.error(`no benchmark is called ${unknown.join(", ")}; there are ${BENCHMARKS.join(", ")}`);
  process.exit(2);
}
for (const name of named.length > 0 ? named : BENCHMARKS) {
  console.log(`\n${name}`);
  const script = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", "--expose-gc", script], { stdio: "inherit" });
  const [code] = await once(child, "exit");
  if (code !== 0) process.exitCode = 1;
}
