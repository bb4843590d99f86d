import { countOf } from "../../core/count-of.js";
import { excerpt } from "../../core/text.js";
import { listOf, memberOf, textOf } from "../json-reading.js";

/**
 * Which of several outputs is the reward: its number from 0, its name, or `last` where an endpoint gives one value per
 * token.
 */
export type RewardLabel = number | string;

/** A reward, or why there is none, as a sentence without a full stop. */
export type RewardReading = number | { readonly reason: string };

function finite(value: unknown): RewardReading {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  return { reason: `the reward is ${excerpt(JSON.stringify(value) ?? "missing", 40)}, not a finite number` };
}

const SAY_WHICH = "say which one is the reward with `label`";

/** The reward among the outputs of one conversation. */
export function rewardAmong(values: readonly unknown[], label: RewardLabel | undefined): RewardReading {
  if (values.length === 0) return { reason: "the endpoint gives no value" };
  if (label === undefined || label === "last") {
    if (values.length === 1 || label === "last") return finite(values.at(-1));
    return { reason: `the endpoint gives ${values.length} values: ${SAY_WHICH}` };
  }
  const number = Number(label);
  if (number < values.length) return finite(values[number]);
  return {
    reason: `the endpoint gives ${countOf(values.length, "value")}, numbered from 0; none is number ${label}`,
  };
}

/**
 * The reward of a pooled reply: one list of values, or one per token, of which the last token's counts.
 * @param data a list of numbers, or a list of lists of numbers
 */
export function pooledReward(data: unknown, label: RewardLabel | undefined): RewardReading {
  if (!Array.isArray(data)) return { reason: "the endpoint gives no list of values" };
  const rows: readonly unknown[] = data;
  const last = rows.at(-1);
  if (!Array.isArray(last)) return rewardAmong(rows, label);
  return rewardAmong(last, label === "last" ? undefined : label);
}

/**
 * The reward among scores with names. Servers sort them by score, so that a number means the name `LABEL_n` that
 * transformers gives the n-th output, never a place.
 */
export function namedReward(scores: unknown, label: RewardLabel | undefined): RewardReading {
  const entries = listOf(scores);
  if (label === undefined) {
    if (entries.length === 1) return finite(memberOf(entries[0], "score"));
    if (entries.length === 0) return { reason: "the endpoint gives no score" };
    return { reason: `the endpoint gives ${entries.length} scores (${namesOf(entries)}): ${SAY_WHICH}` };
  }
  const name = typeof label === "number" ? `LABEL_${label}` : label;
  const found = entries.find((entry) => memberOf(entry, "label") === name);
  if (found !== undefined) return finite(memberOf(found, "score"));
  return { reason: `the endpoint gives no score for ${name}, only for ${namesOf(entries)}` };
}

function namesOf(entries: readonly unknown[]): string {
  const names = entries.map((entry) => textOf(memberOf(entry, "label")) ?? "?");
  return excerpt(names.join(", "), 120);
}

/** A relevance score as it is. */
export function plainReward(value: unknown): RewardReading {
  return finite(value);
}
