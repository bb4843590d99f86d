import { compositeKey } from "../../core/composite-key.js";
import { DataError } from "../../core/errors.js";
import type { JudgedPair } from "../../core/labelled-pair.js";
import { presentFields } from "../../core/present-fields.js";
import { isVoteRow } from "../../core/vote.js";
import type { JudgedSet } from "../../pipeline/judge-bench/bench-set.js";
import { jsonRecords } from "../json-records.js";
import { benchRow } from "./fields.js";
import { type DecisionRow, isJudgeBenchDecision, judgeBenchDecision } from "./judgebench.js";
import { isLlmBarResult, isLlmBarWinners, llmBarPlace, llmBarResult, llmBarWinners } from "./llmbar.js";
import { firstRecord } from "./read-set.js";
import { readVotes } from "./votes.js";

const KNOWN =
  "Known are JudgeBench's outputs (judgments) and decisions (pair_id, label, decisions), LLMBar's result.json and winners, and verdicts in the layout of MT-Bench's votes.";

/** Decisions of one judge on one set, in the order of the file. */
function* judgeBenchSets(file: string): Generator<JudgedSet> {
  const groups = new Map<string, { readonly first: DecisionRow; readonly pairs: Map<string, JudgedPair> }>();
  for (const { line, value } of jsonRecords(file)) {
    const row = judgeBenchDecision(benchRow(file, line, value));
    const key = compositeKey(row.set, row.rule, row.judge, row.judgeName, row.protocol, row.answersBy);
    const group = groups.get(key) ?? { first: row, pairs: new Map<string, JudgedPair>() };
    groups.set(key, group);
    if (group.pairs.has(row.pair.id)) {
      throw new DataError(`has two decisions of ${row.judge} on the pair "${row.pair.id}"`, {
        code: "duplicate-decision",
        file,
        line,
        remedy: "Keep one of them.",
      });
    }
    group.pairs.set(row.pair.id, row.pair);
  }
  for (const { first, pairs } of groups.values()) {
    const { set, rule, judge, judgeName, protocol, answersBy } = first;
    yield {
      set,
      rule,
      judge,
      answersBy: answersBy === undefined ? [] : answersBy.split(", "),
      pairs: [...pairs.values()],
      ...presentFields({ judgeName, protocol }),
    };
  }
}

function llmBarSet(file: string): JudgedSet {
  const { set, llm, strategy } = llmBarPlace(file);
  const pairs = [...jsonRecords(file)].map(({ line, value }) => llmBarResult(benchRow(file, line, value)));
  return {
    set,
    rule: "llmbar",
    judge: llm ?? "unknown",
    answersBy: [],
    pairs,
    ...presentFields({ strategy }),
  };
}

/** A judge's merged verdicts, to be held against people's votes; one set for each who gave some. */
function votedSets(file: string): JudgedSet[] {
  const { choices, inconsistent } = readVotes(file);
  return [...new Set(choices.map(({ rater }) => rater))].map((judge) => ({
    set: "",
    rule: "votes",
    judge,
    answersBy: [],
    pairs: [],
    votes: {
      people: [],
      verdicts: choices.filter(({ rater }) => rater === judge),
      inconsistent: inconsistent.get(judge) ?? 0,
    },
  }));
}

/**
 * Reads what judges decided on labelled pairs, whatever the layout; it is found by looking at the first record. Verdicts in
 * the layout of MT-Bench's votes have no labels: their sets lack a name and people's votes.
 * @throws DataError with file and line.
 */
export function readDecisions(file: string): JudgedSet[] {
  const first = firstRecord(file);
  if (first !== undefined) {
    if (isVoteRow(first)) return votedSets(file);
    if (isJudgeBenchDecision(first)) return [...judgeBenchSets(file)];
    if (isLlmBarResult(first)) return [llmBarSet(file)];
    if (isLlmBarWinners(first))
      return [...jsonRecords(file)].map(({ line, value }) => llmBarWinners(benchRow(file, line, value)));
  }
  throw new DataError("holds no decisions that assay knows", {
    code: "unknown-decision-format",
    file,
    line: 1,
    remedy: KNOWN,
  });
}
