import type { PromptToken } from "./prompt-tokens.js";

/** A blank and a line break as vocabularies write them, for servers that send their pieces as they are. */
const PIECES: readonly (readonly [RegExp, string])[] = [
  [/[▁Ġ]/g, " "],
  [/Ċ/g, "\n"],
];

/** What stands for bytes that are no whole character. */
const PART = "\ufffd";
/** Bytes of a character that one such mark can stand for. */
const MOST_PART_BYTES = 3;

/** Bytes that a token names one by one: `<0x0A>` (SentencePiece), `bytes:\xe6\xb0` (OpenAI). */
function namedBytes(token: string): Buffer | undefined {
  const [, named] = /^(?:bytes:)?((?:\\x[\da-f]{2})+|<0x[\da-f]{2}>)$/i.exec(token) ?? [];
  const digits = named?.replace(/<0x|\\x|>/gi, "");
  return digits === undefined ? undefined : Buffer.from(digits, "hex");
}

/**
 * Texts that a token may stand for: itself; as a piece of the vocabulary; and with the blank before it, which servers lose that
 * decode tokens one by one.
 */
function spellingsOf(token: string): readonly string[] {
  const piece = PIECES.reduce((text, [mark, plain]) => text.replace(mark, plain), token);
  return [...new Set([token, piece, ` ${token}`])];
}

/**
 * How many bytes before `end` a token can be, given the text that they are of.
 * @param isPart whether an empty token can be a part of the character behind it
 */
function lengthsOf(token: string, bytes: Buffer, end: number, isPart: boolean): ReadonlySet<number> {
  const found = new Set(spelledLengths(token, bytes, end));
  if (!isPart) found.delete(0);
  return found;
}

function* spelledLengths(token: string, bytes: Buffer, end: number): Generator<number> {
  const named = namedBytes(token);
  if (named !== undefined && bytes.subarray(Math.max(0, end - named.length), end).equals(named))
    yield named.length;
  for (const text of spellingsOf(token)) {
    const whole = Buffer.from(text);
    if (whole.length <= end && bytes.subarray(end - whole.length, end).equals(whole)) yield whole.length;
    const parts = text.split(PART).length - 1;
    const least = whole.length - (Buffer.byteLength(PART) - 1) * parts;
    for (
      let length = least;
      parts > 0 && length <= Math.min(end, least + (MOST_PART_BYTES - 1) * parts);
      length++
    )
      if (bytes.subarray(end - length, end).toString("utf8") === text) yield length;
  }
}

/** A way to lay the last tokens over the end of the prompt. */
interface Reading {
  /** Byte at which the earliest of them begins. */
  readonly at: number;
  /** Index of the first token of the text. */
  readonly first: number;
}

/**
 * Whether a token of no text is a part of the character behind it: some servers show a character with the last of its
 * tokens, and nothing for the others. What the server put before the prompt has no log-probability.
 */
function isHiddenPart(tokens: readonly PromptToken[], index: number): boolean {
  if (tokens[index]?.token !== "") return false;
  const behind = tokens.slice(index + 1).find(({ token }) => token !== "")?.token ?? "";
  return (behind.trimStart().codePointAt(0) ?? 0) >= 0x80;
}

/** Readings with one token more, each once. */
function withToken(
  readings: readonly Reading[],
  tokens: readonly PromptToken[],
  index: number,
  bytes: Buffer,
  boundary: number,
): readonly Reading[] {
  const found = new Map<string, Reading>();
  const { token = "", logprob = null } = tokens[index] ?? {};
  const isPart = isHiddenPart(tokens, index);
  for (const { at, first } of readings) {
    for (const length of lengthsOf(token, bytes, at, isPart || logprob === null)) {
      const begins = at - length;
      const isOfFirst = isPart && logprob !== null && length === 0 && at === boundary && first === index + 1;
      const isWithin = at > boundary ? begins >= boundary : isOfFirst;
      const reading = { at: begins, first: isWithin ? index : first };
      found.set(`${reading.at}/${reading.first}`, reading);
    }
  }
  return [...found.values()];
}

/**
 * The tokens of a text at the end of a prompt. A token that begins before the text belongs to what stands before it, as
 * lm-evaluation-harness counts: it takes the tokens behind as many as the context has alone.
 * @param tokens of the whole prompt, with whatever the server puts before it
 * @returns undefined where the tokens do not spell the prompt's end, or spell it in ways that part it differently; empty where
 * none of them begins within the text
 */
export function tailTokens(
  tokens: readonly PromptToken[],
  context: string,
  text: string,
): readonly PromptToken[] | undefined {
  const bytes = Buffer.from(context + text);
  const boundary = Buffer.byteLength(context);
  let readings: readonly Reading[] = [{ at: bytes.length, first: tokens.length }];
  for (let index = tokens.length - 1; index >= 0; index--) {
    // What stands before a prompt's first byte is the server's own.
    const whole = readings.filter(({ at }) => at === 0);
    const next = withToken(readings, tokens, index, bytes, boundary);
    if (isSettled(readings, boundary) && tokens[index]?.token !== "") break;
    if (next.length === 0 && whole.length === 0) return undefined;
    readings = next.length === 0 ? whole : [...next, ...whole];
  }
  const within = readings.filter(({ at }) => at <= boundary);
  return isSettled(within, boundary) ? tokens.slice(within[0]?.first) : undefined;
}

function isSettled(readings: readonly Reading[], boundary: number): boolean {
  const [one] = readings;
  return one !== undefined && readings.every(({ at, first }) => at <= boundary && first === one.first);
}
