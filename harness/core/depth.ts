import { DataError } from "./errors.js";

/** Lists and objects within each other: more would exhaust the stack of whatever walks through them. */
export const MOST_DEPTH = 500;

/** Whether plain data nests lists and objects more than {@link MOST_DEPTH} deep. Takes no stack itself. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_DEPTH) return true;
    level = level.flatMap((one) =>
      one === null || typeof one !== "object" ? [] : Object.values(one).filter(isNested),
    );
  }
  return false;
}

function isNested(value: unknown): boolean {
  return value !== null && typeof value === "object";
}

/** The error for a file that nests too deeply. @param line Where it is known. */
export function tooDeep(file: string, line?: number): DataError {
  return new DataError(`nests lists or objects more than ${MOST_DEPTH} deep`, {
    code: "nested-too-deeply",
    file,
    ...(line === undefined ? {} : { line }),
    remedy: "Nothing that assay reads is meant to be that deep; look at what wrote it.",
  });
}

/** Whether a reader that walks its input by calling itself says that it could go no deeper. */
export function isStackFull(error: Error): boolean {
  return /maximum call stack/i.test(error.message);
}
