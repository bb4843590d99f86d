import { choiceLetter } from "../../harness/core/likelihood.js";
import type { RightAnswer } from "../../harness/core/records.js";
import { misfit } from "../read-questions.js";
import type { DocumentPath, SourceFile } from "../source-file.js";
import { keyLetters } from "./choice-letters.js";
import type { KnownItem } from "./known-item.js";

/** A row of a file with right answers, and where it stands. */
export interface RowPlace {
  readonly source: SourceFile;
  readonly path: DocumentPath;
  /** From 0. */
  readonly index: number;
  /** Of rows that name none. */
  readonly category: string;
}

/** Reads one row of a layout. @throws DataError with file and line. */
export type RowReader = (row: unknown, place: RowPlace) => Promise<KnownItem>;

/** Id of a row that has none: its category and number. */
export function numberedId({ category, index }: RowPlace): string {
  return `${category}-${index + 1}`;
}

/** An error about a row. */
export function wrongRow({ source, path }: RowPlace, message: string, remedy?: string) {
  return misfit(
    source,
    path,
    message,
    remedy ?? "Fix the line; docs/known-answers.md shows what a row holds.",
  );
}

const UNANSWERED = "Files of a hidden test set hold no right answers: use the training or validation file.";

/** The key of a multiple choice whose right choice is known by its place. @param right from 0 */
export async function keyAt(
  right: number,
  choices: readonly string[],
  place: RowPlace,
): Promise<RightAnswer> {
  if (Number.isInteger(right) && right >= 0 && right < choices.length)
    return { kind: "choice", choices, right: [choiceLetter(right)] };
  throw await wrongRow(place, "names no right choice", UNANSWERED);
}

/** The key of a multiple choice by letters. */
export async function keyBy(
  letters: string,
  choices: readonly string[],
  place: RowPlace,
): Promise<RightAnswer> {
  const right = keyLetters(letters, choices.length);
  if (right === undefined) {
    const named =
      letters.trim() === ""
        ? "names no right choice"
        : `has the answer "${letters.slice(0, 40)}", which is none of its ${choices.length} choices`;
    throw await wrongRow(place, named, letters.trim() === "" ? UNANSWERED : undefined);
  }
  return { kind: "choice", choices, right };
}
