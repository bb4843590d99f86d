import { JsonFields } from "../../core/json-fields.js";
import type { Verdict } from "../../core/records.js";
import type { StringEnd } from "../../core/string-scan.js";
import { fingerprintOfBytes } from "../fingerprint.js";
import { grownTo } from "../growing-array.js";
import { isVerdict } from "../record-shape.js";
import { TextPool } from "../text-pool.js";
import { JUDGMENT, JUDGMENT_WIDTH, type JudgmentRows } from "./judgment-rows.js";
import { LineFields } from "./line-fields.js";
import type { LineVisitor } from "./piece-bytes.js";
import { expectedRows, NumberRows, TextNumbers } from "./piece-columns.js";
import type { RecordPiece } from "./record-piece.js";

const [PROTOCOL, SUITE, QUESTION, CATEGORY, A] = [0, 1, 2, 3, 4];
const [B, TASK, TRIAL, TURN, ORDER, REPEAT, ANSWERS, STATUS, REPLIES, VERDICT] = [
  5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
];
/** Fields of which nothing is read here. Any that is not named makes a record one that is parsed as a whole. */
const PASSED_OVER = ["at", "request"];
const FIELDS = [
  ...["protocol", "suite", "questionId", "category", "a"],
  ...["b", "taskId", "trial", "turn", "order", "repeat", "answers", "status", "replies", "verdict"],
  ...PASSED_OVER,
];

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LIST_END = 0x5d;
const COMMA = 0x2c;
/** Verdicts of more bytes hold more than a rating or a preference, and hardly two of them are alike. */
const LONGEST_COMMON_VERDICT = 80;

/**
 * Reads judgments that were judged from the bytes of their lines, without making values of what scoring does not need. Of
 * whatever else a line may hold, and of what is not written as assay writes it, the row tells only where it stands: that is
 * to be parsed and looked at as a whole.
 */
export class JudgmentScan implements LineVisitor {
  private readonly fields: LineFields;
  private readonly answers = new Float64Array(2);
  private bytes: Buffer = Buffer.alloc(0);
  private start = 0;
  private rows = new NumberRows(JUDGMENT_WIDTH, 0);
  private answersOfAll: Float64Array = new Float64Array(0);
  private texts = new TextNumbers();
  private verdicts: Verdict[] = [];
  private byText = new Map<string, number>();

  constructor(stringEnd: StringEnd) {
    this.fields = new LineFields(new JsonFields(FIELDS, stringEnd), new TextPool());
  }

  /** Begins with a piece. @param spare Rows that are not needed any more. */
  begin({ start, end }: RecordPiece, spare?: JudgmentRows): void {
    const expected = expectedRows(end - start);
    this.start = start;
    this.rows = new NumberRows(JUDGMENT_WIDTH, expected, spare?.numbers);
    this.answersOfAll = spare?.answers ?? new Float64Array(2 * expected);
    this.texts = new TextNumbers();
    this.verdicts = [];
    this.byText = new Map();
  }

  line(bytes: Buffer, from: number, to: number, at: number): void {
    const row = this.rows.addLine(at - this.start, at + to - from - this.start);
    this.bytes = bytes;
    if (this.fields.find(bytes, from, to)) this.fill(row);
  }

  unread(at: number, end: number): void {
    this.rows.addLine(at - this.start, end - this.start);
  }

  /** What was read. @param isTorn Whether the last line lacks its line feed. */
  close(isTorn: boolean): JudgmentRows {
    const { rows, numbers } = this.rows;
    const { texts } = this.texts;
    return { rows, numbers, answers: this.answersOfAll, texts, verdicts: this.verdicts, isTorn };
  }

  private fill(row: number): void {
    const { fields } = this;
    if (fields.hasMore || !fields.isText(TASK) || !fields.isListOfObjects(REPLIES)) return;
    if (fields.text(STATUS) !== "judged") return;
    const [protocol, suite, question] = [fields.text(PROTOCOL), fields.text(SUITE), fields.text(QUESTION)];
    const [category, a] = [fields.text(CATEGORY), fields.text(A)];
    if (protocol === undefined || suite === undefined || question === undefined) return;
    if (category === undefined || a === undefined) return;
    const [turn, trial] = [fields.number(TURN), fields.number(TRIAL)];
    if (turn < 0 || trial < 0 || !this.readAnswers()) return;
    const b = fields.has(B) ? fields.text(B) : "";
    const order = fields.has(ORDER) ? fields.number(ORDER) : 0;
    const repeat = fields.has(REPEAT) ? fields.number(REPEAT) : 0;
    // What stands for their absence must not be what they say.
    if (b === undefined || (fields.has(B) && b === "")) return;
    if (order < 0 || order > 2 || (fields.has(ORDER) && order === 0)) return;
    if (repeat < 0 || (fields.has(REPEAT) && repeat === 0)) return;
    const verdict = this.verdict();
    if (verdict === 0) return;
    this.put(row, [protocol, suite, question, category, a, b], [turn, trial, order, repeat, verdict]);
  }

  private put(row: number, names: readonly string[], figures: readonly number[]): void {
    const { numbers, rows } = this.rows;
    let at = row + JUDGMENT.protocol;
    for (const name of names) numbers[at++] = name === "" ? 0 : this.texts.of(name);
    for (const figure of figures) numbers[at++] = figure;
    this.answersOfAll = grownTo(this.answersOfAll, 2 * rows);
    this.answersOfAll.set(this.answers, 2 * (rows - 1));
  }

  /** Fingerprints of the first two of a list of plain texts; false for anything else. */
  private readAnswers(): boolean {
    const { bytes, answers } = this;
    const end = this.fields.endOf(ANSWERS) - 1;
    answers.fill(Number.NaN);
    if (!this.fields.has(ANSWERS) || bytes[end] !== LIST_END) return false;
    let count = 0;
    for (let at = this.fields.startOf(ANSWERS) + 1; at < end; at++) {
      if (bytes[at] !== QUOTE) return false;
      const start = ++at;
      for (let byte = bytes[at] ?? 0; byte !== QUOTE; byte = bytes[++at] ?? 0)
        if (byte === BACKSLASH || byte > 0x7e) return false;
      if (count < 2) answers[count++] = fingerprintOfBytes(bytes, start, at);
      at++;
      if (at < end && bytes[at] !== COMMA) return false;
    }
    return true;
  }

  /** 1 more than the number of the verdict; 0 where it is none. */
  private verdict(): number {
    const { bytes } = this;
    const [start, end] = [this.fields.startOf(VERDICT), this.fields.endOf(VERDICT)];
    if (bytes[start] !== 0x7b) return 0;
    const text = bytes.toString("utf8", start, end);
    const known = this.byText.get(text);
    if (known !== undefined) return known;
    const verdict: unknown = JSON.parse(text);
    if (!isVerdict(verdict)) return 0;
    const number = this.verdicts.push(verdict);
    if (end - start <= LONGEST_COMMON_VERDICT) this.byText.set(text, number);
    return number;
  }
}
