import { hash } from "node:crypto";
import { MARK_WORDS, marksIn } from "./template-marks.js";
import { codePointLength, excerpt } from "./text.js";
import { noteText } from "./text-garbage.js";
import { type ScannedText, TextScan } from "./text-scan.js";

/** How much a text holds. */
export interface TextSize {
  /** Code points. */
  readonly length: number;
  /** Whether it holds nothing but white space. */
  readonly isBlank: boolean;
}

/** What scoring keeps of an answer's text, in place of the text: a few numbers, whatever the text. */
export interface TextTrace extends TextSize {
  /**
   * 52 bits that are equal for texts which differ in case, width, spacing and line breaks alone. Two other texts are taken
   * for the same once in 10¹⁵; nobody gains by making two such texts. For this machine alone, never written anywhere.
   */
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

/** Bytes from which a text is given a scan of its own, which is let go of with it. */
const LONG_TEXT = 1 << 20;

let shared: TextScan | null | undefined;

function sharedScan(): TextScan | null {
  if (shared === undefined) shared = TextScan.make(MARK_WORDS) ?? null;
  return shared;
}

/** White space as single spaces. Single ones are most of it already, and stay. */
function singleSpaced(text: string): string {
  return text.replace(/\s{2,}|[^\S ]/g, " ");
}

function scanned(plain: string, bytes: number, scan: TextScan | null): ScannedText {
  if (scan !== null)
    return (bytes < LONG_TEXT ? scan : (TextScan.make(MARK_WORDS) ?? scan)).scan(plain, bytes);
  const words = singleSpaced(plain.toLowerCase()).trim();
  const digest = Number.parseInt(hash("sha256", words, "hex").slice(0, 13), 16);
  return { digest, isBlank: words === "", mayHoldWord: true };
}

/** A text beyond ASCII as a scan has it that knows no other letters and white space. */
function plainText(text: string): string {
  noteText(text.length);
  return singleSpaced(text.normalize("NFKC").toLowerCase());
}

/**
 * What is kept of a text. A function of the text alone, so that it may be called wherever the text is at hand.
 * @param scan Null where this machine has none.
 */
export function textTrace(text: string, scan: TextScan | null = sharedScan()): TextTrace {
  const bytes = Buffer.byteLength(text);
  // Every character beyond ASCII takes more bytes than units.
  if (bytes === text.length) {
    const { digest, isBlank, mayHoldWord } = scanned(text, bytes, scan);
    return mayHoldWord
      ? { length: bytes, isBlank, digest, ...marksOf(text) }
      : { length: bytes, isBlank, digest, marks: 0 };
  }
  return { ...textSize(text), digest: plainDigest(text, scan), ...marksOf(text) };
}

/** A function of its own, so that the plain text, which may be long, is let go of before marks are looked for. */
function plainDigest(text: string, scan: TextScan | null): number {
  const plain = plainText(text);
  return scanned(plain, Buffer.byteLength(plain), scan).digest;
}

function marksOf(text: string): Pick<TextTrace, "marks" | "passage"> {
  noteText(text.length);
  const found = marksIn(text);
  const [first] = found;
  if (first === undefined) return { marks: 0 };
  const marks = found.reduce((bits, { bit }) => bits | bit, 0);
  return { marks, passage: excerpt(text.slice(Math.max(0, first.index - 20), first.index + 100), 90) };
}
