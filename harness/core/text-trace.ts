import { marksIn } from "./template-marks.js";
import { codePointLength, excerpt } from "./text.js";
import { wordDigest } from "./word-digest.js";

/** How much a text holds. */
export interface TextSize {
  /** Code points. */
  readonly length: number;
  /** Whether it holds nothing but white space. */
  readonly isBlank: boolean;
}

/** What scoring keeps of an answer's text, in place of the text: a few numbers, whatever the text. */
export interface TextTrace extends TextSize {
  /** Equal for texts that differ in case, width, spacing and line breaks alone. */
  readonly digest: number;
  /** A bit for each template mark that it holds ({@link markNames}); 0 for nearly all. */
  readonly marks: number;
  /** Passage around the first mark, printable and cut short; left out without a mark. */
  readonly passage?: string;
}

/** The size of a text. A function of the text alone. */
export function textSize(text: string): TextSize {
  return { length: codePointLength(text), isBlank: text.trim() === "" };
}

/** What is kept of a text. A function of the text alone, so that it may be called wherever the text is at hand. */
export function textTrace(text: string): TextTrace {
  const { length, isBlank } = textSize(text);
  const [digest, found] = [wordDigest(text), marksIn(text)];
  const [first] = found;
  if (first === undefined) return { length, isBlank, digest, marks: 0 };
  const marks = found.reduce((bits, { bit }) => bits | bit, 0);
  const passage = excerpt(text.slice(Math.max(0, first.index - 20), first.index + 100), 90);
  return { length, isBlank, digest, marks, passage };
}
