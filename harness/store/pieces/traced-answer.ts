import type { Answer } from "../../core/records.js";
import { type TextTrace, textSize, textTrace } from "../../core/text-trace.js";
import { type KeptAnswer, keptAnswer } from "../answer-facts.js";

/** An answer with what scoring keeps of it. */
export interface TracedAnswer {
  readonly answer: Answer;
  readonly kept: KeptAnswer;
  /** Of its turns; empty where nobody needs them. */
  readonly traces: readonly TextTrace[];
}

/** An answer with what is kept of its texts. */
export function tracedAnswer(answer: Answer, isTraced: boolean): TracedAnswer {
  const texts = answer.turns.map(({ text }) => text);
  const traces = isTraced ? texts.map((text) => textTrace(text)) : [];
  return { answer, kept: keptAnswer(answer, isTraced ? traces : texts.map(textSize)), traces };
}
