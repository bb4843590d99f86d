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

/** Counts of every answer, by model and question. */
export type Styles = ReadonlyMap<string, ReadonlyMap<string, StyleCounts>>;

/** Reads the counts of every answer. */
export function readStyles(folder: string): Styles {
  const styles = new Map<string, Map<string, StyleCounts>>();
  const text = readFileSync(join(folder, "style.csv"), "utf8");
  let start = text.indexOf("\n") + 1;
  for (let end = text.indexOf("\n", start); end >= 0; end = text.indexOf("\n", start)) {
    const [question = "", model = "", tokens, headers, lists, bold] = text.slice(start, end).split(",");
    start = end + 1;
    const own = styles.get(model) ?? new Map<string, StyleCounts>();
    styles.set(model, own);
    own.set(question, {
      tokens: Number(tokens),
      headers: Number(headers),
      lists: Number(lists),
      bold: Number(bold),
    });
  }
  return styles;
}

/** The candidates whose answers were counted: 36. */
export function countedModels(styles: Styles): string[] {
  return [...styles.keys()].filter((model) => model !== BASELINE).sort();
}

/** Outcomes of every game for the model, with its question. */
export function gamesOf(
  folder: string,
  model: string,
): { question: string; share: number; weight: number }[] {
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

/** Battles of these models (default: of all that were counted) against the baseline, seen from the model. */
export function readBattles(folder: string, models?: readonly string[]): StyledBattle[] {
  const styles = readStyles(folder);
  return (models ?? countedModels(styles)).flatMap((model) =>
    gamesOf(folder, model).flatMap(({ question, share, weight }) => {
      const styleA = styles.get(model)?.get(question);
      const styleB = styles.get(BASELINE)?.get(question);
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
