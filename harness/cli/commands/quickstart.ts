import { join } from "node:path";
import { prepareEvaluation } from "../../assemble/evaluation.js";
import { resolveConfig } from "../../config/resolve.js";
import type { JudgeEntry, UserConfig } from "../../config/schema.js";
import { packageFile } from "../../core/package-files.js";
import { runPaths } from "../../store/run-folder.js";
import type { Given } from "../declarations/commands.js";
import { finishRun, shownPath } from "../run-end.js";
import { evaluateInSession } from "../session.js";
import type { Terminal } from "../terminal.js";

const RECORDINGS = ["suites", "data", "quickstart"];

function recorded(...parts: string[]): string {
  return packageFile(...RECORDINGS, ...parts);
}

/** The recorded judge in one mode; its replies were written for version 1 of the protocol. */
function judgeEntry(mode: "single" | "pairwise-all", file: string): JudgeEntry {
  return {
    id: "sample-judge",
    protocol: "assay@1",
    mode,
    adapter: "replay",
    path: recorded("verdicts", file),
  };
}

/** The bundled evaluation as a configuration; the same that a user would write for recorded models of their own. */
function quickstartConfig(out: string): UserConfig {
  return {
    suites: ["quickstart"],
    models: ["sample-small", "sample-large"].map((id) => ({
      id,
      adapter: "replay",
      path: recorded("answers", `${id}.jsonl`),
    })),
    judges: [judgeEntry("single", "single.jsonl"), judgeEntry("pairwise-all", "pair.jsonl")],
    out,
    cache: false,
    report: { title: "assay quickstart" },
  };
}

/**
 * `assay quickstart`: recorded answers and verdicts through the pipeline, adapters, parsers and report of a real run.
 */
export async function quickstart(given: Given<"quickstart">, terminal: Terminal): Promise<number> {
  const { out = join("runs", "quickstart") } = given;
  const stages = { answers: true, judgments: true };
  return evaluateInSession(
    {
      run: out,
      stages,
      prepare: (services) => prepareEvaluation(resolveConfig([quickstartConfig(out)]), services),
      isOffline: true,
      begin: () => {
        terminal.say(
          "assay quickstart: 24 questions, two models, one judge. Answers and verdicts are RECORDED SAMPLES,",
        );
        terminal.say(
          "written for this project; they show how assay works and say nothing about any real model.",
        );
        terminal.say("");
      },
      finish: async (result, evaluation) => {
        const code = await finishRun(result, evaluation, stages, terminal);
        sayNext(out, terminal);
        return code;
      },
    },
    terminal,
  );
}

function sayNext(out: string, terminal: Terminal): void {
  terminal.say("");
  terminal.say(
    `Open ${shownPath(join(runPaths.report(out), "index.html"))} in a browser. Then try your own model:`,
  );
  terminal.say(
    "  npx --no-install assay run --suite assay-80 --model YOUR-MODEL --base-url http://localhost:8000/v1 --judge YOUR-JUDGE",
  );
  terminal.say(
    "  npx --no-install assay run --suite mt-bench …   (fetches the questions; see `npx --no-install assay data list`)",
  );
}
