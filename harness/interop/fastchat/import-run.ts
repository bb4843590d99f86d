import type { RatingScale } from "../../core/board.js";
import type { Clock } from "../../core/clock.js";
import { compositeKey } from "../../core/composite-key.js";
import { ConfigError } from "../../core/errors.js";
import type { Manifest, ManifestProtocol } from "../../core/manifest.js";
import { presentFields } from "../../core/present-fields.js";
import { judgeModelOf, judgeOf } from "../../core/protocol-id.js";
import type { Answer, Judgment, Suite } from "../../core/records.js";
import { scoreRun } from "../../pipeline/scores/score-run.js";
import { type ImportedSuite, writeImportedRun } from "../../store/imported-run.js";
import { prettyJson, runPaths, writeFileAtomically } from "../../store/run-folder.js";
import { numberRepeats } from "../number-repeats.js";
import { readFastChatAnswers } from "./answers.js";
import { type BenchFiles, findBenches } from "./bench-files.js";
import { impliedQuestions, importedSuite, type KnownQuestions, knownQuestions } from "./bench-questions.js";
import { readFastChatJudgments } from "./judgments.js";
import { ScaleFinder } from "./rating-scale.js";
import { modeOf, subjectsOf } from "./subjects.js";

/** How FastChat's files are imported. */
export interface FastChatImport {
  readonly clock: Clock;
  /** Scale of the ratings; found by looking at them where it is left out. */
  readonly scale?: RatingScale | undefined;
}

function judgeModelIn(id: string, judgments: readonly Judgment[]): string {
  for (const judgment of judgments) {
    const model = judgment.status === "skipped" ? undefined : judgment.replies[0]?.endpointModel;
    if (model !== undefined) return model;
  }
  return judgeModelOf(id);
}

function protocolsOf(
  suite: Suite,
  judgments: readonly Judgment[],
  trials: number,
  scaleOf: (protocol: string) => RatingScale,
): ManifestProtocol[] {
  const byProtocol = new Map<string, Judgment[]>();
  for (const judgment of judgments) {
    const own = byProtocol.get(judgment.protocol);
    if (own === undefined) byProtocol.set(judgment.protocol, [judgment]);
    else own.push(judgment);
  }
  const turns = suite.questions.reduce((sum, question) => sum + question.turns.length, 0);
  return [...byProtocol].map(([id, own]) => {
    const kind = own.some((judgment) => judgment.b !== undefined) ? "pair" : "single";
    const subjects = subjectsOf(own);
    const repeats = own.filter((judgment) => judgment.repeat !== undefined).length;
    return {
      id,
      suite: suite.id,
      judge: judgeOf(id),
      judgeModel: judgeModelIn(id, own),
      ...modeOf(kind, subjects),
      metric: kind === "pair" ? "win-rate" : "rating",
      ...presentFields({ scale: kind === "pair" ? undefined : scaleOf(id) }),
      subjects,
      turns: "each",
      ...(kind === "pair" ? { orders: "both" as const } : {}),
      identity: { imported: "fastchat" },
      assets: [],
      planned: subjects.length * turns * (kind === "pair" ? 2 : 1) * trials + repeats,
    };
  });
}

/** Files of one bench whose questions are the same. */
interface KnownBench {
  readonly known: KnownQuestions;
  readonly answers: readonly string[];
  readonly judgments: readonly string[];
}

/** Judgments of one bench, with the scale of each protocol's ratings. */
function readJudgments(
  { known, judgments: files }: KnownBench,
  answerIdOf: (model: string, questionId: string) => string | undefined,
  scale: RatingScale | undefined,
): { readonly judgments: readonly Judgment[]; readonly scaleOf: (protocol: string) => RatingScale } {
  const { suite, categoryOf, judged } = known;
  const judgments: Judgment[] = [];
  const finders = new Map<string, ScaleFinder>();
  for (const file of files) {
    for (const found of readFastChatJudgments(file, { suite, categoryOf, answerIdOf, judged, scale })) {
      judgments.push(found);
      const finder = finders.get(found.protocol) ?? new ScaleFinder();
      finders.set(found.protocol, finder);
      if (found.status === "judged" && found.verdict.kind === "rating")
        finder.add(file, found.a, found.verdict.rating);
    }
  }
  const scaleOf = (protocol: string) => scale ?? (finders.get(protocol) ?? new ScaleFinder()).scale();
  return { judgments: numberRepeats(judgments), scaleOf };
}

function importBench(bench: KnownBench, scale: RatingScale | undefined): ImportedSuite {
  const { suite: id, categoryOf, questions: given, categories } = bench.known;
  const answers = bench.answers.flatMap((file) => [...readFastChatAnswers(file, { suite: id, categoryOf })]);
  const ids = new Map(answers.map((one) => [compositeKey(one.model, one.questionId, one.trial), one.taskId]));
  const answerIdOf = (model: string, questionId: string) => ids.get(compositeKey(model, questionId, 1));
  const { judgments, scaleOf } = readJudgments(bench, answerIdOf, scale);
  const questions = given.length > 0 ? given : impliedQuestions(answers, judgments);
  const suite = importedSuite(id, questions, categories);
  const trials = answers.reduce((most: number, answer: Answer) => Math.max(most, answer.trial), 1);
  const protocols = protocolsOf(suite, judgments, trials, scaleOf);
  const models = new Set([
    ...answers.map((answer) => answer.model),
    ...protocols.flatMap(({ subjects }) => subjects.flat()),
  ]);
  const plannedAnswers = models.size * questions.length * trials;
  return { suite, answers, judgments, protocols, plannedAnswers };
}

/** Judgments that show other questions are a bench of their own, also where no `question.jsonl` says so. */
function benchesByQuestions({ questions, answers, judgments }: BenchFiles): KnownBench[] {
  const files = judgments.length > 0 ? judgments : answers;
  const parts = new Map<string, { known: KnownQuestions; judgments: string[] }>();
  for (const [file, known] of knownQuestions(files, () => questions, false)) {
    const part = parts.get(known.suite) ?? { known, judgments: [] };
    parts.set(known.suite, part);
    if (judgments.length > 0) part.judgments.push(file);
  }
  const found = [...parts.values()];
  if (found.length > 1 && answers.length > 0) {
    throw new ConfigError(
      "the paths hold judgments of different questions, and answers that could be to either",
      {
        code: "mixed-benches",
        remedy: "Import them one after the other, or put each bench into a folder with its question.jsonl.",
      },
    );
  }
  return found.map((part) => ({ ...part, answers }));
}

/** @throws ConfigError for two benches of one name. */
function refuseTwins(benches: readonly KnownBench[]): void {
  const seen = new Set<string>();
  for (const { known } of benches) {
    if (seen.has(known.suite)) {
      throw new ConfigError(`the paths hold two benches called ${known.suite}`, {
        code: "mixed-benches",
        remedy: "Import them one after the other, each into a run folder of its own.",
      });
    }
    seen.add(known.suite);
  }
}

/**
 * Makes a run folder of FastChat's files: questions, answers and judgments, as far as they are given; several benches
 * become several suites.
 * @param paths files, or folders that hold them at any depth
 * @throws ConfigError when the folder is a run already or nothing is found; DataError naming file and line.
 */
export async function importRunFromFastChat(
  paths: readonly string[],
  run: string,
  { clock, scale }: FastChatImport,
): Promise<Manifest> {
  const benches = findBenches(paths).flatMap(benchesByQuestions);
  if (benches.length === 0) {
    throw new ConfigError("the paths hold no FastChat answers or judgments", {
      code: "nothing-to-import",
      remedy: "Name FastChat's data folder of a bench, or its .jsonl files.",
    });
  }
  refuseTwins(benches);
  const parts = benches.map((bench) => importBench(bench, scale));
  const manifest = await writeImportedRun(run, { format: "fastchat", parts, clock });
  await writeFileAtomically(runPaths.scores(run), prettyJson(scoreRun(run)));
  return manifest;
}
