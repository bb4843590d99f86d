import { basename } from "node:path";
import type { ScoreSource } from "../../core/board.js";
import { compositeKey } from "../../core/composite-key.js";
import { ConfigError } from "../../core/errors.js";
import { type NamedPath, namedPath } from "../../core/named-path.js";
import { excerpt } from "../../core/text.js";
import type { BuiltBoard } from "../../pipeline/scores/build-board.js";
import { checkNamedModels } from "../named-models.js";
import { rewardBoard, scoreBoard } from "./boards.js";
import { type RewardRow, readWildBench, type ScoreRow } from "./rows.js";

/** References of WildBench v2, by the short names that its file names hold. */
const REFERENCES: ReadonlyMap<string, string> = new Map([
  ["gpt4t", "gpt-4-turbo-2024-04-09"],
  ["haiku", "claude-3-haiku-20240307"],
  ["llama", "Llama-2-70b-chat-hf"],
]);

/** The reference, which only `pairwise-REFERENCE-K=500.json` tells; else the file's own name stands for it. */
function referenceOf(path: string): string {
  const stem = basename(path, ".json");
  const named = /^pairwise-(.+)-K=-?\d+$/.exec(stem)?.[1];
  return named === undefined ? stem : (REFERENCES.get(named) ?? named);
}

/** Rows of one board in the making, by model. */
class BoardRows<Row extends { readonly model: string }> {
  private readonly rows = new Map<string, { readonly row: Row; readonly path: string }>();

  /** @throws ConfigError for another row of the same model. */
  add(row: Row, path: string): void {
    const earlier = this.rows.get(row.model);
    if (earlier !== undefined && earlier.path !== path) {
      throw new ConfigError(
        `${earlier.path} and ${path} both hold a model called "${excerpt(row.model, 60)}"`,
        { code: "duplicate-model", remedy: `Give one of them a name of its own: NAME=${path}#MODEL.` },
      );
    }
    this.rows.set(row.model, { row, path });
  }

  list(): Row[] {
    return Array.from(this.rows.values(), ({ row }) => row);
  }
}

/** The rows that are asked for, under the names that are asked for. */
function pickedRows<Row extends { readonly model: string }>(named: NamedPath, rows: readonly Row[]): Row[] {
  const { picked, renamed } = named;
  checkNamedModels(
    named,
    rows.map(({ model }) => model),
  );
  return rows
    .filter(({ model }) => picked === undefined || model === picked)
    .map((row) => (renamed === undefined ? row : { ...row, model: renamed }));
}

/** Boards of result files, which hold counts and no verdicts. */
export interface WildBenchBoards {
  readonly built: readonly BuiltBoard[];
  readonly sources: readonly ScoreSource[];
}

/**
 * Reads result files of WildBench v2 into boards: one of scores, and one for each reference and length rule.
 * @param files paths, `PATH#MODEL` or `NAME=PATH`
 * @throws ConfigError, DataError naming the file and the key
 */
export function wildBenchBoards(
  files: readonly string[],
  { compat }: { readonly compat: boolean },
): WildBenchBoards {
  const scores = new BoardRows<ScoreRow>();
  const rewards = new Map<string, { reference: string; k: number; rows: BoardRows<RewardRow> }>();
  const sources: ScoreSource[] = [];
  for (const named of files.map(namedPath)) {
    const { path } = named;
    const read = readWildBench(path);
    sources.push({ path, format: `wildbench-${read.kind}`, records: read.rows.length });
    if (read.kind === "score") {
      for (const row of pickedRows(named, read.rows)) scores.add(row, path);
      continue;
    }
    const reference = referenceOf(path);
    for (const row of pickedRows(named, read.rows)) {
      const key = compositeKey(reference, String(row.k));
      const board = rewards.get(key) ?? { reference, k: row.k, rows: new BoardRows<RewardRow>() };
      rewards.set(key, board);
      board.rows.add(row, path);
    }
  }
  const scored = scores.list();
  return {
    built: [
      ...(scored.length === 0 ? [] : [scoreBoard(scored)]),
      ...Array.from(rewards.values(), ({ reference, k, rows }) =>
        rewardBoard(rows.list(), { reference, k, compat }),
      ),
    ],
    sources,
  };
}
