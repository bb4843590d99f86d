import { badRow, type FastChatRow, nameField } from "./fastchat-row.js";

const MOST_SLOT_SEED = 2 ** 32 - 1;

/** A name that a row may have. @throws DataError naming the field. */
export function optionalText(row: FastChatRow, name: string): string | undefined {
  const value = row.fields[name];
  return value === undefined || value === null ? undefined : nameField(row, name);
}

/** Which numbers a field may hold, and what they are called. */
export interface NumberRule {
  readonly isValid: (value: number) => boolean;
  readonly meaning: string;
}

/** How many, or which one counted from 1. */
export const COUNT: NumberRule = {
  isValid: (value) => Number.isSafeInteger(value) && value >= 1,
  meaning: "a whole number from 1",
};
/** 32 bits. */
export const SLOT_SEED: NumberRule = {
  isValid: (value) => Number.isInteger(value) && value >= 0 && value <= MOST_SLOT_SEED,
  meaning: `a whole number from 0 to ${MOST_SLOT_SEED}`,
};
/** A span of time. */
export const MILLISECONDS: NumberRule = {
  isValid: (value) => Number.isFinite(value) && value >= 0,
  meaning: "a number of milliseconds",
};
/** A chance of having been drawn. */
export const PROBABILITY: NumberRule = {
  isValid: (value) => value > 0 && value <= 1,
  meaning: "a probability above 0 and up to 1",
};

/** A number that a row may have. @throws DataError naming the field. */
export function optionalNumber(row: FastChatRow, name: string, rule: NumberRule): number | undefined {
  const value = row.fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && rule.isValid(value)) return value;
  throw badRow(row, `"${name}" is not ${rule.meaning}`);
}

/** Yes or no that a row may have. @throws DataError naming the field. */
export function optionalFlag(row: FastChatRow, name: string): boolean | undefined {
  const value = row.fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "boolean") return value;
  throw badRow(row, `"${name}" is neither true nor false`);
}
