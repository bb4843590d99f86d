import type { Generation, Verdict } from "../harness/core/records.js";
import { repeatedKey } from "./json-keys.js";
import { preference, unreadable, visibleText } from "./verdicts.js";

/** Turns what stands after the colon, or in the JSON field, into a verdict; undefined when it is none. */
type Reading = (value: string) => Verdict | undefined;

const RATING: Reading = (value) => {
  if (!/^\d{1,3}(\.\d+)?$/.test(value)) return undefined;
  const rating = Number(value);
  return rating < 1 || rating > 10
    ? unreadable(`the rating ${value} is outside 1 to 10`)
    : { kind: "rating", rating };
};

const WEIGHTS: Readonly<Record<string, number>> = { A: 0, B: 1, TIE: 0.5 };

const VERDICT: Reading = (value) => {
  const weight = Object.hasOwn(WEIGHTS, value) ? WEIGHTS[value] : undefined;
  return weight === undefined ? undefined : preference(weight);
};

/** How each kind's verdict is marked and read. */
const FORMS = {
  single: { label: "FINAL RATING", field: "rating", reading: RATING },
  pair: { label: "FINAL VERDICT", field: "verdict", reading: VERDICT },
} as const;

/**
 * A line as it looks: without invisible characters, full-width forms as their ASCII twins, without Markdown's
 * emphasis, heading and code marks, without a full stop at its end. None of these says anything about the verdict.
 */
function plainLine(line: string): string {
  return visibleText(line)
    .replace(/[\uff01-\uff5e]/g, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
    .replace(/^\s*#{1,6}\s/, "")
    .replace(/[*_`]/g, "")
    .trim()
    .replace(/\.$/, "");
}

/**
 * Reads a free-text reply: its last line that is not blank must be `FINAL RATING: 7` or `FINAL VERDICT: A|B|TIE`.
 * Everything else is unreadable: another spelling, `7/10`, text after the line, and two such lines that differ.
 */
function readLine(text: string, kind: keyof typeof FORMS): Verdict {
  const { label, reading } = FORMS[kind];
  const lines = text
    .split(/\r\n|[\n\r\u2028\u2029\u0085\v\f]/)
    .map(plainLine)
    .filter((line) => line !== "");
  const statedValue = (line: string): string | undefined =>
    line.startsWith(`${label}:`) ? line.slice(label.length + 1).trim() : undefined;
  const stated = lines.flatMap((line) => {
    const value = statedValue(line);
    return value !== undefined && reading(value) !== undefined ? [value] : [];
  });
  const last = statedValue(lines.at(-1) ?? "");
  const verdict = last === undefined ? undefined : reading(last);
  if (verdict === undefined) return unreadable(`the last line is not "${label}: …"`);
  if (new Set(stated.map((value) => JSON.stringify(reading(value)))).size > 1) {
    return unreadable(`several different "${label}" lines`);
  }
  return verdict;
}

/** Reads a structured reply: one JSON object with the field, which may stand in a code fence. */
function readObject(text: string, kind: keyof typeof FORMS): Verdict {
  const { field, reading } = FORMS[kind];
  const seen = text.replace(/^\ufeff/, "").trim();
  const json = /^```(?:json)?\s*\n([\s\S]*?)\n\s*```$/.exec(seen)?.[1] ?? seen;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return unreadable("the reply is not one JSON object");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return unreadable("the reply is not one JSON object");
  }
  if (repeatedKey(json) === field) return unreadable(`"${field}" is given twice`);
  const given: unknown = Object.hasOwn(value, field) ? Reflect.get(value, field) : undefined;
  const verdict = readField(given, kind, reading);
  return verdict ?? unreadable(`"${field}" is missing or not a verdict`);
}

function readField(given: unknown, kind: keyof typeof FORMS, reading: Reading): Verdict | undefined {
  if (kind === "single") return typeof given === "number" ? reading(String(given)) : undefined;
  return typeof given === "string" ? reading(visibleText(given).trim()) : undefined;
}

/**
 * The verdict in a reply of the `assay` protocol. A reply that was cut off at the token limit is unreadable whatever
 * it ends with: `FINAL RATING: 1` may have been going to be a 10.
 */
export function readAssayVerdict(
  generation: Generation,
  kind: "single" | "pair",
  structured: boolean,
): Verdict {
  if (generation.text.trim() === "") return unreadable("the reply is empty");
  if (generation.finishReason === "length") return unreadable("the reply was cut off at the token limit");
  return structured ? readObject(generation.text, kind) : readLine(generation.text, kind);
}
