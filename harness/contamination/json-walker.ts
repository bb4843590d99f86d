import { MOST_DEPTH } from "../core/depth.js";
import { unescaped } from "./source-window.js";
import type { TextScanner } from "./text-scanner.js";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;
/** Bytes of a key that tell its name. */
const MOST_KEY = 200;
/** Names of keys that are remembered; data with more use keys as data. */
const MOST_NAMES = 10_000;

type Mode = "outside" | "text" | "skipped" | "key" | "rest-of-row";

/** What is told while JSON is walked through. */
export interface JsonSink {
  /** A row ends, of which something may be damaged; blank ones are not told. */
  row(isDamaged: boolean): void;
  /** A text begins. */
  text(): void;
}

/** A name and at which levels which of the wanted fields have it, one bit each. */
interface Name {
  readonly name: string;
  readonly wanted: readonly number[];
}

/**
 * Walks through JSON byte by byte, rows of any length, and hands the inside of chosen strings to the scanner without making
 * strings of them. It does not check the JSON: a row that is broken is told, and what can be read of it is.
 */
export class JsonWalker {
  /** Rows that have begun, from 1. */
  row = 1;
  private mode: Mode = "outside";
  private depth = 0;
  /** Of each level: whether it is an object, its latest key, its latest index, and which fields it belongs to. */
  private readonly isObject = new Uint8Array(MOST_DEPTH + 2);
  private readonly keys: (Name | undefined)[] = [];
  private readonly indexes = new Int32Array(MOST_DEPTH + 2);
  private readonly levels = new Int32Array(MOST_DEPTH + 2);
  private readonly alive = new Int32Array(MOST_DEPTH + 2);
  private readonly taken = new Int32Array(MOST_DEPTH + 2);
  private expectsKey = false;
  private readonly key = new Uint8Array(MOST_KEY);
  private keyLength = 0;
  private keyHash = 0;
  private readonly names = new Map<number, Name>();
  private readonly segments: readonly (readonly string[])[];
  private readonly all: number;
  private isBlank = true;
  private isDamaged = false;

  /**
   * @param fields paths of the strings that are wanted, such as `messages.content` (list places are left out); none for all
   * @param isLines whether each line is a row; else the members of the outermost list are
   */
  constructor(
    private readonly scanner: TextScanner,
    private readonly sink: JsonSink,
    fields: readonly string[],
    private readonly isLines: boolean,
  ) {
    this.segments = fields.slice(0, 31).map((field) => field.split("."));
    this.all = fields.length === 0 ? 0 : 2 ** this.segments.length - 1;
    this.alive[0] = this.all;
  }

  /** Path of the text under way, such as `messages[1].content`. */
  field(): string {
    let path = "";
    for (let level = 1; level <= this.depth; level++) {
      if (this.isObject[level] === 1) path += `${path === "" ? "" : "."}${this.keys[level]?.name ?? ""}`;
      else if (level > 1 || this.isLines) path += `[${this.indexes[level]}]`;
    }
    return path;
  }

  /** Takes bytes. @returns where it stopped, at `to` or a little behind it */
  walk(bytes: Uint8Array, from: number, to: number, base: number): number {
    let at = from;
    while (at < to) {
      if (this.mode === "outside") at = this.outside(bytes, at, to, base);
      else if (this.mode === "text") at = this.text(bytes, at, to, base);
      else if (this.mode === "key") at = this.readKey(bytes, at, to);
      else if (this.mode === "skipped") at = this.skip(bytes, at, to);
      else {
        const end = bytes.indexOf(LINE_FEED, at);
        if (end < 0 || end >= to) return to;
        this.mode = "outside";
        at = end;
      }
    }
    return at;
  }

  /** Ends the file. */
  finish(): void {
    if (this.mode === "text") this.scanner.end();
    if (this.mode !== "outside" || this.depth > 0) this.isDamaged = true;
    if (!this.isBlank) this.sink.row(this.isDamaged);
  }

  private outside(bytes: Uint8Array, from: number, to: number, base: number): number {
    for (let at = from; at < to; at++) {
      switch (bytes[at]) {
        case QUOTE:
          this.isBlank = false;
          this.beginString(base + at + 1);
          return at + 1;
        case LINE_FEED:
          if (this.isLines) this.endLine();
          break;
        case 0x7b:
          if (!this.enter(1)) return at + 1;
          this.expectsKey = true;
          break;
        case 0x5b:
          if (!this.enter(0)) return at + 1;
          this.expectsKey = false;
          break;
        case 0x7d:
        case 0x5d:
          if (this.depth > 0) this.depth--;
          else this.isDamaged = true;
          this.expectsKey = false;
          break;
        case 0x2c:
          this.comma();
          break;
        case 0x3a:
        case 0x20:
        case 0x09:
        case 0x0d:
          break;
        default:
          if (this.depth === 0 && this.isBlank && !isScalar(bytes[at] as number)) this.isDamaged = true;
          this.isBlank = false;
      }
    }
    return to;
  }

  private comma(): void {
    const { depth } = this;
    if (this.isObject[depth] === 1) this.expectsKey = true;
    else {
      this.indexes[depth] = (this.indexes[depth] as number) + 1;
      if (depth === 1 && !this.isLines) this.nextRow();
    }
  }

  private enter(isObject: 0 | 1): boolean {
    this.isBlank = false;
    if (this.depth >= MOST_DEPTH) {
      this.isDamaged = true;
      this.mode = "rest-of-row";
      return false;
    }
    const outer = this.depth;
    const level = ++this.depth;
    this.isObject[level] = isObject;
    this.indexes[level] = 0;
    this.keys[level] = undefined;
    this.levels[level] = (this.levels[outer] as number) + (this.isObject[outer] === 1 && outer > 0 ? 1 : 0);
    this.alive[level] = this.alive[outer] as number;
    this.taken[level] = this.taken[outer] as number;
    return true;
  }

  private endLine(): void {
    if (this.depth > 0) this.isDamaged = true;
    this.depth = 0;
    this.expectsKey = false;
    this.nextRow();
  }

  private nextRow(): void {
    if (!this.isBlank) this.sink.row(this.isDamaged);
    this.isBlank = true;
    this.isDamaged = false;
    this.row++;
  }

  private beginString(offset: number): void {
    const { depth } = this;
    if (this.expectsKey && this.isObject[depth] === 1) {
      this.mode = "key";
      this.keyLength = 0;
      this.keyHash = 0x811c9dc5;
      this.expectsKey = false;
      return;
    }
    if (this.all !== 0 && this.taken[depth] === 0) {
      this.mode = "skipped";
      return;
    }
    this.mode = "text";
    this.sink.text();
    this.scanner.begin(offset);
  }

  private text(bytes: Uint8Array, from: number, to: number, base: number): number {
    const at = this.scanner.scan(bytes, from, to, base, true);
    const { closed } = this.scanner;
    if (!closed && at >= to) return at;
    this.scanner.end();
    this.mode = "outside";
    if (closed) return at + 1;
    this.isDamaged = true;
    return at;
  }

  private skip(bytes: Uint8Array, from: number, to: number): number {
    for (let at = from; at < to; at++) {
      const byte = bytes[at];
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) {
        this.mode = "outside";
        return at + 1;
      } else if (byte === LINE_FEED) {
        this.isDamaged = true;
        this.mode = "outside";
        return at;
      }
      if (at + 1 >= to) return at + 1;
    }
    return to;
  }

  private readKey(bytes: Uint8Array, from: number, to: number): number {
    for (let at = from; at < to; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) {
        this.endKey();
        return at + 1;
      }
      if (byte === LINE_FEED) {
        this.isDamaged = true;
        this.mode = "outside";
        return at;
      }
      this.take(byte);
      if (byte === BACKSLASH) {
        at++;
        this.take(bytes[at] as number);
        if (at + 1 >= to) return at + 1;
      }
    }
    return to;
  }

  private take(byte: number): void {
    if (this.keyLength < MOST_KEY) this.key[this.keyLength++] = byte;
    this.keyHash = Math.imul(this.keyHash ^ byte, 0x01000193);
  }

  private endKey(): void {
    this.mode = "outside";
    const { depth } = this;
    let name = this.names.get(this.keyHash);
    if (name === undefined) {
      const text = unescaped(Buffer.from(this.key.subarray(0, this.keyLength)).toString("utf8"));
      const levels = Math.max(1, ...this.segments.map((one) => one.length));
      const wanted = Array.from({ length: levels }, (_, level) =>
        this.segments.reduce((bits, one, field) => bits | (one[level] === text ? 1 << field : 0), 0),
      );
      name = { name: text, wanted };
      if (this.names.size < MOST_NAMES) this.names.set(this.keyHash, name);
    }
    this.keys[depth] = name;
    if (this.all === 0) return;
    const level = this.levels[depth] as number;
    const outer = this.alive[depth - 1] as number;
    const alive = outer & (name.wanted[level] ?? 0);
    const done = this.segments.reduce(
      (bits, one, field) => bits | ((alive >> field) & 1 && one.length === level + 1 ? 1 << field : 0),
      0,
    );
    this.alive[depth] = alive;
    this.taken[depth] = (this.taken[depth - 1] as number) | done;
  }
}

/** First bytes of JSON's numbers, `true`, `false` and `null`. */
function isScalar(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x74 || byte === 0x66 || byte === 0x6e;
}
