import { basename, extname } from "node:path";
import { presentFields } from "../harness/core/present-fields.js";
import type { Question, Suite, SuiteSampling } from "../harness/core/records.js";
import type { Rubric, SuiteScoring } from "../harness/core/rubric.js";
import { ARENA_HARD_SAMPLING, benchName, besideArenaHard } from "./arena-hard.js";
import { createSuite } from "./create-suite.js";
import { isKnownForm } from "./known-answers/is-known-form.js";
import { MT_BENCH_SAMPLING } from "./mt-bench-sampling.js";
import {
  misfit,
  type QuestionFormat,
  type ReadQuestion,
  readQuestions,
  validated,
} from "./read-questions.js";
import { recordedOutputs } from "./recorded-outputs.js";
import { isRefusalForm } from "./refusals/is-refusal-form.js";
import { isRubricFormat, RUBRIC_SCORING, type RubricFormat } from "./rubric-formats.js";
import { readSourceFile, type SourceFile } from "./source-file.js";

/** Sampling where a file says nothing: MT-Bench's own for its format, greedy and longer otherwise. */
const SAMPLING: Readonly<Record<QuestionFormat, SuiteSampling>> = {
  own: { maxTokens: 2048, temperature: 0 },
  "mt-bench": MT_BENCH_SAMPLING,
  "alpaca-eval": { maxTokens: 2048, temperature: 0 },
  "arena-hard": ARENA_HARD_SAMPLING,
  healthbench: { maxTokens: 2048, temperature: 0 },
  "multi-challenge": { maxTokens: 2048, temperature: 0 },
  wildbench: { maxTokens: 4096, temperature: 0 },
};

/** {@link Suite.scoring} as a file's reader gives it. */
type SuiteScoringGiven = { readonly [Key in keyof SuiteScoring]?: SuiteScoring[Key] | undefined };

/** What the head of a suite file may say. */
interface SuiteHead {
  readonly id?: string | undefined;
  readonly title?: string | undefined;
  readonly category?: string | undefined;
  readonly notice?: string | undefined;
  readonly judge?: string | undefined;
  readonly mode?: Suite["defaultMode"] | undefined;
  readonly baseline?: string | undefined;
  readonly rubric?: Rubric | undefined;
  readonly scoring?: SuiteScoringGiven | undefined;
  readonly sampling?:
    | {
        readonly maxTokens?: number | undefined;
        readonly temperature?: number | undefined;
        readonly temperatureByCategory?: Readonly<Record<string, number>> | undefined;
      }
    | undefined;
}

/** A file's name as a suite id: lower case, words joined by hyphens. */
function suiteIdOf(file: string): string {
  const name = basename(file, extname(file)).normalize("NFKD").toLowerCase();
  return name.replace(/[^a-z0-9.]+/g, "-").replace(/^[-.]+|[-.]+$/g, "") || "suite";
}

/** The questions of a file in any of the three formats, with what its head says. */
export async function readSuiteFile(
  file: string,
  read?: SourceFile,
): Promise<{ source: SourceFile; head: SuiteHead; format: QuestionFormat; questions: ReadQuestion[] }> {
  const source = read ?? (await readSourceFile(file));
  if (Array.isArray(source.root)) {
    return { source, head: {}, ...(await readQuestions(source, source.root, [])) };
  }
  if (source.root === null || source.root === undefined) throw await misfit(source, [], "holds no question");
  const { KNOWN_KEYS, suiteHead } = await import("./question-schema.js");
  const { questions, ...head } = await validated(suiteHead, source.root, source, [], KNOWN_KEYS.head);
  return { source, head, ...(await readQuestions(source, questions, ["questions"], head.category)) };
}

/**
 * Loads a user's file as a suite: MT-Bench's `question.jsonl` format, AlpacaEval's JSON, or assay's own YAML, JSON or
 * JSONL (docs/suites.md).
 * @throws DataError with file and line for anything that is not right; ConfigError for another kind of file.
 */
export async function loadUserSuite(file: string): Promise<Suite> {
  const parsed = await readSourceFile(file);
  if (isRefusalForm(parsed.root)) {
    const { loadRefusalFile } = await import("./refusals/refusal-file.js");
    return loadRefusalFile(parsed, suiteIdOf);
  }
  if (isKnownForm(parsed.root))
    return (await import("./known-answers/known-file.js")).loadKnownFile(parsed, suiteIdOf);
  const { source, head, format, questions: read } = await readSuiteFile(file, parsed);
  const bench = format === "arena-hard" ? benchName(file) : undefined;
  const id = head.id ?? suiteIdOf(bench === undefined ? file : `${bench}.jsonl`);
  const questions = read.map((one) => withRubric(one.question, head.rubric));
  const beside = format === "arena-hard" ? besideArenaHard(id, file, questions) : undefined;
  const recorded = beside?.recordedAnswers ?? recordedOutputs(id, read, id);
  const [first] = recorded;
  const baseline = head.baseline ?? beside?.defaultBaseline ?? first?.model;
  return createSuite({
    id,
    title: head.title ?? bench ?? basename(file),
    questions,
    sampling: samplingOf(head, SAMPLING[format]),
    defaultJudge: head.judge ?? beside?.defaultJudge ?? defaultJudgeOf(format, questions),
    defaultMode:
      head.mode ?? (format === "alpaca-eval" || format === "arena-hard" ? "pairwise-baseline" : "single"),
    ...presentFields({ defaultBaseline: baseline, checks: checksIn(read), scoring: scoringOf(head, format) }),
    ...(recorded.length === 0 ? {} : { recordedAnswers: recorded }),
    assets: [{ id: basename(file), sha256: source.sha256, pinned: null }],
    ...presentFields({ notice: head.notice }),
  });
}

/** A question with the suite's rubric, where it has none of its own. */
function withRubric(question: Question, rubric: Rubric | undefined): Question {
  return rubric === undefined || question.rubric !== undefined ? question : { ...question, rubric };
}

function scoringOf({ scoring }: SuiteHead, format: QuestionFormat): Suite["scoring"] {
  if (scoring !== undefined) return presentFields(scoring);
  return isRubricFormat(format) ? RUBRIC_SCORING[format] : undefined;
}

/** The checks of all questions, by question id; undefined where there is none. */
function checksIn(read: readonly ReadQuestion[]): Suite["checks"] {
  const entries = read.flatMap(({ question, checks }) =>
    checks === undefined ? [] : [[question.id, checks]],
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Only the assay judge works for any question: MT-Bench's wants references for some categories. */
const DEFAULT_JUDGE: Readonly<Record<Exclude<QuestionFormat, RubricFormat>, string>> = {
  own: "assay",
  "mt-bench": "assay",
  "alpaca-eval": "weighted_alpaca_eval_gpt4.1",
  "arena-hard": "arena-hard",
};

/** Where every question has a rubric, that is what it is judged by. */
function defaultJudgeOf(format: QuestionFormat, questions: readonly Question[]): string {
  if (isRubricFormat(format) || questions.every(({ rubric }) => rubric !== undefined)) return "rubric";
  return DEFAULT_JUDGE[format];
}

function samplingOf(head: SuiteHead, defaults: SuiteSampling): SuiteSampling {
  const given = head.sampling ?? {};
  const byCategory =
    given.temperatureByCategory ??
    (given.temperature === undefined ? defaults.temperatureByCategory : undefined);
  return {
    maxTokens: given.maxTokens ?? defaults.maxTokens,
    temperature: given.temperature ?? defaults.temperature,
    ...presentFields({ temperatureByCategory: byCategory }),
  };
}
