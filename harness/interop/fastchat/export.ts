import { join } from "node:path";
import { fastChatQuestionId, timestampOf } from "../../core/fastchat-row.js";
import { contentId } from "../../core/hash.js";
import { presentFields } from "../../core/present-fields.js";
import { judgeModelOf } from "../../core/protocol-id.js";
import type { Answer, Judgment, Question, Warning } from "../../core/records.js";
import { fileNameFor } from "../../core/text.js";
import { writeFileAtomically } from "../../store/run-folder.js";
import { FASTCHAT_ERROR } from "./fields.js";
import { type FastChatRecord, PairCollector, pairRow, singleRow } from "./judgment-rows.js";
import { keptKeys } from "./judgments.js";

/** What is to be written for FastChat. */
export interface FastChatContent {
  readonly questions: readonly Question[];
  readonly answers: Iterable<Answer>;
  readonly judgments: Iterable<Judgment>;
  /** Judge model of a protocol id. Default: what stands between `@` and `~` in it. */
  readonly judgeModelOf?: (protocol: string) => string;
}

/** A file to be written: path below the bench's folder, with forward slashes, and its rows. */
export interface FastChatFile {
  readonly path: string;
  readonly rows: readonly FastChatRecord[];
}

/** Files for FastChat, and what has no place in them. */
export interface FastChatExport {
  readonly files: readonly FastChatFile[];
  readonly omitted: readonly Warning[];
}

type Row = FastChatRecord;

function questionRow(question: Question): Row {
  const { reference = question.reference, ...rest } = question.metadata ?? {};
  return {
    question_id: fastChatQuestionId(question.id),
    category: question.category,
    turns: question.turns,
    ...presentFields({ reference, required_temperature: question.requiredTemperature }),
    ...rest,
  };
}

/** Texts of all turns; from the failed one on there is FastChat's mark of an error. */
function textsOf(answer: Answer, turns: number): readonly string[] {
  const texts = answer.turns.map((turn) => turn.text);
  if (answer.status === "completed") return texts;
  const missing = Math.max(1, turns - texts.length);
  return [...texts, ...Array.from({ length: missing }, () => FASTCHAT_ERROR)];
}

function answerFiles(content: FastChatContent): FastChatFile[] {
  const turnsOf = new Map(content.questions.map((question) => [question.id, question.turns.length]));
  const models = new Map<string, Map<string, Answer[]>>();
  for (const answer of content.answers) {
    const byQuestion = models.get(answer.model) ?? new Map<string, Answer[]>();
    models.set(answer.model, byQuestion);
    byQuestion.set(answer.questionId, [...(byQuestion.get(answer.questionId) ?? []), answer]);
  }
  return [...models].map(([model, byQuestion]) => ({
    path: `model_answer/${fileNameFor(model)}.jsonl`,
    rows: [...byQuestion.values()].flatMap((trials) => {
      const sorted = trials.toSorted((one, other) => one.trial - other.trial);
      const [first] = sorted;
      if (first === undefined) return [];
      return [
        {
          question_id: fastChatQuestionId(first.questionId),
          answer_id: first.taskId,
          model_id: model,
          choices: sorted.map((answer, index) => ({
            index,
            turns: textsOf(answer, turnsOf.get(answer.questionId) ?? 1),
          })),
          tstamp: timestampOf(first.at),
          ...keptKeys(first.turns[0]),
        },
      ];
    }),
  }));
}

/** FastChat looks references up under the judge's name, so each judge gets a file of its own. */
function referenceFiles(questions: readonly Question[], judges: ReadonlySet<string>): FastChatFile[] {
  const referenced = questions.filter((question) => question.reference !== undefined);
  if (referenced.length === 0) return [];
  return [...judges].map((judge) => ({
    path: `reference_answer/${fileNameFor(judge)}.jsonl`,
    rows: referenced.map((question) => ({
      question_id: fastChatQuestionId(question.id),
      answer_id: contentId({ kind: "reference", question: question.id, text: question.reference }),
      model_id: judge,
      choices: [{ index: 0, turns: question.reference ?? [] }],
      tstamp: 0,
    })),
  }));
}

/** Judgments of one judge model. */
interface JudgeFiles {
  readonly singles: Row[];
  readonly pairs: PairCollector;
}

/**
 * The files of FastChat's `llm_judge` for a bench: `question.jsonl`, `model_answer/MODEL.jsonl`,
 * `model_judgment/JUDGE_single.jsonl` and `JUDGE_pair.jsonl`, `reference_answer/JUDGE.jsonl`. Its `show_result.py` and
 * `gen_judgment.py` read them from `data/BENCH/`. What failed bears `$ERROR$` and the score −1, as FastChat writes it.
 * Skipped judgments and comparisons in one order alone have no place there and are counted.
 */
export function exportFastChat(content: FastChatContent): FastChatExport {
  const judgeNameOf = content.judgeModelOf ?? judgeModelOf;
  const judges = new Map<string, JudgeFiles>();
  let skipped = 0;
  let ranked = 0;
  for (const judgment of content.judgments) {
    if (judgment.status === "skipped") {
      skipped++;
      continue;
    }
    if (judgment.ranked !== undefined) {
      ranked++;
      continue;
    }
    const judge = judgeNameOf(judgment.protocol);
    const files = judges.get(judge) ?? { singles: [], pairs: new PairCollector() };
    judges.set(judge, files);
    if (judgment.b === undefined) files.singles.push(singleRow(judgment, judge));
    else files.pairs.add(judgment);
  }
  const judged = [...judges].map(([judge, files]) => judgmentFiles(judge, files));
  const names = judges.size === 0 ? new Set(["gpt-4"]) : new Set(judges.keys());
  const oneSided = judged.reduce((sum, one) => sum + one.oneSided, 0);
  return {
    files: [
      { path: "question.jsonl", rows: content.questions.map(questionRow) },
      ...answerFiles(content),
      ...judged.flatMap((one) => one.files),
      ...referenceFiles(content.questions, names),
    ],
    omitted: [
      ...counted("skipped-judgments", skipped, "judgments that had nothing to judge"),
      ...counted("rankings", ranked, "rankings of several answers; --format nectar has"),
      ...counted("one-sided-comparisons", oneSided, "comparisons judged in one order alone"),
    ],
  };
}

function judgmentFiles(judge: string, { singles, pairs }: JudgeFiles) {
  const comparisons = pairs.comparisons();
  const both = comparisons.filter(([first, second]) => first !== undefined && second !== undefined);
  const rows = both.map((games) => pairRow(games, judge)).filter((row) => row !== undefined);
  const name = fileNameFor(judge);
  return {
    oneSided: comparisons.length - both.length,
    files: [
      ...(singles.length === 0 ? [] : [{ path: `model_judgment/${name}_single.jsonl`, rows: singles }]),
      ...(rows.length === 0 ? [] : [{ path: `model_judgment/${name}_pair.jsonl`, rows }]),
    ],
  };
}

function counted(code: string, count: number, what: string): Warning[] {
  return count === 0
    ? []
    : [{ code, count, message: `FastChat's files have no place for ${what} (${count})` }];
}

/** Writes exported files below a folder, each complete or not at all. @throws AssayError `cannot-write`. */
export async function writeFastChatFiles(folder: string, files: readonly FastChatFile[]): Promise<void> {
  for (const { path, rows } of files) {
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    await writeFileAtomically(join(folder, ...path.split("/")), text);
  }
}
