import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ValueScale } from "../../../harness/stats/bounded-mean.js";

/** Two models' differences on the questions they share. */
export interface StudyPair {
  readonly name: string;
  readonly differences: Float64Array;
  readonly scale: ValueScale;
}

/** Where published files lie; undefined where there are none. */
export const mirror = process.env.ASSAY_MIRROR;

/** Pairs of published AlpacaEval 2 files, close models first; the last two have very long tails. */
const ALPACA_PAIRS = [
  ["claude-2", "claude-2.1"],
  ["gpt-3.5-turbo-1106", "claude-2"],
  ["gpt-3.5-turbo-1106", "claude-2.1"],
  ["NullModel", "FuseChat-Gemma-2-9B-Instruct"],
  ["phi-2", "gpt-3.5-turbo-1106"],
  ["alpaca-7b_concise", "phi-2"],
] as const;

/** In percentage points of the win rate against one baseline. */
export function alpacaDifferences(pairs: readonly (readonly [string, string])[] = ALPACA_PAIRS): StudyPair[] {
  return pairs.map(([base, candidate]) => {
    const [before, after] = [preferences(base), preferences(candidate)];
    const differences = [...before].flatMap(([instruction, value]) => {
      const other = after.get(instruction);
      return other === undefined ? [] : [other - value];
    });
    const scale = { low: -100, high: 100 };
    return { name: `${candidate} − ${base}`, differences: Float64Array.from(differences), scale };
  });
}

function preferences(model: string): Map<string, number> {
  const file = join(
    mirror ?? "",
    "alpaca_eval/results",
    model,
    "weighted_alpaca_eval_gpt4_turbo/annotations.json",
  );
  const rows = JSON.parse(readFileSync(file, "utf8")) as { instruction: string; preference: number | null }[];
  return new Map(
    rows.flatMap(({ instruction, preference }) =>
      preference === null ? [] : [[instruction, 100 * (preference - 1)] as const],
    ),
  );
}

/** In rating points, the mean of both turns. */
export function mtBenchDifferences(): StudyPair[] {
  const file = join(mirror ?? "", "mt_bench/model_judgment/gpt-4_single.jsonl");
  if (!existsSync(file)) return [];
  const rows = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { question_id: number; model: string; score: number });
  const models = [...new Set(rows.map(({ model }) => model))].slice(0, 2);
  const ratings = models.map((model) => {
    const means = new Map<number, number[]>();
    for (const row of rows.filter((one) => one.model === model && one.score >= 0))
      means.set(row.question_id, [...(means.get(row.question_id) ?? []), row.score]);
    return new Map(
      [...means].map(([id, scores]) => [id, scores.reduce((sum, one) => sum + one, 0) / scores.length]),
    );
  });
  const [before, after] = ratings;
  if (before === undefined || after === undefined) return [];
  const differences = [...before].flatMap(([id, value]) => {
    const other = after.get(id);
    return other === undefined ? [] : [other - value];
  });
  return [
    {
      name: `MT-Bench ${models[1]} − ${models[0]}`,
      differences: Float64Array.from(differences),
      scale: { low: -9, high: 9 },
    },
  ];
}

/** Mean and standard deviation (n − 1). */
export function spreadOf(values: Float64Array): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}
