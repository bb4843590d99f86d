import { repeatedKey } from "../../harness/core/json-keys.js";
import { separateReasoning } from "../../harness/core/reasoning.js";
import type { Generation, Verdict } from "../../harness/core/records.js";
import type { LabelParser, PreferenceParser, RatingParser, VerdictMark } from "../preference-parser.js";
import { type PythonValue, parsePythonLiteral } from "../python-literal.js";
import { CUT_OFF, preference, unreadable } from "../verdicts.js";

/** A parser of an open-weight judge's fixed form. */
export type FixedForm = Extract<
  PreferenceParser,
  { kind: "labels" | "choice" | "ranked-scores" | "first-line-scores" }
>;

/** Kinds of the parsers that are read here. */
export const FIXED_FORMS: ReadonlySet<string> = new Set<FixedForm["kind"]>([
  "labels",
  "choice",
  "ranked-scores",
  "first-line-scores",
]);

const SEVERAL = "several different verdicts";

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** A group of texts to choose from, the longest first, so that none hides one that it begins. */
function anyOf(texts: readonly string[]): string {
  return [...texts]
    .sort((one, other) => other.length - one.length)
    .map(escaped)
    .join("|");
}

/** A pattern for a mark around a value; the blanks in it are bounded, so that it takes linear time. */
function markPattern({ leads, tails, caseless }: VerdictMark, value: string): RegExp {
  const word = "(?![A-Za-z0-9])";
  const ends = [...(tails ?? [""])].filter((tail) => tail !== "");
  const tail =
    ends.length === 0 ? word : `(?:\\s{0,8}(?:${anyOf(ends)})${tails?.includes("") ? `|${word}` : ""})`;
  return new RegExp(`(?:${anyOf(leads)})\\s{0,8}(${value})${tail}`, caseless === true ? "gi" : "g");
}

interface FoundMark {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

function findMarks(text: string, mark: VerdictMark, value: string): readonly FoundMark[] {
  return Array.from(text.matchAll(markPattern(mark, value)), (match) => ({
    value: match[1] ?? "",
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** Values of the marks, or why they are none: not one, or none where the form wants it. */
function markedValues(text: string, mark: VerdictMark, value: string): readonly string[] | string {
  const seen = mark.at === "first-line" ? firstLine(text) : text;
  const found = findMarks(seen, mark, value);
  const last = found.at(-1);
  if (last === undefined) return mark.at === "first-line" ? "no verdict on the first line" : "no verdict";
  const isAtEnd = last.end === seen.length;
  if (mark.at !== "anywhere" && !isAtEnd) return "text follows the verdict";
  if ((mark.at === "whole" || mark.at === "first-line") && found[0]?.start !== 0)
    return "text precedes the verdict";
  return found.map((one) => one.value);
}

function firstLine(text: string): string {
  return (text.split("\n", 1)[0] ?? "").trim();
}

/** Whether a first line is there to its end although the reply was cut off. */
function hasWholeLine(text: string): boolean {
  return text.includes("\n");
}

const places = (parser: FixedForm | RatingParser) => ("at" in parser ? parser.at : parser.kind);

/**
 * The judge's text behind its thinking, or why there is none. Thinking is what opens the reply: an answer that the judge
 * quotes may hold the same tags.
 */
function spoken(parser: FixedForm | RatingParser, generation: Generation): { text: string } | string {
  const text = separateReasoning(generation.text, { isVerdict: true }).text.trim();
  if (text.startsWith("<think>")) return "the reply ends within its thinking";
  if (text === "") return "the reply is empty";
  const place = places(parser);
  const isLine = place === "first-line" || place === "first-line-scores";
  if (generation.finishReason === "length" && !(isLine && hasWholeLine(text))) return CUT_OFF;
  return { text };
}

function readLabels(text: string, parser: LabelParser): Verdict {
  const rivals = (parser.rivals ?? []).filter((rival) => text.includes(rival));
  if (rivals.length > 1) return unreadable(SEVERAL);
  const values = markedValues(text, parser, anyOf(parser.labels.map((label) => label.text)));
  if (typeof values === "string") return unreadable(values);
  const weightOf = (value: string) =>
    parser.labels.find((label) => label.text.toLowerCase() === value.toLowerCase())?.weightB;
  const weights = new Set(values.map(weightOf));
  const [only] = weights;
  if (only === undefined) return unreadable("no verdict");
  return weights.size > 1 ? unreadable(SEVERAL) : preference(only);
}

/**
 * Reads a rating behind a mark. Every mark in the reply must give the same one; thinking that opens the reply is passed
 * over, and a reply that was cut off gives none.
 */
export function readMarkedRating(parser: RatingParser, generation: Generation): Verdict {
  const said = spoken(parser, generation);
  if (typeof said === "string") return unreadable(said);
  const values = markedValues(said.text, parser, parser.isWhole ? "\\d{1,3}" : "\\d{1,3}(?:\\.\\d{1,4})?");
  if (typeof values === "string") return unreadable(values);
  const ratings = new Set(values.map(Number));
  const [rating = Number.NaN] = ratings;
  if (ratings.size > 1) return unreadable(SEVERAL);
  if (!(rating >= parser.low && rating <= parser.high))
    return unreadable(`the rating ${values[0]} is outside ${parser.low} to ${parser.high}`);
  return { kind: "rating", rating };
}

type Fields = ReadonlyMap<PythonValue, PythonValue>;

const isFields = (value: PythonValue | undefined): value is Fields => value instanceof Map;

/** The object between the first and the last brace, as JSON or with Python's quotes and trailing commas. */
function objectIn(text: string): Fields | string {
  const none = "the reply holds no object that can be read";
  const [start, end] = [text.indexOf("{"), text.lastIndexOf("}")];
  if (start < 0 || end < start) return none;
  const source = text.slice(start, end + 1);
  try {
    const value: unknown = JSON.parse(source);
    if (repeatedKey(source) !== undefined) return "a key is given twice";
    return mapOf(value) as Fields;
  } catch {
    // Judges of this kind are read with single quotes and trailing commas too.
  }
  try {
    const value = parsePythonLiteral(source, { refusesRepeats: true });
    return isFields(value) ? value : none;
  } catch {
    return none;
  }
}

/** JSON in the shape in which Python's literals come. */
function mapOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mapOf);
  if (typeof value !== "object" || value === null) return value;
  return new Map(Object.entries(value).map(([key, inner]) => [key, mapOf(inner)]));
}

function readChoice(text: string, parser: Extract<PreferenceParser, { kind: "choice" }>): Verdict {
  const fields = objectIn(text);
  if (typeof fields === "string") return unreadable(fields);
  const choice = fields.get(parser.field);
  if (choice === parser.first) return preference(0);
  if (choice === parser.second) return preference(1);
  return unreadable(`"${parser.field}" is neither ${parser.first} nor ${parser.second}`);
}

function readRankedScores(
  text: string,
  { first, second, low, high }: Extract<PreferenceParser, { kind: "ranked-scores" }>,
): Verdict {
  const fields = objectIn(text);
  if (typeof fields === "string") return unreadable(fields);
  const scores = fields.get("scores");
  if (!isFields(scores)) return unreadable('"scores" is missing');
  const [one, other] = [scores.get(first), scores.get(second)];
  if (typeof one !== "number" || typeof other !== "number") return unreadable("a score is missing");
  if (![one, other].every((score) => score >= low && score <= high))
    return unreadable(`a score is outside ${low} to ${high}`);
  // The original takes both spellings.
  const ranking = fields.get("best-to-worst") ?? fields.get("best-to-worse");
  const ranked: readonly unknown[] = Array.isArray(ranking) ? ranking : [];
  if (ranked.length !== 2 || !ranked.includes(first) || !ranked.includes(second))
    return unreadable("the ranking does not name both answers once");
  const isFirstBest = ranked[0] === first;
  if (isFirstBest ? one < other : one > other) return unreadable("ranking and scores contradict each other");
  return preference(isFirstBest ? 0 : 1);
}

function readFirstLineScores(
  text: string,
  { low, high }: Extract<PreferenceParser, { kind: "first-line-scores" }>,
): Verdict {
  const parts = firstLine(text)
    .slice(0, 100)
    .split(/[ ,]{1,8}/);
  const scores = parts.flatMap((part) => (/^\d{1,3}(?:\.\d{1,4})?$/.test(part) ? [Number(part)] : []));
  const [first, second] = scores;
  if (parts.length !== 2 || first === undefined || second === undefined)
    return unreadable("the first line does not hold two scores");
  if (scores.some((score) => score < low || score > high))
    return unreadable(`a score is outside ${low} to ${high}`);
  return preference(first > second ? 0 : first < second ? 1 : 0.5);
}

/**
 * Reads a reply in an open-weight judge's fixed form. Thinking that opens the reply is passed over, and where it never
 * ends there is no verdict; a reply that was cut off has none, unless its verdict is a first line that stands complete;
 * two verdicts that differ are none. Time grows with the length of the reply.
 */
export function readFixedForm(parser: FixedForm, generation: Generation): Verdict {
  const said = spoken(parser, generation);
  if (typeof said === "string") return unreadable(said);
  switch (parser.kind) {
    case "labels":
      return readLabels(said.text, parser);
    case "choice":
      return readChoice(said.text, parser);
    case "ranked-scores":
      return readRankedScores(said.text, parser);
    case "first-line-scores":
      return readFirstLineScores(said.text, parser);
  }
}

/** Whether a text holds the mark of a verdict anywhere; of forms that are a bare line, whether a line of it is one. */
export function holdsMark(parser: LabelParser | RatingParser, text: string): boolean {
  const isLabels = parser.kind === "labels";
  const value = isLabels ? anyOf(parser.labels.map((label) => label.text)) : "\\d{1,3}";
  if (isLabels && parser.rivals?.some((rival) => text.includes(rival))) return true;
  if (!parser.leads.includes("")) return findMarks(text, parser, value).length > 0;
  const alone = new RegExp(`^\\s{0,8}(?:${value})\\s{0,8}$`, "i");
  return text.split("\n").some((line) => alone.test(line.trim()));
}
