/** A value that a Python literal can stand for; tuples are arrays, dictionaries maps. */
export type PythonValue =
  | null
  | boolean
  | number
  | string
  | readonly PythonValue[]
  | ReadonlyMap<PythonValue, PythonValue>;

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\n": "",
};

const DEEPEST = 50;

/** A dictionary gives one key twice. */
export class RepeatedKey extends SyntaxError {}

/** How literals are read. */
export interface LiteralReading {
  /** A key that is given twice is an error; Python takes the last one. Default false. */
  readonly refusesRepeats?: boolean;
  /** Whatever follows the literal is passed over, as where it stands in a program. Default false. */
  readonly isPrefix?: boolean;
}

class LiteralParser {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly reading: LiteralReading,
  ) {}

  parse(): PythonValue {
    const value = this.value(0);
    this.skipSpace();
    if (this.at < this.text.length && this.reading.isPrefix !== true) this.fail();
    return value;
  }

  private fail(): never {
    throw new SyntaxError(`no Python literal at position ${this.at}`);
  }

  private skipSpace(): void {
    const space = /(?:[ \t\r\n\f]|#[^\n]*)*/y;
    space.lastIndex = this.at;
    space.exec(this.text);
    this.at = space.lastIndex;
  }

  private take(pattern: RegExp): string | undefined {
    const sticky = new RegExp(pattern.source, "y");
    sticky.lastIndex = this.at;
    const [found] = sticky.exec(this.text) ?? [];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private value(depth: number): PythonValue {
    if (depth > DEEPEST) this.fail();
    this.skipSpace();
    const next = this.text[this.at];
    if (next === "[") return this.sequence("]", depth);
    if (next === "(") return this.parenthesis(depth);
    if (next === "{") return this.dictionary(depth);
    if (next === "'" || next === '"') return this.strings();
    const word = this.take(/True|False|None/);
    if (word !== undefined) return word === "None" ? null : word === "True";
    const number = this.take(/[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/);
    if (number === undefined || /^[+-]?0\d/.test(number)) this.fail();
    return Number(number);
  }

  /** Values up to the closing mark, with or without a comma after the last. */
  private *items(close: string): Generator<void> {
    this.at++;
    for (;;) {
      this.skipSpace();
      if (this.text[this.at] === close) break;
      yield;
      this.skipSpace();
      if (this.text[this.at] !== ",") break;
      this.at++;
    }
    if (this.text[this.at] !== close) this.fail();
    this.at++;
  }

  private sequence(close: string, depth: number): PythonValue[] {
    const values: PythonValue[] = [];
    for (const _ of this.items(close)) values.push(this.value(depth + 1));
    return values;
  }

  /** `(x)` is x itself, `(x,)` a tuple of one. */
  private parenthesis(depth: number): PythonValue {
    const start = this.at;
    const values = this.sequence(")", depth);
    const [only] = values;
    const isGroup = values.length === 1 && !this.endsInComma(start);
    return isGroup && only !== undefined ? only : values;
  }

  /** Whether a comma stands before the bracket that was just closed; white space between them does not count. */
  private endsInComma(start: number): boolean {
    let at = this.at - 2;
    while (at > start && /\s/.test(this.text[at] ?? "")) at--;
    return this.text[at] === ",";
  }

  private dictionary(depth: number): PythonValue {
    const entries = new Map<PythonValue, PythonValue>();
    for (const _ of this.items("}")) {
      const key = this.value(depth + 1);
      this.skipSpace();
      if (this.text[this.at] !== ":") this.fail();
      this.at++;
      if (this.reading.refusesRepeats && entries.has(key)) throw new RepeatedKey("a key is given twice");
      entries.set(key, this.value(depth + 1));
    }
    return entries;
  }

  /** Neighbouring strings are one. */
  private strings(): string {
    let whole = "";
    while (this.text[this.at] === "'" || this.text[this.at] === '"') {
      whole += this.string();
      this.skipSpace();
    }
    return whole;
  }

  private string(): string {
    const quote = this.take(/'''|"""|'|"/) ?? this.fail();
    let value = "";
    for (;;) {
      if (this.text.startsWith(quote, this.at)) {
        this.at += quote.length;
        return value;
      }
      const character = this.text[this.at];
      if (character === undefined || (quote.length === 1 && character === "\n")) this.fail();
      this.at++;
      value += character === "\\" ? this.escape() : character;
    }
  }

  private escape(): string {
    const hexadecimal = this.take(/x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}/);
    if (hexadecimal !== undefined) {
      const point = Number.parseInt(hexadecimal.slice(1), 16);
      if (point > 0x10ffff) this.fail();
      return String.fromCodePoint(point);
    }
    const octal = this.take(/[0-7]{1,3}/);
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    const character = this.text[this.at] ?? this.fail();
    if (/[xuUN]/.test(character)) this.fail();
    this.at++;
    return ESCAPES[character] ?? `\\${character}`;
  }
}

/**
 * Reads what Python's `ast.literal_eval` reads, as far as a judge's ranking can hold it: lists, tuples, dictionaries,
 * strings, numbers, True, False and None. Nothing is ever executed.
 * @throws SyntaxError for everything else, {@link RepeatedKey} where that is asked for.
 */
export function parsePythonLiteral(text: string, reading: LiteralReading = {}): PythonValue {
  return new LiteralParser(text, reading).parse();
}
