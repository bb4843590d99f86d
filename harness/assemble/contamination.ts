import { loadSuite } from "../../suites/registry.js";
import { corpusFiles } from "../contamination/corpus-files.js";
import type { FoundPassage } from "../contamination/findings.js";
import {
  type AskedQuestion,
  methodRules,
  questionVerdicts,
  SHARED_RULE,
  suiteParts,
} from "../contamination/question-verdicts.js";
import type { ScanCorpusOptions } from "../contamination/scan-corpus.js";
import { scanCorpus } from "../contamination/scan-corpus.js";
import { type SuiteIndex, suiteIndex } from "../contamination/suite-index.js";
import { isoTime } from "../core/clock.js";
import type {
  ContaminatedQuestion,
  ContaminatedScore,
  ContaminationMethod,
  ContaminationScan,
  CorpusFacts,
} from "../core/contamination.js";
import { countOf, nounFor } from "../core/count-of.js";
import { ConfigError } from "../core/errors.js";
import type { Suite, Warning } from "../core/records.js";
import type { Services } from "../core/services.js";
import { assetFinder } from "../data/asset-finder.js";
import { contaminatedScores } from "../pipeline/contaminated-scores.js";
import { readRunVerdicts, type ScoringOptions } from "../pipeline/scores/score-run.js";
import { isRunFolder, readSuites } from "../store/run-folder.js";

/** What is scanned for what. */
export interface ContaminationRequest
  extends Pick<ScanCorpusOptions, "fields" | "similarity" | "passages" | "workers" | "onProgress"> {
  /** Name of a suite, a file of questions, or a run folder. */
  readonly suite: string;
  /** Files, folders and patterns. */
  readonly corpus: readonly string[];
  readonly methods: readonly ContaminationMethod[];
  /** Run folders whose scores are split. */
  readonly runs: readonly string[];
  readonly scoring: (runs: readonly string[]) => Promise<ScoringOptions>;
  readonly onMatch?:
    | ((passage: FoundPassage, question: AskedQuestion, index: SuiteIndex) => void)
    | undefined;
}

async function suitesOf(name: string, services: Services): Promise<readonly Suite[]> {
  if (isRunFolder(name)) return readSuites(name);
  return [await loadSuite(name, assetFinder(services))];
}

/** Refuses runs that asked nothing of the suites. */
function refuseOtherRuns(runs: readonly string[], suites: readonly Suite[]): void {
  for (const run of runs) {
    const own = readSuites(run).map(({ id }) => id);
    if (own.some((id) => suites.some((suite) => suite.id === id))) continue;
    throw new ConfigError(`${run} asked none of the questions that are looked for`, {
      code: "other-suite",
      remedy: `It asked ${own.join(", ")}; name its suite, or the run folder itself in place of the suite.`,
    });
  }
}

function warningsOf(corpus: CorpusFacts, index: SuiteIndex, passedOver: number, tooShort: number): Warning[] {
  const warnings: Warning[] = [];
  const tell = (code: string, count: number, message: string) => {
    if (count > 0) warnings.push({ code, message, count });
  };
  const { damagedRows, texts } = corpus;
  tell(
    "damaged-rows",
    damagedRows,
    `${countOf(damagedRows, "row is", "rows are")} no whole JSON; what can be read of ${nounFor(damagedRows, "it", "them")} was searched`,
  );
  tell(
    "files-passed-over",
    passedOver,
    `${countOf(passedOver, "file")} of the folders ${nounFor(passedOver, "was", "were")} passed over: their names say nothing of text`,
  );
  tell(
    "too-short",
    tooShort,
    `${countOf(tooShort, "question")} ${nounFor(tooShort, "is", "are")} too short to be looked for (fewer than 8 words and 50 letters and digits)`,
  );
  tell("shared-passages", index.shared, `${countOf(index.shared, "run")} of 8 words: ${SHARED_RULE}`);
  if (texts === 0) tell("no-text", 1, "the corpus holds no text; check --field");
  return warnings;
}

function sentenceOf(
  scan: Pick<ContaminationScan, "contaminated" | "questions" | "corpus" | "found">,
): string {
  const { contaminated, questions, corpus, found } = scan;
  const where = `${countOf(corpus.files, "file")} (${(corpus.uncompressedBytes / 1e6).toFixed(1)} MB of text)`;
  if (contaminated === 0)
    return `Of ${countOf(questions, "question")} none was found in ${where}. That says nothing of what this corpus does not hold, nor of translations and free paraphrases.`;
  return `${contaminated} of ${countOf(questions, "question")} ${nounFor(contaminated, "is", "are")} in ${where}: ${found.question} with the question alone, ${found.answer} with the reference answer alone, ${found.both} with both.`;
}

function countFound(items: readonly ContaminatedQuestion[]): ContaminationScan["found"] {
  const count = (what: string) => items.filter(({ found }) => found === what).length;
  return { question: count("question"), answer: count("answer"), both: count("both") };
}

async function scoresOf(
  request: ContaminationRequest,
  scan: ContaminationScan,
): Promise<ContaminatedScore[]> {
  if (request.runs.length === 0) return [];
  const scoring = await request.scoring(request.runs);
  return request.runs.flatMap((run) => contaminatedScores(run, readRunVerdicts(run, scoring).inputs, scan));
}

/**
 * Looks for a suite's questions and reference answers in a corpus, and splits the scores of runs by what was found; never
 * calls a model.
 * @throws ConfigError, DataError.
 */
export async function contaminationOf(
  request: ContaminationRequest,
  services: Services,
): Promise<ContaminationScan> {
  const { files, passedOver } = corpusFiles(request.corpus);
  const suites = await suitesOf(request.suite, services);
  refuseOtherRuns(request.runs, suites);
  const asked = suites.flatMap(({ id, questions }): AskedQuestion[] =>
    questions.map((question) => ({ suite: id, question })),
  );
  const methods = new Set(request.methods);
  const near = methods.has("near-duplicate");
  const exact = methods.size > (near ? 1 : 0);
  const index = suiteIndex(suiteParts(asked), { exact, near });
  const { onMatch, onProgress, fields, similarity, passages, workers } = request;
  const { found, corpus } = await scanCorpus(index, files, {
    ...{ methods, fields, similarity, passages, workers, onProgress },
    signal: services.stop,
    onMatch:
      onMatch === undefined
        ? undefined
        : (passage) => {
            const question = asked[index.parts[passage.part]?.question ?? -1];
            if (question !== undefined) onMatch(passage, question, index);
          },
  });
  const items = questionVerdicts(asked, index, found, methods, passages);
  const tooShort = items.filter(({ parts }) => parts.every((part) => part.tooShort)).length;
  const rules = methodRules(similarity);
  const counts = {
    corpus,
    questions: items.length,
    contaminated: items.filter((item) => item.contaminated).length,
    found: countFound(items),
  };
  const scan: ContaminationScan = {
    schema: "assay.contamination/1",
    at: isoTime(services.clock.now()),
    suites: suites.map(({ id, hash, questions }) => ({ suite: id, hash, questions: questions.length })),
    methods: request.methods,
    rules: Object.fromEntries(request.methods.map((method) => [method, rules[method]])),
    ...counts,
    tooShort,
    items,
    scores: [],
    warnings: warningsOf(corpus, index, passedOver, tooShort),
    sentence: sentenceOf(counts),
  };
  return { ...scan, scores: await scoresOf(request, scan) };
}
