import type { Answer } from "../../core/records.js";
import type { TextTrace } from "../../core/text-trace.js";
import { ANSWER, ANSWER_WIDTH, type AnswerRows, TURN, TURN_WIDTH } from "./answer-rows.js";
import type { TracedAnswer } from "./traced-answer.js";
import type { WholeLines } from "./whole-lines.js";

type Completed = Extract<Answer, { readonly status: "completed" }>;

/** A completed answer of which only what tells its place was read; the rest as {@link ./sparse-judgment.ts} says it. */
class SparseAnswer implements Completed {
  readonly status = "completed";
  private found: Completed | undefined;

  constructor(
    readonly suite: string,
    readonly questionId: string,
    readonly category: string,
    readonly model: string,
    readonly trial: number,
    private readonly row: number,
    private readonly lines: WholeLines,
  ) {}

  get taskId() {
    return this.whole().taskId;
  }

  get at() {
    return this.whole().at;
  }

  get turns() {
    return this.whole().turns;
  }

  private whole(): Completed {
    // That it is a completed one was found out when it was scanned.
    this.found ??= this.lines.value(this.row) as Completed;
    return this.found;
  }
}

/** The answer of a row; undefined where its line is to be parsed as a whole. */
export function sparseAnswer(rows: AnswerRows, row: number, lines: WholeLines): TracedAnswer | undefined {
  const { numbers, texts, tasks } = rows;
  const at = row * ANSWER_WIDTH;
  const number = (field: number) => numbers[at + field] ?? 0;
  const text = (field: number) => texts[number(field)] ?? "";
  const flags = number(ANSWER.flags);
  if (flags === 0) return undefined;
  const answer = new SparseAnswer(
    text(ANSWER.suite),
    text(ANSWER.question),
    text(ANSWER.category),
    text(ANSWER.model),
    number(ANSWER.trial),
    row,
    lines,
  );
  const first = number(ANSWER.turn);
  const traces: TextTrace[] = [];
  for (let turn = first; turn < first + number(ANSWER.turns); turn++) traces.push(traceAt(rows, turn));
  return { answer, kept: { flags, length: number(ANSWER.length), task: tasks[row] ?? 0 }, traces };
}

function traceAt({ turns, digests, passages }: AnswerRows, turn: number): TextTrace {
  const at = turn * TURN_WIDTH;
  const trace = {
    length: turns[at + TURN.length] ?? 0,
    isBlank: turns[at + TURN.isBlank] === 1,
    digest: digests[turn] ?? 0,
    marks: turns[at + TURN.marks] ?? 0,
  };
  const passage = trace.marks === 0 ? undefined : passages.get(turn);
  return passage === undefined ? trace : { ...trace, passage };
}
