import type {
  GenerationRequest,
  Judge,
  JudgeItem,
  JudgeRequest,
  Model,
  Question,
  Suite,
  Verdict,
} from "../../core/records.js";
import { itemOf } from "../../pipeline/judge-items.js";

/** A real verdict that a judge is asked for; of one that takes several calls, what the first of them asks. */
export interface VerdictTrial {
  readonly item: JudgeItem;
  readonly request: JudgeRequest;
}

/** Two answers that a judge can tell apart: a candid one, and one of no use. */
const ANSWERS = ["I am not sure, but here is what I would try first, step by step.", "No."] as const;

function itemFor(judge: Judge, question: Question): JudgeItem {
  const turn = judge.turns === "last" ? question.turns.length : 1;
  const answered = (text: string) => question.turns.slice(0, turn).map(() => text);
  const shown = ANSWERS.map(answered);
  return itemOf(judge, question, turn, shown, "0a1b2c3d4e5f", "doctor");
}

/** The first question of a suite that a judge can be asked about; undefined where it can be asked about none. */
export function verdictTrial(judge: Judge, suite: Suite): VerdictTrial | undefined {
  for (const question of suite.questions) {
    try {
      const whole = itemFor(judge, question);
      const item = judge.parted?.parts(whole)[0] ?? whole;
      return { item, request: judge.request(item) };
    } catch {
      // What a judge cannot be asked about is found by the check of the plan.
    }
  }
  return undefined;
}

/** The call for a verdict, as a run would make it. */
export function verdictRequest({ request }: VerdictTrial, model: Model): GenerationRequest {
  return {
    messages: request.messages,
    parameters: { ...request.parameters, ...model.parameters },
    subject: {
      kind: "judgment",
      suite: "doctor",
      questionId: "1",
      turn: 1,
      trial: 1,
      a: "doctor-a",
      b: "doctor-b",
      attempt: 1,
    },
  };
}

/** A verdict out of a reply; a parser that throws reads none. */
export function readTrialVerdict(
  judge: Judge,
  { item }: VerdictTrial,
  generation: Parameters<Judge["read"]>[0],
): Verdict {
  try {
    return judge.read(generation, item);
  } catch (thrown) {
    return { kind: "unreadable", reason: `the judge's parser failed: ${String(thrown).slice(0, 200)}` };
  }
}
