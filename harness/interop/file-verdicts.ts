import type { AnswerTraces } from "../pipeline/audit/answer-traces.js";
import type { Verdicts } from "../pipeline/scores/verdicts.js";

/** What files of other tools hold: verdicts, and the answers that they were given on, as far as the files tell them. */
export interface FileVerdicts extends Verdicts {
  readonly answers: AnswerTraces;
}
