import { compositeKey } from "../../core/composite-key.js";
import { canonicalJson, sha256 as hashText } from "../../core/hash.js";
import { presentFields } from "../../core/present-fields.js";
import type { FigureSource, StatedFigure } from "../../core/stated-figure.js";
import { readDocument } from "../json-document.js";
import {
  anyRecord,
  checked,
  finite,
  someFields,
  suiteName,
  textOf,
  unknownKeys,
} from "../results/checked.js";
import type { FoundFiles } from "../results/found-files.js";
import type { HarnessResults, ImportedFile, ScoredItem, ScoredSet } from "../results/scored-set.js";
import { withoutKeys } from "../results/without-keys.js";
import { outputSchema, type PromptfooOutput, type PromptfooRow } from "./shapes.js";

const TOOL = "promptfoo";
/** A row that broke, in contrast to one whose assertion failed. */
const FAILED = 2;

function providerName({ provider }: PromptfooRow): string {
  if (typeof provider === "string") return provider;
  // An empty label is none.
  return provider?.label || provider?.id || "unnamed";
}

function promptName({ prompt }: PromptfooRow): string {
  return prompt?.label ?? prompt?.raw ?? "";
}

/**
 * A test is known by what it asks and expects: the number that rows carry differs between the repeats of one test, and
 * between files as soon as a test is added.
 */
function testId({ vars, testCase }: PromptfooRow): string {
  return hashText(canonicalJson({ vars: vars ?? {}, expects: testCase?.assert ?? null })).slice(0, 16);
}

function valuesOf(row: PromptfooRow): Map<string, number | null> {
  const named = Object.entries(row.namedScores ?? {}).flatMap(([name, score]) => {
    const value = finite(score);
    return value === undefined ? [] : [[`named/${name}`, value] as const];
  });
  return new Map<string, number | null>([
    ["pass", row.success === true ? 1 : 0],
    ...(finite(row.score) === undefined ? [] : [["score", row.score ?? null] as const]),
    ...named,
  ]);
}

function itemOf(row: PromptfooRow, trial: number): ScoredItem {
  const isBroken = row.failureReason === FAILED || (row.error && row.response?.output === undefined);
  const question = Object.entries(row.vars ?? {}).map(([name, value]) => `${name}: ${textOf(value)}`);
  return {
    questionId: testId(row),
    // Prompts differ between systems; what is the same for all is the test.
    turns: [question.length === 0 ? (row.prompt?.raw ?? "") : question.join("\n")],
    trial,
    answer: isBroken
      ? { error: row.error ?? "promptfoo recorded an error" }
      : { text: textOf(row.response?.output ?? "") },
    values: isBroken ? new Map() : valuesOf(row),
  };
}

/** Rows of one system (provider, and prompt where there are several), repeats of a test numbered as trials. */
function itemsOf(rows: readonly PromptfooRow[]): ScoredItem[] {
  const times = new Map<string, number>();
  const inOrder = [...rows].sort((one, other) => (one.testIdx ?? 0) - (other.testIdx ?? 0));
  return inOrder.map((row) => {
    const id = testId(row);
    const trial = (times.get(id) ?? 0) + 1;
    times.set(id, trial);
    return itemOf(row, trial);
  });
}

function suiteOf({ config, evalId }: PromptfooOutput): string {
  const told = config?.description;
  return typeof told === "string" && told.trim() !== "" ? told : (evalId ?? "promptfoo");
}

function setsOf(output: PromptfooOutput, file: string): ScoredSet[] {
  const rows = output.results.results;
  const prompts = new Set(rows.map(promptName));
  const systemOf = (row: PromptfooRow) =>
    prompts.size > 1 ? `${providerName(row)} · ${promptName(row)}` : providerName(row);
  const bySystem = new Map<string, PromptfooRow[]>();
  for (const row of rows) bySystem.set(systemOf(row), [...(bySystem.get(systemOf(row)) ?? []), row]);
  const suite = suiteOf(output);
  const moment = new Date(output.results.timestamp ?? 0);
  return [...bySystem].map(([model, own]) => {
    const items = itemsOf(own);
    const keys = new Set(items.flatMap(({ values }) => [...values.keys()]));
    return {
      judge: "promptfoo",
      suite: suiteName(suite),
      title: suite,
      model,
      metrics: [...keys].map((key) => ({ key, name: key, identity: { tool: TOOL, metric: key } })),
      items,
      at: (Number.isNaN(moment.getTime()) ? new Date(0) : moment).toISOString(),
      file,
    };
  });
}

function figuresOf(output: PromptfooOutput, source: FigureSource): StatedFigure[] {
  const prompts = output.results.prompts ?? [];
  const labels = new Set(prompts.map(({ label, raw }) => label ?? raw ?? ""));
  return prompts.flatMap(({ label, raw, provider, metrics }): StatedFigure[] => {
    const { testPassCount: passed, testFailCount: failed, testErrorCount: broken } = metrics ?? {};
    const n = (passed ?? 0) + (failed ?? 0) + (broken ?? 0);
    if (passed === null || passed === undefined || n === 0) return [];
    const name = provider || "unnamed";
    const about = {
      suite: suiteOf(output),
      model: labels.size > 1 ? `${name} · ${label ?? raw ?? ""}` : name,
      unit: "share",
      lowerIsBetter: false,
      source,
    } as const;
    const counts = someFields({ ...metrics }, ["score", "testPassCount", "testFailCount", "testErrorCount"]);
    return [
      { ...about, metric: "pass_rate", value: passed / n, scale: SHARE, n, extra: counts },
      ...namedFigures({ ...metrics }).map((named) => ({ ...about, ...named })),
    ];
  });
}

const SHARE = { least: 0, most: 1 } as const;

/** Means of the metrics that assertions name, where promptfoo says of how many. */
function namedFigures(metrics: Readonly<Record<string, unknown>>) {
  const sums = anyRecord.catch({}).parse(metrics.namedScores ?? {});
  const counts = anyRecord.catch({}).parse(metrics.namedScoresCount ?? {});
  return Object.entries(sums).flatMap(([name, given]) => {
    const [sum, n] = [finite(given), finite(counts[name])];
    if (sum === undefined || n === undefined || n === 0) return [];
    return [{ metric: `named/${name}`, value: sum / n, n, extra: { sum } }];
  });
}

const KNOWN_KEYS: ReadonlySet<string> = new Set(["evalId", "results", "config", "metadata"]);
const DROPPED = [
  "results.results.gradingResult",
  "results.results.tokenUsage",
  "results.results.cost",
  "results.stats",
];

/** Reads outputs of promptfoo. @throws DataError naming file and key. */
export async function readPromptfoo({ documents }: FoundFiles): Promise<HarnessResults> {
  const sets: ScoredSet[] = [];
  const figures: StatedFigure[] = [];
  const files: ImportedFile[] = [];
  const seen = new Set<string>();
  for (const file of documents) {
    const { value, sha256 } = readDocument(file);
    const output = checked(outputSchema, value, file, "an output of promptfoo");
    const version = output.metadata?.promptfooVersion ?? undefined;
    const place = compositeKey(output.evalId ?? "", sha256);
    if (seen.has(place)) continue;
    seen.add(place);
    sets.push(...setsOf(output, file));
    figures.push(...figuresOf(output, { tool: TOOL, ...presentFields({ version }), file, sha256 }));
    files.push({
      file,
      sha256,
      tool: TOOL,
      version,
      dropped: [...DROPPED, ...unknownKeys(output, KNOWN_KEYS)],
      settings: withoutKeys(
        someFields({ ...output.metadata, evalId: output.evalId }, [
          "evalId",
          "nodeVersion",
          "platform",
          "exportedAt",
        ]),
      ),
    });
  }
  return { sets, figures, files, warnings: [] };
}
