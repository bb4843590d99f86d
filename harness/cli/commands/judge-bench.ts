import { join } from "node:path";
import { loadLabelledSet } from "../../assemble/judge-bench/labelled-sets.js";
import {
  benchTime,
  defaultBenchFolder,
  judgedSets,
  type PreparedBench,
  prepareBench,
} from "../../assemble/judge-bench/live.js";
import {
  BENCH_FILES,
  judgeBench,
  refuseOtherPairs,
  replayedSets,
} from "../../assemble/judge-bench/replay.js";
import { withVotedTexts } from "../../assemble/judge-bench/vote-texts.js";
import { type RunConfig, resolveConfig } from "../../config/resolve.js";
import { systemClock } from "../../core/clock.js";
import { countOf } from "../../core/count-of.js";
import { ConfigError } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import type { Services } from "../../core/services.js";
import type { JudgedSet, LabelledSet } from "../../pipeline/judge-bench/bench-set.js";
import { cardOf } from "../../pipeline/judge-bench/card-of.js";
import { decisionRows } from "../../pipeline/judge-bench/decision-rows.js";
import type { RunResult } from "../../pipeline/run.js";
import { JUDGE_CARD, readJudgeCard, updateJudgeCard } from "../../store/judge-card-file.js";
import { prettyJson, writeFileAtomically } from "../../store/run-folder.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { showJudgeBench } from "../judge-bench-text.js";
import { loadConfig, readSettings } from "../load-config.js";
import { openServices } from "../open-services.js";
import { shownPath } from "../run-end.js";
import { evaluateInSession } from "../session.js";
import type { Terminal } from "../terminal.js";

type BenchGiven = Given<"judge-bench">;

/** Published decisions: nothing is called. */
async function replay(given: BenchGiven, terminal: Terminal): Promise<number> {
  const { sets = [], replay: files = [], against, card } = given;
  const open = openServices(terminal);
  try {
    const judged = await replayedSets({ sets, replay: files }, open.services);
    const found = judgeBench(judged, { against });
    if (card !== undefined) await updateJudgeCard(card, cardOf(judged, found.sets, benchTime(open.services)));
    terminal.document(found);
    showJudgeBench(found, terminal);
    if (card !== undefined) terminal.say(`  ${shownPath(card)}`);
    return exitCodes.done;
  } finally {
    open.release();
  }
}

/** Sets with the texts that a judge is shown. */
async function setsWithTexts(
  words: readonly string[],
  answers: readonly string[],
  services: Services,
): Promise<{ readonly sets: readonly LabelledSet[]; readonly warnings: readonly Warning[] }> {
  const sets: LabelledSet[] = [];
  const warnings: Warning[] = [];
  for (const word of words) {
    const set = await loadLabelledSet(word, services);
    const found =
      set.votes === undefined ? { set, warnings: [] } : await withVotedTexts(set, answers, services);
    sets.push(found.set);
    warnings.push(...found.warnings);
  }
  return { sets, warnings };
}

/** A config file counts where no judge is named on the line; what it says of a run's suites and models does not. */
async function configOf(given: BenchGiven): Promise<RunConfig> {
  const { settings, config } = given;
  const own = resolveConfig(await readSettings(settings, process.env));
  if (config === undefined && settings.flags.judges !== undefined) return own;
  const { limit: _limit, out: _out, ...found } = await loadConfig({ settings, config }, process.env);
  return { ...found, ...presentFields({ limit: own.limit, out: own.out }) };
}

/** Whether too many pairs lack a verdict. One that cannot be read is no lack here: it is what is measured. */
function isIncomplete({ stopped }: RunResult, judged: readonly JudgedSet[], maxMissing: number): boolean {
  const pairs = judged.flatMap((one) => one.pairs);
  const missing = pairs.filter(({ games }) => games.includes("missing")).length;
  return stopped !== undefined || 100 * missing > maxMissing * pairs.length;
}

/** Ends a bench: figures, decisions and card. */
async function finish(
  result: RunResult,
  prepared: PreparedBench,
  given: BenchGiven,
  terminal: Terminal,
): Promise<number> {
  const { run, records } = result;
  const { against, card = JUDGE_CARD } = given;
  const judged = judgedSets(prepared, records?.judgments ?? []);
  const found = judgeBench(judged, { against, warnings: prepared.warnings });
  const rows = judged.flatMap(decisionRows).map((row) => `${JSON.stringify(row)}\n`);
  const [document, decisions] = [join(run, BENCH_FILES.result), join(run, BENCH_FILES.decisions)];
  await writeFileAtomically(document, prettyJson(found));
  await writeFileAtomically(decisions, rows.join(""));
  const isWhole = !isIncomplete(result, judged, prepared.config.maxMissing);
  // Half a measurement says something else than the whole.
  if (isWhole) await updateJudgeCard(card, cardOf(judged, found.sets, benchTime({ clock: systemClock })));
  terminal.document(found);
  showJudgeBench(found, terminal);
  for (const { message, count, remedy } of result.manifest.failures.slice(0, 3))
    terminal.note(`${countOf(count, "verdict")}: ${message}${remedy === undefined ? "" : ` ${remedy}`}`);
  if (isWhole) terminal.say(`  ${shownPath(card)}`);
  else terminal.note("not every pair has both verdicts: no card is written, and the same command resumes");
  for (const path of [document, decisions]) terminal.say(`  ${shownPath(path)}`);
  return isWhole ? exitCodes.done : exitCodes.incomplete;
}

async function live(given: BenchGiven, terminal: Terminal): Promise<number> {
  const { sets: words = [], answers = [], allowSelf = false, card = JUDGE_CARD } = given;
  const config = await configOf(given);
  readJudgeCard(card);
  const run = config.out ?? defaultBenchFolder(words, config);
  let prepared: PreparedBench | undefined;
  return evaluateInSession(
    {
      run,
      stages: { answers: true, judgments: true },
      prepare: async (services) => {
        const { sets, warnings } = await setsWithTexts(words, answers, services);
        if (given.against !== undefined) refuseOtherPairs(sets, given.against);
        prepared = await prepareBench(sets, config, { run, allowSelf, warnings }, services);
        return prepared;
      },
      dryRun: given.dryRun,
      logFile: given.logFile,
      finish: (result) => {
        if (prepared === undefined) throw new Error("what is finished was prepared");
        return finish(result, prepared, given, terminal);
      },
    },
    terminal,
  );
}

/** Flags that belong to live judges have no effect on decisions that are there. */
function refuseLiveFlags({ settings, dryRun, logFile, config, answers, allowSelf }: BenchGiven): void {
  const given = Object.keys({
    ...settings.flags,
    ...presentFields({ dryRun, logFile, config, answers, allowSelf }),
  });
  if (given.length === 0) return;
  throw new ConfigError(
    "published decisions are scored as they are; the flags of a live judge have no effect",
    {
      code: "usage",
      remedy: "Leave out --replay to ask the judge, or the other flags.",
    },
  );
}

/** `assay judge-bench`: how good is a judge on labelled pairs, asked now or as published. */
export async function judgeBenchCommand(given: BenchGiven, terminal: Terminal): Promise<number> {
  if ((given.replay ?? []).length > 0) {
    refuseLiveFlags(given);
    return replay(given, terminal);
  }
  if ((given.sets ?? []).length === 0) {
    throw new ConfigError("no set of labelled pairs is named", {
      code: "usage",
      remedy:
        "Name one, such as judgebench-claude or a file of pairs, with --judge; or published decisions with --replay.",
    });
  }
  return live(given, terminal);
}
