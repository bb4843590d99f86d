import type { GameOutcome, JudgedPair, LabelledPair, PairChoice } from "../../core/labelled-pair.js";
import { codePointLength } from "../../core/text.js";
import { type JudgedSet, judgedPair } from "../../pipeline/judge-bench/bench-set.js";
import { type BenchRow, badBenchRow, benchText, choiceOf, labelOf, promptCluster } from "./fields.js";

/** Whether a record is a pair of LLMBar (princeton-nlp/LLMBar, `dataset.json`). */
export function isLlmBarPair(value: object): boolean {
  return "input" in value && "output_1" in value && "output_2" in value && "label" in value;
}

/** Whether a record is a pair of LLMBar with what an evaluator said of it (`result.json`). */
export function isLlmBarResult(value: object): boolean {
  return isLlmBarPair(value) && "results" in value;
}

/** Whether a record is a whole run of an evaluator: labels and winners as strings of `1`, `2` and `-`. */
export function isLlmBarWinners(value: object): boolean {
  return "labels" in value && "winner_orig_order" in value && "winner_swapped_order" in value;
}

/** What LLMBar's folders are named after a file's path: the set, and whose results they are. */
export interface LlmBarPlace {
  readonly set: string;
  readonly llm?: string;
  readonly strategy?: string;
}

/** `…/LLMBar/Natural/evaluators/GPT-4/CoT/result.json` is set `LLMBar/Natural`, judge GPT-4, strategy CoT. */
export function llmBarPlace(file: string): LlmBarPlace {
  const parts = file.split(/[\\/]/).slice(0, -1);
  const evaluators = parts.lastIndexOf("evaluators");
  const folders = evaluators === -1 ? parts : parts.slice(0, evaluators);
  const top = folders.findLastIndex(
    (name) => name === "LLMBar" || name === "CaseStudy" || name === "Processed",
  );
  const set = folders.slice(top === -1 ? -1 : top).join("/");
  const [llm, strategy] = evaluators === -1 ? [] : parts.slice(evaluators + 1);
  return {
    set: set === "" ? "llmbar" : set,
    ...(llm === undefined ? {} : { llm }),
    ...(strategy === undefined ? {} : { strategy }),
  };
}

/** Reads a pair: `input`, `output_1`, `output_2`, `label` 1 or 2. LLMBar has no ids: a pair is its place in the file. */
export function llmBarPair(row: BenchRow): LabelledPair {
  const input = benchText(row, "input");
  return {
    id: String(row.line),
    prompt: [input],
    a: [benchText(row, "output_1")],
    b: [benchText(row, "output_2")],
    label: labelOf(row),
    cluster: promptCluster([input]),
  };
}

/** The last round counts; `winner` is in the pair's own order there, swapped or not. */
function outcomeOf(row: BenchRow, round: object, swap: "False" | "True"): GameOutcome {
  const game: unknown = Reflect.get(round, `swap = ${swap}`);
  if (typeof game !== "object" || game === null || !("winner" in game)) {
    throw badBenchRow(row, `the last of "results" lacks "swap = ${swap}" with a winner`);
  }
  return game.winner === null ? "unreadable" : (choiceOf(game.winner) ?? "unreadable");
}

/** Reads a pair with what an evaluator said of it. */
export function llmBarResult(row: BenchRow): JudgedPair {
  const { results } = row.fields;
  const round: unknown = Array.isArray(results) ? results.at(-1) : undefined;
  if (typeof round !== "object" || round === null) throw badBenchRow(row, '"results" is no list of rounds');
  const games = [outcomeOf(row, round, "False"), outcomeOf(row, round, "True")] as const;
  return judgedPair(llmBarPair(row), games, codePointLength);
}

const WINNERS: Readonly<Record<string, PairChoice | "unreadable">> = {
  "1": "a",
  "2": "b",
  "-": "unreadable",
};

/** Reads a whole run of an evaluator: `set`, `llm`, `strategy`, `labels`, `winner_orig_order`, `winner_swapped_order`. */
export function llmBarWinners(row: BenchRow): JudgedSet {
  const [labels, first, second] = ["labels", "winner_orig_order", "winner_swapped_order"].map((name) => [
    ...benchText(row, name),
  ]) as [string[], string[], string[]];
  if (labels.length !== first.length || labels.length !== second.length) {
    throw badBenchRow(row, "labels and winners are not equally many");
  }
  const outcome = (winner: string | undefined): PairChoice | "unreadable" => {
    const found = WINNERS[winner ?? ""];
    if (found === undefined)
      throw badBenchRow(row, `a winner is neither 1 nor 2 nor -, but "${winner ?? ""}"`);
    return found;
  };
  return {
    set: benchText(row, "set"),
    rule: "llmbar",
    judge: benchText(row, "llm"),
    strategy: benchText(row, "strategy"),
    answersBy: [],
    pairs: labels.map((label, index) => {
      const right = outcome(label);
      if (right === "unreadable") throw badBenchRow(row, "a label is neither 1 nor 2");
      const games = [outcome(first[index]), outcome(second[index])] as const;
      return { id: String(index + 1), label: right, games };
    }),
  };
}
