import type { Board } from "../../core/board.js";
import { compositeKey } from "../../core/composite-key.js";
import { countOf, nounFor } from "../../core/count-of.js";
import type { Manifest, ManifestModel, ManifestProtocol } from "../../core/manifest.js";
import { presentFields } from "../../core/present-fields.js";
import type { Answer, Suite, Warning } from "../../core/records.js";
import { type ShownJudgment, shownJudgment } from "../../core/shown-judgment.js";
import { type StatedFigure, statedBeside } from "../../core/stated-figure.js";
import { comparedModels } from "../../pipeline/compare/question-values.js";
import type { BoardInput } from "../../pipeline/scores/build-board.js";
import { readKeepingRun } from "../../pipeline/scores/read-scored-run.js";
import { answerPlace } from "../../store/resume.js";
import { figuresOfRow, type RowFigures } from "./board-figures.js";
import { modelIdsOf, type PublishOptions } from "./public-names.js";

/** One place of a board (question, turn, trial) with what its verdicts come to for one model. */
export interface PublishedItem {
  readonly questionId: string;
  readonly category: string;
  readonly turn: number;
  readonly trial: number;
  /** Mean of the place's values in the board's unit; undefined where no verdict can be used. */
  readonly value: number | undefined;
}

/** A model on a board. */
export interface PublishedModel extends RowFigures {
  readonly model: string;
  readonly row: Board["models"][number];
  readonly items: readonly PublishedItem[];
  /** What the audit flags of the board or this model, in sentences. */
  readonly doubts: readonly string[];
}

/** A board with everything that is published of it. */
export interface PublishedBoard {
  readonly board: Board;
  readonly suite: Suite;
  /** Undefined for a jury's, which has none of its own. */
  readonly protocol: ManifestProtocol | undefined;
  /** Protocols whose verdicts it holds: several of a jury. */
  readonly protocols: readonly ManifestProtocol[];
  readonly models: readonly PublishedModel[];
  /** The judgment of a model's answer at a place; single answers only. */
  readonly judgmentAt: (model: string, item: PublishedItem) => ShownJudgment | undefined;
}

/** A run as other formats publish it. */
export interface PublishedRun {
  readonly manifest: Manifest;
  /** What the publisher calls models of the run elsewhere. */
  readonly names: ReadonlyMap<string, string>;
  readonly boards: readonly PublishedBoard[];
  /** Figures stated elsewhere, of which no records are at hand. */
  readonly stated: readonly StatedFigure[];
  /** What must be said of the run, and what no format can hold. */
  readonly warnings: readonly Warning[];
  readonly answerTo: (suite: string, model: string, item: PublishedItem) => Answer | undefined;
  readonly modelOf: (id: string) => ManifestModel | undefined;
  /** A judge's model; undefined where no model judged. */
  readonly judgeOf: (protocol: ManifestProtocol) => ManifestModel | undefined;
  /** When it ended, ISO 8601: no clock has a say in what is published. */
  readonly at: string;
}

/** The board of one trial alone. */
function ofTrial(input: BoardInput, trial: number): BoardInput {
  const { frame, rows } = input;
  const { meets } = frame;
  return {
    ...input,
    frame: {
      ...frame,
      trials: 1,
      ...(meets === undefined
        ? {}
        : { meets: (pair: readonly [string, string], questionId: string) => meets(pair, questionId, trial) }),
    },
    rows: {
      *[Symbol.iterator]() {
        for (const row of rows) if (row.trial === trial) yield { ...row, trial: 1 };
      },
    },
  };
}

/** Values of every model of a board, place by place. */
function itemsOf(input: BoardInput): Map<string, PublishedItem[]> {
  const items = new Map<string, PublishedItem[]>();
  for (let trial = 1; trial <= input.frame.trials; trial++) {
    for (const { model, slots } of comparedModels(input.frame.trials === 1 ? input : ofTrial(input, trial))) {
      const places = new Map<string, { item: PublishedItem; values: number[] }>();
      for (const { slot, value } of slots) {
        const { questionId, category, turn } = slot;
        const key = compositeKey(questionId, turn);
        const known = places.get(key) ?? { item: { questionId, category, turn, trial, value }, values: [] };
        places.set(key, known);
        if (value !== undefined) known.values.push(value);
      }
      const own = items.get(model) ?? [];
      items.set(model, own);
      for (const { item, values } of places.values()) {
        const sum = values.reduce((total, value) => total + value, 0);
        own.push({ ...item, value: values.length === 0 ? undefined : sum / values.length });
      }
    }
  }
  return items;
}

function judgmentsByPlace(
  judgments: readonly ShownJudgment[],
): (protocol: string) => PublishedBoard["judgmentAt"] {
  const byPlace = new Map<string, ShownJudgment>();
  for (const one of judgments) {
    if (one.b !== undefined || one.ranked !== undefined) continue;
    byPlace.set(compositeKey(one.protocol, one.a, one.questionId, one.turn, one.trial), one);
  }
  return (protocol) =>
    (model, { questionId, turn, trial }) =>
      byPlace.get(compositeKey(protocol, model, questionId, turn, trial));
}

/** What is published of a record: all of its texts, but no prompts. */
const WHOLE_TEXTS = { answer: (answer: Answer) => answer, judgment: shownJudgment };

/**
 * Reads a run as it is published: its boards with their figures, the values of the items behind them, and what is in doubt.
 * Rows of a baseline, which say nothing of their own, and rows taken over from a leaderboard are left out.
 * @throws ConfigError when it is not a run folder, `usage` for names that it does not hold; DataError for damaged files.
 */
export function readPublishedRun(run: string, options: PublishOptions): PublishedRun {
  const { manifest, suites, verdicts, scores, records } = readKeepingRun(run, WHOLE_TEXTS, options.scoring);
  const answers = new Map(
    records.answers.map((one) => [answerPlace(one.suite, one.model, one.questionId, one.trial), one]),
  );
  const protocols = new Map(manifest.protocols.map((one) => [one.id, one]));
  const inputs = new Map(
    verdicts.inputs.map((one) => [compositeKey(one.head.suite, one.head.protocol), one]),
  );
  const judgmentsOf = judgmentsByPlace(records.judgments);
  const boards = scores.boards.flatMap((board): PublishedBoard[] => {
    const suite = suites.find(({ id }) => id === board.suite);
    const input = inputs.get(compositeKey(board.suite, board.protocol));
    if (suite === undefined || input === undefined) return [];
    const items = itemsOf(input);
    const doubtsOf = (model: string) =>
      (scores.flagged ?? [])
        .filter((one) => one.suite === board.suite && (one.protocol ?? board.protocol) === board.protocol)
        .filter((one) => one.model === undefined || one.model === model)
        .map(({ sentence }) => sentence);
    const rows: readonly Board["models"][number][] = board.models;
    const models = rows
      .filter(({ origin, reference }) => origin === undefined && reference === undefined)
      .map((row) => ({
        model: row.model,
        row,
        ...figuresOfRow(board, row.model),
        items: items.get(row.model) ?? [],
        doubts: doubtsOf(row.model),
      }));
    const protocol = protocols.get(board.protocol);
    const members = board.jury?.members.flatMap((member) => protocols.get(member.protocol) ?? []);
    return [
      {
        board,
        suite,
        protocol,
        protocols: members ?? (protocol === undefined ? [] : [protocol]),
        models,
        judgmentAt: judgmentsOf(board.protocol),
      },
    ];
  });
  const recorded = new Set(
    boards.flatMap(({ suite, models }) => models.map(({ model }) => compositeKey(suite.id, model))),
  );
  const figures = scores.figures ?? [];
  const stated = statedBeside(figures, (suite, model) => recorded.has(compositeKey(suite, model)));
  const ids = [...manifest.models.map(({ id }) => id), ...figures.map(({ model }) => model)];
  return {
    manifest,
    names: modelIdsOf([...new Set(ids)], options),
    boards,
    stated,
    warnings: [
      ...scores.warnings,
      ...countedWarning(figures.length - stated.length),
      ...absentWarnings(boards),
    ],
    answerTo: (suite, model, { questionId, trial }) =>
      answers.get(answerPlace(suite, model, questionId, trial)),
    modelOf: (id) => manifest.models.find((one) => one.id === id),
    judgeOf: ({ judgeModel }) => manifest.judgeModels.find((one) => one.id === judgeModel),
    at: manifest.finishedAt ?? manifest.startedAt,
  };
}

function countedWarning(count: number): Warning[] {
  if (count === 0) return [];
  const message = `${countOf(count, "figure")} that a tool states of items whose records are here, or of parts of them, ${nounFor(count, "stays", "stay")} out: the records' own figures are exported`;
  return [{ code: "stated-of-records", count, message }];
}

/** Says that a format has no place for figures without items. @param format its name for people */
export function statedLeftOut({ stated }: PublishedRun, format: string): Warning[] {
  if (stated.length === 0) return [];
  const message = `${countOf(stated.length, "figure")} stated elsewhere ${nounFor(stated.length, "stays", "stay")} out: ${format} holds figures of items alone; --format eee and --format hf export ${nounFor(stated.length, "it", "them")}`;
  return [{ code: "stated-elsewhere", count: stated.length, message }];
}

/** Models of a run in its order, with those of which figures are stated alone behind them. */
export function publishedModels({ boards, stated }: PublishedRun): string[] {
  const measured = boards.flatMap(({ models }) =>
    models.flatMap(({ model, figures }) => (figures.length > 0 ? [model] : [])),
  );
  return [...new Set([...measured, ...stated.map(({ model }) => model)])];
}

function absentWarnings(boards: readonly PublishedBoard[]): Warning[] {
  return boards.flatMap(({ board, models }) =>
    models.flatMap(({ model, absent }) =>
      absent.map(({ title, reason }) => ({
        code: "figure-absent",
        message: `${board.suite}, ${model}: ${title.toLowerCase()} stays out (${reason})`,
      })),
    ),
  );
}

/** What decides a board's figures besides suite and model, by names that outlast assay's own records. */
export function boardParameters(
  { board, protocol, suite }: PublishedBoard,
  { manifest }: PublishedRun,
): Readonly<Record<string, string | number>> {
  const { parser, prompts } = protocol?.identity ?? {};
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  return presentFields({
    judge_protocol: board.protocol,
    judge: board.judge,
    mode: board.mode,
    baseline: board.baseline,
    baseline_answers: board.baselineAnswers,
    order_policy: protocol?.orders,
    parser: text(parser),
    judge_prompts_sha256: text(prompts),
    jury: board.jury?.method,
    trials: manifest.trials,
    seed: manifest.seed,
    suite_sha256: suite.hash,
    asked: board.part && `${board.part.questions} of ${countOf(board.part.of, "question")}`,
    asked_in_sequence: board.sequence?.reason,
    norm: board.metric === "rating" ? board.norm : undefined,
  });
}
