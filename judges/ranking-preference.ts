import { repeatedKey } from "../harness/core/json-keys.js";
import type { Generation, Verdict } from "../harness/core/records.js";
import type { PreferenceParser } from "./preference-parser.js";
import { type PythonValue, parsePythonLiteral, RepeatedKey } from "./python-literal.js";
import { preference, unreadable } from "./verdicts.js";

/** How strictly a ranking is read. */
export interface RankingReading {
  /** As alpaca_eval reads: the other slot's rank is never looked at. */
  readonly compat: boolean;
  /** A key that is given twice in one object makes the ranking unreadable. */
  readonly isStrict: boolean;
}

const REPEATED = "a key is given twice";

interface Names {
  readonly first: string;
  readonly second: string;
}

/** A record of a ranking, whether it came as JSON or as Python. */
type RankRecord = ReadonlyMap<unknown, unknown>;

function recordsOf(value: unknown): readonly RankRecord[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const records: RankRecord[] = [];
  for (const one of value as readonly unknown[]) {
    if (one instanceof Map) records.push(one);
    else if (typeof one === "object" && one !== null && !Array.isArray(one)) {
      records.push(new Map(Object.entries(one)));
    } else return undefined;
  }
  return records;
}

/** Ranks that Python's `rank in [1, 2]` accepts; True equals 1 there. */
function rankOf(value: unknown): 1 | 2 | undefined {
  if (value === 1 || value === true) return 1;
  return value === 2 ? 2 : undefined;
}

/**
 * alpaca_eval's `ranking_parser`: the rank of the first slot, which must be 1 or 2. It never looks at the other rank;
 * by default a ranking that gives both slots the same rank, or one slot two ranks, is unreadable.
 */
function readRecords(records: readonly RankRecord[], names: Names, compat: boolean): Verdict {
  const ranksOf = (name: string) =>
    records.filter((record) => record.get("model") === name).map((record) => record.get("rank"));
  const ranks = ranksOf(names.first);
  const rank = rankOf(ranks[0]);
  if (rank === undefined) return unreadable(`no rank 1 or 2 for ${names.first}`);
  if (!compat) {
    const others = ranksOf(names.second);
    const contradicted =
      ranks.some((one) => rankOf(one) !== rank) || others.some((one) => rankOf(one) !== 3 - rank);
    if (contradicted) return unreadable("the ranks contradict each other");
  }
  return preference(rank - 1);
}

/** A ranking written out in the reply, as Python (which the prompt asks for) or JSON. */
export function readRankingText(text: string, names: Names, { compat, isStrict }: RankingReading): Verdict {
  let value: PythonValue;
  try {
    value = parsePythonLiteral(text, { refusesRepeats: isStrict });
  } catch (error) {
    if (error instanceof RepeatedKey) return unreadable(REPEATED);
    return unreadable("the reply is not a Python list of ranks");
  }
  const records = recordsOf(value);
  if (records === undefined) return unreadable("the reply is not a Python list of ranks");
  return readRecords(records, names, compat);
}

/** A ranking in the arguments of a tool call; a reply without tool calls may hold the same JSON as text. */
export function readToolRanking(
  generation: Generation,
  parser: Extract<PreferenceParser, { kind: "tool-ranking" }>,
  { compat, isStrict }: RankingReading,
): Verdict {
  const { toolCalls = [] } = generation;
  if (toolCalls.length > 1) return unreadable("several tool calls in one reply");
  const json = toolCalls[0]?.arguments ?? generation.text;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return unreadable(
      toolCalls.length === 0
        ? "the reply is neither a tool call nor JSON; the judge has to be a model that calls tools"
        : "the tool call's arguments are not JSON",
    );
  }
  if (isStrict && repeatedKey(json) !== undefined) return unreadable(REPEATED);
  const field: unknown =
    typeof value === "object" && value !== null && Object.hasOwn(value, parser.field)
      ? Reflect.get(value, parser.field)
      : undefined;
  const records = recordsOf(field);
  if (records === undefined) return unreadable(`"${parser.field}" is not a list of ranks`);
  return readRecords(records, parser, compat);
}
