import { namedPart } from "../../harness/core/suite-part.js";
import { boardViews } from "./boards.js";
import { comparisonView } from "./comparisons.js";
import { countViews } from "./counts.js";
import { flagComparison, flagVerdicts } from "./flags.js";
import { healthItems } from "./health.js";
import { readingOf } from "./reading.js";
import type { ReportInput, ReportView } from "./records.js";
import { sequenceTrends } from "./sequence.js";
import { statedViews } from "./stated.js";
import { trendViews } from "./trends.js";
import { trustView } from "./trust.js";
import { verdictViews } from "./verdicts.js";

export type * from "./records.js";

const RECORDED_NOTICE =
  "The answers or verdicts in this report are recorded samples that ship with assay. They show how it works; they say nothing about any real model.";

const RECORDED_TREND =
  "Earlier runs in the trend hold recorded samples that ship with assay; the run that is shown does not.";

function noticesOf(input: ReportInput): readonly string[] {
  const told = [...input.suites, ...input.scores.boards].flatMap((owner) => owner.notice ?? []);
  if (told.length > 0) return [...new Set(told)];
  if (input.manifests.at(-1)?.recordedSamples === true) return [RECORDED_NOTICE];
  return input.manifests.some((manifest) => manifest.recordedSamples) ? [RECORDED_TREND] : [];
}

function titleOf(input: ReportInput): string {
  if (input.title !== undefined && input.title.trim() !== "") return input.title;
  const names = input.scores.boards.map(({ suite: id, part }) =>
    namedPart(input.suites.find((suite) => suite.id === id)?.title ?? id, part),
  );
  const titles = [...new Set(names)];
  return titles.length === 0 ? "Evaluation report" : `${titles.join(" and ")} report`;
}

/**
 * What every format of a report shows. Figures are those of the scores and comparisons, formatted; nothing is
 * recomputed. Each figure carries the JSON Pointer of where it came from.
 */
export function reportView(input: ReportInput): ReportView {
  const boards = boardViews(input.scores, "/scores", input.suites);
  const { flagged = [] } = input.scores;
  const comparisons = input.comparisons.map((comparison, index) =>
    flagComparison(comparisonView(comparison, index, `/comparisons/${index}`), flagged),
  );
  return {
    title: titleOf(input),
    version: input.version,
    generatedAt: input.generatedAt,
    redacted: input.redact === true,
    notices: noticesOf(input),
    verdicts: flagVerdicts(
      verdictViews(
        boards,
        comparisons,
        input.manifests.at(-1)?.failures,
        input.redact === true,
        input.scores.figures?.length,
      ),
      boards,
      flagged,
    ),
    counts: countViews(input.scores, input.manifests),
    boards,
    comparisons,
    health: healthItems(input.scores, input.manifests, input.redact === true, input.judgeNotices),
    trends: [...trendViews(input, boards), ...sequenceTrends(input.scores)],
    stated: statedViews(input.scores, "/scores"),
    trust: trustView(input),
    reading: readingOf(input),
    scores: input.scores,
  };
}

const views = new WeakMap<ReportInput, ReportView>();

/** The view of an input, made once however many formats ask for it. */
export function viewOf(input: ReportInput): ReportView {
  const view = views.get(input) ?? reportView(input);
  views.set(input, view);
  return view;
}
