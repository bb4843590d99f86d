import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { cannotWrite } from "../core/errors.js";
import { temporaryName } from "../core/leftovers.js";
import { bytesForText } from "../core/long-bytes.js";
import { isLong, isWide, noteText } from "../core/text-garbage.js";
import { slicesOf } from "../core/text-slices.js";

/** What was put aside: reads it again. The same value where it stayed in memory, an equal one where it did not. */
export type Kept<Value> = () => Value;

/** Characters of shorter texts that stay in memory, together; those that come later go to disk as well. */
const MOST_IN_MEMORY = 32_000_000;

/** Bytes of a long text that are read at once: no more than the C library takes from what it has anyway. */
const READ_BYTES = 1 << 16;

/** A long text on disk. */
interface Stretch {
  readonly start: number;
  /** Bytes. */
  readonly length: number;
  readonly encoding: "latin1" | "utf16le";
}

/** A copy of plain data with something else for each value that holds no others. */
function mapped(value: unknown, change: (leaf: unknown) => unknown): unknown {
  if (typeof value !== "object" || value === null) return change(value);
  if (Array.isArray(value)) return value.map((one) => mapped(one, change));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mapped(one, change)]));
}

/**
 * Texts that a run needs again later, such as a first turn that the second one goes on from, without the memory they
 * take: what is large goes to a file of the run folder that has no name any longer, so that nothing is left of it
 * however the process ends.
 */
export class Scratch {
  private file: number | undefined;
  private path = "";
  private end = 0;
  private inMemory = 0;

  constructor(private readonly folder: string) {}

  /**
   * @param value plain JSON
   * @param size characters of its texts
   * @throws AssayError `cannot-write`
   */
  keep<Value>(value: Value, size: number): Kept<Value> {
    if (!isLong(size) && this.inMemory + size <= MOST_IN_MEMORY) {
      this.inMemory += size;
      return () => value;
    }
    return this.onDisk(value, size);
  }

  /** Like {@link keep}, for what is needed for a moment only: it counts towards nothing while it is short. */
  keepBriefly<Value>(value: Value, size: number): Kept<Value> {
    return isLong(size) ? this.onDisk(value, size) : () => value;
  }

  /** Nothing can be read any longer. */
  close(): void {
    if (this.file === undefined) return;
    closeSync(this.file);
    this.file = undefined;
    // Where a name could not be taken away while the file was open.
    remove(this.path);
  }

  private onDisk<Value>(value: Value, size: number): Kept<Value> {
    noteText(size);
    const texts: Stretch[] = [];
    const frame = mapped([value], (one) => {
      if (typeof one !== "string" || !isLong(one.length)) return one;
      return BigInt(texts.push(this.written(one)) - 1);
    });
    // Keeps what JSON has no word for, such as the logarithm of zero.
    const start = this.end;
    this.append(serialize(frame));
    const { end } = this;
    return () => {
      const read = (one: unknown) => (typeof one === "bigint" ? this.textOf(texts[Number(one)]) : one);
      const [again] = mapped(deserialize(this.read(start, end - start)), read) as [Value];
      return again;
    };
  }

  /** Writes a text slice by slice, so that it is not there twice. */
  private written(text: string): Stretch {
    const encoding = isWide(text) ? "utf16le" : "latin1";
    const start = this.end;
    for (const slice of slicesOf(text)) this.append(Buffer.from(slice, encoding));
    return { start, length: this.end - start, encoding };
  }

  /** Reads a text slice by slice: V8 would keep a large one as it was decoded, in memory of the C library. */
  private textOf(stretch: Stretch | undefined): string {
    if (stretch === undefined) throw new Error("a text that was never put aside");
    const { start, length, encoding } = stretch;
    noteText(length);
    const slices: string[] = [];
    for (let at = 0; at < length; at += READ_BYTES) {
      slices.push(this.read(start + at, Math.min(READ_BYTES, length - at)).toString(encoding));
    }
    return slices.join("");
  }

  private append(bytes: Buffer): void {
    try {
      this.file ??= this.open();
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.file, bytes, done, bytes.length - done, this.end + done);
      }
    } catch (cause) {
      throw cannotWrite(this.path, "Free disk space: the run keeps long texts there while it works.", cause);
    }
    this.end += bytes.length;
  }

  private read(start: number, length: number): Buffer {
    if (this.file === undefined) throw new Error("the scratch file is closed");
    const bytes = bytesForText(length);
    for (let done = 0; done < length; ) {
      const count = readSync(this.file, bytes, done, length - done, start + done);
      if (count === 0) throw new Error(`${this.path}: ended before what was written to it`);
      done += count;
    }
    return bytes;
  }

  private open(): number {
    this.path = join(this.folder, temporaryName("scratch"));
    const file = openSync(this.path, "wx+", 0o600);
    remove(this.path);
    return file;
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Gone already, or held by a system that removes no open file: the next command removes what is left.
  }
}
