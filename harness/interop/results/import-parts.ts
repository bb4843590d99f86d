import { compositeKey } from "../../core/composite-key.js";
import { countOf } from "../../core/count-of.js";
import { ConfigError } from "../../core/errors.js";
import { canonicalJson, contentId, sha256 } from "../../core/hash.js";
import type { ManifestProtocol } from "../../core/manifest.js";
import { presentFields } from "../../core/present-fields.js";
import { protocolId } from "../../core/protocol-id.js";
import type { Answer, Judgment, Question, Suite, Verdict, Warning } from "../../core/records.js";
import { excerpt } from "../../core/text.js";
import type { ImportedSuite } from "../../store/imported-run.js";
import { type MetricScale, metricScale } from "./metric-scale.js";
import type { ScoredItem, ScoredMetric, ScoredSet } from "./scored-set.js";

/** A metric of a suite with the sets that have it. */
interface SuiteMetric {
  readonly id: string;
  readonly sets: { readonly set: ScoredSet; readonly metric: ScoredMetric }[];
}

const MOST_READ = 200;

function trialsOf({ items }: ScoredSet): number {
  return items.reduce((most, { trial }) => Math.max(most, trial), 1);
}

/** One run has one number of trials: with several, the trials that some suites never had would count as missing. */
function refuseOtherTrials(sets: readonly ScoredSet[]): void {
  const byTrials = new Map(sets.map((set) => [trialsOf(set), set]));
  if (byTrials.size < 2) return;
  const found = [...byTrials].map(([trials, { file }]) => `${countOf(trials, "trial")} in ${file}`);
  throw new ConfigError(`the paths hold different numbers of trials: ${found.join(", ")}`, {
    code: "different-trials",
    remedy: "Import them one after the other, each into a run folder of its own.",
  });
}

/** Of several measurements of one model in one suite the latest counts, as it would if it had been measured again. */
function latestSets(sets: readonly ScoredSet[], warnings: Warning[]): ScoredSet[] {
  const byPlace = new Map<string, ScoredSet>();
  for (const set of [...sets].sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))) {
    const place = compositeKey(set.suite, set.model);
    const earlier = byPlace.get(place);
    byPlace.set(place, set);
    if (earlier === undefined) continue;
    const message = `${set.model} was measured on ${set.suite} more than once; ${set.file} is the later one and counts, ${earlier.file} is left out`;
    warnings.push({ code: "measured-twice", message });
  }
  return [...byPlace.values()];
}

function questionOf({ questionId, category, turns, reference, metadata }: ScoredItem): Question {
  const text = turns.length === 0 ? [""] : turns;
  return {
    id: questionId,
    category: category ?? "general",
    turns: text,
    ...presentFields({
      reference: reference === undefined ? undefined : [...text.slice(1).map(() => ""), reference],
      metadata,
    }),
  };
}

function suiteOf(id: string, sets: readonly ScoredSet[], format: string): Suite {
  const byId = new Map<string, Question>();
  for (const { items } of sets)
    for (const item of items) if (!byId.has(item.questionId)) byId.set(item.questionId, questionOf(item));
  // Sorted, so that two imports of the same questions in another order are the same suite.
  const questions = [...byId.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  const whole = sets.reduce((most, set) => Math.max(most, set.whole ?? 0), 0);
  const categories = [...new Set(questions.map(({ category }) => category))];
  const [first] = sets;
  return {
    id,
    title: first?.title ?? id,
    questions,
    categories,
    // Of what the whole suite is: a part of it, and another import of it, pair by the questions' ids.
    hash: sha256(canonicalJson({ imported: format, suite: id })),
    sampling: { maxTokens: 2048, temperature: 0 },
    defaultJudge: "assay",
    defaultMode: "single",
    assets: [],
    ...(whole > questions.length ? { whole: { questions: whole, categories: categories.length } } : {}),
  };
}

function answerOf(set: ScoredSet, item: ScoredItem): Answer {
  const { suite, model, at } = set;
  const { questionId, category = "general", trial, answer } = item;
  const key = {
    taskId: contentId({ kind: "imported-answer", suite, model, questionId, trial, answer }),
    ...{ suite, questionId, category, model, trial, at },
  };
  if ("error" in answer) {
    const error = { code: "recorded-error", message: excerpt(answer.error, 500), retryable: false };
    return { ...key, status: "failed", turns: [], error, attempts: [] };
  }
  const call = { parameters: {}, finishReason: "unknown", latencyMs: 0, source: "recording" } as const;
  return { ...key, status: "completed", turns: [{ ...answer, ...call }] };
}

function verdictOf(value: number | null, { read }: ScoredItem, { factor, isAccuracy }: MetricScale): Verdict {
  if (value === null) return { kind: "unreadable", reason: "the recorded score is no number", final: true };
  if (!isAccuracy) return { kind: "rating", rating: factor * value };
  const outcome = value === 1 ? ("right" as const) : ("wrong" as const);
  return {
    kind: "rating",
    rating: factor * value,
    ...(read === undefined ? {} : { compared: { outcome, read: excerpt(read, MOST_READ) } }),
  };
}

function judgmentsOf(
  protocol: string,
  { set, metric }: SuiteMetric["sets"][number],
  answers: ReadonlyMap<ScoredItem, Answer>,
  scale: MetricScale,
): Judgment[] {
  return set.items.flatMap((item): Judgment[] => {
    const value = item.values.get(metric.key);
    const answer = answers.get(item);
    if (value === undefined || answer === undefined) return [];
    const { suite, questionId, category, trial, model, taskId, at } = answer;
    const place = { suite, questionId, category, turn: 1, trial, a: model, answers: [taskId] };
    const verdict = verdictOf(value, item, scale);
    return [
      {
        taskId: contentId({ kind: "imported-judgment", protocol, ...place, verdict }),
        protocol,
        ...place,
        at,
        status: "judged",
        request: { messages: [], parameters: {} },
        replies: [],
        verdict,
      },
    ];
  });
}

function metricsOf(sets: readonly ScoredSet[]): SuiteMetric[] {
  const byIdentity = new Map<string, SuiteMetric>();
  for (const set of sets) {
    for (const metric of set.metrics) {
      const identity = canonicalJson({ suite: set.suite, ...metric.identity });
      const known = byIdentity.get(identity) ?? {
        id: protocolId(set.judge, metric.name, sha256(identity)),
        sets: [],
      };
      known.sets.push({ set, metric });
      byIdentity.set(identity, known);
    }
  }
  return [...byIdentity.values()];
}

/** Says where the mean of the rows is not what the tool states of them. */
function disagreement({ set, metric }: SuiteMetric["sets"][number]): Warning[] {
  const { stated } = metric;
  const values = set.items.flatMap(({ values }) => values.get(metric.key) ?? []);
  if (stated === undefined || values.length === 0) return [];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (Math.abs(mean - stated.value) <= stated.tolerance + 1e-9 * Math.abs(mean)) return [];
  const message = `${set.file}: the mean of ${countOf(values.length, "row")} of ${set.suite} by ${metric.name} is ${Number(mean.toPrecision(6))}, and ${set.model} is stated to have ${Number(stated.value.toPrecision(6))}`;
  return [{ code: "figures-disagree", message }];
}

/** The same for each set that a set was put together from. */
function disagreements({ set, metric }: SuiteMetric["sets"][number]): Warning[] {
  const parts = set.parts ?? [set];
  return parts.flatMap((part) => {
    const own = part.metrics.find(({ key }) => key === metric.key);
    return own === undefined ? [] : disagreement({ set: part, metric: own });
  });
}

function valuesOf({ sets }: SuiteMetric): number[] {
  return sets.flatMap(({ set, metric }) => set.items.flatMap(({ values }) => values.get(metric.key) ?? []));
}

/** Whether a metric was applied to some of the items alone: the others would count as missing. */
function isOfSome({ sets }: SuiteMetric): boolean {
  return sets.some(({ set, metric }) =>
    set.items.some(({ values }) => values.size > 0 && !values.has(metric.key)),
  );
}

function noBoard({ sets }: SuiteMetric, isPartial: boolean): Warning[] {
  const [first] = sets;
  if (first === undefined) return [];
  const { metric, set } = first;
  const why =
    metric.lowerIsBetter === true
      ? "less of it is better"
      : isPartial
        ? "it was applied to some of the items alone"
        : "its rows lie outside of 0 to 1 and nothing states its scale, or there are none";
  const message = `${set.suite}, ${metric.name}: no board is made of it, since ${why}; figures that are stated of it are kept`;
  return [{ code: "no-board", message }];
}

function importSuite(
  id: string,
  sets: readonly ScoredSet[],
  format: string,
  warnings: Warning[],
): ImportedSuite {
  const suite = suiteOf(id, sets, format);
  const answers = new Map(
    sets.flatMap((set) => set.items.map((item) => [item, answerOf(set, item)] as const)),
  );
  const trials = sets.reduce((most, set) => Math.max(most, trialsOf(set)), 1);
  const judgments: Judgment[] = [];
  const protocols: ManifestProtocol[] = [];
  for (const found of metricsOf(sets)) {
    const [first] = found.sets;
    warnings.push(...found.sets.flatMap(disagreements));
    const isPartial = isOfSome(found);
    const scale = first && !isPartial ? metricScale(first.metric, valuesOf(found)) : undefined;
    if (first === undefined || scale === undefined) {
      warnings.push(...noBoard(found, isPartial));
      continue;
    }
    const subjects = found.sets.map(({ set }) => [set.model]);
    // One by one: a call takes no more arguments than its stack holds.
    for (const one of found.sets)
      for (const judgment of judgmentsOf(found.id, one, answers, scale)) judgments.push(judgment);
    protocols.push({
      id: found.id,
      suite: id,
      judge: first.set.judge,
      judgeModel: first.metric.name,
      mode: "single",
      metric: "rating",
      scale: scale.scale,
      ...(scale.isAccuracy ? { figure: "accuracy" as const } : {}),
      subjects,
      turns: "last",
      identity: { imported: format, ...first.metric.identity },
      assets: [],
      planned: subjects.length * suite.questions.length * trials,
    });
  }
  const plannedAnswers = sets.length * suite.questions.length * trials;
  return { suite, answers: [...answers.values()], judgments, protocols, plannedAnswers };
}

/**
 * Makes suites with answers and verdicts of what another harness scored: one suite for each of its tasks, one protocol
 * for each way in which it scored them.
 * @returns what must be said of it beside the suites
 * @throws ConfigError `different-trials`.
 */
export function importParts(
  sets: readonly ScoredSet[],
  format: string,
): { readonly parts: readonly ImportedSuite[]; readonly warnings: readonly Warning[] } {
  const warnings: Warning[] = [];
  const latest = latestSets(sets, warnings);
  refuseOtherTrials(latest);
  const bySuite = new Map<string, ScoredSet[]>();
  for (const set of latest) bySuite.set(set.suite, [...(bySuite.get(set.suite) ?? []), set]);
  const parts = [...bySuite].map(([id, own]) => importSuite(id, own, format, warnings));
  return { parts, warnings };
}
