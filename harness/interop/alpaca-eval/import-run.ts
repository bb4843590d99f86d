import { basename, dirname } from "node:path";
import { type Clock, systemClock } from "../../core/clock.js";
import { compositeKey } from "../../core/composite-key.js";
import { ConfigError } from "../../core/errors.js";
import { canonicalJson, contentId, sha256 } from "../../core/hash.js";
import type { Manifest, ManifestProtocol } from "../../core/manifest.js";
import { presentFields } from "../../core/present-fields.js";
import type { Judgment, Question, Suite } from "../../core/records.js";
import { type ImportedSuite, writeImportedRun } from "../../store/imported-run.js";
import { filesBelow } from "../files-below.js";
import { alpacaEvalFormatOf } from "./annotations.js";
import {
  AnnotationPlaces,
  annotatorOf,
  generatorOf,
  ImportedAnswers,
  importAnnotation,
  instructionOf,
} from "./import.js";
import { type AnnotatedQuestion, AnnotatedQuestions, alpacaEvalSuite } from "./questions.js";
import { type AlpacaEvalRecord, readAlpacaEvalRecords, recordName } from "./records.js";
import { protocolOfAnnotator } from "./score-board.js";

function groupBy<Key, Item>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** Names that alpaca_eval gives its files. */
const RESULT_FILES: ReadonlySet<string> = new Set(["annotations.json", "model_outputs.json"]);

/** Records of all files, by kind. */
interface ImportedRecords {
  readonly outputs: AlpacaEvalRecord[];
  readonly annotations: AlpacaEvalRecord[];
}

function readRecords(paths: readonly string[]): ImportedRecords {
  const found: ImportedRecords = { outputs: [], annotations: [] };
  for (const file of new Set(paths.flatMap((path) => filesBelow(path, ".json")))) {
    const format = alpacaEvalFormatOf(file);
    // Other files may lie in the folders of results, but none by these names.
    const isMeant = paths.includes(file) || RESULT_FILES.has(basename(file));
    if (format === undefined && !isMeant) continue;
    if (format === undefined) {
      throw new ConfigError(`${file} is neither AlpacaEval's outputs nor its annotations`, {
        code: "unknown-format",
        remedy:
          "Both are lists of records with an instruction, and an output or output_1, output_2, generator_1, generator_2 and preference. Fix the file, or leave it out.",
      });
    }
    const records = format === "alpaca-eval-outputs" ? found.outputs : found.annotations;
    for (const record of readAlpacaEvalRecords(file)) records.push(record);
  }
  if (found.outputs.length + found.annotations.length > 0) return found;
  throw new ConfigError("the paths hold no outputs or annotations of AlpacaEval", {
    code: "nothing-to-import",
    remedy: "Name model_outputs.json and annotations.json files, or folders that hold them.",
  });
}

/** What is imported as one suite. */
interface SuiteRecords extends ImportedRecords {
  readonly id: string;
}

function instructionsOf(records: readonly AlpacaEvalRecord[]): string[] {
  return records.map(instructionOf);
}

/** Whether annotations are those of `results/MODEL/ANNOTATOR/` for outputs in `results/MODEL/`. */
function isBeside(annotations: string, outputs: string): boolean {
  return dirname(dirname(annotations)) === dirname(outputs);
}

/** Annotations go by instruction set and baseline; outputs to the suites in which their models occur. */
function bySuite({ outputs, annotations }: ImportedRecords): SuiteRecords[] {
  const suites = new Map<string, SuiteRecords>();
  const suiteOf = (id: string) => {
    const found = suites.get(id) ?? { id, outputs: [], annotations: [] };
    suites.set(id, found);
    return found;
  };
  const byBaseline = groupBy(annotations, (record) => recordName(record, "generator_1"));
  for (const [baseline, own] of byBaseline) {
    const suite = suiteOf(alpacaEvalSuite(instructionsOf(own), baseline));
    for (const one of own) suite.annotations.push(one);
  }
  const occurring = new Map(
    Array.from(suites.values(), (suite) => [
      suite,
      new Set(suite.annotations.flatMap((record) => [record.fields.generator_1, record.fields.generator_2])),
    ]),
  );
  const fileAndModel = (record: AlpacaEvalRecord) => compositeKey(record.file, generatorOf(record));
  for (const own of groupBy(outputs, fileAndModel).values()) {
    const [first] = own;
    if (first === undefined) continue;
    const named = [...suites.values()].filter(
      (suite) => occurring.get(suite)?.has(generatorOf(first)) === true,
    );
    // Of several suites, those whose annotations lie beside the outputs, as alpaca_eval keeps them.
    const beside = named.filter((suite) => suite.annotations.some((one) => isBeside(one.file, first.file)));
    const alone = () => [suiteOf(alpacaEvalSuite(instructionsOf(own), "gpt4_1106_preview"))];
    const chosen = beside.length > 0 ? beside : named.length > 0 ? named : alone();
    for (const suite of chosen) for (const one of own) suite.outputs.push(one);
  }
  return [...suites.values()];
}

/** Shown where AlpacaEval has a question whose text no imported file holds. */
const UNKNOWN_TEXT = "(This instruction is in none of the imported files.)";

function questionOf({ id, category, instruction }: AnnotatedQuestion): Question {
  const turns = [instruction ?? UNKNOWN_TEXT];
  return category === "general"
    ? { id, category, turns }
    : { id, category, turns, metadata: { dataset: category } };
}

function importSuite(
  { id, outputs, annotations }: SuiteRecords,
  taken: Set<string>,
  isJudge: (name: string) => boolean,
): ImportedSuite {
  const asked = new AnnotatedQuestions(id !== "custom-instructions");
  const records = [...annotations, ...outputs];
  const ids = new Map<string, string>();
  // Model by model: a row's place in its file tells which question a reworded instruction is.
  const modelOf = ({ file, fields }: AlpacaEvalRecord) =>
    JSON.stringify([file, fields.annotator, fields.generator_1, fields.generator_2, fields.generator]);
  for (const own of groupBy(records, modelOf).values()) {
    const instructions = instructionsOf(own);
    const datasets = own.map(({ fields }) =>
      typeof fields.dataset === "string" ? fields.dataset : undefined,
    );
    for (const [row, questionId] of asked.add({ instructions, datasets }).entries())
      ids.set(instructions[row] ?? "", questionId);
  }
  const questions = asked.questions;
  const byId = new Map(questions.map((question) => [question.id, question]));
  const place = {
    suite: id,
    questionOf: (instruction: string) => {
      const found = byId.get(ids.get(instruction) ?? "");
      if (found === undefined) throw new Error("an instruction was not taken in");
      return found;
    },
  };
  const answers = new ImportedAnswers(place);
  const places = new AnnotationPlaces();
  const judgments: Judgment[] = [];
  const protocols: ManifestProtocol[] = [];
  for (const own of groupBy(annotations, (one) =>
    compositeKey(annotatorOf(one), recordName(one, "generator_1")),
  ).values()) {
    const [first] = own;
    if (first === undefined) continue;
    const protocol = importedProtocol(first, own, id, questions.length, taken);
    protocols.push(protocol);
    for (const record of own) {
      places.add(record);
      judgments.push(...importAnnotation(record, protocol.id, place, answers));
    }
  }
  for (const record of outputs) answers.addOutput(record);
  const suite = suiteOf(id, questions.map(questionOf), asked.categories, protocols, isJudge);
  return { suite, answers: answers.all, judgments, protocols, plannedAnswers: answers.all.length };
}

/** Baselines of AlpacaEval's versions, for outputs that nobody has judged yet. */
const BASELINES: ReadonlyMap<string, string> = new Map([
  ["alpaca-eval", "text_davinci_003"],
  ["alpaca-eval-2", "gpt4_1106_preview"],
]);

function suiteOf(
  id: string,
  questions: readonly Question[],
  categories: readonly string[],
  protocols: readonly ManifestProtocol[],
  isJudge: (name: string) => boolean,
): Suite {
  const [first] = protocols;
  const baseline = first?.baseline ?? BASELINES.get(id);
  return {
    id,
    title: { "alpaca-eval": "AlpacaEval 1", "alpaca-eval-2": "AlpacaEval 2" }[id] ?? "Imported instructions",
    questions,
    categories,
    hash: sha256(canonicalJson(questions)),
    sampling: { maxTokens: 2048, temperature: 0 },
    // An annotator that assay does not know cannot be asked again.
    defaultJudge: first !== undefined && isJudge(first.judge) ? first.judge : "weighted_alpaca_eval_gpt4.1",
    defaultMode: "pairwise-baseline",
    ...presentFields({ defaultBaseline: baseline }),
    assets: [],
  };
}

/** An annotator against a baseline. Its protocol is called as in `assay score FILE`, as long as that is unambiguous. */
function importedProtocol(
  first: AlpacaEvalRecord,
  own: readonly AlpacaEvalRecord[],
  suite: string,
  questions: number,
  taken: Set<string>,
): ManifestProtocol {
  const annotator = annotatorOf(first);
  const baseline = recordName(first, "generator_1");
  const { protocol, judge } = protocolOfAnnotator(annotator);
  const id = taken.has(protocol)
    ? `${protocol}~${contentId({ annotator, baseline, suite }).slice(0, 6)}`
    : protocol;
  taken.add(id);
  const models = [...new Set(own.map((record) => recordName(record, "generator_2")))];
  const isBoth = own.some((record) => record.fields.model_shown === "both");
  return {
    id,
    suite,
    judge: annotator,
    judgeModel: judge,
    mode: "pairwise-baseline",
    baseline,
    metric: "preference",
    subjects: models.map((model) => [model, baseline]),
    turns: "last",
    orders: isBoth ? "both" : "seeded",
    identity: { imported: "alpaca-eval", annotator },
    assets: [],
    planned: models.length * questions * (isBoth ? 2 : 1),
  };
}

/** What an import needs besides its files. */
export interface AlpacaEvalImport {
  /** Whether judges can be named so; the judge that annotated a file then goes on judging its suite by default. */
  readonly isJudge: (name: string) => boolean;
  readonly clock?: Clock;
}

/**
 * Makes a run folder of AlpacaEval's files, `model_outputs.json` and `annotations.json`, so that `score`, `report`,
 * `compare` and `judge` work on it. Nothing of the files is lost: {@link exportAlpacaEval} writes them again. Where an
 * annotation shows another text than a model's outputs, the judged text is the answer.
 *
 * @param paths files, or folders that hold them at any depth
 * @throws ConfigError when the folder is a run already or nothing is found; DataError naming file and line, also for
 * instructions that are judged or answered twice
 */
export async function importAlpacaEval(
  paths: readonly string[],
  run: string,
  { isJudge, clock = systemClock }: AlpacaEvalImport,
): Promise<Manifest> {
  const taken = new Set<string>();
  const parts = bySuite(readRecords(paths)).map((records) => importSuite(records, taken, isJudge));
  return writeImportedRun(run, { format: "alpaca-eval", parts, clock });
}
