import type { AnswerOrPair, JudgeItem, Question } from "../harness/core/records.js";
import { opening, REMINDER } from "./assay-prompts.js";

/**
 * One block of untrusted text between markers. A text that holds the code, which its author cannot have known, loses
 * it, so that no text can end its own block.
 */
export function block(name: string, text: string, code: string): string {
  const harmless = text.replaceAll(code, "(code removed)");
  return `=== BEGIN ${name} [${code}] ===\n${harmless}\n=== END ${name} [${code}] ===`;
}

/** The question's system message, where it has one. */
export function systemBlock(question: Question, code: string): string[] {
  return question.system === undefined ? [] : [block("INSTRUCTIONS TO THE ASSISTANT", question.system, code)];
}

/** What was said before the first turn. */
export function contextBlocks({ context = [] }: Question, code: string): string[] {
  return context.map(({ role, content }, index) =>
    block(`MESSAGE ${index + 1} OF THE CONVERSATION BEFORE, BY THE ${role.toUpperCase()}`, content, code),
  );
}

/** The reference answer to a turn, where there is one. */
export function referenceBlock(question: Question, turn: number, code: string): string[] {
  const text = question.reference?.[turn - 1];
  return text === undefined ? [] : [block(`REFERENCE ANSWER TO TURN ${turn}`, text, code)];
}

/** The conversation that one answer ends, in blocks. */
export function blocksOf(item: Extract<JudgeItem, { kind: "single" }>): string[] {
  const { question, turn, answer, nonce } = item;
  const blocks = [...systemBlock(question, nonce), ...contextBlocks(question, nonce)];
  for (let one = 1; one <= turn; one++) {
    blocks.push(block(`USER TURN ${one}`, question.turns[one - 1] ?? "", nonce));
    blocks.push(...referenceBlock(question, one, nonce));
    const role = one === turn ? "ANSWER" : "EARLIER ANSWER";
    blocks.push(block(`${role} TO TURN ${one}`, answer[one - 1] ?? "", nonce));
  }
  return blocks;
}

function conversation(letter: "A" | "B", item: Extract<JudgeItem, { kind: "pair" }>): string[] {
  const { question, turn, nonce } = item;
  const answers = letter === "A" ? item.a : item.b;
  const blocks: string[] = [];
  for (let one = 1; one <= turn; one++) {
    if (turn > 1)
      blocks.push(block(`USER TURN ${one}, AS PUT TO ${letter}`, question.turns[one - 1] ?? "", nonce));
    const role = one === turn ? "ANSWER" : "EARLIER ANSWER";
    blocks.push(block(`${role} OF ${letter} TO TURN ${one}`, answers[one - 1] ?? "", nonce));
  }
  return blocks;
}

function pairBlocks(item: Extract<JudgeItem, { kind: "pair" }>): string[] {
  const { question, turn, nonce } = item;
  const blocks = [...systemBlock(question, nonce), ...contextBlocks(question, nonce)];
  if (turn === 1) blocks.push(block("USER TURN 1", question.turns[0] ?? "", nonce));
  for (let one = 1; one <= turn; one++) blocks.push(...referenceBlock(question, one, nonce));
  return [...blocks, ...conversation("A", item), ...conversation("B", item)];
}

function taskOf(item: AnswerOrPair): string {
  const { turn } = item;
  return item.kind === "single"
    ? `Grade the answer to turn ${turn}.`
    : `Compare the two answers to turn ${turn}.`;
}

/** The user message: the material in blocks, what to do with it, and how to reply. */
export function materialMessage(item: AnswerOrPair, replyFormat: string): string {
  const blocks = item.kind === "single" ? blocksOf(item) : pairBlocks(item);
  return [opening(item.nonce), ...blocks, `${REMINDER} ${taskOf(item)}`, replyFormat].join("\n\n");
}
