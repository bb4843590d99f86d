import type { Generation, Verdict } from "../harness/core/records.js";
import { readLogprobs } from "./logprob-preference.js";
import type { PreferenceParser } from "./preference-parser.js";
import { readRankingText, readToolRanking } from "./ranking-preference.js";
import { preference, unreadable, visibleText } from "./verdicts.js";

/** Reads a reply. @param compat as the original tool would, contradictions included */
export function readPreference(parser: PreferenceParser, generation: Generation, compat: boolean): Verdict {
  switch (parser.kind) {
    case "ranking":
      return readRankingText(generation.text, parser, compat);
    case "tool-ranking":
      return readToolRanking(generation, parser, compat);
    case "logprobs":
      return readLogprobs(generation, parser);
    case "token":
      return readToken(generation.text, parser);
    case "brackets":
      return readBrackets(generation.text, parser);
    case "patterns":
      return readPatterns(generation.text, parser.patterns);
  }
}

function readToken(text: string, parser: Extract<PreferenceParser, { kind: "token" }>): Verdict {
  const token = visibleText(text).trim();
  if (token === parser.first) return preference(0);
  if (token === parser.second) return preference(1);
  return unreadable(`the reply is neither ${parser.first} nor ${parser.second}`);
}

function readBrackets(text: string, parser: Extract<PreferenceParser, { kind: "brackets" }>): Verdict {
  const seen = visibleText(text);
  const marks: readonly (readonly [string | undefined, number])[] = [
    [parser.first, 0],
    [parser.second, 1],
    [parser.tie, 0.5],
  ];
  const found = marks.filter(([mark]) => mark !== undefined && seen.includes(`[[${mark}]]`));
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
  for (let rest = text; ; ) {
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
