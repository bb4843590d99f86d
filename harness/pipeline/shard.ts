import { ConfigError } from "../core/errors.js";
import { sha256 } from "../core/hash.js";
import type { Suite } from "../core/records.js";

/** One part of a run that is divided over machines. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** A shard with what it is a part of, so that shards can be joined again. */
export interface PlannedShard extends Shard {
  /** Suites with all questions of the undivided run. */
  readonly wholeSuites: readonly Suite[];
}

/**
 * Reads `i/n`, such as `2/8`.
 * @throws ConfigError `invalid-shard`.
 */
export function readShard(text: string): Shard {
  const [, index, count] = /^\s*(\d{1,6})\s*\/\s*(\d{1,6})\s*$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (shard.index >= 1 && shard.index <= shard.count) return shard;
  throw new ConfigError(`--shard cannot be "${text.slice(0, 60)}"`, {
    code: "invalid-shard",
    remedy: "Give I/N with I from 1 to N, such as 2/8; schedulers that count from 0 need I + 1.",
  });
}

/** `2/8`. */
export function showShard({ index, count }: Shard): string {
  return `${index}/${count}`;
}

/**
 * The questions that one shard asks, by suite id and in the suite's order: whole questions, so that the turns of a
 * conversation and the two sides of a pair stay together. Questions are sorted by a hash of suite and question id and
 * dealt out in turn, over all suites on end; so shards differ by at most one question, in total and on each suite,
 * and the categories are mixed. Depends on the ids alone: every machine deals alike.
 */
export function questionsOfShard(
  suites: readonly Suite[],
  { index, count }: Shard,
): ReadonlyMap<string, readonly string[]> {
  let dealt = 0;
  return new Map(
    suites.map((suite) => {
      const sorted = suite.questions
        .map(({ id }) => ({ id, hash: sha256(`${suite.id}\u0000${id}`) }))
        .sort((x, y) => (x.hash < y.hash ? -1 : 1));
      const own = new Set(
        sorted.filter((_, place) => (dealt + place) % count === index - 1).map(({ id }) => id),
      );
      dealt += sorted.length;
      return [suite.id, suite.questions.map(({ id }) => id).filter((id) => own.has(id))];
    }),
  );
}
