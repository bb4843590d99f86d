import { JsonFields } from "../../core/json-fields.js";
import type { StringEnd } from "../../core/string-scan.js";
import { type TextTrace, textSize, textTrace } from "../../core/text-trace.js";
import { type AnsweredTurn, completedFlags } from "../answer-facts.js";
import { fingerprintOf } from "../fingerprint.js";
import { grownTo } from "../growing-array.js";
import { TextPool } from "../text-pool.js";
import { ANSWER, ANSWER_WIDTH, type AnswerRows, TURN, TURN_WIDTH } from "./answer-rows.js";
import { LineFields } from "./line-fields.js";
import type { LineVisitor } from "./piece-bytes.js";
import { expectedRows, NumberRows, TextNumbers } from "./piece-columns.js";
import type { RecordPiece } from "./record-piece.js";

const [TASK, SUITE, QUESTION, CATEGORY, MODEL, TRIAL, STATUS, TURNS] = [0, 1, 2, 3, 4, 5, 6, 7];
const FIELDS = ["taskId", "suite", "questionId", "category", "model", "trial", "status", "turns"];
const [TEXT, FINISH, SCORED] = [0, 1, 2];
const TURN_FIELDS = ["text", "finishReason", "scored"];

const LIST = 0x5b;
const LIST_END = 0x5d;
const COMMA = 0x2c;
const UNTRACED = { digest: 0, marks: 0 };

/**
 * Reads completed answers from the bytes of their lines: of their texts only what scoring keeps. Of whatever else a line may
 * hold, and of what is not written as assay writes it, the row tells only where it stands: that is to be parsed and looked at
 * as a whole.
 */
export class AnswerScan implements LineVisitor {
  private readonly fields: LineFields;
  private readonly turnFields: LineFields;
  private start = 0;
  private rows = new NumberRows(ANSWER_WIDTH, 0);
  private turns = new NumberRows(TURN_WIDTH, 0);
  private tasks: Float64Array = new Float64Array(0);
  private digests: Float64Array = new Float64Array(0);
  private texts = new TextNumbers();
  private passages = new Map<number, string>();

  constructor(
    stringEnd: StringEnd,
    private readonly areTraced: boolean,
  ) {
    const pool = new TextPool();
    this.fields = new LineFields(new JsonFields(FIELDS, stringEnd), pool);
    this.turnFields = new LineFields(new JsonFields(TURN_FIELDS, stringEnd), pool);
  }

  /** Begins with a piece. @param spare Rows that are not needed any more. */
  begin({ start, end }: RecordPiece, spare?: AnswerRows): void {
    const expected = expectedRows(end - start);
    this.start = start;
    this.rows = new NumberRows(ANSWER_WIDTH, expected, spare?.numbers);
    this.turns = new NumberRows(TURN_WIDTH, 2 * expected, spare?.turns);
    this.tasks = spare?.tasks ?? new Float64Array(expected);
    this.digests = spare?.digests ?? new Float64Array(2 * expected);
    this.texts = new TextNumbers();
    this.passages = new Map();
  }

  line(bytes: Buffer, from: number, to: number, at: number): void {
    const row = this.rows.addLine(at - this.start, at + to - from - this.start);
    if (!this.fields.find(bytes, from, to)) return;
    const first = this.turns.rows;
    if (!this.fill(row, bytes)) this.turns.rows = first;
  }

  unread(at: number, end: number): void {
    this.rows.addLine(at - this.start, end - this.start);
  }

  /** What was read. @param isTorn Whether the last line lacks its line feed. */
  close(isTorn: boolean): AnswerRows {
    const { rows, numbers } = this.rows;
    const { tasks, digests, passages } = this;
    const { texts } = this.texts;
    return { rows, numbers, tasks, texts, turns: this.turns.numbers, digests, passages, isTorn };
  }

  /** Whether the line is a completed answer. */
  private fill(row: number, bytes: Buffer): boolean {
    const { fields } = this;
    const [suite, question, category] = [fields.text(SUITE), fields.text(QUESTION), fields.text(CATEGORY)];
    const [model, trial, task] = [fields.text(MODEL), fields.number(TRIAL), fields.text(TASK)];
    if (suite === undefined || question === undefined || category === undefined) return false;
    if (model === undefined || task === undefined || trial < 0) return false;
    if (fields.text(STATUS) !== "completed") return false;
    const first = this.turns.rows;
    const turns = this.readTurns(bytes);
    if (turns === undefined) return false;
    const { numbers, rows } = this.rows;
    const names = [suite, question, category, model];
    names.forEach((name, index) => {
      numbers[row + ANSWER.suite + index] = this.texts.of(name);
    });
    numbers[row + ANSWER.trial] = trial;
    numbers[row + ANSWER.flags] = completedFlags(turns);
    numbers[row + ANSWER.length] = turns.reduce((sum, { length }) => sum + length, 0);
    numbers[row + ANSWER.turn] = first;
    numbers[row + ANSWER.turns] = turns.length;
    this.tasks = grownTo(this.tasks, rows);
    this.tasks[rows - 1] = fingerprintOf(task);
    return true;
  }

  private readTurns(bytes: Buffer): readonly AnsweredTurn[] | undefined {
    const turns: AnsweredTurn[] = [];
    let at = this.fields.startOf(TURNS);
    if (at === -1 || bytes[at] !== LIST) return undefined;
    if (bytes[at + 1] === LIST_END) return turns;
    do {
      at = this.turnFields.findAt(bytes, at + 1);
      const turn = at === -1 ? undefined : this.readTurn();
      if (turn === undefined) return undefined;
      turns.push(turn);
    } while (bytes[at] === COMMA);
    return turns;
  }

  private readTurn(): AnsweredTurn | undefined {
    const { turnFields } = this;
    if (!turnFields.isText(TEXT)) return undefined;
    const { length, isBlank, digest, marks, passage } = this.trace();
    const turn = this.turns.add();
    const { numbers, rows } = this.turns;
    numbers[turn + TURN.length] = length;
    numbers[turn + TURN.isBlank] = isBlank ? 1 : 0;
    numbers[turn + TURN.marks] = marks;
    this.digests = grownTo(this.digests, rows);
    this.digests[rows - 1] = digest;
    if (passage !== undefined) this.passages.set(rows - 1, passage);
    return { length, isBlank, finishReason: turnFields.text(FINISH), isScored: turnFields.has(SCORED) };
  }

  private trace(): TextTrace {
    const text = this.turnFields.longText(TEXT);
    return this.areTraced ? textTrace(text) : { ...textSize(text), ...UNTRACED };
  }
}
