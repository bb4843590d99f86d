import { repeatedKey } from "../harness/core/json-keys.js";
import type { Generation, Verdict } from "../harness/core/records.js";
import { abstention, CUT_OFF, preference, unreadable, visibleText } from "./verdicts.js";

/** Turns what stands after the colon, or in the JSON field, into a verdict; undefined when it is none. */
export type Reading = (value: string) => Verdict | undefined;

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

/** The form in which a reply of the `assay` protocol gives its verdict. */
export interface AssayForm {
  readonly kind: keyof typeof FORMS;
  /** A JSON object instead of a line. */
  readonly structured: boolean;
  /** The call's code, which the verdict carries since version 2 of the protocol; absent in version 1. */
  readonly code?: string | undefined;
  /** Whether the judge may write `ABSTAIN` in the place of a verdict. */
  readonly abstain?: boolean | undefined;
}

/** What stands in the place of a verdict where the judge says that it cannot decide. */
export const ABSTAIN = "ABSTAIN";

/** The same reading, which also knows abstentions where they are allowed. */
function orAbstain(reading: Reading, { abstain }: AssayForm): Reading {
  if (abstain !== true) return reading;
  return (value) => (value === ABSTAIN ? abstention("the judge says that it cannot decide") : reading(value));
}

/** What {@link plainLine} could change: most lines hold none of it, and are told at once. */
const DECORATED = /[^ -~]|[*_`]|^[ #]|[ .]$/;

/**
 * A line as it looks: without invisible characters, full-width forms as their ASCII twins, without Markdown's
 * emphasis, heading and code marks, without a full stop at its end. None of these says anything about the verdict.
 */
export function plainLine(line: string): string {
  if (!DECORATED.test(line)) return line;
  return visibleText(line)
    .replace(/[\uff01-\uff5e]/g, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
    .replace(/^\s*#{1,6}\s/, "")
    .replace(/[*_`]/g, "")
    .trim()
    .replace(/\.$/, "");
}

/** What stands after the label and its colon; with a code, only after the label with that code. */
export function statedValue(line: string, label: string, code: string | undefined): string | undefined {
  if (!line.startsWith(label)) return undefined;
  const rest = line.slice(label.length);
  if (code === undefined) return rest.startsWith(":") ? rest.slice(1).trim() : undefined;
  const marked = rest.trimStart();
  for (const mark of [`[${code}]`, `(${code})`, code]) {
    if (!marked.startsWith(mark)) continue;
    const value = marked.slice(mark.length).trimStart();
    return value.startsWith(":") ? value.slice(1).trim() : undefined;
  }
  return undefined;
}

/**
 * Reads a free-text reply by the label of its final line. Version 2: the lines `FINAL RATING [code]: 7` or `FINAL VERDICT [code]: A|B|TIE`, wherever
 * they stand, for nothing but the judge itself can write the call's code; they must agree. Version 1: the last line
 * that is not blank, without a code; other such lines must not differ. Everything else is unreadable: another
 * spelling, `7/10`, no such line.
 */
export function readLine(
  text: string,
  { label, reading }: { readonly label: string; readonly reading: Reading },
  code: string | undefined,
): Verdict {
  const lines = text
    .split(/\r\n|[\n\r\u2028\u2029\u0085\v\f]/)
    .flatMap((line) => (line.trim() === "" ? [] : [plainLine(line)]))
    .filter((line) => line !== "");
  const readStated = (line: string): Verdict | undefined => {
    const value = statedValue(line, label, code);
    return value === undefined ? undefined : reading(value);
  };
  const stated = lines.flatMap((line) => readStated(line) ?? []);
  const verdict = code === undefined ? readStated(lines.at(-1) ?? "") : stated.at(-1);
  if (verdict === undefined) {
    return unreadable(
      code === undefined ? `the last line is not "${label}: …"` : `no line is "${label} [code]: …"`,
    );
  }
  if (new Set(stated.map((one) => JSON.stringify(one))).size > 1) {
    return unreadable(`several different "${label}" lines`);
  }
  return verdict;
}

/** Reads a structured reply: one JSON object with the field (and the code), which may stand in a code fence. */
function readObject(text: string, form: AssayForm): Verdict {
  const { kind, code } = form;
  const { field } = FORMS[kind];
  const reading = orAbstain(FORMS[kind].reading, form);
  const seen = text.replace(/^\ufeff/, "").trim();
  const json = fenced(seen) ?? seen;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return unreadable("the reply is not one JSON object");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return unreadable("the reply is not one JSON object");
  }
  const repeated = repeatedKey(json);
  if (repeated !== undefined) return unreadable(`"${repeated.slice(0, 40)}" is given twice`);
  const own = (name: string): unknown => (Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined);
  if (code !== undefined && own("code") !== code)
    return unreadable("the reply does not carry the call's code");
  const verdict = readField(own(field), kind, reading);
  return verdict ?? unreadable(`"${field}" is missing or not a verdict`);
}

/** What stands in a code fence that is the whole text. */
function fenced(text: string): string | undefined {
  if (!text.startsWith("```") || !text.endsWith("```")) return undefined;
  const start = text.indexOf("\n");
  const end = text.lastIndexOf("\n");
  const language = text.slice(3, start).trim();
  const isClosed = text.slice(end + 1).trim() === "```";
  return start >= 0 && end > start && isClosed && (language === "" || language === "json")
    ? text.slice(start + 1, end)
    : undefined;
}

function readField(given: unknown, kind: keyof typeof FORMS, reading: Reading): Verdict | undefined {
  if (kind === "single" && typeof given === "number") return reading(String(given));
  // A rating in quotes is none; an abstention is a word.
  if (kind === "single" && given !== ABSTAIN) return undefined;
  return typeof given === "string" ? reading(visibleText(given).trim()) : undefined;
}

/**
 * The verdict in a reply of the `assay` protocol. A reply that was cut off at the token limit is unreadable whatever
 * it ends with: `FINAL RATING: 1` may have been going to be a 10.
 */
export function readAssayVerdict(generation: Generation, form: AssayForm): Verdict {
  if (generation.text.trim() === "") return unreadable("the reply is empty");
  if (generation.finishReason === "length") return unreadable(CUT_OFF);
  return form.structured
    ? readObject(generation.text, form)
    : readLine(
        generation.text,
        { ...FORMS[form.kind], reading: orAbstain(FORMS[form.kind].reading, form) },
        form.code,
      );
}
