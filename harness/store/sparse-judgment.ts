import { JsonFields } from "../core/json-fields.js";
import type { LineScan } from "../core/jsonl.js";
import type { Judgment, Verdict } from "../core/records.js";
import { StringScan } from "../core/string-scan.js";
import { isVerdict } from "./record-shape.js";
import { TextPool } from "./text-pool.js";

const TEXTS = ["protocol", "suite", "questionId", "category", "a"] as const;
const [PROTOCOL, SUITE, QUESTION, CATEGORY, A] = [0, 1, 2, 3, 4];
const [B, TASK, TRIAL, TURN, ORDER, REPEAT, ANSWERS, STATUS, REPLIES, VERDICT] = [
  5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
];
/** Fields of which nothing is read here. Any that is not named makes a record one that is parsed as a whole. */
const PASSED_OVER = ["at", "request"];
const FIELDS = [
  ...TEXTS,
  ...["b", "taskId", "trial", "turn", "order", "repeat", "answers", "status", "replies", "verdict"],
  ...PASSED_OVER,
];

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Verdicts of more bytes hold more than a rating or a preference, and hardly two of them are alike. */
const LONGEST_COMMON_VERDICT = 80;
const MOST_VERDICTS = 4_096;
/** Whole numbers of at most so many digits are read from their bytes. */
const MOST_DIGITS = 9;

type Judged = Extract<Judgment, { readonly status: "judged" }>;

/** Of the record that was read last. */
interface Line {
  bytes: Buffer;
  start: number;
  end: number;
  /** Goes up with every line: whoever asks a record of an earlier one for more asks too late. */
  number: number;
}

/**
 * A judgment of which only what scoring always needs was read. The rest (what was asked, replied and when) is read when it
 * is asked for, which is possible until the next record is read.
 */
class SparseJudgment implements Judged {
  readonly status = "judged";
  declare readonly b?: string;
  declare readonly order?: 1 | 2;
  declare readonly repeat?: number;
  private readonly number: number;
  private found: Judged | undefined;

  constructor(
    readonly protocol: string,
    readonly suite: string,
    readonly questionId: string,
    readonly category: string,
    readonly turn: number,
    readonly trial: number,
    readonly a: string,
    readonly answers: readonly string[],
    readonly verdict: Verdict,
    private readonly line: Line,
  ) {
    this.number = line.number;
  }

  get taskId() {
    return this.whole().taskId;
  }

  get at() {
    return this.whole().at;
  }

  get request() {
    return this.whole().request;
  }

  get replies() {
    return this.whole().replies;
  }

  private whole(): Judged {
    const { bytes, start, end, number } = this.line;
    if (this.number !== number) throw new Error("a record was asked for what it holds after its visit");
    // That it is a judged one was found out when it was scanned.
    this.found ??= JSON.parse(bytes.toString("utf8", start, end)) as Judged;
    return this.found;
  }
}

/** The whole number that some bytes are; undefined for any other. */
function wholeNumber(bytes: Buffer, start: number, end: number): number | undefined {
  if (end - start > MOST_DIGITS || end <= start) return undefined;
  let number = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    number = 10 * number + digit;
  }
  return number;
}

/** Reads judgments that were judged from the bytes of their lines, without making values of what scoring does not need. */
export class JudgmentScan implements LineScan {
  private readonly fields: JsonFields;
  private readonly texts = new TextPool();
  private readonly verdicts = new Map<string, Verdict>();
  private readonly line: Line = { bytes: Buffer.alloc(0), start: 0, end: 0, number: 0 };

  private constructor(readonly memory: StringScan) {
    this.fields = new JsonFields(FIELDS, memory.stringEnd);
  }

  /** Undefined where this machine cannot search bytes quickly enough to gain by it. */
  static make(): JudgmentScan | undefined {
    const memory = StringScan.make();
    return memory && new JudgmentScan(memory);
  }

  /**
   * The judgment of a line, good until the next one is scanned. Undefined for whatever else a line may hold, and for what
   * is not written as assay writes it: that is to be parsed and looked at as a whole.
   */
  value(bytes: Buffer, start: number, end: number): Judgment | undefined {
    const { line, fields } = this;
    line.bytes = bytes;
    line.start = start;
    line.end = end;
    line.number++;
    if (!fields.find(bytes, start, end)) return undefined;
    const { starts } = fields;
    if (fields.hasMore || !this.isText(TASK) || fields.areObjects[REPLIES] !== 1) return undefined;
    if (starts[REPLIES] === -1 || this.text(STATUS) !== "judged") return undefined;
    const [protocol, suite, question, category, a] = [
      this.text(PROTOCOL),
      this.text(SUITE),
      this.text(QUESTION),
      this.text(CATEGORY),
      this.text(A),
    ];
    if (protocol === undefined || suite === undefined || question === undefined) return undefined;
    if (category === undefined || a === undefined) return undefined;
    const [turn, trial] = [this.number(TURN), this.number(TRIAL)];
    const [answers, verdict] = [this.answers(), this.verdict()];
    if (turn === undefined || trial === undefined || answers === undefined || verdict === undefined)
      return undefined;
    const judgment = new SparseJudgment(
      protocol,
      suite,
      question,
      category,
      turn,
      trial,
      a,
      answers,
      verdict,
      line,
    );
    return this.withPlace(judgment) ? judgment : undefined;
  }

  /** Adds the fields that not every judgment has; false where one of them is odd. */
  private withPlace(judgment: { b?: string; order?: 1 | 2; repeat?: number }): boolean {
    const { starts } = this.fields;
    if (starts[B] !== -1) {
      const b = this.text(B);
      if (b === undefined) return false;
      judgment.b = b;
    }
    if (starts[ORDER] !== -1) {
      const order = this.number(ORDER);
      if (order !== 1 && order !== 2) return false;
      judgment.order = order;
    }
    if (starts[REPEAT] === -1) return true;
    const repeat = this.number(REPEAT);
    if (repeat === undefined) return false;
    judgment.repeat = repeat;
    return true;
  }

  private startOf(field: number): number {
    return this.fields.starts[field] ?? -1;
  }

  private endOf(field: number): number {
    return this.fields.ends[field] ?? -1;
  }

  private isText(field: number): boolean {
    return this.line.bytes[this.startOf(field)] === QUOTE;
  }

  private text(field: number): string | undefined {
    if (!this.isText(field)) return undefined;
    return this.texts.textAt(this.line.bytes, this.startOf(field) + 1, this.endOf(field) - 1);
  }

  private number(field: number): number | undefined {
    return wholeNumber(this.line.bytes, this.startOf(field), this.endOf(field));
  }

  /** A list of plain texts. */
  private answers(): string[] | undefined {
    const { bytes } = this.line;
    const end = this.endOf(ANSWERS) - 1;
    const answers: string[] = [];
    if (this.startOf(ANSWERS) === -1 || bytes[end] !== 0x5d) return undefined;
    for (let at = this.startOf(ANSWERS) + 1; at < end; at++) {
      if (bytes[at] !== QUOTE) return undefined;
      const start = ++at;
      for (let byte = bytes[at] ?? 0; byte !== QUOTE; byte = bytes[++at] ?? 0)
        if (byte === BACKSLASH || byte > 0x7e) return undefined;
      answers.push(bytes.toString("latin1", start, at));
      at++;
    }
    return answers;
  }

  private verdict(): Verdict | undefined {
    const { bytes } = this.line;
    const [start, end] = [this.startOf(VERDICT), this.endOf(VERDICT)];
    if (bytes[start] !== 0x7b) return undefined;
    const text = bytes.toString("utf8", start, end);
    const known = this.verdicts.get(text);
    if (known !== undefined) return known;
    const verdict: unknown = JSON.parse(text);
    if (!isVerdict(verdict)) return undefined;
    if (end - start <= LONGEST_COMMON_VERDICT && this.verdicts.size < MOST_VERDICTS)
      this.verdicts.set(text, verdict);
    return verdict;
  }
}
