import type { Answer, ChatMessage, Question } from "../../core/records.js";

/** What is right, or the reference answer of a turn; nothing where neither is known. */
export function rightAnswers({ key, reference, turns }: Question, turn: number): readonly string[] {
  if (key !== undefined && turn === turns.length) return key.kind === "choice" ? key.right : key.accepted;
  const text = reference?.[turn - 1] ?? "";
  return text === "" ? [] : [text];
}

/** The conversation up to the answer to a turn. */
export function conversation(question: Question, answer: Answer | undefined, turn: number): ChatMessage[] {
  const system = question.system === undefined ? [] : [{ role: "system", content: question.system } as const];
  return [
    ...system,
    ...(question.context ?? []),
    ...question.turns.slice(0, turn).flatMap((content, index): ChatMessage[] => {
      const said = answer?.turns[index]?.text;
      const reply = said === undefined ? [] : [{ role: "assistant", content: said } as const];
      return [{ role: "user", content }, ...reply];
    }),
  ];
}
