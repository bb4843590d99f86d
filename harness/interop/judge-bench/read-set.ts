import { basename } from "node:path";
import { refuseEmptyFile } from "../../core/empty-file.js";
import { DataError } from "../../core/errors.js";
import type { LabelledPair, PairChoice } from "../../core/labelled-pair.js";
import { isVoteRow } from "../../core/vote.js";
import type { AnswerChoice } from "../../pipeline/agreement/verdict-set.js";
import type { LabelledSet, SetRule } from "../../pipeline/judge-bench/bench-set.js";
import { jsonRecords } from "../json-records.js";
import { bestOfNPairs, isBestOfN } from "./best-of-n.js";
import { type BenchRow, benchRow } from "./fields.js";
import { isJudgeBenchPair, judgeBenchPair } from "./judgebench.js";
import { isLlmBarPair, llmBarPair, llmBarPlace } from "./llmbar.js";
import { isPlainPair, plainPair } from "./plain-pairs.js";
import { majorityOf, readVotes, votedPairId, votesByPair } from "./votes.js";

interface Layout {
  readonly is: (value: object) => boolean;
  readonly rule: SetRule;
  readonly nameOf: (file: string) => string;
  readonly pairsOf: (row: BenchRow) => readonly LabelledPair[];
}

/** `data/pairs.jsonl` is called `pairs`. */
function ownName(file: string): string {
  return basename(file).replace(/\.jsonl?$/i, "");
}

/** In the order in which a record is tried: what holds more is told from what holds less. */
const LAYOUTS: readonly Layout[] = [
  {
    is: isJudgeBenchPair,
    rule: "judgebench",
    nameOf: () => "judgebench",
    pairsOf: (row) => [judgeBenchPair(row)],
  },
  {
    is: isLlmBarPair,
    rule: "llmbar",
    nameOf: (file) => llmBarPlace(file).set,
    pairsOf: (row) => [llmBarPair(row)],
  },
  { is: isBestOfN, rule: "best-of-n", nameOf: ownName, pairsOf: bestOfNPairs },
  { is: isPlainPair, rule: "judgebench", nameOf: ownName, pairsOf: (row) => [plainPair(row)] },
];

/** Layouts of labelled pairs, as an error names them. */
const KNOWN =
  "Known are JudgeBench (pair_id, response_A, response_B, label), LLMBar (input, output_1, output_2, label), RewardBench (prompt, chosen, rejected), votes in MT-Bench's layout (model_a, model_b, winner, judge), and {prompt, a, b, label, group?}. Decisions are named with --replay.";

/** The first record of a file; undefined where it is no object. @throws DataError, `empty-file` among others. */
export function firstRecord(file: string): object | undefined {
  refuseEmptyFile(file);
  for (const { value } of jsonRecords(file))
    return typeof value === "object" && value !== null ? value : undefined;
  return undefined;
}

const LABELS: Readonly<Record<AnswerChoice["choice"], PairChoice>> = { first: "a", second: "b", tie: "tie" };

/** Votes as pairs without texts: two models' answers to a question up to a turn, labelled by most of the votes. */
function votedSet(file: string): LabelledSet {
  const { choices } = readVotes(file);
  const pairs = votesByPair(choices).flatMap((votes): LabelledPair[] => {
    const [one] = votes;
    if (one === undefined) return [];
    const label = LABELS[majorityOf(votes)];
    const { questionId, turn, models } = one;
    const place = { group: `turn ${turn}`, cluster: questionId, answersBy: models };
    return [{ id: votedPairId(one), prompt: [], a: [], b: [], label, ...place }];
  });
  return { name: ownName(file), rule: "votes", pairs, votes: choices };
}

function unknownLayout(file: string): DataError {
  return new DataError("holds no labelled pairs that assay knows", {
    code: "unknown-pair-format",
    file,
    line: 1,
    remedy: KNOWN,
  });
}

/** Two pairs of one id would share their verdicts. */
function refuseRepeats(file: string, lines: ReadonlyMap<string, number>, id: string, line: number): void {
  if (!lines.has(id)) return;
  throw new DataError(`has the pair "${id}" twice, first in line ${lines.get(id)}`, {
    code: "duplicate-pair",
    file,
    line,
    remedy: "Give every pair an id of its own.",
  });
}

/**
 * Reads labelled pairs, whatever their layout; it is found by looking at the first record.
 * @throws DataError with file and line.
 */
export function readLabelledSet(file: string): LabelledSet {
  const first = firstRecord(file);
  if (first === undefined) throw unknownLayout(file);
  if (isVoteRow(first)) return votedSet(file);
  const layout = LAYOUTS.find(({ is }) => is(first));
  if (layout === undefined) throw unknownLayout(file);
  const pairs: LabelledPair[] = [];
  const lines = new Map<string, number>();
  for (const { line, value } of jsonRecords(file)) {
    for (const pair of layout.pairsOf(benchRow(file, line, value))) {
      refuseRepeats(file, lines, pair.id, line);
      lines.set(pair.id, line);
      pairs.push(pair);
    }
  }
  return { name: layout.nameOf(file), rule: layout.rule, pairs };
}
