import { juryRules } from "../../assemble/jury.js";
import { votesGiven } from "../../assemble/people-votes.js";
import { runScoring, type ScoreSourcesOptions, scoreSources } from "../../assemble/score-sources.js";
import { resolveConfig } from "../../config/resolve.js";
import type { Scores } from "../../core/board.js";
import { countOf } from "../../core/count-of.js";
import { AssayError, ConfigError } from "../../core/errors.js";
import type { JuryRules } from "../../core/jury.js";
import { styleReferenceOf } from "../../core/style-reference.js";
import { assetFinder } from "../../data/asset-finder.js";
import type { ScoringOptions } from "../../pipeline/scores/score-run.js";
import { prettyJson, runPaths, writeFileAtomically } from "../../store/run-folder.js";
import { writeStyleReference } from "../../store/style-reference-file.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { readSettings } from "../load-config.js";
import { openServices } from "../open-services.js";
import { showScores } from "../show-scores.js";
import { cell, type Terminal } from "../terminal.js";

/** Calibration for the runs that need one; said when it cannot be had. */
export async function scoringOptions(
  runs: readonly string[],
  given: {
    readonly compat?: boolean | undefined;
    readonly calibration?: string | undefined;
    readonly judgeCard?: string | undefined;
    readonly styleReference?: string | undefined;
    readonly jury?: JuryRules | undefined;
  },
  terminal: Terminal,
): Promise<ScoringOptions> {
  const open = openServices(terminal, { endsAtOnce: true });
  try {
    const { calibration: calibrationFolder, judgeCard, styleReference, jury } = given;
    const request = { compat: given.compat === true, calibrationFolder, judgeCard, styleReference, jury };
    const { scoring, warnings } = await runScoring(runs, request, assetFinder(open.services));
    for (const warning of warnings) terminal.note(`note: ${warning.message}`);
    return scoring;
  } finally {
    open.release();
  }
}

async function scoreOptions(given: Given<"score">): Promise<ScoreSourcesOptions> {
  const { compat = false, scale, folds, calibration, leaderboard, baseline } = given;
  const { predictAgainst, fitDifficulties, difficulties } = given;
  if (fitDifficulties !== undefined && difficulties !== undefined) {
    throw new ConfigError("--difficulties and --fit-difficulties exclude each other", {
      code: "usage",
      remedy: "Estimate them once with --fit-difficulties FILE; from then on give --difficulties FILE.",
    });
  }
  const config = resolveConfig(await readSettings(given.settings, process.env));
  const { seed, judgeCard, styleReference } = config;
  return {
    compat,
    scale,
    folds,
    baseline,
    seed,
    judgeCard,
    styleReference,
    jury: juryRules(config),
    calibrationFolder: calibration,
    leaderboard,
    predictAgainst,
    difficultiesFile: difficulties,
    fitDifficultiesTo: fitDifficulties,
    peopleVotes: votesGiven(given),
  };
}

function predictionLines({ boards }: Scores): string[] {
  return boards.flatMap((board) => {
    if (board.metric !== "preference") return [];
    return board.models.flatMap(({ model, predicted }) => {
      if (predicted === undefined || predicted.winRate === null) return [];
      const rate = `${predicted.winRate.toFixed(1)}%`;
      return [`predicted at equal length against ${cell(predicted.opponent)}: ${cell(model)} ${rate}`];
    });
  });
}

/** Keeps the scores in the run folder; one that cannot be written to is read all the same. */
async function keepScores(run: string, scores: Scores, terminal: Terminal): Promise<void> {
  try {
    await writeFileAtomically(runPaths.scores(run), prettyJson(scores));
  } catch (error) {
    if (!(error instanceof AssayError) || error.code !== "cannot-write") throw error;
    terminal.note(`note: ${error.message}; the scores are shown and not kept`);
  }
}

/** Freezes what style is worth on the boards. @throws ConfigError where no board has a fit. */
async function freezeStyle(file: string, { boards }: Scores, terminal: Terminal): Promise<void> {
  const reference = styleReferenceOf(boards);
  if (reference.boards.length === 0)
    throw new ConfigError("no board has a style that could be frozen", {
      code: "no-style-fit",
      remedy:
        "It takes pairwise boards with the judged answers at hand, fitted without --style-reference; `style` of score --json says why a board has no fit.",
    });
  await writeStyleReference(file, reference);
  terminal.note(`style of ${countOf(reference.boards.length, "board")} frozen in ${file}`);
}

/** `assay score RUN|FILE…`: scores run folders and files of other tools; never calls a model. */
export async function score(given: Given<"score">, terminal: Terminal): Promise<number> {
  const { paths } = given;
  const options = await scoreOptions(given);
  const open = openServices(terminal, { endsAtOnce: true });
  try {
    const { scores, ofRuns } = await scoreSources(paths, options, assetFinder(open.services));
    for (const [run, own] of ofRuns) await keepScores(run, own, terminal);
    if (given.writeStyleReference !== undefined)
      await freezeStyle(given.writeStyleReference, scores, terminal);
    terminal.document(scores);
    await showScores(scores, terminal);
    for (const line of predictionLines(scores)) terminal.say(line);
  } finally {
    open.release();
  }
  return exitCodes.done;
}
