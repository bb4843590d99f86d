import { existsSync, statSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import type { ScoreSource } from "../core/board.js";
import { compositeKey } from "../core/composite-key.js";
import { ConfigError, DataError } from "../core/errors.js";
import { readJsonLines } from "../core/jsonl.js";
import { namedPath } from "../core/named-path.js";
import { judgeModelOf } from "../core/protocol-id.js";
import type { JudgingMode, Question, Suite, Warning } from "../core/records.js";
import type { AssetFinder } from "../data/asset-finder.js";
import type { BoardInput } from "../pipeline/scores/build-board.js";
import { VerdictGrid } from "../pipeline/scores/verdict-grid/grid.js";
import type { Verdicts } from "../pipeline/scores/verdicts.js";
import { fingerprintOf } from "../store/fingerprint.js";
import { fastChatFormatOf } from "./fastchat/fields.js";
import { type FastChatVerdict, readFastChatVerdicts } from "./fastchat/judgments.js";

/** How files of other tools are scored. */
export interface ScoreFilesOptions {
  /** As the original tool computes it, defects included. */
  readonly compat: boolean;
  /** Folder with AlpacaEval's calibration. */
  readonly calibrationFolder?: string | undefined;
  readonly finder: AssetFinder;
  readonly seed: number;
}

/** A kind of file that can be scored. */
export type FileFormat = "fastchat-single" | "fastchat-pair" | "alpaca-eval";

/**
 * Tells what a file holds by looking at its first record.
 * @param named a path, `PATH#MODEL` or `NAME=PATH`
 */
function formatOfFile(named: string): FileFormat {
  const file = namedPath(named).path;
  if (!existsSync(file)) {
    throw new ConfigError(`there is no file or run folder ${file}`, {
      code: "file-not-found",
      remedy: "Mend the path.",
    });
  }
  if (statSync(file).isDirectory()) {
    throw new ConfigError(`${file} is a folder without run.json`, {
      code: "not-a-run-folder",
      remedy: "Name a run folder, or the judgment files themselves.",
    });
  }
  if (extname(file) === ".json") return "alpaca-eval";
  for (const { value } of readJsonLines(file)) {
    const format = fastChatFormatOf(value);
    if (format === "fastchat-single" || format === "fastchat-pair") return format;
    break;
  }
  throw new DataError("is not a file of judgments that assay knows", {
    code: "unknown-format",
    file,
    line: 1,
    remedy: "Known are FastChat's single and pair judgments (.jsonl) and AlpacaEval's annotations.json.",
  });
}

/** MT-Bench's categories, ten questions each from id 81 on (FastChat, `data/mt_bench/question.jsonl`). */
const MT_BENCH_CATEGORIES = [
  "writing",
  "roleplay",
  "reasoning",
  "math",
  "coding",
  "extraction",
  "stem",
  "humanities",
];
const MT_BENCH_FIRST_ID = 81;

function mtBenchCategory(questionId: string): string | undefined {
  if (!/^\d+$/.test(questionId)) return undefined;
  return MT_BENCH_CATEGORIES[Math.floor((Number(questionId) - MT_BENCH_FIRST_ID) / 10)];
}

/** What is known about the questions of a FastChat judgment file. */
interface KnownQuestions {
  readonly suite: string;
  readonly categoryOf: (questionId: string) => string | undefined;
  readonly questions: readonly Question[];
}

/** FastChat keeps `question.jsonl` one folder above the judgments; without it MT-Bench is known by its ids. */
function knownQuestions(file: string): KnownQuestions {
  const folder = dirname(dirname(resolve(file)));
  const path = join(folder, "question.jsonl");
  if (!existsSync(path)) return { suite: "mt-bench", categoryOf: mtBenchCategory, questions: [] };
  const questions: Question[] = [];
  for (const { value } of readJsonLines(path)) {
    const { question_id: id, category, turns } = value as Record<string, unknown>;
    if (id === undefined || !Array.isArray(turns)) continue;
    questions.push({
      id: String(id),
      category: typeof category === "string" ? category : "general",
      turns: turns.map(String),
    });
  }
  const categories = new Map(questions.map((question) => [question.id, question.category]));
  const suite = basename(folder).replaceAll("_", "-");
  return { suite, categoryOf: (id) => categories.get(id), questions };
}

/** Verdicts of one judge on one suite. */
interface JudgmentGroup {
  readonly protocol: string;
  readonly kind: "single" | "pair";
  readonly judge: string;
  readonly suite: string;
  readonly grid: VerdictGrid;
  trials: number;
  repeats: number;
  conflicts: number;
}

function groupOf(groups: Map<string, JudgmentGroup>, found: FastChatVerdict): JudgmentGroup {
  const { protocol, suite, kind } = found;
  const key = compositeKey(protocol, suite);
  let group = groups.get(key);
  if (group === undefined) {
    const judge = judgeModelOf(protocol);
    const grid = new VerdictGrid();
    group = { protocol, kind, judge, suite, grid, trials: 1, repeats: 0, conflicts: 0 };
    groups.set(key, group);
  }
  return group;
}

function addVerdict(group: JudgmentGroup, found: FastChatVerdict): void {
  const arrival = group.grid.add(found, fingerprintOf(found.prompt));
  if (arrival === "repeat") group.repeats++;
  else if (arrival === "conflict") group.conflicts++;
  group.trials = Math.max(group.trials, found.trial);
}

function subjectsIn({ grid, kind }: JudgmentGroup): (readonly string[])[] {
  const subjects = new Map<string, readonly string[]>();
  for (const { a, b, order } of grid.columns) {
    const subject = kind === "single" || b === undefined ? [a] : order === 2 ? [b, a] : [a, b];
    subjects.set(compositeKey(...subject), subject);
  }
  return [...subjects.values()];
}

/** Every place that any model of the group has, in order: what one model has, the others are expected to have. */
function slotsIn(group: JudgmentGroup, known: KnownQuestions): BoardInput["frame"]["slots"] {
  const position = new Map(known.questions.map((question, index) => [question.id, index]));
  const place = (id: string) => position.get(id) ?? (/^\d+$/.test(id) ? Number(id) : Number.MAX_SAFE_INTEGER);
  return [...group.grid.slots.slots].sort(
    (x, y) => place(x.questionId) - place(y.questionId) || x.turn - y.turn,
  );
}

function modeOf(
  group: JudgmentGroup,
  subjects: readonly (readonly string[])[],
): { mode: JudgingMode; baseline?: string } {
  if (group.kind === "single") return { mode: "single" };
  const seconds = new Set(subjects.map((subject) => subject[1]));
  const [baseline] = seconds;
  return seconds.size === 1 && baseline !== undefined && subjects.length > 1
    ? { mode: "pairwise-baseline", baseline }
    : { mode: "pairwise-all" };
}

function refuseDuplicates(group: JudgmentGroup, file: string, compat: boolean): Warning[] {
  const count = group.conflicts + group.repeats;
  if (count === 0) return [];
  if (group.conflicts > 0 && !compat) {
    throw new DataError(
      `${group.conflicts} judgments of ${group.judge} stand twice with different prompts or answers`,
      {
        code: "duplicate-judgments",
        file,
        remedy: "Keep one set of them, or score them all as the original tool does with --compat.",
      },
    );
  }
  const message =
    group.conflicts > 0
      ? `${group.conflicts} judgments of ${group.judge} stand twice with different prompts or answers; all are counted, as the original tool does`
      : `${group.repeats} judgments of ${group.judge} are repeats of the same prompt; all are counted`;
  return [{ code: group.conflicts > 0 ? "duplicate-judgments" : "judge-repeats", message, count }];
}

function suiteOf(known: KnownQuestions): Suite | undefined {
  if (known.questions.length === 0) return undefined;
  return {
    id: known.suite,
    title: known.suite,
    questions: known.questions,
    categories: [...new Set(known.questions.map((question) => question.category))],
    hash: "",
    sampling: { maxTokens: 1024, temperature: 0 },
    defaultJudge: "mt-bench",
    defaultMode: "single",
    assets: [],
  };
}

function inputOf(group: JudgmentGroup, known: KnownQuestions): BoardInput {
  group.grid.seal();
  const subjects = subjectsIn(group);
  const slots = slotsIn(group, known);
  const present = new Set(slots.map((slot) => slot.category));
  const order =
    known.questions.length > 0
      ? known.questions.map((question) => question.category)
      : [...MT_BENCH_CATEGORIES, ...present];
  return {
    head: { suite: group.suite, ...modeOf(group, subjects), judge: group.judge, protocol: group.protocol },
    metric: group.kind === "single" ? "rating" : "win-rate",
    subjects,
    frame: {
      slots,
      trials: group.trials,
      categories: [...new Set(order)].filter((category) => present.has(category)),
    },
    rows: group.grid,
  };
}

/** Reads FastChat judgment files; files of one judge and suite make one board. */
function fastChatVerdicts(files: readonly string[], options: ScoreFilesOptions): Verdicts {
  const groups = new Map<string, JudgmentGroup>();
  const sources: ScoreSource[] = [];
  const suites = new Map<string, Suite>();
  const knownBySuite = new Map<string, KnownQuestions>();
  const fileOf = new Map<JudgmentGroup, string>();
  for (const file of files) {
    const known = knownQuestions(file);
    knownBySuite.set(known.suite, known);
    const suite = suiteOf(known);
    if (suite !== undefined) suites.set(known.suite, suite);
    const { categoryOf } = known;
    let records = 0;
    for (const found of readFastChatVerdicts(file, {
      suite: known.suite,
      categoryOf,
      compat: options.compat,
    })) {
      if (found.order !== 2) records++;
      const group = groupOf(groups, found);
      fileOf.set(group, file);
      addVerdict(group, found);
    }
    sources.push({ path: file, format: formatOfFile(file), records });
  }
  const warnings = [...groups.values()].flatMap((group) =>
    refuseDuplicates(group, fileOf.get(group) ?? "", options.compat),
  );
  const unknown = (suite: string) => ({ suite, categoryOf: mtBenchCategory, questions: [] });
  const inputs = [...groups.values()].map((group) =>
    inputOf(group, knownBySuite.get(group.suite) ?? unknown(group.suite)),
  );
  return { inputs, suites, sources, warnings };
}

/**
 * Reads files that other tools published or that `assay export` wrote, whatever their format.
 * @throws ConfigError, DataError naming file and line; `duplicate-judgments` unless `compat`.
 */
export async function readFileVerdicts(
  files: readonly string[],
  options: ScoreFilesOptions,
): Promise<Verdicts> {
  const formats = new Map(files.map((file) => [file, formatOfFile(file)]));
  const fastChat = files.filter((file) => formats.get(file) !== "alpaca-eval");
  const alpaca = files.filter((file) => formats.get(file) === "alpaca-eval");
  const first = fastChatVerdicts(fastChat, options);
  if (alpaca.length === 0) return first;
  const { alpacaBoards } = await import("./alpaca-eval/score-files.js");
  const second = await alpacaBoards(alpaca, {
    compat: options.compat,
    finder: options.finder,
    seed: options.seed,
    calibrationFolder: options.calibrationFolder,
  });
  return {
    inputs: [...first.inputs, ...second.inputs],
    suites: new Map([...first.suites, ...second.suites]),
    sources: [...first.sources, ...second.sources],
    warnings: [...first.warnings, ...second.warnings],
  };
}
