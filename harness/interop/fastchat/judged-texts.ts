import { compositeKey } from "../../core/composite-key.js";
import { DataError } from "../../core/errors.js";
import { type FastChatRow, rowOf } from "../../core/fastchat-row.js";
import { lineHash, sha256 } from "../../core/hash.js";
import { readJsonLines } from "../../core/jsonl.js";
import { fastChatFormatOf } from "./fields.js";
import { isMtBenchPrompt, judgeOf } from "./games.js";
import { isMtBenchQuestion, mtBenchHead } from "./mt-bench-texts.js";

/** What the prompts of a judgment file tell of what was judged. */
export interface JudgedTexts {
  /** First lines of the questions, hashed, by question id; empty where the prompts do not tell. */
  readonly lines: ReadonlyMap<string, string>;
  /** Hash of what stands before the question, where that is not MT-Bench's template; undefined too where it is not told. */
  readonly template: string | undefined;
}

/** Enough of a prompt to hold a template's head and the first line of the question. */
const PROMPT_START = 8192;
/** Models of which a question's text is looked at. */
const MODELS_PER_QUESTION = 4;
/** Rows without anything new after which the rest of a long file is taken to be like its beginning. */
const ROWS_WITHOUT_NEWS = 5000;

function commonStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return one.slice(0, length);
}

/** A template ends where the question begins: behind a line feed, or behind a label such as `Question: `. */
function upToQuestion(common: string): string {
  const line = common.lastIndexOf("\n") + 1;
  const label = /^.*[:：]\s*/.exec(common.slice(line))?.[0] ?? "";
  return common.slice(0, line + label.length);
}

/** Prompts of one template about the answers of one model. */
class PromptSample {
  /** One prompt of each question. */
  readonly prompts = new Map<string, string>();
  private common: string | undefined;

  add(questionId: string, prompt: string): void {
    const start = prompt.slice(0, PROMPT_START);
    this.common = this.common === undefined ? start : commonStart(this.common, start);
    if (!this.prompts.has(questionId)) this.prompts.set(questionId, start);
  }

  /** What all prompts begin with; undefined where one question alone cannot tell it. */
  get head(): string | undefined {
    const [first = ""] = this.prompts.values();
    const known = mtBenchHead(first);
    if (known !== undefined && this.common?.startsWith(known) === true) return known;
    if (this.prompts.size < 2) return undefined;
    return upToQuestion(this.common ?? "");
  }
}

function mixed(file: string, what: string): DataError {
  return new DataError(`holds judgments of ${what}`, {
    code: "mixed-judgments",
    file,
    remedy: "Split the file, so that each part holds one set of questions judged with one template.",
  });
}

/** Head of the template by which several models were judged. @throws DataError for two templates under one name. */
function sharedHead(samples: readonly PromptSample[], name: string, file: string): string | undefined {
  const heads = samples.flatMap((sample) => sample.head ?? []);
  const [shortest] = [...heads].sort((one, other) => one.length - other.length);
  // A head can come out longer than it is where all questions begin alike, never shorter.
  if (heads.every((head) => head.startsWith(shortest ?? ""))) {
    const isCut = shortest === "" && heads.some((head) => head !== "");
    if (!isCut) return shortest;
  }
  throw mixed(file, `two judge templates that are both called "${name}"`);
}

/** First lines of the questions behind a template's head. @throws DataError for a question with two texts. */
function linesBehind(head: string, samples: readonly PromptSample[], file: string): Map<string, string> {
  const lines = new Map<string, string>();
  if (head === "") return lines;
  for (const { prompts } of samples) {
    for (const [questionId, prompt] of prompts) {
      if (!prompt.startsWith(head)) continue;
      const line = lineHash(prompt.slice(head.length));
      if ((lines.get(questionId) ?? line) !== line)
        throw mixed(file, `two questions that are both ${questionId}`);
      lines.set(questionId, line);
    }
  }
  return lines;
}

/** A row's prompt and the models that it is about. */
function shownIn(row: FastChatRow): { readonly models: string; readonly prompt: string } | undefined {
  const isPair = fastChatFormatOf(row.fields) === "fastchat-pair";
  const { model, model_1, model_2, user_prompt, g1_user_prompt } = row.fields;
  const prompt = isPair ? g1_user_prompt : user_prompt;
  if (typeof prompt !== "string" || prompt === "") return undefined;
  return { models: isPair ? compositeKey(String(model_1), String(model_2)) : String(model), prompt };
}

/** Samples of a file by the name of the prompt and the models. */
function samplesOf(file: string): Map<string, Map<string, PromptSample>> {
  const byName = new Map<string, Map<string, PromptSample>>();
  const seen = new Map<string, number>();
  let sinceNews = 0;
  for (const { line, value } of readJsonLines(file)) {
    if (sinceNews++ > ROWS_WITHOUT_NEWS) break;
    const row = rowOf(file, line, value);
    const shown = shownIn(row);
    if (shown === undefined) continue;
    const { prompt: name } = judgeOf(row);
    // Prompts of assay's own protocols hold a mark of their own in each call.
    if (!isMtBenchPrompt(name)) continue;
    const samples = byName.get(name) ?? new Map<string, PromptSample>();
    byName.set(name, samples);
    const questionId = String(row.fields.question_id);
    const place = compositeKey(name, questionId);
    let sample = samples.get(shown.models);
    if (sample === undefined) {
      sample = new PromptSample();
      samples.set(shown.models, sample);
    }
    if (!sample.prompts.has(questionId)) {
      const models = seen.get(place) ?? 0;
      seen.set(place, models + 1);
      if (models >= MODELS_PER_QUESTION) continue;
      sinceNews = 0;
    }
    sample.add(questionId, shown.prompt);
  }
  return byName;
}

/**
 * Reads what a judgment file's prompts tell of its questions and its template. Prompts that do not begin alike tell
 * nothing.
 * @throws DataError `mixed-judgments` for a file in which one id stands for two questions, or one name for two templates.
 */
export function judgedTextsIn(file: string): JudgedTexts {
  const lines = new Map<string, string>();
  let template: string | undefined;
  const byName = [...samplesOf(file)].sort(([one], [other]) => (one < other ? -1 : 1));
  // Prompts of a second turn may show that turn first: what the first turn's prompts say goes before.
  const isSecond = (name: string) => name.endsWith("-multi-turn");
  for (const [name, models] of [
    ...byName.filter(([name]) => !isSecond(name)),
    ...byName.filter(([name]) => isSecond(name)),
  ]) {
    const samples = [...models.values()];
    const head = sharedHead(samples, name, file);
    if (head === undefined || head === "") continue;
    if (mtBenchHead(head) !== head) template ??= sha256(head).slice(0, 12);
    for (const [id, line] of linesBehind(head, samples, file)) if (!lines.has(id)) lines.set(id, line);
  }
  return { lines, template };
}

/** Whether questions are MT-Bench's, as far as their texts are known; nothing known speaks for it. */
export function areMtBenchQuestions(lines: JudgedTexts["lines"]): boolean {
  return [...lines].every(([id, line]) => isMtBenchQuestion(id, line));
}

/**
 * A short name for a set of questions by their texts. It is the smallest of the questions' hashes, so that a file that
 * lacks a few of them most often has the same.
 */
export function questionsHash(lines: JudgedTexts["lines"]): string {
  const [least = ""] = Array.from(lines, ([id, line]) => sha256(`${id}\u0000${line}`)).sort();
  return least.slice(0, 6);
}

/** Whether two sets of questions are the same as far as both are known. */
export function areSameQuestions(one: JudgedTexts["lines"], other: JudgedTexts["lines"]): boolean {
  return [...one].every(([id, line]) => (other.get(id) ?? line) === line);
}
