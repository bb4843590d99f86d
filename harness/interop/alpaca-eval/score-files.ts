import { resolve } from "node:path";
import type { ScoreSource } from "../../core/board.js";
import { compositeKey } from "../../core/composite-key.js";
import { type NamedPath, namedPath } from "../../core/named-path.js";
import { presentFields } from "../../core/present-fields.js";
import type { Suite, Warning } from "../../core/records.js";
import type { TokenCounter } from "../../core/token-counter.js";
import type { AssetFinder } from "../../data/asset-finder.js";
import { AnswerTraces } from "../../pipeline/audit/answer-traces.js";
import type { BoardInput } from "../../pipeline/scores/build-board.js";
import { CONTROLLED_REPLICATES } from "../../pipeline/scores/controlled-win-rate.js";
import type { PreferenceCalibration } from "../../pipeline/scores/preference-rows.js";
import type { FileVerdicts } from "../file-verdicts.js";
import { checkNamedModels } from "../named-models.js";
import { AnnotationComparer } from "./annotation-comparer.js";
import { type AnnotationColumns, readAnnotations } from "./annotations.js";
import { calibratedSuites, type LoadedCalibration, loadCalibration } from "./calibration.js";
import { type AlpacaFolds, foldOrderOf, foldWarnings } from "./folds.js";
import { KnownInstructions } from "./known-instructions.js";
import { alpacaEvalSuite } from "./questions.js";
import { ReadBuffer } from "./read-buffer.js";
import { AlpacaBoard, type AlpacaBoardContext, DrawnOrders } from "./score-board.js";

/** How annotation files of alpaca_eval are scored. */
export interface AlpacaBoardOptions {
  /** As alpaca_eval computes it, defects included. */
  readonly compat: boolean;
  readonly folds?: AlpacaFolds | undefined;
  /** False where no length-controlled rate is wanted, and so no calibration. */
  readonly lengthControl?: boolean | undefined;
  /** Folder with `df_gamed.csv` and `instruction_difficulty.csv`; left out, they are looked for among the assets. */
  readonly calibrationFolder?: string | undefined;
  readonly finder: AssetFinder;
  /** Of the bootstrap. */
  readonly seed: number;
  /** Counts tokens of the answers; left out, no board controls for style. */
  readonly tokens?: TokenCounter | undefined;
  /** Resamples of the length-controlled interval; default {@link CONTROLLED_REPLICATES}, 0 leaves it out. */
  readonly bootstrapReplicates?: number;
}

/** The sets of a file that are asked for, with the names of their models. */
function namedSets(source: NamedPath, sets: readonly AnnotationColumns[]) {
  const { picked, renamed } = source;
  checkNamedModels(source, [...new Set(sets.map((set) => set.model))]);
  return sets
    .filter((set) => picked === undefined || set.model === picked)
    .map((set) => ({ set, model: renamed ?? set.model }));
}

/** Boards in the order in which their first rows were met. */
class BoardCollection {
  readonly boards = new Map<string, AlpacaBoard>();

  boardOf(set: AnnotationColumns): AlpacaBoard {
    const suite = alpacaEvalSuite(set.instructions, set.baseline);
    const key = compositeKey(suite, set.annotator, set.baseline);
    const board = this.boards.get(key) ?? new AlpacaBoard(suite, set.annotator, set.baseline);
    this.boards.set(key, board);
    return board;
  }

  /** One suite per id, with the instructions of all boards. */
  suites(): Map<string, Suite> {
    const suites = new Map<string, Suite>();
    for (const board of this.boards.values()) {
      const suite = board.asSuite();
      const earlier = suites.get(suite.id);
      const known = new Set(earlier?.questions.map((question) => question.id));
      const questions = [
        ...(earlier?.questions ?? []),
        ...suite.questions.filter((question) => !known.has(question.id)),
      ];
      suites.set(suite.id, { ...suite, questions });
    }
    return suites;
  }
}

/**
 * Reads annotation files of alpaca_eval into boards, one per instruction set, annotator and baseline; files of several
 * models, and several files of one board, go together.
 *
 * What is expected of every model: AlpacaEval's 805 instructions, where those were annotated, however many a file holds;
 * of any other instruction set all that any of the files of a board holds.
 *
 * @param files paths, `PATH#MODEL` or `NAME=PATH`
 * @throws DataError naming file and line for files that cannot be read as annotations, `duplicate-judgments` unless
 * `compat`; ConfigError `duplicate-model` when two files hold different answers under one name
 */
export async function alpacaBoards(
  files: readonly string[],
  options: AlpacaBoardOptions,
): Promise<FileVerdicts> {
  const context: AlpacaBoardContext = {
    compat: options.compat,
    comparer: new AnnotationComparer(),
    orders: new DrawnOrders(),
  };
  const collection = new BoardCollection();
  const sources: ScoreSource[] = [];
  const warnings: Warning[] = [];
  const seen = new Set<string>();
  const buffer = new ReadBuffer();
  const known = new KnownInstructions();
  for (const source of files.map(namedPath)) {
    const key = compositeKey(resolve(source.path), source.picked, source.renamed);
    if (seen.has(key)) {
      warnings.push({ code: "file-named-twice", message: `${source.path} is named twice; it counts once.` });
      continue;
    }
    seen.add(key);
    const { records, sets } = readAnnotations(source.path, buffer, known, options.tokens?.count);
    sources.push({ path: source.path, format: "alpaca-eval", records });
    for (const { set, model } of namedSets(source, sets)) collection.boardOf(set).add(set, model, context);
  }
  const boards = [...collection.boards.values()];
  const published = await publishedCalibration(boards, options);
  const answers = new AnswerTraces();
  for (const board of boards) board.addTraces(answers);
  return {
    inputs: boards.map((board) => inputOf(board, published, options)),
    suites: collection.suites(),
    sources,
    answers,
    warnings: [...warnings, ...published.warnings, ...boards.flatMap((board) => board.warnings())],
  };
}

async function publishedCalibration(
  boards: readonly AlpacaBoard[],
  options: AlpacaBoardOptions,
): Promise<LoadedCalibration> {
  if (options.lengthControl === false || !boards.some((board) => calibratedSuites.has(board.suite)))
    return { calibration: undefined, warnings: [] };
  const { calibration, warnings } = await loadCalibration(options.finder, options.calibrationFolder);
  return { calibration, warnings: [...foldWarnings(options.compat, options.folds), ...warnings] };
}

function inputOf(board: AlpacaBoard, published: LoadedCalibration, options: AlpacaBoardOptions): BoardInput {
  const calibration: PreferenceCalibration | undefined = calibratedSuites.has(board.suite)
    ? published.calibration
    : undefined;
  return board.input(
    {
      ...presentFields({ calibration, foldOrder: foldOrderOf(options.folds) }),
      compat: options.compat,
      seed: options.seed,
      bootstrapReplicates: options.bootstrapReplicates ?? CONTROLLED_REPLICATES,
    },
    options.tokens,
  );
}
