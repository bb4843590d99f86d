import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { StyleCounts } from "../../../harness/core/answer-style.js";
import type { StyledBattle } from "../../../harness/stats/contextual/style-options.js";

/** The published Korean board: verdicts of 37 models against one baseline, and the counts of every answer. */
export const BASELINE = "claude-3.7-sonnet";

/** The ten models (with the baseline) of the published worked example. */
export const TEN = [
  "deepseek-r1",
  "gemma-2-9b-it",
  "gemma-3-27b-it",
  "gpt-4.1-2025-04-14",
  "gpt-4o-mini",
  "llama-4-maverick",
  "o3-high",
  "o3-mini-high",
  "qwen-2.5-72b-instruct",
];

/** Outcome for the second answer, and how often it counts. */
const LABELS: Readonly<Record<string, readonly [share: number, weight: number]>> = {
  "A>>B": [0, 3],
  "A>B": [0, 1],
  "A=B": [0.5, 1],
  "B>A": [1, 1],
  "B>>A": [1, 3],
};

interface Row {
  readonly question_id: string;
  readonly games: readonly { readonly score: string | null }[];
}

/** Counts of every answer, by `model question`. */
export function readStyles(folder: string): Map<string, StyleCounts> {
  const [, ...lines] = readFileSync(join(folder, "style.csv"), "utf8").trim().split("\n");
  return new Map(
    lines.map((line) => {
      const [question, model, tokens, headers, lists, bold] = line.split(",");
      const counts = [tokens, headers, lists, bold].map(Number);
      const [t = 0, h = 0, l = 0, b = 0] = counts;
      return [`${model} ${question}`, { tokens: t, headers: h, lists: l, bold: b }] as const;
    }),
  );
}

/** The candidates whose answers were counted: 36. */
export function readModels(folder: string): string[] {
  const [, ...lines] = readFileSync(join(folder, "style.csv"), "utf8").trim().split("\n");
  const models = new Set(lines.map((line) => line.split(",")[1] ?? ""));
  models.delete(BASELINE);
  return [...models].sort();
}

/** Outcomes of every game for the model, with its question. */
function gamesOf(folder: string, model: string): { question: string; share: number; weight: number }[] {
  const text = readFileSync(join(folder, "judgments", `${model}.jsonl`), "utf8");
  return text
    .trim()
    .split("\n")
    .flatMap((line) => {
      const { question_id: question, games } = JSON.parse(line) as Row;
      return games.flatMap(({ score }, index) => {
        const known = LABELS[score ?? ""];
        if (known === undefined) return [];
        const [share, weight] = known;
        // Game 1 shows the baseline first, game 2 the model.
        return [{ question, share: index === 0 ? share : 1 - share, weight }];
      });
    });
}

/** Battles of these models against the baseline, seen from the model. */
export function readBattles(folder: string, models: readonly string[]): StyledBattle[] {
  const styles = readStyles(folder);
  return models.flatMap((model) =>
    gamesOf(folder, model).flatMap(({ question, share, weight }) => {
      const styleA = styles.get(`${model} ${question}`);
      const styleB = styles.get(`${BASELINE} ${question}`);
      if (styleA === undefined || styleB === undefined) return [];
      return [{ a: model, b: BASELINE, shareA: share, weight, cluster: question, styleA, styleB }];
    }),
  );
}

/** The baseline's battles against itself, which v0.1's regression takes in. */
export function readSelfBattles(folder: string) {
  return gamesOf(folder, BASELINE).map(({ question, share, weight }) => ({
    shareA: share,
    weight,
    cluster: question,
  }));
}
