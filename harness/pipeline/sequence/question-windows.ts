import { compositeKey } from "../../core/composite-key.js";
import type { AnswerTask } from "../../core/records.js";
import type { QuestionBlock } from "./question-order.js";

interface Waiting {
  readonly position: number;
  readonly resolve: (isAdmitted: boolean) => void;
}

/** Key of a question of a suite. */
export function questionKey(suite: string, question: string): string {
  return compositeKey(suite, question);
}

/**
 * Lets questions in by their planned order, some of them ahead of the last that is complete, and says how far all of them
 * are complete.
 */
export class QuestionWindows {
  /** Positions count questions, from 0. */
  private readonly positions = new Map<string, number>();
  private readonly tasksLeft: number[];
  private readonly isComplete: boolean[];
  private waiting: Waiting[] = [];
  private prefix = 0;
  private closed = false;
  private admitted = 0;

  constructor(
    blocks: readonly QuestionBlock[],
    tasks: readonly AnswerTask[],
    private readonly ahead: number,
  ) {
    for (const { suite, questions } of blocks) {
      for (const { id } of questions) this.positions.set(questionKey(suite, id), this.positions.size);
    }
    this.tasksLeft = new Array<number>(this.positions.size).fill(0);
    this.isComplete = new Array<boolean>(this.positions.size).fill(true);
    for (const task of tasks) {
      const position = this.positionOf(task);
      this.tasksLeft[position] = (this.tasksLeft[position] ?? 0) + 1;
    }
  }

  positionOf({ suite, question }: AnswerTask): number {
    return this.positions.get(questionKey(suite, question.id)) ?? 0;
  }

  /** Questions from the first on that are complete. */
  get complete(): number {
    return this.prefix;
  }

  /** Questions that were let in. */
  get asked(): number {
    return this.admitted;
  }

  admit(task: AnswerTask): Promise<boolean> {
    const position = this.positionOf(task);
    if (this.closed) return Promise.resolve(false);
    if (position < this.prefix + this.ahead) return Promise.resolve(this.letIn(position));
    return new Promise((resolve) => this.waiting.push({ position, resolve }));
  }

  /** @returns whether more questions are complete than before. */
  settled(task: AnswerTask, isComplete: boolean): boolean {
    const position = this.positionOf(task);
    this.tasksLeft[position] = (this.tasksLeft[position] ?? 1) - 1;
    if (!isComplete) {
      this.isComplete[position] = false;
      // Whatever stopped this one stops the sequence: the order is not to depend on what arrives.
      this.close();
    }
    const before = this.prefix;
    while (
      this.prefix < this.tasksLeft.length &&
      this.tasksLeft[this.prefix] === 0 &&
      this.isComplete[this.prefix] === true
    )
      this.prefix++;
    return this.prefix > before;
  }

  /** Lets in what the window has moved to. */
  release(): void {
    const still: Waiting[] = [];
    for (const one of this.waiting) {
      if (this.closed) one.resolve(false);
      else if (one.position < this.prefix + this.ahead) one.resolve(this.letIn(one.position));
      else still.push(one);
    }
    this.waiting = still;
  }

  /** Lets nothing in any longer. */
  close(): void {
    this.closed = true;
    this.release();
  }

  private letIn(position: number): true {
    this.admitted = Math.max(this.admitted, position + 1);
    return true;
  }
}
