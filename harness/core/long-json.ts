import { isUtf8 } from "node:buffer";
import { isTooDeep } from "./depth.js";
import { isLong, noteText } from "./text-garbage.js";

/** Bytes from which a JSON text is parsed in parts. */
const LONG_JSON = 4 << 20;

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];

/** A string of a JSON text, its quotes included. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Index behind the string that begins at `start`; undefined where it never ends. */
function endOfString(bytes: Buffer, start: number): number | undefined {
  for (let end = bytes.indexOf(QUOTE, start + 1); end >= 0; end = bytes.indexOf(QUOTE, end + 1)) {
    let slashes = 0;
    while (bytes[end - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end + 1;
  }
  return undefined;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function isName(bytes: Buffer, end: number): boolean {
  let next = end;
  while (isBlank(bytes[next])) next++;
  return bytes[next] === COLON;
}

/** The long strings of a JSON text that are values. */
function longStrings(bytes: Buffer): Stretch[] {
  const found: Stretch[] = [];
  for (let start = bytes.indexOf(QUOTE); start >= 0; ) {
    const end = endOfString(bytes, start);
    if (end === undefined) break;
    if (isLong(end - start) && !isName(bytes, end)) found.push({ start, end });
    start = bytes.indexOf(QUOTE, end);
  }
  return found;
}

type Members = Record<string, unknown>;

function isNested(value: unknown): value is Members {
  return typeof value === "object" && value !== null;
}

/** Visits each string within a value. @param top name of the member of all of it */
function visitStrings(
  members: Members,
  visit: (members: Members, name: string, text: string, top: string) => void,
  top?: string,
): void {
  for (const name of Object.keys(members)) {
    const member = members[name];
    if (typeof member === "string") visit(members, name, member, top ?? name);
    else if (isNested(member)) visitStrings(member, visit, top ?? name);
  }
}

/** A member whose long strings are made when they are asked for. */
export interface MadeLater {
  readonly member: string;
  /** Whether the bytes still are what they were. */
  isThere(): boolean;
}

/** A character of its own use; a text that holds it, also escaped, is parsed in the ordinary way. */
const MARK = "\ue000";
const HAS_MARK = /\ue000|\\ue000/i;

/** A JSON text with a mark and a number in the place of each long string; undefined where it holds such marks already. */
function frameOf(bytes: Buffer, long: readonly Stretch[]): string | undefined {
  const starts = [0, ...long.map(({ end }) => end)];
  const between = starts.map((start, index) => bytes.toString("utf8", start, long[index]?.start));
  if (between.some((text) => HAS_MARK.test(text))) return undefined;
  return between.map((text, index) => (index === 0 ? text : `"${MARK}${index - 1}"${text}`)).join("");
}

function textAt(bytes: Buffer, { start, end }: Stretch): string {
  noteText(end - start);
  return JSON.parse(bytes.toString("utf8", start, end)) as string;
}

function laterText(bytes: Buffer, stretch: Stretch, later: MadeLater): PropertyDescriptor {
  const get = () => {
    if (!later.isThere()) throw new Error("a record was asked for what it holds after its visit");
    return textAt(bytes, stretch);
  };
  return { get, enumerable: true, configurable: true };
}

/**
 * What `JSON.parse` makes of a text that holds long strings, without the text of all of it: each of them is decoded and
 * parsed by itself, so that one beyond Latin-1 does not make the others twice as large.
 * @returns the value; undefined where `JSON.parse` is to be asked: for what is short, holds no long string, nests too
 * deeply, or is broken
 */
export function parseLongJson(bytes: Buffer, later?: MadeLater): Members | undefined {
  if (bytes.length < LONG_JSON || !isUtf8(bytes)) return undefined;
  const long = longStrings(bytes);
  const frame = long.length === 0 ? undefined : frameOf(bytes, long);
  if (frame === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(frame);
    if (!isNested(value) || isTooDeep(value)) return undefined;
    visitStrings(value, (members, name, text, top) => {
      const stretch = text.startsWith(MARK) ? long[Number(text.slice(MARK.length))] : undefined;
      if (stretch === undefined) return;
      if (top === later?.member) Object.defineProperty(members, name, laterText(bytes, stretch, later));
      else members[name] = textAt(bytes, stretch);
    });
    // Whoever reads the value makes copies of its texts, which find no room beside what is left of parsing them.
    noteText(bytes.length);
    return value;
  } catch {
    return undefined;
  }
}
