import { join } from "node:path";
import { compositeKey } from "../../core/composite-key.js";
import { countOf } from "../../core/count-of.js";
import { canonicalJson, sha256 } from "../../core/hash.js";
import { ACCURACY_NORMS } from "../../core/likelihood.js";
import type { Question, Warning } from "../../core/records.js";
import { fileNameFor, wellFormed } from "../../core/text.js";
import { prettyJson, writeFileAtomically } from "../../store/run-folder.js";
import type { PublishedFigure } from "../published/board-figures.js";
import { rightAnswers } from "../published/conversation.js";
import type { PublishOptions } from "../published/public-names.js";
import {
  boardParameters,
  type PublishedBoard,
  type PublishedItem,
  type PublishedModel,
  type PublishedRun,
  readPublishedRun,
  statedLeftOut,
} from "../published/published-run.js";

/** One task of a results file: a board of a suite with right answers. */
interface Task {
  readonly board: PublishedBoard;
  readonly model: PublishedModel;
  /** As the tool names it. */
  readonly metric: string;
  /** `none`, or the protocol where several read the same answers. */
  readonly filter: string;
  readonly rows: readonly object[];
}

function isAccuracy({ board }: PublishedBoard): boolean {
  return board.metric === "rating" && board.figure === "accuracy";
}

function metricOf({ board, suite }: PublishedBoard): string {
  if (board.metric === "rating" && board.norm !== undefined) return board.norm;
  return suite.questions.some(({ key }) => key?.kind === "choice") ? "acc" : "exact_match";
}

function readFrom(board: PublishedBoard, model: string, item: PublishedItem): string {
  const judgment = board.judgmentAt(model, item);
  const verdict = judgment?.status === "judged" ? judgment.verdict : undefined;
  const compared = verdict?.kind === "rating" ? verdict.compared : undefined;
  return compared === undefined || compared.outcome === "unreadable" ? "" : compared.read;
}

function rowOf(
  question: Question,
  index: number,
  items: readonly PublishedItem[],
  task: Omit<Task, "rows">,
  run: PublishedRun,
): object[] {
  const { board, model, metric, filter } = task;
  const values = items.flatMap(({ value }) => (value === undefined ? [] : [value]));
  if (values.length === 0) return [];
  const turn = question.turns.length;
  const prompt = question.turns.at(-1) ?? "";
  const target = rightAnswers(question, turn).join(" | ");
  const doc = { id: question.id, category: question.category, turns: question.turns };
  const said = items.map((item) => run.answerTo(board.suite.id, model.model, item)?.turns.at(-1)?.text ?? "");
  return [
    {
      doc_id: index,
      doc,
      target,
      arguments: { gen_args_0: { arg_0: prompt, arg_1: {} } },
      resps: [said],
      filtered_resps: items.map((item) => readFrom(board, model.model, item)),
      filter,
      metrics: [metric],
      doc_hash: sha256(canonicalJson(doc)),
      prompt_hash: sha256(prompt),
      target_hash: sha256(target),
      // The mean over trials, in which one document stays one.
      [metric]: values.reduce((sum, value) => sum + value, 0) / values.length / 100,
    },
  ];
}

function taskOf(board: PublishedBoard, model: PublishedModel, filter: string, run: PublishedRun): Task {
  const task = { board, model, metric: metricOf(board), filter };
  const items = new Map<string, PublishedItem[]>();
  for (const item of model.items) items.set(item.questionId, [...(items.get(item.questionId) ?? []), item]);
  const rows = board.suite.questions.flatMap((question, index) =>
    rowOf(question, index, items.get(question.id) ?? [], task, run),
  );
  return { ...task, rows };
}

/** A figure and its standard error as shares; there is no place for an interval. */
function statedOf({ value, standardError }: PublishedFigure, metric: string, filter: string): object {
  return {
    [`${metric},${filter}`]: value / 100,
    [`${metric}_stderr,${filter}`]: standardError === undefined ? "N/A" : standardError / 100,
  };
}

const NORMS: readonly string[] = ACCURACY_NORMS;

function resultsOf({ board, model, metric, filter }: Task): object {
  const whole = model.figures.filter(({ part }) => part === "overall");
  const own = whole.flatMap((figure) => {
    if (figure.isOfItems) return [statedOf(figure, metric, filter)];
    return NORMS.includes(figure.metric) ? [statedOf(figure, figure.metric, filter)] : [];
  });
  return Object.assign({ alias: board.suite.id }, ...own);
}

/** Of several boards of one suite every one adds its own filter. */
function byTask<Value>(tasks: readonly Task[], of: (task: Task) => Value): Record<string, Value> {
  const found: Record<string, Value> = {};
  for (const task of tasks) {
    const name = task.board.suite.id;
    found[name] = { ...found[name], ...of(task) } as Value;
  }
  return found;
}

function settingsOf({ board, model, filter }: Task, run: PublishedRun): object {
  const figure = model.figures.find(({ isOfItems, part }) => isOfItems && part === "overall");
  return {
    [filter]: {
      ...boardParameters(board, run),
      ...(figure?.interval === undefined ? {} : { interval: figure.interval }),
      ...(model.doubts.length === 0 ? {} : { flagged_by_audit: model.doubts }),
    },
  };
}

function documentOf(tasks: readonly Task[], run: PublishedRun, model: string): object {
  const { manifest, at } = run;
  const counts = (task: Task) => ({
    original: task.board.suite.whole?.questions ?? task.board.suite.questions.length,
    effective: task.rows.length,
  });
  return {
    results: byTask(tasks, resultsOf),
    group_subtasks: {},
    configs: byTask(tasks, (task) => ({ task: task.board.suite.id })),
    versions: Object.fromEntries(tasks.map(({ board }) => [board.suite.id, 0])),
    "n-shot": {},
    higher_is_better: byTask(tasks, ({ metric }) => ({ [metric]: true })),
    "n-samples": byTask(tasks, counts),
    config: {
      model: "assay",
      model_args: { assay_version: manifest.tool.version },
      limit: null,
      random_seed: manifest.seed,
      boards: byTask(tasks, (task) => settingsOf(task, run)),
    },
    git_hash: null,
    date: Math.floor(Date.parse(at) / 1000),
    model_source: "assay",
    model_name: model,
    model_name_sanitized: fileNameFor(model),
    total_evaluation_time_seconds: String(manifest.durationMs / 1000),
  };
}

function warningsOf(run: PublishedRun, tasks: readonly Task[]): Warning[] {
  const others = run.boards.filter((board) => !isAccuracy(board));
  return [
    ...statedLeftOut(run, "the layout of lm-evaluation-harness as assay writes it"),
    ...others.map(({ board }) => ({
      code: "not-exported",
      message: `${board.suite}, ${board.protocol}: lm-evaluation-harness's files hold suites with right answers; use eee or inspect for this board`,
    })),
    ...tasks.flatMap(({ board, model, rows }) => {
      const count = board.suite.questions.length - rows.length;
      const message = `${board.suite.id}, ${model.model}: ${countOf(count, "question")} without a usable verdict stay out`;
      return count === 0 ? [] : [{ code: "lost-verdicts", count, message }];
    }),
  ];
}

/**
 * Writes a run's suites with right answers as lm-evaluation-harness does: `MODEL/results_TIME.json` and
 * `MODEL/samples_SUITE_TIME.jsonl`, accuracies as shares with standard errors clustered by question.
 * @returns Files written and what they leave out.
 * @throws ConfigError `usage` for names that the run does not hold; DataError for damaged files.
 */
export async function exportLmEval(
  run: string,
  out: string,
  options: PublishOptions = {},
): Promise<{ files: string[]; warnings: readonly Warning[] }> {
  const published = readPublishedRun(run, options);
  const seen = new Set<string>();
  const tasks = published.boards.filter(isAccuracy).flatMap((board) =>
    board.models.flatMap((model) => {
      if (model.figures.length === 0) return [];
      const place = compositeKey(board.suite.id, model.model);
      const task = taskOf(board, model, seen.has(place) ? board.board.protocol : "none", published);
      seen.add(place);
      return [task];
    }),
  );
  const time = published.at.replace(/:/g, "-").replace(/Z$/, "");
  const files: string[] = [];
  for (const id of new Set(tasks.map(({ model }) => model.model))) {
    const own = tasks.filter(({ model }) => model.model === id);
    const shown = published.names.get(id) ?? id;
    const folder = join(out, fileNameFor(shown));
    const write = async (name: string, text: string) => {
      await writeFileAtomically(join(folder, name), text);
      files.push(join(folder, name));
    };
    await write(`results_${time}.json`, prettyJson(wellFormed(documentOf(own, published, shown))));
    for (const suite of new Set(own.map(({ board }) => board.suite.id))) {
      const rows = own.filter(({ board }) => board.suite.id === suite).flatMap((task) => task.rows);
      const text = rows.map((row) => `${JSON.stringify(wellFormed(row))}\n`).join("");
      await write(`samples_${fileNameFor(suite)}_${time}.jsonl`, text);
    }
  }
  return { files, warnings: [...published.warnings, ...warningsOf(published, tasks)] };
}
