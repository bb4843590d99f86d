import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Clock, isoTime } from "../../core/clock.js";
import { compositeKey } from "../../core/composite-key.js";
import { ConfigError } from "../../core/errors.js";
import { canonicalJson, contentId, sha256 } from "../../core/hash.js";
import { readJsonLines } from "../../core/jsonl.js";
import type { Manifest, ManifestModel, ManifestProtocol } from "../../core/manifest.js";
import { toolVersion } from "../../core/package-files.js";
import { presentFields } from "../../core/present-fields.js";
import type { Answer, Judgment, Question, Suite, Warning } from "../../core/records.js";
import { scoreRun } from "../../pipeline/scores/score-run.js";
import { countingRecords } from "../../store/counting-records.js";
import { closeManifest, writeManifest } from "../../store/manifest-of-records.js";
import {
  isRunFolder,
  prettyJson,
  readManifest,
  readSuites,
  runPaths,
  writeFileAtomically,
} from "../../store/run-folder.js";
import { RunStore } from "../../store/run-store.js";
import { readFastChatAnswers } from "./answers.js";
import { exportFastChat, writeFastChatFiles } from "./export.js";
import { fastChatFormatOf } from "./fields.js";
import { readFastChatJudgments } from "./judgments.js";

/**
 * FastChat knows a judge by its model and averages whatever stands under one name: a second protocol of a judge model
 * goes by its own id, so that figures of different protocols stay apart.
 */
function judgeNamesOf({ protocols }: Manifest): Map<string, string> {
  const taken = new Set<string>();
  return new Map(
    protocols.map(({ id, suite, mode, judgeModel }) => {
      const key = compositeKey(suite, mode === "single", judgeModel);
      const name = taken.has(key) ? id : judgeModel;
      taken.add(key);
      return [id, name];
    }),
  );
}

/**
 * Writes a run in the layout that FastChat's `llm_judge` reads: one folder per suite, `data/BENCH/`, below `out`.
 * @returns Files written and what has no place in them.
 */
export async function exportRunToFastChat(
  run: string,
  out: string,
): Promise<{ files: string[]; warnings: readonly Warning[] }> {
  const manifest = readManifest(run);
  const judgeNames = judgeNamesOf(manifest);
  const suites = readSuites(run);
  const { answers, judgments } = countingRecords(run);
  const files: string[] = [];
  const warnings: Warning[] = [];
  for (const suite of suites) {
    const content = exportFastChat({
      questions: suite.questions,
      answers: answers.filter((answer) => answer.suite === suite.id),
      judgments: judgments.filter((judgment) => judgment.suite === suite.id),
      judgeModelOf: (protocol) => judgeNames.get(protocol) ?? protocol,
    });
    const folder = join(out, suite.id.replace(/[^A-Za-z0-9]+/g, "_"));
    await writeFastChatFiles(folder, content.files);
    files.push(...content.files.map((file) => join(folder, file.path)));
    warnings.push(...content.omitted);
  }
  return { files, warnings };
}

interface ImportedFiles {
  readonly questions: string[];
  readonly answers: string[];
  readonly judgments: string[];
}

function jsonlBelow(path: string): string[] {
  if (!existsSync(path))
    throw new ConfigError(`there is no file or folder ${path}`, {
      code: "file-not-found",
      remedy: "Mend the path.",
    });
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".jsonl"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function sortFiles(paths: readonly string[]): ImportedFiles {
  const files: ImportedFiles = { questions: [], answers: [], judgments: [] };
  for (const file of paths.flatMap(jsonlBelow)) {
    // Reference answers look like a model's answers; they belong to the questions.
    if (basename(dirname(file)) === "reference_answer") continue;
    for (const { value } of readJsonLines(file)) {
      const format = fastChatFormatOf(value);
      if (format === "fastchat-questions") files.questions.push(file);
      else if (format === "fastchat-answers") files.answers.push(file);
      else if (format !== undefined) files.judgments.push(file);
      break;
    }
  }
  return files;
}

function referencesBeside(questionFile: string): Map<string, readonly string[]> {
  const folder = join(dirname(questionFile), "reference_answer");
  const references = new Map<string, readonly string[]>();
  if (!existsSync(folder)) return references;
  for (const file of jsonlBelow(folder)) {
    for (const answer of readFastChatAnswers(file, { suite: "reference" })) {
      references.set(
        answer.questionId,
        answer.turns.map((turn) => turn.text),
      );
    }
  }
  return references;
}

function questionsOf(file: string): Question[] {
  const references = referencesBeside(file);
  return [...readJsonLines(file)].map(({ value }): Question => {
    const { question_id: id, category, turns, ...rest } = value as Record<string, unknown>;
    const reference = references.get(String(id));
    return {
      id: String(id),
      category: typeof category === "string" ? category : "general",
      turns: Array.isArray(turns) ? turns.map(String) : [],
      ...presentFields({ reference }),
      ...(Object.keys(rest).length === 0 ? {} : { metadata: JSON.parse(JSON.stringify(rest)) }),
    };
  });
}

/** Questions that only judgments and answers tell of: their ids, without text. */
function impliedQuestions(answers: readonly Answer[], judgments: readonly Judgment[]): Question[] {
  const turns = new Map<string, number>();
  const categories = new Map<string, string>();
  for (const answer of answers)
    turns.set(answer.questionId, Math.max(turns.get(answer.questionId) ?? 0, answer.turns.length));
  for (const judgment of judgments) {
    turns.set(judgment.questionId, Math.max(turns.get(judgment.questionId) ?? 0, judgment.turn));
    categories.set(judgment.questionId, judgment.category);
  }
  return [...turns].map(([id, count]) => ({
    id,
    category: categories.get(id) ?? "general",
    turns: Array.from({ length: count }, () => ""),
  }));
}

function importedModel(id: string, answers: readonly Answer[]): ManifestModel {
  const recordings = contentId(answers.filter((one) => one.model === id).map((one) => one.taskId));
  return {
    id,
    identity: { adapter: "replay", model: id, recordings },
    endpoint: `recorded:${id}`,
    endpointModels: {},
    systemFingerprints: {},
    droppedParameters: [],
  };
}

function importedProtocols(suite: Suite, judgments: readonly Judgment[], trials: number): ManifestProtocol[] {
  const byProtocol = new Map<string, Judgment[]>();
  for (const judgment of judgments)
    byProtocol.set(judgment.protocol, [...(byProtocol.get(judgment.protocol) ?? []), judgment]);
  const turns = suite.questions.reduce((sum, question) => sum + question.turns.length, 0);
  return [...byProtocol].map(([id, own]) => {
    const isPair = own.some((judgment) => judgment.b !== undefined);
    const subjects = new Map<string, readonly string[]>();
    for (const { a, b, order } of own) {
      const subject = b === undefined ? [a] : order === 2 ? [b, a] : [a, b];
      subjects.set(compositeKey(...subject), subject);
    }
    return {
      id,
      suite: suite.id,
      judge: (id.split("@")[0] ?? id).replace(/-(single|pair)$/, ""),
      judgeModel: /@(.*)~/.exec(id)?.[1] ?? id,
      mode: isPair ? "pairwise-all" : "single",
      metric: isPair ? "win-rate" : "rating",
      subjects: [...subjects.values()],
      turns: "each",
      ...(isPair ? { orders: "both" as const } : {}),
      identity: { imported: "fastchat" },
      assets: [],
      planned: subjects.size * turns * (isPair ? 2 : 1) * trials,
    };
  });
}

/**
 * Makes a run folder of FastChat's files: questions, answers and judgments, as far as they are given.
 * @throws ConfigError when the folder is a run already or nothing is found; DataError naming file and line.
 */
export async function importRunFromFastChat(
  paths: readonly string[],
  run: string,
  clock: Clock,
): Promise<Manifest> {
  if (isRunFolder(run)) {
    throw new ConfigError(`${run} is a run folder already`, {
      code: "run-folder-exists",
      remedy: "Choose a new folder with --out.",
    });
  }
  const files = sortFiles(paths);
  const found = files.answers.length + files.judgments.length;
  if (found === 0) {
    throw new ConfigError("the paths hold no FastChat answers or judgments", {
      code: "nothing-to-import",
      remedy: "Name FastChat's data folder of one bench, or its .jsonl files.",
    });
  }
  const [questionFile] = files.questions;
  const suiteId =
    questionFile === undefined ? "mt-bench" : basename(dirname(resolve(questionFile))).replaceAll("_", "-");
  const known = questionFile === undefined ? [] : questionsOf(questionFile);
  const categories = new Map(known.map((question) => [question.id, question.category]));
  const categoryOf = (id: string) => categories.get(id);
  const answers = files.answers.flatMap((file) => [
    ...readFastChatAnswers(file, { suite: suiteId, categoryOf }),
  ]);
  const ids = new Map(
    answers.map((answer) => [compositeKey(answer.model, answer.questionId, answer.trial), answer.taskId]),
  );
  const answerIdOf = (model: string, questionId: string) => ids.get(compositeKey(model, questionId, "1"));
  const judgments = files.judgments.flatMap((file) => [
    ...readFastChatJudgments(file, { suite: suiteId, categoryOf, answerIdOf }),
  ]);
  const questions = known.length > 0 ? known : impliedQuestions(answers, judgments);
  const suite: Suite = {
    id: suiteId,
    title: suiteId,
    questions,
    categories: [...new Set(questions.map((question) => question.category))],
    hash: sha256(canonicalJson(questions)),
    sampling: { maxTokens: 1024, temperature: 0 },
    defaultJudge: "mt-bench",
    defaultMode: "single",
    assets: [],
  };
  return writeImport({ run, suite, answers, judgments, clock });
}

interface Import {
  readonly run: string;
  readonly suite: Suite;
  readonly answers: readonly Answer[];
  readonly judgments: readonly Judgment[];
  readonly clock: Clock;
}

async function writeImport({ run, suite, answers, judgments, clock }: Import): Promise<Manifest> {
  const at = isoTime(clock.now());
  const trials = answers.reduce((most, answer) => Math.max(most, answer.trial), 1);
  const models = [
    ...new Set([
      ...answers.map((answer) => answer.model),
      ...judgments.flatMap(({ a, b }) => (b === undefined ? [a] : [a, b])),
    ]),
  ];
  const protocols = importedProtocols(suite, judgments, trials);
  const opened: Manifest = {
    schema: "assay.run/1",
    tool: {
      name: "assay",
      version: toolVersion(),
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
    },
    config: { imported: "fastchat" },
    seed: 1,
    trials,
    suites: [
      { id: suite.id, title: suite.title, hash: suite.hash, questions: suite.questions.length, assets: [] },
    ],
    models: models.map((id) => importedModel(id, answers)),
    judgeModels: [...new Set(protocols.map((protocol) => protocol.judgeModel))].map((id) =>
      importedModel(id, []),
    ),
    protocols,
    startedAt: at,
    finishedAt: at,
    status: "complete",
    durationMs: 0,
    totals: [],
    failures: [],
    answers: {
      planned: models.length * suite.questions.length * trials,
      completed: 0,
      failed: 0,
      truncated: 0,
      empty: 0,
    },
    judgments: {
      planned: protocols.reduce((sum, one) => sum + one.planned, 0),
      judged: 0,
      unreadable: 0,
      failed: 0,
      skipped: 0,
    },
    recordedSamples: false,
  };
  await writeManifest(run, opened);
  await writeFileAtomically(runPaths.suite(run, suite.id), prettyJson(suite));
  const store = new RunStore(run, () => undefined);
  await Promise.all([
    ...answers.map((one) => store.appendAnswer(one)),
    ...judgments.map((one) => store.appendJudgment(one)),
  ]);
  await store.close();
  const manifest = closeManifest(run, opened, { status: "complete", finishedAt: at, elapsedMs: 0 });
  await writeManifest(run, manifest);
  await writeFileAtomically(runPaths.scores(run), prettyJson(scoreRun(run)));
  return manifest;
}
