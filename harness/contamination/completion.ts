import { normalWords } from "./normal-words.js";

/** Words of a text that is cut in halves: with fewer the second half is a matter of chance. */
export const LEAST_WORDS = 24;
/** Words of a second half that are asked for and looked at. */
const MOST_WORDS = 120;

/** A text cut in two at a space. */
export interface Halves {
  readonly first: string;
  readonly second: string;
}

/** Cuts a text after half of its words; undefined for one that is too short. */
export function halvesOf(text: string): Halves | undefined {
  const words = [...text.matchAll(/\S+/g)];
  if (words.length < LEAST_WORDS) return undefined;
  const cut = words[Math.ceil(words.length / 2)]?.index ?? 0;
  const last = words[Math.ceil(words.length / 2) + MOST_WORDS]?.index ?? text.length;
  return { first: text.slice(0, cut).trimEnd(), second: text.slice(cut, last).trimEnd() };
}

/** What a model is asked for. */
export function completionPrompt(first: string): string {
  return `Below is the first part of a text. Write the part that follows it, word for word as the text goes on. Write nothing else: no introduction, no remark, no answer to what the text asks.\n\n${first}`;
}

function commonInOrder(one: readonly string[], other: readonly string[]): number {
  let before = new Uint16Array(other.length + 1);
  for (const word of one) {
    const now = new Uint16Array(other.length + 1);
    other.forEach((own, at) => {
      now[at + 1] =
        own === word ? (before[at] as number) + 1 : Math.max(before[at + 1] as number, now[at] as number);
    });
    before = now;
  }
  return before[other.length] as number;
}

/** How like the true second half a completion is. */
export interface Likeness {
  /** Longest common subsequence of words by the second half's words (ROUGE-L recall, Lin 2004), 0 to 1. */
  readonly similarity: number;
  /** Words in a row from the start that are the same. */
  readonly verbatim: number;
}

/**
 * Holds a completion against the true second half, in the normal form of the scan. A completion that repeats the first
 * half begins behind it, and counts up to as many words as the second half has.
 */
export function likeness(completion: string, { first, second }: Halves): Likeness {
  const wanted = normalWords(second);
  const told = normalWords(completion);
  const given = normalWords(first);
  const repeats = given.length > 0 && given.every((word, at) => told[at] === word);
  const own = told.slice(repeats ? given.length : 0).slice(0, wanted.length);
  const end = own.findIndex((word, at) => word !== wanted[at]);
  return {
    similarity: wanted.length === 0 ? 0 : commonInOrder(own, wanted) / wanted.length,
    verbatim: end < 0 ? own.length : end,
  };
}
