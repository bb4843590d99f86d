/** Where one assistant's part of a judge's prompt stands. */
interface Part {
  readonly start: string;
  readonly end: string;
  /** Set where the part is a whole conversation. */
  readonly speaker?: string;
}

/** Parts of MT-Bench's templates about `who`: of those that show one answer, and of those that show two turns. */
function partsOf(who: string): readonly [answer: Part, conversation: Part] {
  const speaker = who === "Assistant" ? "Assistant A" : who;
  return [
    { start: `[The Start of ${who}'s Answer]`, end: `[The End of ${who}'s Answer]` },
    {
      start: `<|The Start of ${speaker}'s Conversation with User|>`,
      end: `<|The End of ${speaker}'s Conversation with User|>`,
      speaker,
    },
  ];
}

/** Answers of a conversation's two turns. */
function turnsOf(conversation: string, speaker: string): readonly string[] | undefined {
  const answer = `### ${speaker}:\n`;
  const first = conversation.indexOf(answer);
  const last = conversation.lastIndexOf(answer);
  const asked = conversation.lastIndexOf("### User:\n", last);
  if (first < 0 || asked < first) return undefined;
  return [
    conversation.slice(first + answer.length, asked).trim(),
    conversation.slice(last + answer.length).trim(),
  ];
}

/** The text of a part that begins at `from` and ends with the last of its end marks before `limit`. */
function answersIn(prompt: string, part: Part, from: number, limit: number): readonly string[] | undefined {
  const to = prompt.lastIndexOf(part.end, limit);
  if (from < 0 || to < from) return undefined;
  const text = prompt.slice(from + part.start.length, to).trim();
  return part.speaker === undefined ? [text] : turnsOf(text, part.speaker);
}

function answersOfOne(prompt: string, part: Part): readonly (readonly string[])[] | undefined {
  const turns = answersIn(prompt, part, prompt.indexOf(part.start), prompt.length);
  return turns === undefined ? undefined : [turns];
}

/** The second part begins where its start mark stands last: an answer that plays the rest of the prompt keeps what it holds. */
function answersOfTwo(prompt: string, first: Part, second: Part): readonly (readonly string[])[] | undefined {
  const middle = prompt.lastIndexOf(second.start);
  const a = answersIn(prompt, first, prompt.indexOf(first.start), middle);
  const b = answersIn(prompt, second, middle, prompt.length);
  return a === undefined || b === undefined ? undefined : [a, b];
}

/**
 * The answers that a judge's prompt shows, where it was made with one of MT-Bench's templates: by assistant in the order
 * shown, then by turn. Undefined for any other prompt. An answer may hold a template's marks itself, to end its part
 * early; they are taken for a part of the answer.
 * @param models How many models the verdict is about.
 */
export function answersShownIn(prompt: string, models: 1 | 2): readonly (readonly string[])[] | undefined {
  const [answer, conversation] = partsOf("Assistant");
  if (models === 1) return answersOfOne(prompt, conversation) ?? answersOfOne(prompt, answer);
  const [a, conversationA] = partsOf("Assistant A");
  const [b, conversationB] = partsOf("Assistant B");
  return answersOfTwo(prompt, conversationA, conversationB) ?? answersOfTwo(prompt, a, b);
}
