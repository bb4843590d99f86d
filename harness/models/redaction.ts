import { replaceKeyLike } from "../core/secrets.js";

/** Replaces secrets in a text. */
export type Redactor = (text: string) => string;

const SHOWN = "[redacted]";

/** Shortest secret that is looked for in error messages. */
const LEAST_LENGTH = 4;
/** Shortest secret that is looked for in answers, which may hold short words by chance. */
const LEAST_IN_ANSWERS = 8;
/** Letters and digits of a secret in a row that show a piece of it, where its parts stand apart. */
const PIECE = 8;

/** What stands for a key where none is needed; answers may well hold such words. */
const PLACEHOLDERS = /^(?:[a-z]{1,15}|[a-z-]{1,11}|sk-no-key-required|no-key-required|none|empty|dummy)$/i;

/** A header's value and what follows its scheme, as in `Bearer …`. */
function partsOf(secret: string): string[] {
  const [, credentials] = /^(?:bearer|basic|token|apikey) +(.+)$/i.exec(secret) ?? [];
  return credentials === undefined ? [secret] : [secret, credentials];
}

/** Base64 of a text wherever it begins in what was encoded; without the characters that depend on what stands beside it. */
function base64Forms(secret: string): string[] {
  return [0, 1, 2].map((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]);
    const whole = bytes.length - (bytes.length % 3);
    return bytes
      .subarray(0, whole)
      .toString("base64")
      .slice(shift === 0 ? 0 : 4);
  });
}

function encodedForms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = secret.length < LEAST_IN_ANSWERS ? [] : base64Forms(secret);
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    secret.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    ...base64,
    ...base64.map((text) => text.replace(/\+/g, "-").replace(/\//g, "_")),
  ];
}

function longestFirst(texts: Iterable<string>): string[] {
  return [...new Set(texts)].filter((text) => text !== "").sort((x, y) => y.length - x.length);
}

function secretsAmong(given: Iterable<string | undefined>, leastLength: number): string[] {
  return [...given]
    .filter((secret) => secret !== undefined)
    .flatMap(partsOf)
    .filter((secret) => secret.length >= leastLength);
}

/** One character, written as web addresses, HTML or JSON may write it. */
const ESCAPED = /%([0-9a-f]{2})|&#x([0-9a-f]{1,6});|&#([0-9]{1,7});|\\u([0-9a-f]{4})|\\x([0-9a-f]{2})/iy;
const LONGEST_TAG = 100;

/** The letters and digits of a text. */
interface Letters {
  /** Lower case, unescaped, without what stands in tags. */
  readonly letters: string;
  /** Where each begins in the text, and where it ends. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** The code of a lower-case letter or a digit; 0 for all other characters. */
function letterCode(code: number): number {
  if ((code >= 48 && code <= 57) || (code >= 97 && code <= 122)) return code;
  return code >= 65 && code <= 90 ? code + 32 : 0;
}

/** The escaped character at a place: its code, and how long it is there. */
function escapedAt(text: string, index: number): readonly [code: number, length: number] | undefined {
  ESCAPED.lastIndex = index;
  const match = ESCAPED.exec(text);
  if (match === null) return undefined;
  const [whole, percent, hexEntity, entity, unicode, byte] = match;
  const hex = percent ?? hexEntity ?? unicode ?? byte;
  return [hex === undefined ? Number(entity) : Number.parseInt(hex, 16), whole.length];
}

function lettersOf(text: string): Letters {
  const codes = new Uint8Array(text.length);
  const [starts, ends] = [new Int32Array(text.length), new Int32Array(text.length)];
  let count = 0;
  let tagEnd = text.indexOf(">");
  for (let index = 0; index < text.length; ) {
    let code = text.charCodeAt(index);
    let length = 1;
    if (code === 0x3c) {
      if (tagEnd >= 0 && tagEnd < index) tagEnd = text.indexOf(">", index);
      if (tagEnd > index && tagEnd - index <= LONGEST_TAG) length = tagEnd + 1 - index;
    } else if (code === 0x25 || code === 0x26 || code === 0x5c) {
      [code, length] = escapedAt(text, index) ?? [code, 1];
    }
    const letter = letterCode(code);
    if (letter !== 0) {
      codes[count] = letter;
      starts[count] = index;
      ends[count++] = index + length;
    }
    index += length;
  }
  return { letters: Buffer.from(codes.buffer, 0, count).toString("latin1"), starts, ends };
}

/** Finds pieces of secrets also where blanks, tags or punctuation stand between their characters. */
function createPieceFinder(secrets: readonly string[]): (text: string) => string {
  const pieces = new Set<string>();
  for (const secret of secrets) {
    const { letters } = lettersOf(secret);
    for (let start = 0; start + PIECE <= letters.length; start++) {
      pieces.add(letters.slice(start, start + PIECE));
    }
  }
  if (pieces.size === 0) return (text) => text;
  // Most places are told by their first two characters.
  const heads = new Set([...pieces].map((piece) => piece.charCodeAt(0) * 128 + piece.charCodeAt(1)));
  return (text) => {
    const { letters, starts, ends } = lettersOf(text);
    const shown: string[] = [];
    let told = 0;
    for (let at = 0; at + PIECE <= letters.length; at++) {
      if (!heads.has(letters.charCodeAt(at) * 128 + letters.charCodeAt(at + 1))) continue;
      if (!pieces.has(letters.slice(at, at + PIECE))) continue;
      const from = starts[at] ?? 0;
      if (from > told || shown.length === 0) shown.push(text.slice(told, from), SHOWN);
      told = ends[at + PIECE - 1] ?? told;
    }
    return shown.length === 0 ? text : shown.join("") + text.slice(told);
  };
}

/**
 * For messages: a function that replaces the given secrets, and whatever looks like a key of a well-known form, wherever
 * an endpoint or a program repeats them: as they are, encoded, or in pieces of eight letters and digits or more. Secrets
 * shorter than four characters are no secrets and stay.
 */
export function createRedactor(secrets: Iterable<string | undefined>): Redactor {
  const known = secretsAmong(secrets, LEAST_LENGTH);
  const forms = longestFirst(known.flatMap(encodedForms));
  const withoutPieces = createPieceFinder(known.filter((secret) => !PLACEHOLDERS.test(secret)));
  return (text) => {
    let shown = text;
    for (const form of forms) shown = shown.replaceAll(form, SHOWN);
    return withoutPieces(replaceKeyLike(shown, SHOWN));
  };
}

/**
 * For answers, of which nothing else may change: a function that replaces the given secrets, as they are or encoded.
 * What is shorter than eight characters or a word that stands for a key, such as `EMPTY`, stays.
 */
export function createAnswerRedactor(secrets: Iterable<string | undefined>): Redactor {
  const known = secretsAmong(secrets, LEAST_IN_ANSWERS).filter((secret) => !PLACEHOLDERS.test(secret));
  const forms = longestFirst(known.flatMap(encodedForms));
  const shortest = forms.at(-1)?.length ?? Number.POSITIVE_INFINITY;
  return (text) => {
    if (text.length < shortest) return text;
    let shown = text;
    for (const form of forms) shown = shown.replaceAll(form, SHOWN);
    return shown;
  };
}

/** The text that an entry of a list adds to that of the others: a token, by itself or with its log-probability. */
function textOfEntry(entry: unknown): string | undefined {
  if (typeof entry === "string") return entry;
  const token: unknown =
    typeof entry === "object" && entry !== null && "token" in entry ? entry.token : undefined;
  return typeof token === "string" ? token : undefined;
}

/**
 * Tokens that together repeat a secret are replaced as a whole: what is left of them, and of their alternatives, would
 * show pieces of it.
 */
function redactRow(list: readonly unknown[], redact: Redactor): readonly unknown[] {
  const texts = list.map(textOfEntry);
  if (texts.length < 2 || texts.some((text) => text === undefined)) return list;
  const whole = texts.join("");
  if (redact(whole) === whole) return list;
  return list.map((entry, index) => {
    const text = index === 0 ? SHOWN : "";
    return typeof entry === "string" ? text : { token: text, logprob: 0, top_logprobs: [] };
  });
}

/**
 * A JSON value with every text redacted, also where a text is spread over the tokens of a list; the very same value
 * where nothing is.
 */
export function redactJson(value: unknown, redact: Redactor): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value !== "object" || value === null) return value;
  if (!Array.isArray(value)) return redactMembers(value, redact);
  const list: readonly unknown[] = value;
  const shown = list.map((one) => redactJson(one, redact));
  const whole = shown.some((one, index) => one !== list[index]) ? shown : list;
  return redactRow(whole, redact);
}

function redactMembers(value: object, redact: Redactor): unknown {
  let isChanged = false;
  const members = Object.entries(value).map(([name, one]: [string, unknown]) => {
    const shown = [redact(name), redactJson(one, redact)] as const;
    isChanged ||= shown[0] !== name || shown[1] !== one;
    return shown;
  });
  return isChanged ? Object.fromEntries(members) : value;
}

/** Values of environment variables whose names say that they are secrets. */
export function secretsOf(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/i.test(name) && value !== undefined && value.length >= 8
      ? [value]
      : [],
  );
}
