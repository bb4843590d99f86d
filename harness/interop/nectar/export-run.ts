import { join } from "node:path";
import { isJsonObject } from "../../core/json.js";
import type { ManifestProtocol } from "../../core/manifest.js";
import { rankingGroups } from "../../core/ranks.js";
import type { Answer, Judgment, Question, Suite, Warning } from "../../core/records.js";
import { fileNameFor } from "../../core/text.js";
import { countingRecords } from "../../store/counting-records.js";
import { answerPlace } from "../../store/resume.js";
import { readManifest, readSuites, writeFileAtomically } from "../../store/run-folder.js";
import { humanTurns, writePrompt } from "./prompt.js";
import { nectarRow } from "./rows.js";

/** What cannot be written, by why. */
type Omitted = Map<string, number>;

type Answers = ReadonlyMap<string, Answer>;

function omit(omitted: Omitted, why: string): undefined {
  omitted.set(why, (omitted.get(why) ?? 0) + 1);
  return undefined;
}

/** The row that an imported ranking came from, as it was. */
function importedRow(judgment: Judgment, question: Question, answers: Answers): object | undefined {
  const rest = question.metadata?.nectar;
  if (!isJsonObject(rest)) return undefined;
  const given = (judgment.ranked?.models ?? []).map(
    (model) =>
      answers.get(answerPlace(judgment.suite, model, judgment.questionId, judgment.trial))?.turns[0]
        ?.parameters.extra?.nectar,
  );
  // The key stands where it stood: before what follows the prompt in Nectar's files.
  const { prompt, ...others } = rest;
  return given.every(isJsonObject) ? { prompt, answers: given, ...others } : undefined;
}

function rowOf(
  judgment: Judgment,
  question: Question,
  answers: Answers,
  omitted: Omitted,
): object | undefined {
  const verdict = judgment.status === "judged" ? judgment.verdict : undefined;
  if (verdict?.kind !== "ranking" || judgment.ranked === undefined)
    return omit(omitted, "rankings that are missing or could not be read");
  // Every model has an earlier answer of its own, and a row has one prompt for all.
  if (judgment.turn > 1) return omit(omitted, "rankings of later turns");
  const { models, labels } = judgment.ranked;
  const groups = rankingGroups(verdict).map((group) =>
    group.map((label) => models[labels.indexOf(label)] ?? label),
  );
  const texts = new Map(
    models.map((model) => {
      const answer = answers.get(answerPlace(judgment.suite, model, judgment.questionId, judgment.trial));
      return [model, answer?.turns[0]?.text ?? ""] as const;
    }),
  );
  const { prompt, ...row } = nectarRow(writePrompt(question), groups, texts);
  return { prompt, ...row, turns: humanTurns(question), source: [judgment.suite] };
}

/**
 * In the suite's order: records stand in that of their arrival, which is another one each time. Imported rows of one question
 * stand as they stood.
 */
function inOrder(suite: Suite, judgments: readonly Judgment[], isImported: boolean): readonly Judgment[] {
  const places = new Map(suite.questions.map(({ id }, place) => [id, place]));
  const placeOf = ({ questionId }: Judgment) => places.get(questionId) ?? -1;
  const others = (one: Judgment, other: Judgment) => {
    if (isImported) return 0;
    const models = [one, other].map(({ ranked }) => [...(ranked?.models ?? [])].sort().join("\n"));
    return (
      one.trial - other.trial || one.turn - other.turn || ((models[0] ?? "") < (models[1] ?? "") ? -1 : 1)
    );
  };
  return [...judgments].sort((one, other) => placeOf(one) - placeOf(other) || others(one, other));
}

function rowsOf(
  protocol: ManifestProtocol,
  suite: Suite,
  judgments: readonly Judgment[],
  answers: Answers,
  omitted: Omitted,
): readonly object[] {
  const questions = new Map(suite.questions.map((question) => [question.id, question]));
  const isImported = protocol.ranked?.isImported === true;
  return inOrder(suite, judgments, isImported).flatMap((judgment) => {
    const question = questions.get(judgment.questionId);
    if (judgment.protocol !== protocol.id || question === undefined) return [];
    const kept = isImported ? importedRow(judgment, question, answers) : undefined;
    return kept ?? rowOf(judgment, question, answers, omitted) ?? [];
  });
}

/**
 * Writes a run's rankings in Nectar's layout, a file of JSON lines for each suite, or for each protocol where several rank it.
 * Rows that were imported are written as they were. Rankings of later turns have no place there, since all answers of a row
 * follow one prompt.
 * @returns Files written and what has no place in them.
 */
export async function exportNectar(
  run: string,
  out: string,
): Promise<{ files: string[]; warnings: readonly Warning[] }> {
  const manifest = readManifest(run);
  const suites = new Map(readSuites(run).map((suite) => [suite.id, suite]));
  const { answers, judgments } = countingRecords(run);
  const byPlace = new Map(
    answers.map((one) => [answerPlace(one.suite, one.model, one.questionId, one.trial), one]),
  );
  const files: string[] = [];
  const omitted: Omitted = new Map();
  const ranking = manifest.protocols.filter(({ ranked }) => ranked !== undefined);
  for (const protocol of ranking) {
    const suite = suites.get(protocol.suite);
    if (suite === undefined) continue;
    const rows = rowsOf(protocol, suite, judgments, byPlace, omitted);
    if (rows.length === 0) continue;
    const isOnly = ranking.filter((one) => one.suite === suite.id).length === 1;
    const file = join(out, `${fileNameFor(isOnly ? suite.id : `${suite.id}-${protocol.id}`)}.jsonl`);
    await writeFileAtomically(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    files.push(file);
  }
  const warnings = [...omitted].map(([why, count]) => ({
    code: "not-exported",
    count,
    message: `Nectar's files have no place for ${why} (${count})`,
  }));
  return {
    files,
    warnings:
      ranking.length > 0
        ? warnings
        : [
            {
              code: "no-rankings",
              message: "only rankings (--mode ranking) have a place in Nectar's layout",
            },
          ],
  };
}
