import { join } from "node:path";
import { stringify } from "yaml";
import { compositeKey } from "../../core/composite-key.js";
import { countOf } from "../../core/count-of.js";
import type { ModelCardBoard, ModelCardText } from "../../core/model-card-text.js";
import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import { type StatedFigure, statedSuite, statedTool } from "../../core/stated-figure.js";
import { namedPart } from "../../core/suite-part.js";
import { fileNameFor, printable } from "../../core/text.js";
import { writeFileAtomically } from "../../store/run-folder.js";
import type { PublishedFigure } from "../published/board-figures.js";
import { namedValues, type PublishOptions, publicModelId } from "../published/public-names.js";
import {
  boardParameters,
  type PublishedBoard,
  type PublishedModel,
  type PublishedRun,
  publishedModels,
  readPublishedRun,
} from "../published/published-run.js";

/** What a model card's YAML and Markdown need besides. */
export interface HubOptions extends PublishOptions {
  /** Writes the Markdown of a card. */
  readonly render: (card: ModelCardText) => string;
}

interface Entry {
  readonly board: PublishedBoard;
  readonly model: PublishedModel;
}

const DATASET = /^[\w.-]+\/[\w.-]+:[\w.-]+$/;

function datasetsOf(run: PublishedRun, { datasets }: PublishOptions): ReadonlyMap<string, string> {
  const known = run.manifest.suites.map(({ id }) => id);
  const example = "--dataset my-gpqa=Idavidrein/gpqa:gpqa_diamond";
  return namedValues("dataset", datasets, { known, valid: DATASET, example });
}

/** Texts on one line without control characters: a card is edited by hand and shown in terminals. */
function plain(value: unknown): unknown {
  if (typeof value === "string") return printable(value, { oneLine: true });
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}

function yamlOf(value: unknown): string {
  return stringify(plain(value), { lineWidth: 0 });
}

function titleOf({ title, part }: PublishedFigure): string {
  return part === "overall" ? title : `${title}, ${part.replace(/^turn_(\d+)$/, "turn $1")}`;
}

/** What a reader must not miss of a board: the notice, the audit's flags, what is missing, an early end. */
function doubtsOf({ board }: PublishedBoard, { row, doubts, absent }: PublishedModel): string[] {
  const lost = (row.unreadable ?? row.invalid) + row.missing;
  return [
    ...(board.notice === undefined ? [] : [board.notice]),
    ...doubts.map((doubt) => `Flagged by the audit: ${doubt}`),
    ...(lost === 0 ? [] : [`${countOf(lost, "verdict")} missing or unreadable.`]),
    ...(board.sequence === undefined ? [] : [board.sequence.reason]),
    ...absent.map(({ title, reason }) => `${title} cannot be given: ${reason}.`),
  ];
}

/** The settings that tell a board from others of the same suite. The hub merges results that differ in arguments alone. */
function settingsOf({ board }: PublishedBoard, { manifest }: PublishedRun): string {
  return [
    board.protocol,
    ...(board.part === undefined ? [] : [`${board.part.questions} of ${countOf(board.part.of, "question")}`]),
    ...(manifest.trials === 1 ? [] : [countOf(manifest.trials, "trial")]),
    ...(board.metric === "rating" && board.norm !== undefined ? [board.norm] : []),
  ].join(", ");
}

function metricOf(figure: PublishedFigure): object {
  const { metric, part, value, standardError, interval, n } = figure;
  return {
    type: metric,
    value,
    name: titleOf(figure),
    ...(part === "overall" ? {} : { config: part }),
    args: presentFields({
      standard_error: standardError,
      interval_low: interval?.low,
      interval_high: interval?.high,
      interval_level: interval?.level,
      interval_method: interval?.method,
      verdicts: n,
      no_interval_because: interval === undefined ? figure.reason : undefined,
    }),
  };
}

function indexEntry({ board, model }: Entry, run: PublishedRun, options: PublishOptions): object {
  const { source } = options;
  return {
    task: { type: "text-generation", name: "Text generation" },
    dataset: {
      type: board.suite.id,
      name: board.suite.title,
      config: settingsOf(board, run),
      args: boardParameters(board, run),
    },
    metrics: model.figures.map(metricOf),
    ...(source === undefined ? {} : { source: { name: "assay", url: source } }),
  };
}

/** Figures that one source states of one suite: no setting of theirs is known but the source. */
function statedEntry(figures: readonly StatedFigure[]): object {
  const [first] = figures;
  if (first === undefined) throw new Error("a source states a figure");
  const { source } = first;
  const address = /^https?:/.test(source.file) ? source.file : undefined;
  return {
    task: { type: "text-generation", name: "Text generation" },
    dataset: {
      type: first.suite,
      name: statedSuite(first),
      config: `stated by ${statedTool(first)}`,
      args: { source_sha256: source.sha256 },
    },
    metrics: figures.map(({ metric, value, unit, standardError, interval, n, partial }) => ({
      type: metric,
      value,
      name: metric,
      args: presentFields({
        unit,
        standard_error: standardError,
        interval_low: interval?.low,
        interval_high: interval?.high,
        interval_level: interval?.level,
        interval_method: interval?.method,
        items: n,
        partial,
      }),
    })),
    ...(address === undefined ? {} : { source: { name: statedTool(first), url: address } }),
  };
}

function statedEntries(figures: readonly StatedFigure[]): object[] {
  const places = new Map<string, StatedFigure[]>();
  for (const figure of figures) {
    const place = compositeKey(statedSuite(figure), statedTool(figure), figure.source.sha256);
    places.set(place, [...(places.get(place) ?? []), figure]);
  }
  return [...places.values()].map(statedEntry);
}

function notesOf(entry: Entry, headline: PublishedFigure, run: PublishedRun): string {
  const { board, model } = entry;
  const { interval, reason } = headline;
  const sure =
    interval === undefined
      ? `no interval${reason === undefined ? "" : ` (${reason})`}`
      : `${interval.level}% interval ${interval.low} to ${interval.high} (${interval.method})`;
  const judge =
    board.board.metric === "rating" && board.board.figure === "accuracy"
      ? []
      : [`judge ${board.board.judge}`];
  const against = board.board.baseline === undefined ? [] : [`against ${board.board.baseline}`];
  const facts = [titleOf(headline), sure, ...judge, ...against, settingsOf(board, run)];
  return [...facts, ...doubtsOf(board, model)].join("; ");
}

/** An entry of `.eval_results`; undefined without a headline. */
function evalResult(
  entry: Entry,
  dataset: string,
  run: PublishedRun,
  options: PublishOptions,
): object | undefined {
  const headline = entry.model.figures.find(({ isHeadline }) => isHeadline);
  if (headline === undefined) return undefined;
  const [id, task_id] = dataset.split(":");
  const { source } = options;
  return {
    dataset: { id, task_id },
    value: headline.value,
    date: run.at,
    ...(source === undefined ? {} : { source: { url: source, name: "assay" } }),
    notes: notesOf(entry, headline, run),
  };
}

function cardBoard({ board, model }: Entry, run: PublishedRun): ModelCardBoard {
  const { board: shown, suite, protocols } = board;
  const isJudged = protocols.some((protocol) => run.judgeOf(protocol) !== undefined);
  const figures = model.figures.map((figure) => ({
    title: titleOf(figure),
    value: figure.value,
    unit: figure.unit,
    ...presentFields({ scale: figure.scale, interval: figure.interval, isHeadline: figure.isHeadline }),
  }));
  return {
    title: namedPart(suite.title, shown.part),
    protocol: shown.protocol,
    questions: model.row.questions,
    figures,
    doubts: doubtsOf(board, model),
    ...presentFields({
      judge: isJudged || shown.metric !== "rating" || shown.figure !== "accuracy" ? shown.judge : undefined,
      baseline: shown.baseline,
      judgeQuality: shown.judgeQuality?.sentence,
    }),
  };
}

/** A benchmark's leaderboard takes whole benchmarks: results of a part of one stay out of it. */
function isWhole({ board }: Entry): boolean {
  return board.board.part === undefined && board.board.sequence === undefined;
}

function partWarning({ board, model }: Entry): Warning {
  const message = `${board.suite.id}, ${model.model}: a part of the questions is no result of the benchmark, so it stands in the model-index and not in .eval_results`;
  return { code: "part-of-benchmark", message };
}

/**
 * Writes what a model's page on the Hugging Face hub takes, a folder for each model below `out`: `.eval_results/….yaml`
 * for suites whose data set and task are named, and `model-card.md`, with the others and the figures stated elsewhere as `model-index` in its front
 * matter and all figures with their intervals as Markdown.
 * @returns Files written and what they leave out.
 * @throws ConfigError `usage` for names that the run does not hold; DataError for damaged files.
 */
export async function exportHub(
  run: string,
  out: string,
  options: HubOptions,
): Promise<{ files: string[]; warnings: readonly Warning[] }> {
  const published = readPublishedRun(run, options);
  const { manifest } = published;
  const datasets = datasetsOf(published, options);
  const entries = published.boards.flatMap((board) =>
    board.models.filter(({ figures }) => figures.length > 0).map((model): Entry => ({ board, model })),
  );
  const warnings = [...published.warnings];
  const files: string[] = [];
  const write = async (path: readonly string[], text: string) => {
    const file = join(out, ...path);
    await writeFileAtomically(file, text);
    files.push(file);
  };
  for (const id of publishedModels(published)) {
    const stated = published.stated.filter(({ model }) => model === id);
    const own = entries.filter(({ model }) => model.model === id);
    const named =
      published.names.get(id) ?? publicModelId(id, published.modelOf(id)).id.replace(/^unknown\//, "");
    const folder = fileNameFor(id);
    const listed: Entry[] = [];
    for (const entry of own) {
      const dataset = datasets.get(entry.board.suite.id);
      const result = dataset && isWhole(entry) ? evalResult(entry, dataset, published, options) : undefined;
      if (dataset !== undefined && !isWhole(entry)) warnings.push(partWarning(entry));
      if (result === undefined) listed.push(entry);
      else {
        const name = `${fileNameFor(`${entry.board.suite.id}-${entry.board.board.protocol}`)}.yaml`;
        await write([folder, ".eval_results", name], yamlOf([result]));
      }
    }
    const index = [
      {
        name: named.split("/").at(-1),
        results: [...listed.map((entry) => indexEntry(entry, published, options)), ...statedEntries(stated)],
      },
    ];
    const text = options.render({
      model: named,
      tool: `assay ${manifest.tool.version}`,
      at: published.at,
      boards: own.map((entry) => cardBoard(entry, published)),
      stated,
      doubts: [
        ...(manifest.status === "complete" ? [] : [`The run is ${manifest.status}.`]),
        ...(manifest.warnings ?? []).map(({ message }) => message),
      ],
    });
    const front =
      listed.length === 0 && stated.length === 0 ? "" : `---\n${yamlOf({ "model-index": index })}---\n\n`;
    await write([folder, "model-card.md"], front + text);
  }
  return { files, warnings };
}
