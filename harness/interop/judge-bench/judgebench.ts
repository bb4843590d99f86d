import { flipped, type GameOutcome, type JudgedPair, type LabelledPair } from "../../core/labelled-pair.js";
import { presentFields } from "../../core/present-fields.js";
import { codePointLength } from "../../core/text.js";
import type { JudgedSet } from "../../pipeline/judge-bench/bench-set.js";
import { judgedPair, type SetRule } from "../../pipeline/judge-bench/bench-set.js";
import {
  type BenchRow,
  badBenchRow,
  benchText,
  choiceOf,
  labelOf,
  optionalText,
  promptCluster,
} from "./fields.js";

/** Groups of JudgeBench in its own order; a source such as `mmlu-pro-law` belongs to the one it starts with. */
const GROUPS = ["mmlu-pro", "livebench-reasoning", "livebench-math", "livecodebench"] as const;

/** Whether a record is a pair of JudgeBench (ScalerLab/JudgeBench, `data/`). */
export function isJudgeBenchPair(value: object): boolean {
  return "pair_id" in value && "response_A" in value && "response_B" in value && "label" in value;
}

/** Whether a record is one of JudgeBench's outputs, or its decisions alone. */
export function isJudgeBenchDecision(value: object): boolean {
  return "pair_id" in value && "label" in value && ("judgments" in value || "decisions" in value);
}

function groupOf(source: string): string {
  return GROUPS.find((group) => source.startsWith(group)) ?? source;
}

/** Pairs of one `original_id` share a prompt; where it is null, the question's text tells. */
function clusterOf(row: BenchRow): string | undefined {
  const { original_id, question, cluster } = row.fields;
  if (typeof cluster === "string") return cluster;
  if (original_id !== undefined && original_id !== null)
    return `${benchText(row, "source")} ${String(original_id)}`;
  return typeof question === "string" ? promptCluster([question]) : undefined;
}

/** Reads a pair: `pair_id`, `original_id`, `source`, `question`, `response_model`, `response_A`, `response_B`, `label`. */
export function judgeBenchPair(row: BenchRow): LabelledPair {
  const answersBy = optionalText(row, "response_model");
  return {
    id: benchText(row, "pair_id"),
    prompt: [benchText(row, "question")],
    a: [benchText(row, "response_A")],
    b: [benchText(row, "response_B")],
    label: labelOf(row),
    group: groupOf(benchText(row, "source")),
    ...presentFields({
      cluster: clusterOf(row),
      answersBy: answersBy === undefined ? undefined : [answersBy],
    }),
  };
}

/** A judge's decisions on one pair, with whose they are. */
export interface DecisionRow extends Pick<JudgedSet, "set" | "rule" | "judge" | "judgeName" | "protocol"> {
  readonly answersBy?: string;
  readonly pair: JudgedPair;
}

function outcomeOf(row: BenchRow, game: unknown): GameOutcome {
  if (game === null || game === undefined) return "unreadable";
  if (typeof game === "string") return choiceOf(game) ?? "unreadable";
  if (typeof game === "object" && "decision" in game) return outcomeOf(row, game.decision);
  throw badBenchRow(row, "a game is neither null nor a decision");
}

/** Both games, the second one turned back: in JudgeBench's files it stands as the judge gave it, answers swapped. */
function gamesOf(row: BenchRow): readonly [GameOutcome, GameOutcome] {
  const games = row.fields.judgments ?? row.fields.decisions;
  if (!Array.isArray(games) || games.length !== 2) {
    throw badBenchRow(row, "holds no two games: decisions of both orders are needed");
  }
  const [first, second] = games.map((game: unknown) => outcomeOf(row, game)) as [GameOutcome, GameOutcome];
  const isChoice = second !== "unreadable" && second !== "missing";
  return [first, isChoice ? flipped(second) : second];
}

function ruleOf(row: BenchRow): SetRule {
  const rule = optionalText(row, "rule") ?? "judgebench";
  if (rule === "judgebench" || rule === "llmbar" || rule === "best-of-n" || rule === "votes") return rule;
  throw badBenchRow(row, `"rule" is none that assay knows: ${rule}`);
}

function lengthsOf({ fields }: BenchRow): JudgedPair["lengths"] {
  const { response_A, response_B, length_a, length_b } = fields;
  if (typeof response_A === "string" && typeof response_B === "string") {
    return { a: codePointLength(response_A), b: codePointLength(response_B) };
  }
  return typeof length_a === "number" && typeof length_b === "number"
    ? { a: length_a, b: length_b }
    : undefined;
}

/**
 * Reads a record of JudgeBench's outputs (`judgments: [g1, g2]`), or of decisions alone (`decisions: [d1, d2]`); the
 * second decision is about the swapped answers in both.
 */
export function judgeBenchDecision(row: BenchRow): DecisionRow {
  const source = optionalText(row, "source");
  const lengths = lengthsOf(row);
  const pair: LabelledPair = {
    id: benchText(row, "pair_id"),
    prompt: [],
    a: [],
    b: [],
    label: labelOf(row),
    ...presentFields({
      group: source === undefined ? undefined : groupOf(source),
      cluster: clusterOf(row),
    }),
  };
  return {
    judge: optionalText(row, "judge_model") ?? judgeWithin(row) ?? "unknown",
    set: optionalText(row, "set") ?? "judgebench",
    rule: ruleOf(row),
    pair: { ...judgedPair(pair, gamesOf(row), codePointLength), ...presentFields({ lengths }) },
    ...presentFields({
      judgeName: optionalText(row, "judge_name"),
      protocol: optionalText(row, "protocol"),
      answersBy: optionalText(row, "response_model"),
    }),
  };
}

/** JudgeBench names the judge model inside each judgment. */
function judgeWithin({ fields }: BenchRow): string | undefined {
  const games: readonly unknown[] = Array.isArray(fields.judgments) ? fields.judgments : [];
  for (const game of games) {
    const inner: unknown =
      typeof game === "object" && game !== null && "judgment" in game ? game.judgment : undefined;
    if (typeof inner === "object" && inner !== null && "judge_model" in inner)
      return String(inner.judge_model);
  }
  return undefined;
}
