import { type Clock, isoTime } from "../../core/clock.js";
import { countOf } from "../../core/count-of.js";
import { ConfigError, DataError } from "../../core/errors.js";
import { canonicalJson, contentId, sha256 } from "../../core/hash.js";
import type { Json } from "../../core/json.js";
import { readJsonLines } from "../../core/jsonl.js";
import type { Manifest, ManifestProtocol } from "../../core/manifest.js";
import { presentFields } from "../../core/present-fields.js";
import { protocolId } from "../../core/protocol-id.js";
import { pairsOfPools, rankingLabels } from "../../core/ranking.js";
import { RANKED_TOGETHER } from "../../core/ranks.js";
import type { Answer, Judgment, Question, Suite, Verdict } from "../../core/records.js";
import { scoreRun } from "../../pipeline/scores/score-run.js";
import { writeImportedRun } from "../../store/imported-run.js";
import { prettyJson, runPaths, writeFileAtomically } from "../../store/run-folder.js";
import { filesBelow } from "../files-below.js";
import { isNectarFile } from "./file-format.js";
import { readPrompt } from "./prompt.js";
import { type NectarAnswer, parseNectarRow } from "./rows.js";

/** How the suite of imported rows is called. */
const SUITE = "nectar";

/** Who ranked is not said in Nectar's layout. */
const JUDGE_MODEL = "unstated";

/** A row with all that it says. */
interface GivenRow {
  readonly prompt: string;
  /** In the order of the file; a model that answers twice has a number behind its second name. */
  readonly answers: readonly (NectarAnswer & { readonly raw: Json })[];
  /** The row without its answers. */
  readonly rest: { readonly [key: string]: Json };
}

function distinct(models: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return models.map((model) => {
    const times = (seen.get(model) ?? 0) + 1;
    seen.set(model, times);
    return times === 1 ? model : `${model} (${times})`;
  });
}

function givenRow(file: string, line: number, value: unknown): GivenRow {
  const { prompt, answers } = parseNectarRow(file, line, value);
  const { most } = RANKED_TOGETHER;
  if (answers.length > most) {
    throw new DataError(`ranks ${countOf(answers.length, "answer")}, and a ranking holds ${most} at most`, {
      code: "bad-nectar-row",
      file,
      line,
      remedy: "Leave out answers of this line.",
    });
  }
  const { answers: raw, ...rest } = value as {
    readonly answers: readonly Json[];
    readonly [key: string]: Json;
  };
  const models = distinct(answers.map(({ model }) => model));
  return {
    prompt,
    answers: answers.map((answer, at) => ({ ...answer, model: models[at] ?? "", raw: raw[at] ?? null })),
    rest,
  };
}

/** Labels by rank, equal ones together, best first. */
function groupsByRank({ answers }: GivenRow, labels: readonly string[]): readonly (readonly string[])[] {
  const groups = new Map<number, string[]>();
  for (const [at, { rank }] of answers.entries())
    groups.set(rank, [...(groups.get(rank) ?? []), labels[at] ?? ""]);
  return [...groups].sort(([one], [other]) => one - other).map(([, group]) => group);
}

function verdictOf(row: GivenRow): Verdict {
  const groups = groupsByRank(row, rankingLabels(row.answers.length));
  const hasTies = groups.some((group) => group.length > 1);
  return {
    kind: "ranking",
    ranking: groups.flat(),
    ...presentFields({ groups: hasTies ? groups : undefined }),
  };
}

function questionOf(row: GivenRow, id: string): Question {
  const { context, question } = readPrompt(row.prompt);
  const sources = row.rest.source;
  const [source] = Array.isArray(sources) ? (sources as readonly Json[]) : [];
  return {
    id,
    category: typeof source === "string" && source !== "" ? source : SUITE,
    turns: [question],
    ...(context.length === 0 ? {} : { context }),
    metadata: { nectar: row.rest },
  };
}

function answersOf({ answers }: GivenRow, { id, category }: Question, at: string): Answer[] {
  return answers.map(({ model, answer, raw }) => ({
    taskId: contentId({ kind: "nectar-answer", question: id, model, answer }),
    suite: SUITE,
    questionId: id,
    category,
    model,
    trial: 1,
    at,
    status: "completed",
    turns: [
      {
        text: answer,
        parameters: { extra: { nectar: raw } },
        finishReason: "unknown",
        latencyMs: 0,
        source: "recording",
      },
    ],
  }));
}

/** The order in which the answers were shown is not known: they stand in that of the file, and no seed is named. */
function judgmentOf(
  row: GivenRow,
  { id, category }: Question,
  protocol: string,
  answers: readonly Answer[],
  at: string,
): Judgment {
  const models = row.answers.map(({ model }) => model);
  const verdict = verdictOf(row);
  const [a = "", b] = models;
  return {
    taskId: contentId({ kind: "nectar-ranking", protocol, question: id, models, verdict }),
    protocol,
    suite: SUITE,
    questionId: id,
    category,
    turn: 1,
    trial: 1,
    a,
    ...presentFields({ b }),
    ranked: { models, labels: rankingLabels(models.length) },
    answers: answers.map(({ taskId }) => taskId),
    at,
    status: "judged",
    request: { messages: [], parameters: {} },
    replies: [],
    verdict,
  };
}

function rowsOf(files: readonly string[]): readonly GivenRow[] {
  return files.flatMap((file) =>
    Array.from(readJsonLines(file), ({ line, value }) => givenRow(file, line, value)),
  );
}

function suiteOf(questions: readonly Question[]): Suite {
  return {
    id: SUITE,
    title: "Nectar",
    questions,
    categories: [...new Set(questions.map(({ category }) => category))],
    hash: sha256(canonicalJson(questions)),
    sampling: { maxTokens: 1024, temperature: 0.7 },
    defaultJudge: "ranking",
    defaultMode: "ranking",
    assets: [],
  };
}

function protocolFor(id: string, rows: readonly GivenRow[]): ManifestProtocol {
  const pools = new Map<string, readonly string[]>();
  for (const { answers } of rows) {
    const models = answers.map(({ model }) => model).sort();
    pools.set(canonicalJson(models), models);
  }
  const all = [...pools.values()];
  return {
    id,
    suite: SUITE,
    judge: "ranking",
    judgeModel: JUDGE_MODEL,
    mode: "ranking",
    metric: "win-rate",
    subjects: pairsOfPools(all),
    ranked: { together: RANKED_TOGETHER.most, pools: all, isImported: true },
    turns: "last",
    identity: { imported: SUITE },
    assets: [],
    planned: rows.length,
  };
}

/** Ids of prompts: a hash of the text, numbered where several rows have the same. */
function questionIds(rows: readonly GivenRow[]): readonly string[] {
  return distinct(rows.map(({ prompt }) => contentId({ prompt }))).map((id) =>
    id.replace(/ \((\d+)\)$/, "-$1"),
  );
}

/**
 * Makes a run folder of prompts with ranked answers in Nectar's layout (JSON lines). Each row is a question with its
 * answers and one ranking; what a row says besides is kept, so that an export writes the same rows.
 * @param paths files, or folders that hold them at any depth
 * @throws ConfigError when the folder is a run already or nothing is found; DataError naming file and line.
 */
export async function importNectar(
  paths: readonly string[],
  run: string,
  { clock }: { readonly clock: Clock },
): Promise<Manifest> {
  const files = [...new Set(paths.flatMap((path) => filesBelow(path, ".jsonl")))].filter(isNectarFile);
  const rows = rowsOf(files);
  if (rows.length === 0) {
    throw new ConfigError("the paths hold no rows of Nectar's layout", {
      code: "nothing-to-import",
      remedy: 'Name .jsonl files whose lines are {"prompt": …, "answers": [{"answer", "model", "rank"}, …]}.',
    });
  }
  const at = isoTime(clock.now());
  const ids = questionIds(rows);
  const questions = rows.map((row, place) => questionOf(row, ids[place] ?? ""));
  const suite = suiteOf(questions);
  const protocol = protocolFor(
    protocolId("ranking-imported", JUDGE_MODEL, contentId({ imported: SUITE, suite: suite.hash })),
    rows,
  );
  const records = rows.flatMap((row, place) => {
    const question = questions[place];
    if (question === undefined) return [];
    const answers = answersOf(row, question, at);
    return [{ answers, judgment: judgmentOf(row, question, protocol.id, answers, at) }];
  });
  const answers = records.flatMap((record) => record.answers);
  const judgments = records.map((record) => record.judgment);
  const part = { suite, answers, judgments, protocols: [protocol], plannedAnswers: answers.length };
  const manifest = await writeImportedRun(run, { format: SUITE, parts: [part], clock });
  await writeFileAtomically(runPaths.scores(run), prettyJson(scoreRun(run)));
  return manifest;
}
