import type { Generation, Verdict } from "../harness/core/records.js";
import type { JudgeVersion } from "./judge-context.js";
import { readLogprobs } from "./logprob-preference.js";
import { FIXED_FORMS, type FixedForm, readFixedForm } from "./open-weight/read-fixed-form.js";
import type { PreferenceParser } from "./preference-parser.js";
import { readRankingText, readToolRanking } from "./ranking-preference.js";
import { CUT_OFF, preference, unreadable, visibleText } from "./verdicts.js";

/** How strictly replies are read. */
export interface PreferenceReading {
  /** As the original tool would, contradictions and replies that were cut off included. */
  readonly compat: boolean;
  /** In version 1 replies that were cut off are read, keys may repeat and invisible characters are set aside. */
  readonly version: JudgeVersion;
}

/** Whether a parser looks for its verdict in text of which there could have been more; one token is all there is. */
export function readsText(parser: PreferenceParser): boolean {
  return parser.kind !== "logprobs" && parser.kind !== "token";
}

/** Whether a parser is one of an open-weight judge's, which has one reading only. */
export function isFixedForm(parser: PreferenceParser): parser is FixedForm {
  return FIXED_FORMS.has(parser.kind);
}

/** Reads a reply. */
export function readPreference(
  parser: PreferenceParser,
  generation: Generation,
  reading: PreferenceReading,
): Verdict {
  if (isFixedForm(parser)) return readFixedForm(parser, generation);
  const isStrict = !reading.compat && reading.version > 1;
  if (isStrict && generation.finishReason === "length" && readsText(parser)) return unreadable(CUT_OFF);
  const seen = reading.version === 1 ? visibleText(generation.text) : generation.text;
  switch (parser.kind) {
    case "ranking":
      return readRankingText(generation.text, parser, { compat: reading.compat, isStrict });
    case "tool-ranking":
      return readToolRanking(generation, parser, { compat: reading.compat, isStrict });
    case "logprobs":
      return readLogprobs(generation, parser);
    case "token":
      return readToken(seen, parser);
    case "brackets":
      return readBrackets(seen, parser);
    case "score-pair":
      return readScorePair(generation.text);
    case "patterns":
      // alpaca_eval reads the arguments of a call in the text's place.
      return readPatterns(generation.toolCalls?.[0]?.arguments ?? generation.text, parser.patterns);
  }
}

function readToken(text: string, parser: Extract<PreferenceParser, { kind: "token" }>): Verdict {
  const token = text.trim();
  if (token === parser.first) return preference(0);
  if (token === parser.second) return preference(1);
  return unreadable(`the reply is neither ${parser.first} nor ${parser.second}`);
}

function readScorePair(text: string): Verdict {
  const [line = ""] = text.split("\n");
  const parts = line.replaceAll(",", " ").split(" ");
  const [first, second] = parts.map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (parts.length !== 2 || first === undefined || second === undefined)
    return unreadable("the first line does not hold two scores");
  if (!Number.isFinite(first) || !Number.isFinite(second))
    return unreadable("the first line does not hold two scores");
  return preference(first > second ? 0 : first < second ? 1 : 0.5);
}

function readBrackets(text: string, parser: Extract<PreferenceParser, { kind: "brackets" }>): Verdict {
  const marks: readonly (readonly [string | undefined, number])[] = [
    [parser.first, 0],
    [parser.second, 1],
    [parser.tie, 0.5],
  ];
  const found = marks.filter(([mark]) => mark !== undefined && text.includes(`[[${mark}]]`));
  const [only] = found;
  if (only === undefined) return unreadable("no verdict in double brackets");
  if (found.length > 1) return unreadable("several different verdicts in double brackets");
  return preference(only[1]);
}

/** Every match in order, as alpaca_eval's `regex_parser` finds them: the earliest, then on behind its end. */
function readPatterns(
  text: string,
  patterns: readonly { readonly weightB: number; readonly pattern: string }[],
): Verdict {
  const weights: number[] = [];
  // Two are as bad as any number, and each costs a look through the rest of the text.
  for (let rest = text; weights.length < 2; ) {
    let earliest: { start: number; end: number; weightB: number } | undefined;
    for (const { weightB, pattern } of patterns) {
      const match = compilePattern(pattern).exec(rest);
      if (match === null || (earliest !== undefined && match.index >= earliest.start)) continue;
      earliest = { start: match.index, end: match.index + match[0].length, weightB };
    }
    if (earliest === undefined || earliest.end === 0) break;
    weights.push(earliest.weightB);
    rest = rest.slice(earliest.end);
  }
  const [only] = weights;
  if (only === undefined) return unreadable("none of the patterns occurs");
  if (weights.length > 1) return unreadable("the patterns occur more than once");
  return preference(only);
}

/** A Python regular expression in JavaScript, as far as the two agree. @throws SyntaxError where they do not. */
export function compilePattern(pattern: string): RegExp {
  const [, letters = "", body = ""] = /^(?:\(\?([ims]+)\))?([\s\S]*)$/.exec(pattern) ?? [];
  return new RegExp(body.replaceAll("(?P<", "(?<"), letters);
}
