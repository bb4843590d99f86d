import { resolve } from "node:path";
import type { ScoreSource } from "../core/board.js";
import type { Suite, Warning } from "../core/records.js";
import { readAnnotations } from "../interop/alpaca-eval-annotations.js";
import { AlpacaBoard } from "./alpaca-board.js";
import type { AssetFinder } from "./assets.js";
import { loadCalibration } from "./calibration.js";
import type { BoardInput } from "../pipeline/scores/build-board.js";
import type { PreferenceCalibration, PreferenceOptions } from "../pipeline/scores/preference-rows.js";
import { applyDifficulties, type DifficultyFiles } from "./instruction-difficulties.js";

/** How annotation files of alpaca_eval are scored. */
export interface AlpacaBoardOptions {
  /** As alpaca_eval computes it, defects included. */
  readonly compat: boolean;
  /** Folder with `df_gamed.csv` and `instruction_difficulty.csv`; left out, they are looked for among the assets. */
  readonly calibrationFolder?: string;
  readonly finder: AssetFinder;
  /** Of the bootstrap. */
  readonly seed: number;
  /** Resamples of the length-controlled interval; default 500, 0 leaves it out. */
  readonly bootstrapReplicates?: number;
  /** Difficulties of a custom instruction set. */
  readonly difficulties?: DifficultyFiles;
}

/** What annotation files hold, ready to be scored or compared. */
export interface AlpacaBoards {
  /** One per instruction set, annotator and baseline. */
  readonly inputs: readonly BoardInput[];
  /** The instructions as far as the files hold them, by suite. */
  readonly suites: ReadonlyMap<string, Suite>;
  readonly sources: readonly ScoreSource[];
  readonly warnings: readonly Warning[];
}

const DEFAULT_REPLICATES = 500;

/** An annotation file as the command line names it: `PATH`, `PATH#MODEL` (one model of it) or `NAME=PATH` (its only model renamed). */
export interface AnnotationSource {
  readonly path: string;
  readonly picked?: string;
  readonly renamed?: string;
}
