import type { SourcePlace, SourceSpan } from "./match-finder.js";
import { plainScanner } from "./suite-index.js";
import type { TextScanner } from "./text-scanner.js";

/** Characters of a passage that are shown. */
const SHOWN_CHARACTERS = 400;

/** The bytes of the source that are held just now. */
export interface SourceWindow {
  readonly bytes: Uint8Array;
  /** Offset of the first of them in the source. */
  readonly base: number;
  /** How many are the source's. */
  readonly filled: number;
  /** Whether texts stand in JSON strings. */
  readonly isJson: boolean;
}

/** A passage as it stands in the source. */
export interface Quoted {
  readonly offset: number;
  readonly bytes: number;
  /** Cut after {@link SHOWN_CHARACTERS}; empty where its bytes are no longer held. */
  readonly text: string;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

/** Text of the inside of a JSON string; what is no escape stays as it is. */
export function unescaped(text: string): string {
  return text.replace(
    /\\(?:u([0-9a-f]{4})|(.))/gi,
    (_, unit: string | undefined, mark: string | undefined) =>
      unit === undefined
        ? (ESCAPES[mark ?? ""] ?? mark ?? "")
        : String.fromCharCode(Number.parseInt(unit, 16)),
  );
}

let scanner: TextScanner | undefined;

/** The byte where a place's letter begins, and the one behind it. */
function resolved(place: SourcePlace, { bytes, base, filled, isJson }: SourceWindow): [number, number] {
  scanner ??= plainScanner();
  scanner.begin(0);
  let at = place.offset - base;
  if (at < 0) return [place.offset, place.offset];
  let written = 0;
  while (at < filled) {
    const next = scanner.scan(bytes, at, at + 1, 0, isJson);
    if (next === at) break;
    if (scanner.length > written && scanner.length > place.skip) return [base + at, base + next];
    written = scanner.length;
    at = next;
  }
  return [place.offset, base + at];
}

/** Quotes a stretch of the source. */
export function quoted(span: SourceSpan, window: SourceWindow): Quoted {
  const [from] = resolved(span.from, window);
  const [, to] = resolved(span.to, window);
  const { bytes, base, isJson } = window;
  const start = from - base;
  const size = Math.max(0, to - from);
  if (start < 0) return { offset: from, bytes: size, text: "" };
  const most = start + Math.min(size, SHOWN_CHARACTERS * (isJson ? 6 : 4));
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset + start, most - start).toString("utf8");
  const points = [...(isJson ? unescaped(raw) : raw)];
  return { offset: from, bytes: size, text: points.slice(0, SHOWN_CHARACTERS).join("") };
}
