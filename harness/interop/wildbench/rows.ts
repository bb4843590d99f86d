import { readFileSync } from "node:fs";
import { countOf } from "../../core/count-of.js";
import { refuseEmptyFile } from "../../core/empty-file.js";
import { DataError, messageOf } from "../../core/errors.js";
import { isJsonObject, type JsonObject } from "../../core/json.js";
import { excerpt } from "../../core/text.js";
import { OUTCOMES, type PairCounts } from "./figures.js";

/** A model's row of a file of rewards. */
export interface RewardRow extends PairCounts {
  readonly model: string;
  /** Pairs, judged or not. */
  readonly total: number;
  /** Mean characters of its answers; null where the file has none. */
  readonly averageLength: number | null;
  readonly groups: ReadonlyMap<string, PairCounts>;
  /** As the file tells them, where it does. */
  readonly reward: number | null;
  readonly macroReward: number | null;
  /** Characters beyond which a slight win of the longer answer is a tie; −1 is never. */
  readonly k: number;
}

/** A model's row of a file of scores. */
export interface ScoreRow {
  readonly model: string;
  /** Mean rating, 1 to 10. */
  readonly score: number;
  /** Tasks with a rating. */
  readonly total: number;
  readonly averageLength: number | null;
  /** By task group, on the adjusted scale. */
  readonly groups: ReadonlyMap<string, number>;
  readonly macroScore: number | null;
}

/** What a result file of WildBench holds. */
export type WildBenchFile =
  | { readonly kind: "reward"; readonly rows: readonly RewardRow[] }
  | { readonly kind: "score"; readonly rows: readonly ScoreRow[] };

/** Where a value of a row stands. */
class Place {
  constructor(
    private readonly file: string,
    private readonly path: string,
  ) {}

  in(key: string): Place {
    return new Place(this.file, `${this.path}.${excerpt(key, 60)}`);
  }

  error(problem: string): DataError {
    return new DataError(`${this.path} ${problem}`, {
      code: "bad-wildbench-row",
      file: this.file,
      remedy: "Use a result file as WildBench publishes it, an object of one row for each model.",
    });
  }

  object(value: unknown): JsonObject {
    if (isJsonObject(value)) return value;
    throw this.error(value === undefined ? "is missing" : "is not a JSON object");
  }

  number(fields: JsonObject, key: string): number {
    const value = fields[key];
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw this.in(key).error(value === undefined ? "is missing" : "is not a number");
  }

  optionalNumber(fields: JsonObject, key: string): number | null {
    return fields[key] === undefined || fields[key] === null ? null : this.number(fields, key);
  }

  count(fields: JsonObject, key: string): number {
    const value = this.number(fields, key);
    if (Number.isInteger(value) && value >= 0) return value;
    throw this.in(key).error("is not a whole number from 0");
  }

  counts(fields: JsonObject): PairCounts {
    const counts = OUTCOMES.map((outcome) => [outcome, this.count(fields, outcome)] as const);
    return Object.fromEntries(counts) as unknown as PairCounts;
  }
}

function groupsOf<Value>(
  fields: JsonObject,
  place: Place,
  key: string,
  read: (place: Place, groups: JsonObject, group: string) => Value,
): ReadonlyMap<string, Value> {
  const inside = place.in(key);
  const groups = inside.object(fields[key]);
  return new Map(Object.keys(groups).map((group) => [group, read(inside, groups, group)]));
}

function rewardRow(model: string, fields: JsonObject, place: Place): RewardRow {
  const counts = place.counts(fields);
  const total = place.count(fields, "total");
  const judged = OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0);
  if (judged > total)
    throw place.in("total").error(`is ${total}, fewer than the ${countOf(judged, "pair")} counted`);
  return {
    model,
    ...counts,
    total,
    averageLength: place.optionalNumber(fields, "avg_len"),
    groups: groupsOf(fields, place, "task_categorized_results", (inside, groups, group) => {
      const own = inside.in(group);
      return own.counts(own.object(groups[group]));
    }),
    reward: place.optionalNumber(fields, "reward"),
    macroReward: place.optionalNumber(fields, "task_macro_reward"),
    k: place.number(fields, "K"),
  };
}

function scoreRow(model: string, fields: JsonObject, place: Place): ScoreRow {
  const score = place.number(fields, "score");
  if (score < 1 || score > 10) throw place.in("score").error(`is ${score}, outside of 1 to 10`);
  return {
    model,
    score,
    total: place.count(fields, "total"),
    averageLength: place.optionalNumber(fields, "avg_len"),
    groups: groupsOf(fields, place, "task_categorized_scores", (inside, groups, group) =>
      inside.number(groups, group),
    ),
    macroScore: place.optionalNumber(fields, "task_macro_score"),
  };
}

function nameOf(key: string, { model }: JsonObject): string {
  return typeof model === "string" && model !== "" ? model : key;
}

/** Whether a parsed value looks like a result file of WildBench: an object of rows with a model's rewards or scores. */
function isWildBench(value: unknown): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const [row] = Object.values(value);
  return isJsonObject(row) && ("task_categorized_results" in row || "task_categorized_scores" in row);
}

/**
 * Reads a result file of WildBench v2: rewards against one reference, or scores.
 * @throws DataError naming the file and the key
 */
export function readWildBench(file: string): WildBenchFile {
  refuseEmptyFile(file);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new DataError(`cannot be read as JSON (${messageOf(cause)})`, { code: "broken-json", file, cause });
  }
  if (!isWildBench(value))
    throw new DataError("is neither annotations of AlpacaEval nor a result file of WildBench", {
      code: "unknown-format",
      file,
      remedy:
        "AlpacaEval's annotations.json is an array; WildBench's files hold one row of rewards or scores for each model.",
    });
  const entries = Object.entries(value).map(([key, row]) => {
    const place = new Place(file, excerpt(key, 60));
    const fields = place.object(row);
    return { name: nameOf(key, fields), fields, place };
  });
  const isReward = entries.some(({ fields }) => "task_categorized_results" in fields);
  if (isReward)
    return { kind: "reward", rows: entries.map(({ name, fields, place }) => rewardRow(name, fields, place)) };
  return { kind: "score", rows: entries.map(({ name, fields, place }) => scoreRow(name, fields, place)) };
}
