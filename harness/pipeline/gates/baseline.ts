import type { RatingScale } from "../../core/board.js";
import { DataError, messageOf } from "../../core/errors.js";
import { refuseRepeatedKeys } from "../../core/json-keys.js";
import { presentFields } from "../../core/present-fields.js";
import type { JudgingMode } from "../../core/records.js";
import { questionMeans } from "../compare/paired-values.js";
import type { ComparedModel } from "../compare/question-values.js";
import { percentScale, ratingScale } from "../scores/scale.js";
import type { LengthControlledFigure } from "./gate-board.js";

/** One board of a baseline: the means that later runs are compared with, question by question. */
export interface BaselineBoard {
  readonly suite: { readonly id: string; readonly hash: string | null };
  readonly protocol: string;
  /** {@link Protocol.former}. */
  readonly former?: string;
  readonly mode: JudgingMode;
  readonly metric: ComparedModel["metric"];
  /** Of ratings that are not given from 1 to 10. */
  readonly scale?: RatingScale;
  /** Questions with a usable verdict. */
  readonly n: number;
  /** Mean of the questions' means; for people to read, nothing is computed from it. */
  readonly mean: number | null;
  readonly lengthControlledWinRate?: Omit<LengthControlledFigure, "questions">;
  /** Mean of each question over its turns, trials and judge repeats, by category and id; six decimals. */
  readonly questions: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** `baseline.json`: one model's figures, small enough to be committed, one line per question. */
export interface Baseline {
  readonly schema: "assay.baseline/1";
  readonly model: string;
  readonly boards: readonly BaselineBoard[];
}

const DECIMALS = 1e6;

function round(value: number): number {
  return Math.round(value * DECIMALS) / DECIMALS;
}

/** Numbers by size, everything else by code units, numbers first. */
function compareIds(left: string, right: string): number {
  const [isLeft, isRight] = [/^\d{1,15}$/.test(left), /^\d{1,15}$/.test(right)];
  if (isLeft && isRight) return Number(left) - Number(right);
  if (isLeft !== isRight) return isLeft ? -1 : 1;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The scale of ratings, where it is not the usual one. */
function scaleOf({ metric, scale: { low, high } }: ComparedModel): Pick<BaselineBoard, "scale"> {
  const isUsual = low === ratingScale.low && high === ratingScale.high;
  return metric !== "score" || isUsual ? {} : { scale: { low, high } };
}

/** A baseline's board from a model's values. */
export function baselineBoard(
  model: ComparedModel,
  lengthControlled: LengthControlledFigure | null = null,
): BaselineBoard {
  const means = [...questionMeans(model.slots)].sort(([left], [right]) => compareIds(left, right));
  const categories = [...new Set(means.map(([, { category }]) => category))].sort(compareIds);
  const total = means.reduce((sum, [, { mean }]) => sum + mean, 0);
  return {
    suite: { id: model.suite, hash: model.suiteHash ?? null },
    protocol: model.protocol,
    ...presentFields({ former: model.former }),
    mode: model.mode,
    metric: model.metric,
    ...scaleOf(model),
    n: means.length,
    mean: means.length === 0 ? null : round(total / means.length),
    ...(lengthControlled === null ? {} : { lengthControlledWinRate: roundControlled(lengthControlled) }),
    questions: Object.fromEntries(
      categories.map((category) => [
        category,
        Object.fromEntries(
          means.flatMap(([id, one]) => (one.category === category ? [[id, round(one.mean)] as const] : [])),
        ),
      ]),
    ),
  };
}

function roundControlled({
  value,
  interval,
}: LengthControlledFigure): Omit<LengthControlledFigure, "questions"> {
  return {
    value: round(value),
    interval:
      interval === null ? null : { ...interval, low: round(interval.low), high: round(interval.high) },
  };
}

/**
 * A model's values as a baseline keeps them: one per question, six decimals, no turns (turn 0). Whatever is compared
 * with a baseline has to be brought to this form first, or thirds would differ in the seventh decimal.
 */
export function asBaselineKeeps(model: ComparedModel): ComparedModel {
  const means = questionMeans(model.slots);
  const categories = new Map(model.slots.map(({ slot }) => [slot.questionId, slot.category]));
  const slots = [...categories].map(([questionId, category]) => {
    const mean = means.get(questionId)?.mean;
    return { slot: { questionId, category, turn: 0 }, value: mean === undefined ? undefined : round(mean) };
  });
  return { ...model, slots };
}

/** The boards of a baseline, ready to be compared with models that went through {@link asBaselineKeeps}. */
export function baselineModels(baseline: Baseline): ComparedModel[] {
  return baseline.boards.map((board) => ({
    suite: board.suite.id,
    ...(board.suite.hash === null ? {} : { suiteHash: board.suite.hash }),
    protocol: board.protocol,
    ...presentFields({ former: board.former }),
    mode: board.mode,
    metric: board.metric,
    model: baseline.model,
    scale: board.metric === "score" ? (board.scale ?? ratingScale) : percentScale,
    slots: Object.entries(board.questions).flatMap(([category, questions]) =>
      Object.entries(questions).map(([questionId, value]) => ({
        slot: { questionId, category, turn: 0 },
        value,
      })),
    ),
  }));
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Whether parsed JSON says of itself that it is a baseline. */
export function isBaseline(value: unknown): boolean {
  return isFields(value) && value.schema === "assay.baseline/1";
}

/**
 * Reads a baseline file; people may have edited it.
 * @throws DataError naming the file and the key.
 */
export function parseBaseline(text: string, file: string): Baseline {
  const fail = (problem: string, cause?: unknown) =>
    new DataError(problem, {
      code: "bad-baseline",
      file,
      cause,
      remedy: "Write it again with `assay baseline write RUN --out FILE`.",
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw fail(`not valid JSON (${messageOf(cause)})`, cause);
  }
  refuseRepeatedKeys(text, file);
  if (!isFields(value) || !isBaseline(value)) throw fail('"schema" is not "assay.baseline/1"');
  const { model, boards } = value;
  if (typeof model !== "string" || model === "") throw fail('"model" is not a name');
  if (!Array.isArray(boards) || boards.length === 0) throw fail('"boards" is not a list with a board');
  boards.forEach((board: unknown, index) => {
    const problem = problemOf(board);
    if (problem !== undefined) throw fail(`boards[${index}]${problem}`);
  });
  // Every field that is used has been looked at.
  return value as unknown as Baseline;
}

/** What is wrong with a board of a baseline; undefined when nothing is. */
function problemOf(board: unknown): string | undefined {
  if (!isFields(board)) return " is not an object";
  const { suite, protocol, mode, metric, questions, lengthControlledWinRate: controlled } = board;
  if (!isFields(suite) || typeof suite.id !== "string") return ".suite.id is not a name";
  if (suite.hash !== null && typeof suite.hash !== "string") return ".suite.hash is neither text nor null";
  if (typeof protocol !== "string") return ".protocol is not a name";
  if (mode !== "single" && mode !== "pairwise-baseline" && mode !== "pairwise-all" && mode !== "ranking")
    return ".mode is not a mode";
  if (metric !== "score" && metric !== "winRate") return '.metric is neither "score" nor "winRate"';
  const { low, high } = metric === "score" ? ratingLimits(board.scale) : percentScale;
  if (!isFields(questions)) return ".questions is not an object";
  for (const [category, means] of Object.entries(questions)) {
    if (!isFields(means)) return `.questions.${category} is not an object`;
    const wrong = Object.entries(means).find(
      ([, mean]) => !(typeof mean === "number" && mean >= low && mean <= high),
    );
    if (wrong !== undefined)
      return `.questions.${category}.${wrong[0]} is not a number from ${low} to ${high}`;
  }
  return controlled === undefined ? undefined : controlledProblem(controlled);
}

/** Ends of the ratings that a board may hold; a mark of zero was let in before boards knew their scale. */
function ratingLimits(scale: unknown): RatingScale {
  if (!isFields(scale) || typeof scale.low !== "number" || typeof scale.high !== "number")
    return { low: 0, high: ratingScale.high };
  return { low: scale.low, high: scale.high };
}

function controlledProblem(controlled: unknown): string | undefined {
  const key = ".lengthControlledWinRate";
  if (!isFields(controlled) || typeof controlled.value !== "number") return `${key}.value is not a number`;
  const { interval } = controlled;
  if (interval === null) return undefined;
  if (!isFields(interval)) return `${key}.interval is not an object`;
  const wrong = ["low", "high", "level"].find((name) => typeof interval[name] !== "number");
  return wrong === undefined ? undefined : `${key}.interval.${wrong} is not a number`;
}
