import { DataError } from "../../core/errors.js";
import { excerpt } from "../../core/text.js";
import { JsonReader, type JsonRecord } from "./json.js";

/** A record of an annotation file, by the byte at which it starts. */
export interface AnnotationPlace {
  readonly file: string;
  readonly offset: number;
}

/** Reads records of annotation files once more, to compare those that stand twice. */
export class AnnotationComparer {
  private readonly readers = new Map<string, JsonReader>();

  private readerOf(file: string): JsonReader {
    const reader = this.readers.get(file) ?? JsonReader.open(file);
    this.readers.set(file, reader);
    return reader;
  }

  private recordAt({ file, offset }: AnnotationPlace): JsonRecord {
    const reader = this.readerOf(file);
    reader.goTo(offset);
    return reader.readRecord();
  }

  /** Whether two records hold the same texts and the same verdict. */
  isSame(first: AnnotationPlace, second: AnnotationPlace): boolean {
    const [one, other] = [this.recordAt(first), this.recordAt(second)];
    return ["instruction", "output_1", "output_2", "preference"].every(
      (key) => (one[key] ?? null) === (other[key] ?? null),
    );
  }

  /** The error for two records about one instruction that contradict each other. */
  refusal(first: AnnotationPlace, second: AnnotationPlace, model: string): DataError {
    const reader = this.readerOf(second.file);
    const message =
      `judges the instruction of line ${this.readerOf(first.file).lineAt(first.offset)} again for ` +
      `${excerpt(model, 60)}, with another answer or verdict`;
    return new DataError(message, {
      code: "duplicate-judgments",
      file: second.file,
      line: reader.lineAt(second.offset),
      remedy: "Keep one of the two, or score both as the original tool does with --compat.",
    });
  }
}
