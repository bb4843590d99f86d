import type { AnswerTask, JudgmentTask } from "../../core/records.js";

/** Lets the tasks of a run in, and is told what came of them; without one all are asked at once. */
export interface Pace {
  /** Resolves when the task may be asked for, or with false when it never may. */
  admit(task: AnswerTask): Promise<boolean>;
  /** A verdict of the question is on disk, whatever became of it. */
  judged(task: JudgmentTask): void;
  /**
   * Nothing more comes of the task.
   * @param isComplete Whether everything it asks for is on disk; false where the run was stopped meanwhile.
   */
  settled(task: AnswerTask, isComplete: boolean): void;
}
