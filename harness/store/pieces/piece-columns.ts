import { grownTo } from "../growing-array.js";

/** Bytes of a record; most are longer. */
const RECORD_BYTES = 1 << 11;

const MOST_NUMBER = 2 ** 31 - 1;

/** Rows that so many bytes are given room for. */
export const expectedRows = (bytes: number) => 16 + Math.ceil(bytes / RECORD_BYTES);

/** Numbers that stand beside each other for every row, as they are sent between threads. */
export class NumberRows {
  numbers: Int32Array;
  rows = 0;

  /**
   * @param width Numbers of a row.
   * @param spare Numbers that are not needed any more.
   */
  constructor(
    readonly width: number,
    expected: number,
    spare?: Int32Array,
  ) {
    this.numbers = spare?.fill(0) ?? new Int32Array(width * expected);
  }

  /** Where a further row begins; all of its numbers are 0. */
  add(): number {
    const at = this.width * this.rows++;
    this.numbers = grownTo(this.numbers, at + this.width);
    return at;
  }

  /** Where the row of a further line begins, whose first two numbers say where the line stands, from its piece's first byte. */
  addLine(start: number, end: number): number {
    const at = this.add();
    this.numbers[at] = start;
    // Of a line of gigabytes no more can be told than that it is too long.
    this.numbers[at + 1] = Math.min(end, MOST_NUMBER);
    return at;
  }
}

/** Texts by number, each of them once; 0 stands for none. */
export class TextNumbers {
  readonly texts: string[] = [""];
  private readonly numbers = new Map<string, number>();

  of(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    const number = this.texts.length;
    this.texts.push(text);
    this.numbers.set(text, number);
    return number;
  }
}
