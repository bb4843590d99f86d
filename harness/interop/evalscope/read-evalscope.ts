import { statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { isoTime } from "../../core/clock.js";
import { readJsonLines } from "../../core/jsonl.js";
import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import { hashFile } from "../../data/download-file.js";
import { readDocument } from "../json-document.js";
import { checked, finite, suiteName, textOf, unknownKeys } from "../results/checked.js";
import type { FoundFiles } from "../results/found-files.js";
import type {
  HarnessResults,
  ImportedFile,
  ScoredItem,
  ScoredMetric,
  ScoredSet,
} from "../results/scored-set.js";
import { metricName, metricRange, reportFigures } from "./report-figures.js";
import { type EvalscopeReport, type EvalscopeReview, reportSchema, reviewSchema } from "./shapes.js";

const TOOL = "evalscope";

/** Scores that count, as evalscope counts them; the others stand for a judge that failed, and are missing. */
const USABLE: ReadonlySet<string> = new Set(["success", "fallback"]);

interface ReportFile {
  readonly file: string;
  /** Of the outputs, two folders up. */
  readonly root: string;
  /** As the folder is called. */
  readonly folder: string;
  readonly report: EvalscopeReport;
}

function rootOf(file: string): string {
  return dirname(dirname(dirname(file)));
}

/** The report of the same run and model whose benchmark a file of reviews begins with; the longest name wins. */
function reportFor(file: string, reports: readonly ReportFile[]): ReportFile | undefined {
  const name = basename(file, ".jsonl");
  const isOf = ({ report: { dataset_name: bench } }: ReportFile) =>
    name === bench || name.startsWith(`${bench}_`);
  return reports
    .filter((one) => one.root === rootOf(file) && one.folder === basename(dirname(file)) && isOf(one))
    .sort((one, other) => other.report.dataset_name.length - one.report.dataset_name.length)[0];
}

function messageText(content: unknown): string {
  if (!Array.isArray(content)) return textOf(content ?? "");
  return content
    .flatMap((part: unknown) => {
      const text: unknown = part !== null && typeof part === "object" ? Reflect.get(part, "text") : part;
      return typeof text === "string" ? [text] : [];
    })
    .join("\n");
}

function valuesOf({ score }: EvalscopeReview["sample_score"]): Map<string, number | null> {
  const isUsable = USABLE.has(score.status ?? "success");
  const values = Object.entries(score.value ?? {}).flatMap(([key, given]) => {
    const value = typeof given === "boolean" ? Number(given) : finite(given);
    return value === undefined ? [] : [[key, value] as const];
  });
  return new Map(isUsable ? values : []);
}

/** Rows of repeats have a place of their own, except in older versions, where they stand one after the other. */
function itemOf(review: EvalscopeReview, subset: string, times: Map<string, number>): ScoredItem {
  const { sample_score: scored, messages, target, index } = review;
  const said = (messages ?? []).filter(({ role }) => role === "assistant").at(-1);
  const asked = (messages ?? []).filter(({ role }) => role !== "assistant");
  const { prediction, extracted_prediction: read } = scored.score;
  const questionId = `${subset === "" ? "" : `${subset}/`}${scored.group_id ?? scored.sample_id ?? index}`;
  const count = (times.get(questionId) ?? 0) + 1;
  times.set(questionId, count);
  return {
    questionId,
    category: subset === "" ? undefined : subset,
    turns: [
      asked.length === 1
        ? messageText(asked[0]?.content)
        : asked.map(({ role, content }) => `${role}: ${messageText(content)}`).join("\n\n"),
    ],
    reference: Array.isArray(target) ? target.map(textOf).join("\n") : textOf(target ?? ""),
    trial:
      scored.generation_index === null || scored.generation_index === undefined
        ? count
        : scored.generation_index + 1,
    answer: { text: said === undefined ? textOf(prediction ?? "") : messageText(said.content) },
    values: valuesOf(scored),
    read: read === null || read === undefined ? undefined : textOf(read),
  };
}

/** Means are rounded to four decimals. */
const TOLERANCE = 0.5e-4;

function metricsOf(items: readonly ScoredItem[], report: EvalscopeReport | undefined): ScoredMetric[] {
  const keys = new Set(items.flatMap(({ values }) => [...values.keys()]));
  return [...keys].map((key) => {
    const known = report?.metrics.filter((metric) => {
      const name = metricName(metric);
      return name === key || metric.legacy_name === `mean_${key}` || name === `mean_${key}`;
    });
    const [only, second] = known ?? [];
    const metric = second === undefined ? only : undefined;
    const value = finite(metric?.score);
    return {
      key,
      name: key,
      identity: { tool: TOOL, metric: key },
      ...presentFields({
        scale: metric && metricRange(metric),
        lowerIsBetter: metric?.semantics?.direction === "lower_is_better" ? true : undefined,
        stated: value === undefined ? undefined : { value, tolerance: TOLERANCE },
      }),
    };
  });
}

/** All files of reviews of one benchmark and model, one for each subset. */
interface ReviewGroup {
  readonly bench: string;
  readonly model: string;
  readonly report: ReportFile | undefined;
  readonly files: string[];
}

function groupReviews(files: readonly string[], reports: readonly ReportFile[]): ReviewGroup[] {
  const groups = new Map<string, ReviewGroup>();
  for (const file of files) {
    const report = reportFor(file, reports);
    const bench = report?.report.dataset_name ?? basename(file, ".jsonl");
    const key = JSON.stringify([dirname(file), bench]);
    const group = groups.get(key) ?? {
      bench,
      model: report?.report.model_name ?? basename(dirname(file)),
      report,
      files: [],
    };
    group.files.push(file);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function readReviews({ bench, model, report, files }: ReviewGroup): ScoredSet {
  const items: ScoredItem[] = [];
  const times = new Map<string, number>();
  for (const file of files) {
    const rest = basename(file, ".jsonl").slice(bench.length + 1);
    // One subset is the whole; its name says nothing.
    const subset = files.length === 1 ? "" : rest;
    for (const { line, value } of readJsonLines(file))
      items.push(itemOf(checked(reviewSchema, value, file, "a review of evalscope", line), subset, times));
  }
  const [first = ""] = files;
  return {
    judge: "evalscope",
    suite: suiteName(bench),
    title: report?.report.dataset_pretty_name || bench,
    model,
    metrics: metricsOf(items, report?.report),
    items,
    // Reviews carry no time.
    at: isoTime(Math.round(statSync(first).mtimeMs)),
    file: first,
  };
}

const KNOWN_KEYS: ReadonlySet<string> = new Set([
  ...Object.keys(reportSchema.shape),
  ...["num", "score", "dataset_description", "primary_metric_identity"],
]);

/** Reads reports and reviews of evalscope. @throws DataError naming file, and line or key. */
export async function readEvalscope({ documents, lines }: FoundFiles): Promise<HarnessResults> {
  const reports: ReportFile[] = [];
  const files: ImportedFile[] = [];
  const figures: HarnessResults["figures"][number][] = [];
  for (const file of documents) {
    const { value, sha256 } = readDocument(file);
    const report = checked(reportSchema, value, file, "a report of evalscope");
    reports.push({ file, root: rootOf(file), folder: basename(dirname(file)), report });
    figures.push(...reportFigures(report, { tool: TOOL, file, sha256 }));
    files.push({ file, sha256, tool: TOOL, dropped: unknownKeys(report, KNOWN_KEYS) });
  }
  const groups = groupReviews(lines, reports);
  const warnings = groups.flatMap(({ report, files: own }): Warning[] => {
    if (report !== undefined) return [];
    const message = `${own[0]}: no report of its benchmark lies in reports/ beside reviews/, so its file and folder names are taken for benchmark and model`;
    return [{ code: "no-results-file", message }];
  });
  for (const file of lines)
    files.push({
      file,
      sha256: await hashFile(file),
      tool: TOOL,
      dropped: ["agent_trace", "sample_score.score.explanation", "sample_score.score.metadata"],
    });
  return { sets: groups.map(readReviews), figures, files, warnings };
}
