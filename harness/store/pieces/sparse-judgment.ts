import type { Judgment, Verdict } from "../../core/records.js";
import type { SeenAnswers } from "../answer-facts.js";
import { JUDGMENT, JUDGMENT_WIDTH, type JudgmentRows } from "./judgment-rows.js";
import type { WholeLines } from "./whole-lines.js";

type Judged = Extract<Judgment, { readonly status: "judged" }>;

/**
 * A judgment of which only what scoring always needs was read. The rest (what was asked, replied and when) is read when it
 * is asked for, which is possible until the next record is read.
 */
class SparseJudgment implements Judged, SeenAnswers {
  readonly status = "judged";
  declare readonly b?: string;
  declare readonly order?: 1 | 2;
  declare readonly repeat?: number;
  private found: Judged | undefined;

  constructor(
    readonly protocol: string,
    readonly suite: string,
    readonly questionId: string,
    readonly category: string,
    readonly turn: number,
    readonly trial: number,
    readonly a: string,
    readonly verdict: Verdict,
    readonly seen: readonly [number, number],
    private readonly row: number,
    private readonly lines: WholeLines,
  ) {}

  get taskId() {
    return this.whole().taskId;
  }

  get answers() {
    return this.whole().answers;
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
    // That it is a judged one was found out when it was scanned.
    this.found ??= this.lines.value(this.row) as Judged;
    return this.found;
  }
}

/** The judgment of a row; undefined where its line is to be parsed as a whole. */
export function sparseJudgment(
  { numbers, answers, texts, verdicts }: JudgmentRows,
  row: number,
  lines: WholeLines,
): Judgment | undefined {
  const at = row * JUDGMENT_WIDTH;
  const number = (field: number) => numbers[at + field] ?? 0;
  const text = (field: number) => texts[number(field)] ?? "";
  const verdict = verdicts[number(JUDGMENT.verdict) - 1];
  if (verdict === undefined) return undefined;
  const judgment: SparseJudgment & { b?: string; order?: 1 | 2; repeat?: number } = new SparseJudgment(
    text(JUDGMENT.protocol),
    text(JUDGMENT.suite),
    text(JUDGMENT.question),
    text(JUDGMENT.category),
    number(JUDGMENT.turn),
    number(JUDGMENT.trial),
    text(JUDGMENT.a),
    verdict,
    [answers[2 * row] ?? Number.NaN, answers[2 * row + 1] ?? Number.NaN],
    row,
    lines,
  );
  const [order, repeat] = [number(JUDGMENT.order), number(JUDGMENT.repeat)];
  if (number(JUDGMENT.b) !== 0) judgment.b = text(JUDGMENT.b);
  if (order === 1 || order === 2) judgment.order = order;
  if (repeat !== 0) judgment.repeat = repeat;
  return judgment;
}
