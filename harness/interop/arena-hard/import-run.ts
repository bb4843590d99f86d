import { arenaHardOutcomes, labelOfVerdict } from "../../core/arena-hard-labels.js";
import type { ArenaHardAnswer } from "../../core/arena-hard-row.js";
import type { Clock } from "../../core/clock.js";
import { compositeKey } from "../../core/composite-key.js";
import { ConfigError } from "../../core/errors.js";
import { canonicalJson, contentId, sha256 } from "../../core/hash.js";
import type { Json } from "../../core/json.js";
import type { Manifest, ManifestProtocol } from "../../core/manifest.js";
import { presentFields } from "../../core/present-fields.js";
import type { Answer, Judgment, Question, Warning } from "../../core/records.js";
import { scoreRun } from "../../pipeline/scores/score-run.js";
import { type ImportedSuite, writeImportedRun } from "../../store/imported-run.js";
import { prettyJson, runPaths, writeFileAtomically } from "../../store/run-folder.js";
import { filesBelow } from "../files-below.js";
import { numberRepeats } from "../number-repeats.js";
import { shownAnswers } from "../shown-answers.js";
import { readArenaHardAnswers } from "./answers.js";
import { findBaseline } from "./battle-groups.js";
import { arenaHardProtocol, type Bench, Benches, suiteOf } from "./benches.js";
import { arenaHardFileFormat } from "./file-format.js";
import { type ArenaHardGame, type ArenaHardJudgment, readArenaHardJudgments } from "./judgments.js";

/** How files are imported. */
export interface ArenaHardImport {
  readonly clock: Clock;
  /** Model that the others were compared with, where the files do not name it. */
  readonly baseline?: string | undefined;
  /** Called with what must be said of the files, such as which model was taken for the baseline. */
  readonly onWarning?: (warning: Warning) => void;
}

/** A suite as its files are read. */
interface Gathered {
  readonly questions: Map<string, Question>;
  readonly answers: Answer[];
  readonly judgments: (ArenaHardJudgment & { readonly opponent: string })[];
}

function answerRecord(suite: string, category: string, given: ArenaHardAnswer): Answer {
  const { questionId, model, text, reasoning, answerId, at, metadata } = given;
  const key = {
    taskId: answerId ?? contentId({ kind: "arena-hard-answer", model, questionId, text: text ?? null }),
    suite,
    questionId,
    category,
    model,
    trial: 1,
    at,
  };
  if (text === undefined) {
    const message = "Arena-Hard recorded no text";
    const error = { code: "recorded-error", message, retryable: true };
    return { ...key, status: "failed", turns: [], error, attempts: [] };
  }
  const extra = metadata === undefined ? {} : { extra: { arenaHardMetadata: metadata } };
  const call = { parameters: extra, finishReason: "unknown", latencyMs: 0, source: "recording" } as const;
  return { ...key, status: "completed", turns: [{ text, ...presentFields({ reasoning }), ...call }] };
}

/** A label that the verdict does not give back stands among the parameters, so that an export can write it again. */
function requestOf({ label, verdict, prompt }: ArenaHardGame) {
  const isLost = label !== null && labelOfVerdict(verdict) === null;
  const extra: { readonly [key: string]: Json } = isLost ? { arenaHardLabel: label } : {};
  return { messages: prompt ?? [], parameters: isLost ? { extra } : {} };
}

interface GamePlace {
  readonly suite: string;
  readonly protocol: string;
  readonly category: string;
  readonly answerIdOf: (model: string, questionId: string) => string | undefined;
}

function gameRecord(
  row: Gathered["judgments"][number],
  number: 1 | 2,
  { suite, protocol, category, answerIdOf }: GamePlace,
): Judgment[] {
  const { questionId, model, opponent, judge, layout, at } = row;
  const game = row.games[number - 1];
  // A file of v0.1 that holds one game has not asked for the other; v2 writes null for one that failed.
  if (game === undefined && layout === "v0.1") return [];
  const [a, b] = number === 1 ? [opponent, model] : [model, opponent];
  const order = number === 1 ? (2 as const) : (1 as const);
  const place = { suite, questionId, category, turn: 1, trial: 1, a, b, order };
  const answers = shownAnswers([a, b], (shown) => answerIdOf(shown, questionId));
  const taskId = contentId({ protocol, ...place, text: game?.text ?? null, label: game?.label ?? null });
  const key = { taskId, protocol, ...place, answers, at };
  if (game === undefined) {
    const message = "Arena-Hard recorded no game";
    return [
      {
        ...key,
        status: "failed",
        replies: [],
        error: { code: "recorded-error", message, retryable: true },
        attempts: [],
      },
    ];
  }
  const { verdict, text = "" } = game;
  const call = { endpointModel: judge, finishReason: "unknown", latencyMs: 0, source: "recording" } as const;
  const replies = [{ text, ...call, verdict }];
  return [{ ...key, status: "judged", request: requestOf(game), replies, verdict }];
}

function questionFor(id: string, category: string | undefined, bench: Bench): Question {
  return bench.questions.get(id) ?? { id, category: category ?? "general", turns: [""] };
}

/** Category that decides a question's suite: of a bench that has subcategories, the one above them. */
function categoryAbove({ category, metadata }: Question): string {
  return typeof metadata?.category === "string" ? metadata.category : category;
}

/** Reads all files into suites. */
class Gathering {
  readonly suites = new Map<string, Gathered>();
  private readonly benches = new Benches();

  constructor(private readonly questionFile: string | undefined) {}

  private benchOf(file: string): Bench {
    const own = this.benches.of(file);
    return own.questions.size > 0 || this.questionFile === undefined
      ? own
      : this.benches.of(file, this.questionFile);
  }

  private suite(id: string): Gathered {
    const known = this.suites.get(id) ?? { questions: new Map(), answers: [], judgments: [] };
    this.suites.set(id, known);
    return known;
  }

  answers(file: string): void {
    const bench = this.benchOf(file);
    for (const answer of readArenaHardAnswers(file)) {
      const question = questionFor(answer.questionId, undefined, bench);
      const above = bench.questions.size === 0 ? undefined : categoryAbove(question);
      const id = bench.suite(above);
      const { questions, answers } = this.suite(id);
      // Without its question's text the prompt that stands in the answer is as good.
      const known = questions.get(question.id);
      if (known === undefined || known.turns[0] === "")
        questions.set(
          question.id,
          answer.prompt === undefined || question.turns[0] !== ""
            ? question
            : { ...question, turns: [answer.prompt] },
        );
      answers.push(answerRecord(id, question.category, answer));
    }
  }

  judgments(file: string, baseline: string | undefined): void {
    const bench = this.benchOf(file);
    for (const row of readArenaHardJudgments(file)) {
      const question = questionFor(row.questionId, row.category, bench);
      const above = row.category ?? (bench.questions.size === 0 ? undefined : categoryAbove(question));
      const { questions, judgments } = this.suite(bench.suite(above));
      if (!questions.has(question.id)) questions.set(question.id, question);
      judgments.push({ ...row, opponent: baseline ?? row.baseline ?? "" });
    }
  }
}

/** Rows with their opponent; those of the baseline against itself are left out. */
function withOpponents(
  suite: string,
  judgments: Gathered["judgments"],
  onWarning: ArenaHardImport["onWarning"],
): Gathered["judgments"] {
  const isTold = judgments.every(({ opponent }) => opponent !== "");
  const rows = judgments.map(({ questionId, model, baseline, games }) => {
    return { questionId, model, baseline, games: [games[0]?.verdict, games[1]?.verdict] as const };
  });
  const { baseline: found, warnings } = isTold ? { baseline: "", warnings: [] } : findBaseline(rows, suite);
  for (const warning of warnings) onWarning?.(warning);
  return judgments
    .map((row) => (row.opponent === "" ? { ...row, opponent: found } : row))
    .filter(({ model, opponent }) => model !== opponent);
}

function importedSuite(
  id: string,
  gathered: Gathered,
  onWarning: ArenaHardImport["onWarning"],
): ImportedSuite {
  const questions = [...gathered.questions.values()];
  const hash = sha256(canonicalJson(questions));
  const suite = suiteOf(id, questions, [...new Set(questions.map(({ category }) => category))], hash);
  const answerIds = new Map(
    gathered.answers.map(({ model, questionId, taskId }) => [compositeKey(model, questionId), taskId]),
  );
  const answerIdOf = (model: string, questionId: string) => answerIds.get(compositeKey(model, questionId));
  const protocols = new Map<string, { protocol: ManifestProtocol; judgments: Judgment[] }>();
  for (const row of withOpponents(id, gathered.judgments, onWarning)) {
    const { judge, layout, opponent: baseline, model, questionId } = row;
    const rule = arenaHardOutcomes(layout);
    const named = { original: layout, judge, judges: [judge], baseline, suite: id };
    const protocol = arenaHardProtocol(named);
    const entry = protocols.get(protocol) ?? {
      protocol: {
        id: protocol,
        suite: id,
        judge: layout === "v2" ? "arena-hard" : "arena-hard-v0.1",
        judgeModel: judge,
        mode: "pairwise-baseline" as const,
        baseline,
        metric: "outcomes" as const,
        outcomes: rule,
        subjects: [],
        turns: "last" as const,
        orders: "both" as const,
        identity: { imported: "arena-hard", layout },
        assets: [],
        planned: 0,
      },
      judgments: [],
    };
    protocols.set(protocol, entry);
    const isKnown = entry.protocol.subjects.some(([first]) => first === model);
    const subjects = isKnown ? entry.protocol.subjects : [...entry.protocol.subjects, [model, baseline]];
    entry.protocol = { ...entry.protocol, subjects };
    const category = gathered.questions.get(questionId)?.category ?? "general";
    const place = { suite: id, protocol, category, answerIdOf };
    entry.judgments.push(...gameRecord(row, 1, place), ...gameRecord(row, 2, place));
  }
  const parts = [...protocols.values()].map(({ protocol: both, judgments }) => {
    // Where nothing was judged the other way round, nothing is missing there.
    const isOneWay = both.identity.layout === "v0.1" && judgments.every(({ order }) => order === 2);
    const protocol = isOneWay ? { ...both, orders: "seeded" as const } : both;
    const numbered = numberRepeats(judgments);
    const repeats = numbered.filter(({ repeat }) => repeat !== undefined).length;
    const planned = (isOneWay ? 1 : 2) * questions.length * protocol.subjects.length + repeats;
    return { protocol: { ...protocol, planned }, judgments: numbered };
  });
  const models = new Set([
    ...gathered.answers.map(({ model }) => model),
    ...parts.flatMap(({ protocol }) => protocol.subjects.flat()),
  ]);
  return {
    suite,
    answers: gathered.answers,
    judgments: parts.flatMap(({ judgments }) => judgments),
    protocols: parts.map(({ protocol }) => protocol),
    plannedAnswers: models.size * questions.length,
  };
}

/**
 * Makes a run folder of Arena-Hard's files of either layout: questions, answers and judgments, as far as they are given.
 * @param paths files, or folders that hold them at any depth
 * @throws ConfigError when the folder is a run already or nothing is found; DataError naming file and line.
 */
export async function importArenaHard(
  paths: readonly string[],
  run: string,
  { clock, baseline, onWarning }: ArenaHardImport,
): Promise<Manifest> {
  const files = [...new Set(paths.flatMap((path) => filesBelow(path, ".jsonl")))];
  const found = files.map((file) => ({ file, format: arenaHardFileFormat(file) }));
  const named = found.filter(({ format }) => format === "arena-hard-questions");
  const gathering = new Gathering(named.length === 1 ? named[0]?.file : undefined);
  for (const { file, format } of found) if (format === "arena-hard-answers") gathering.answers(file);
  for (const { file, format } of found)
    if (format === "arena-hard-judgments") gathering.judgments(file, baseline);
  if (gathering.suites.size === 0) {
    throw new ConfigError("the paths hold no Arena-Hard answers or judgments", {
      code: "nothing-to-import",
      remedy: "Name a bench's folder (question.jsonl, model_answer/, model_judgment/), or its .jsonl files.",
    });
  }
  const parts = Array.from(gathering.suites, ([id, gathered]) => importedSuite(id, gathered, onWarning));
  const manifest = await writeImportedRun(run, { format: "arena-hard", parts, clock });
  await writeFileAtomically(runPaths.scores(run), prettyJson(scoreRun(run)));
  return manifest;
}
