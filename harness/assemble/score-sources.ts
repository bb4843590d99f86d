import { fixedProtocolMarks } from "../../judges/own-marks.js";
import type { PeoplesWord } from "../core/answer-rating.js";
import type { RatingScale, Scores } from "../core/board.js";
import { judgeQuality } from "../core/judge-card.js";
import type { JuryRules } from "../core/jury.js";
import { presentFields } from "../core/present-fields.js";
import type { Warning } from "../core/records.js";
import { tokenCounter } from "../core/token-counter.js";
import type { AssetFinder } from "../data/asset-finder.js";
import {
  type CalibrationRequest,
  calibratedScoring,
  needsCalibration,
} from "../interop/alpaca-eval/calibration.js";
import {
  type DifficultyOptions,
  withInstructionDifficulties,
} from "../interop/alpaca-eval/instruction-difficulties.js";
import { withPredictedWinRates } from "../interop/alpaca-eval/predicted-win-rates.js";
import { withPublishedRows } from "../interop/alpaca-eval/published-rows.js";
import { readFileVerdicts } from "../interop/score-files.js";
import { withJuries } from "../pipeline/jury/with-juries.js";
import { withVotes } from "../pipeline/people/votes-of-board.js";
import type { BoardInput } from "../pipeline/scores/build-board.js";
import { readRunVerdicts } from "../pipeline/scores/score-run.js";
import { scoresOf, type Verdicts } from "../pipeline/scores/verdicts.js";
import { isRunFolder, readManifest } from "../store/run-folder.js";
import { lastStated } from "../store/stated-figures.js";
import { readStyleReference } from "../store/style-reference-file.js";
import { knownJudges } from "./judge-cards.js";

/** How sources are scored. */
export interface ScoreSourcesOptions extends RunScoringRequest, DifficultyOptions {
  /** Of the bootstrap over files; a run keeps its own. */
  readonly seed: number;
  /** Of ratings that files record; found by looking at them where it is left out. */
  readonly scale?: RatingScale | undefined;
  /** Arena-Hard: model that the others were compared with, where the files do not name it. */
  readonly baseline?: string | undefined;
  /** `minimal`, `verified`, `community`, or the path of a leaderboard whose rows go among the boards' own. */
  readonly leaderboard?: string | undefined;
  /** Model of a board, or with published coefficients, against which AlpacaEval 2's fits predict win rates. */
  readonly predictAgainst?: string | undefined;
}

/** What is asked of the scoring of run folders. */
export interface RunScoringRequest extends CalibrationRequest {
  /** File with what is known of judges; left out, `judge-card.json` of the working directory. */
  readonly judgeCard?: string | undefined;
  /** File with frozen styles; left out, style is fitted to each board, and a run folder keeps to its own. */
  readonly styleReference?: string | undefined;
  /** Read the judges of a suite as one, too. */
  readonly jury?: JuryRules | undefined;
  /** People's votes, in place of those that lie in run folders. */
  readonly peopleVotes?: readonly PeoplesWord[] | undefined;
}

/** How run folders are scored, with the published calibration where one needs it, and what must be said of it. */
export async function runScoring(
  runs: readonly string[],
  request: RunScoringRequest,
  finder: AssetFinder,
): ReturnType<typeof calibratedScoring> {
  const boards = runs.flatMap((run) => readManifest(run).protocols);
  return boardScoring(boards, request, finder);
}

/** How boards are scored: calibrated where one needs it, looking for answers that could move a judge, with what is known of judges. */
export async function boardScoring(
  boards: Parameters<typeof calibratedScoring>[0],
  request: RunScoringRequest,
  finder: AssetFinder,
): ReturnType<typeof calibratedScoring> {
  const { scoring, warnings } = await calibratedScoring(boards, request, finder);
  const judgeCard = knownJudges(request.judgeCard);
  const { checksOf } = await import("../../suites/checks/check-answers.js");
  const tokens = tokenCounter();
  const { styleReference: file, jury, peopleVotes } = request;
  const styleReference = file === undefined ? undefined : readStyleReference(file);
  const known = {
    marksOf: fixedProtocolMarks,
    checksOf,
    tokens,
    ...presentFields({ judgeCard, styleReference, jury, peopleVotes }),
  };
  return { scoring: { ...scoring, ...known }, warnings };
}

async function readRuns(
  runs: readonly string[],
  options: ScoreSourcesOptions,
  finder: AssetFinder,
): Promise<Verdicts[]> {
  const { scoring, warnings } = await runScoring(runs, options, finder);
  return runs.map((run) => {
    const verdicts = readRunVerdicts(run, scoring);
    if (!needsCalibration(readManifest(run).protocols)) return verdicts;
    return { ...verdicts, warnings: [...warnings, ...verdicts.warnings] };
  });
}

/** Boards of files with what is known beside them: of their judge, which they know by name alone, and of style. */
function withKnownJudges(verdicts: Verdicts, { judgeCard, styleReference }: ScoreSourcesOptions): Verdicts {
  const card = knownJudges(judgeCard);
  const frozen = styleReference === undefined ? undefined : readStyleReference(styleReference);
  const inputs = verdicts.inputs.map((input) => {
    const { protocol, judge } = input.head;
    const quality = judgeQuality({ protocol, modelNames: [judge] }, card);
    const head = { ...input.head, judgeQuality: quality };
    return { ...input, head, ...presentFields({ styleReference: frozen }) };
  });
  return { ...verdicts, inputs };
}

/** Scores of run folders and files. */
export interface ScoredSources {
  /** Of all of them, with published rows and predictions if they were asked for. */
  readonly scores: Scores;
  /** Of each run folder alone, without either. */
  readonly ofRuns: ReadonlyMap<string, Scores>;
}

/** Scores of several sources; what was said of several is said once. */
function joinScores(parts: readonly Scores[], more: readonly Warning[]): Scores {
  const warnings = new Map(
    [...parts.flatMap((part) => part.warnings), ...more].map((one) => [JSON.stringify(one), one]),
  );
  const sequences = parts.flatMap((part) => part.sequence ?? []);
  const figures = lastStated(parts.flatMap((part) => part.figures ?? []));
  return {
    schema: "assay.scores/1",
    sources: parts.flatMap((part) => part.sources),
    boards: parts.flatMap((part) => part.boards),
    warnings: [...warnings.values()],
    flagged: parts.flatMap((part) => part.flagged ?? []),
    // Of several runs each says it in a warning of its own.
    ...presentFields({ sequence: sequences.length === 1 ? sequences[0] : undefined }),
    ...(figures.length === 0 ? {} : { figures }),
  };
}

function votedInputs(
  inputs: readonly BoardInput[],
  { peopleVotes }: ScoreSourcesOptions,
): readonly BoardInput[] {
  return peopleVotes === undefined ? inputs : withVotes(inputs, peopleVotes);
}

/**
 * Scores run folders and files of other tools; never calls a model. Runs keep their own boards, files are joined by
 * suite, judge and baseline.
 *
 * @param paths run folders, or files as {@link readFileVerdicts} takes them
 * @throws ConfigError, DataError naming what cannot be scored and why
 */
export async function scoreSources(
  paths: readonly string[],
  options: ScoreSourcesOptions,
  finder: AssetFinder,
): Promise<ScoredSources> {
  const runs = paths.filter(isRunFolder);
  const files = paths.filter((path) => !isRunFolder(path));
  const parts = await readRuns(runs, options, finder);
  if (files.length > 0) {
    const found = await readFileVerdicts(files, { ...options, finder, tokens: tokenCounter() });
    const read = withKnownJudges(found, options);
    const { inputs: withJury, warnings: said } = withJuries(votedInputs(read.inputs, options), options.jury);
    parts.push({ ...read, inputs: withJury, warnings: [...read.warnings, ...said] });
  }
  const { inputs, warnings } = await withInstructionDifficulties(
    parts.flatMap((part) => part.inputs),
    new Map(parts.flatMap((part) => [...part.suites])),
    options,
  );
  let taken = 0;
  const scored = parts.map((part) => {
    const from = taken;
    taken += part.inputs.length;
    return scoresOf({ ...part, inputs: inputs.slice(from, taken) });
  });
  const scores = joinScores(scored, warnings);
  const ofRuns = new Map(
    runs.flatMap((run, index) => (scored[index] ? [[run, scored[index]] as const] : [])),
  );
  let { boards } = scores;
  const { leaderboard, predictAgainst, calibrationFolder } = options;
  if (predictAgainst !== undefined)
    boards = await withPredictedWinRates(boards, predictAgainst, finder, calibrationFolder);
  if (leaderboard !== undefined) boards = await withPublishedRows(boards, leaderboard, finder);
  return { scores: { ...scores, boards }, ofRuns };
}
