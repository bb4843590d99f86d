import { join } from "node:path";
import { compositeKey } from "../../core/composite-key.js";
import { countOf } from "../../core/count-of.js";
import { contentId } from "../../core/hash.js";
import type { Manifest } from "../../core/manifest.js";
import type { Question, Suite, Warning } from "../../core/records.js";
import { fileNameFor, wellFormed } from "../../core/text.js";
import { writeFileAtomically } from "../../store/run-folder.js";
import { conversation, rightAnswers } from "../published/conversation.js";
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
import { ZipFile } from "../zip/zip-file.js";

/** A board with the model that a log is of. */
interface Scorer {
  readonly board: PublishedBoard;
  readonly model: PublishedModel;
}

/** Percentages are shares in Inspect; ratings stay points of their scale. */
function inUnit({ board }: PublishedBoard, value: number): number {
  const isPercent = board.metric !== "rating" || board.figure === "accuracy" || board.scale?.high === 100;
  return isPercent ? value / 100 : value;
}

interface Place {
  readonly questionId: string;
  readonly trial: number;
}

/** Every question and trial with what each scorer has of it, turn by turn. */
function placesOf(scorers: readonly Scorer[]): { place: Place; items: Map<Scorer, PublishedItem[]> }[] {
  const places = new Map<string, { place: Place; items: Map<Scorer, PublishedItem[]> }>();
  for (const scorer of scorers) {
    for (const item of scorer.model.items) {
      const { questionId, trial } = item;
      const key = compositeKey(questionId, trial);
      const found = places.get(key) ?? { place: { questionId, trial }, items: new Map() };
      places.set(key, found);
      found.items.set(scorer, [...(found.items.get(scorer) ?? []), item]);
    }
  }
  return [...places.values()];
}

function meanOf(items: readonly PublishedItem[]): number | undefined {
  const values = items.flatMap(({ value }) => (value === undefined ? [] : [value]));
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What the judge wrote on the turns of an answer. */
function explanationOf({ board, model }: Scorer, items: readonly PublishedItem[]): string {
  return items
    .flatMap((item) => {
      const judgment = board.judgmentAt(model.model, item);
      const text = judgment?.status === "judged" ? judgment.replies.at(-1)?.text : undefined;
      return text === undefined ? [] : [items.length === 1 ? text : `Turn ${item.turn}: ${text}`];
    })
    .join("\n\n");
}

function readFrom({ board, model }: Scorer, item: PublishedItem | undefined): string | undefined {
  const judgment = item && board.judgmentAt(model.model, item);
  const verdict = judgment?.status === "judged" ? judgment.verdict : undefined;
  const compared = verdict?.kind === "rating" ? verdict.compared : undefined;
  return compared === undefined || compared.outcome === "unreadable" ? undefined : compared.read;
}

function scoreOf(scorer: Scorer, items: readonly PublishedItem[]): object | undefined {
  const mean = meanOf(items);
  if (mean === undefined) return undefined;
  const explanation = explanationOf(scorer, items);
  const answer = readFrom(scorer, items.at(-1));
  const turns = items.map(({ turn, value }) => [
    `turn_${turn}`,
    value === undefined ? null : inUnit(scorer.board, value),
  ]);
  return {
    value: inUnit(scorer.board, mean),
    ...(answer === undefined ? {} : { answer }),
    ...(explanation === "" ? {} : { explanation }),
    ...(turns.length > 1 ? { metadata: Object.fromEntries(turns) } : {}),
  };
}

/** Inspect's sample of a question in one trial. */
function sampleOf(
  question: Question,
  trial: number,
  items: ReadonlyMap<Scorer, readonly PublishedItem[]>,
  run: PublishedRun,
  names: { readonly suite: string; readonly model: string; readonly shown: string },
) {
  const turn = question.turns.length;
  const place = { questionId: question.id, trial, category: question.category, turn, value: undefined };
  const answer = run.answerTo(names.suite, names.model, place);
  const input = conversation({ ...question, turns: question.turns.slice(0, 1) }, undefined, 1);
  const scores = [...items].flatMap(([scorer, own]) => {
    const score = scoreOf(scorer, own);
    return score === undefined ? [] : [[scorer.board.board.protocol, score]];
  });
  const said = answer?.turns.at(-1)?.text ?? "";
  const error = answer?.status === "failed" ? answer.error.message : undefined;
  return {
    id: question.id,
    epoch: trial,
    input: input.length === 1 ? (input[0]?.content ?? "") : input,
    ...(question.key?.kind === "choice" ? { choices: question.key.choices } : {}),
    target: rightAnswers(question, turn),
    messages: conversation(question, answer, turn),
    output: {
      model: names.shown,
      choices: [{ message: { role: "assistant", content: said }, stop_reason: "stop" }],
    },
    scores: Object.fromEntries(scores),
    metadata: { category: question.category },
    ...(error === undefined ? {} : { error: { message: error, traceback: "", traceback_ansi: "" } }),
  };
}

type Sample = ReturnType<typeof sampleOf>;

/** How a run's end is called there; what failed of a finished one stands in its samples. */
const STATUS: Readonly<Record<Manifest["status"], string>> = {
  complete: "success",
  incomplete: "success",
  interrupted: "cancelled",
  running: "started",
};

function scoreSummary({ board, model }: Scorer, run: PublishedRun): object[] {
  const figure = model.figures.find(({ isOfItems, part }) => isOfItems && part === "overall");
  if (figure === undefined) return [];
  const { value, standardError, interval, reason } = figure;
  const metric = (name: string, given: number) => ({ name, value: inUnit(board, given) });
  return [
    {
      name: board.board.protocol,
      scorer: board.board.protocol,
      metrics: {
        mean: metric("mean", value),
        ...(standardError === undefined ? {} : { stderr: metric("stderr", standardError) }),
      },
      metadata: {
        ...boardParameters(board, run),
        title: figure.title,
        ...(interval === undefined
          ? { no_interval_because: reason ?? "unknown" }
          : {
              interval: {
                ...{ low: inUnit(board, interval.low), high: inUnit(board, interval.high) },
                ...{ level: interval.level, method: interval.method },
              },
            }),
        ...(model.doubts.length === 0 ? {} : { flagged_by_audit: model.doubts }),
      },
    },
  ];
}

function headerOf(
  suite: Suite,
  scorers: readonly Scorer[],
  samples: readonly Sample[],
  run: PublishedRun,
  model: string,
): object {
  const { manifest, at } = run;
  const id = contentId({ started: manifest.startedAt, suite: suite.hash, model });
  const completed = samples.filter(({ error }) => error === undefined).length;
  return {
    version: 2,
    status: STATUS[manifest.status],
    eval: {
      ...{ eval_id: id, run_id: id, task_id: id, created: at, task: suite.id, task_version: 0 },
      dataset: { name: suite.title, samples: suite.questions.length },
      model,
      config: { epochs: manifest.trials },
      packages: { assay: manifest.tool.version },
      metadata: {
        suite_sha256: suite.hash,
        recorded_samples: manifest.recordedSamples,
        warnings: run.warnings.map(({ message }) => message),
      },
    },
    plan: { name: "plan", steps: [], config: {} },
    results: {
      total_samples: samples.length,
      completed_samples: completed,
      scores: scorers.flatMap((scorer) => scoreSummary(scorer, run)),
    },
    stats: { started_at: manifest.startedAt, completed_at: at, model_usage: {} },
  };
}

/** What a log cannot hold: figures besides the mean, places without a verdict, and means that lost turns move. */
function warningsOf({ board, model }: Scorer, samples: readonly Sample[]): Warning[] {
  const where = `${board.suite.id}, ${model.model}, ${board.board.protocol}`;
  const lost = model.items.filter(({ value }) => value === undefined).length;
  const others = new Set(
    model.figures.flatMap(({ isOfItems, part, title }) => (isOfItems || part !== "overall" ? [] : [title])),
  );
  const figure = model.figures.find(({ isOfItems, part }) => isOfItems && part === "overall");
  const values = samples.flatMap(({ scores }) => {
    const score: { readonly value?: number } | undefined = scores[board.board.protocol];
    return score?.value ?? [];
  });
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const isOther = figure !== undefined && Math.abs(mean - inUnit(board, figure.value)) > 1e-9;
  return [
    ...(lost === 0
      ? []
      : [
          {
            code: "lost-verdicts",
            count: lost,
            message: `${where}: ${countOf(lost, "place")} without a usable verdict have no score`,
          },
        ]),
    ...(others.size === 0
      ? []
      : [
          {
            code: "not-exported",
            message: `${where}: the log has no place for ${[...others].join(", ").toLowerCase()}`,
          },
        ]),
    ...(isOther
      ? [
          {
            code: "mean-of-samples",
            message: `${where}: the header states the board's figure, from which the mean of the samples differs, since turns are missing or weighted`,
          },
        ]
      : []),
  ];
}

/**
 * Writes a run as logs of Inspect, `SUITE_MODEL.eval` for each suite and model: a sample for each question and trial, a
 * scorer for each protocol, and the boards' figures with their standard errors (intervals as metadata) in the header.
 * @returns Files written and what they leave out.
 * @throws ConfigError `usage` for names that the run does not hold; DataError for damaged files.
 */
export async function exportInspect(
  run: string,
  out: string,
  options: PublishOptions = {},
): Promise<{ files: string[]; warnings: readonly Warning[] }> {
  const published = readPublishedRun(run, options);
  const warnings = [...published.warnings, ...statedLeftOut(published, "a log of Inspect")];
  const files: string[] = [];
  const logs = new Map<string, Scorer[]>();
  for (const board of published.boards)
    for (const model of board.models) {
      const key = compositeKey(board.suite.id, model.model);
      logs.set(key, [...(logs.get(key) ?? []), { board, model }]);
    }
  for (const scorers of logs.values()) {
    const [first] = scorers;
    if (first === undefined) continue;
    const { suite } = first.board;
    const { model } = first.model;
    const shown = published.names.get(model) ?? model;
    const questions = new Map(suite.questions.map((question) => [question.id, question]));
    const samples = placesOf(scorers).flatMap(({ place, items }) => {
      const question = questions.get(place.questionId);
      if (question === undefined) return [];
      return sampleOf(question, place.trial, items, published, { suite: suite.id, model, shown });
    });
    const zip = new ZipFile();
    for (const sample of samples)
      zip.add(
        `samples/${fileNameFor(sample.id)}_epoch_${sample.epoch}.json`,
        JSON.stringify(wellFormed(sample)),
      );
    const summaries = samples.map(({ id, epoch, input, target, scores, metadata }) => ({
      ...{ id, epoch, input, target, scores, metadata, completed: true },
    }));
    zip.add("summaries.json", JSON.stringify(wellFormed(summaries)));
    zip.add("header.json", JSON.stringify(wellFormed(headerOf(suite, scorers, samples, published, shown))));
    const file = join(out, `${fileNameFor(suite.id)}_${fileNameFor(model)}.eval`);
    await writeFileAtomically(file, zip.bytes());
    files.push(file);
    for (const scorer of scorers) warnings.push(...warningsOf(scorer, samples));
  }
  return { files, warnings };
}
