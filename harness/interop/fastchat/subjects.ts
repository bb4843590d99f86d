import { compositeKey } from "../../core/composite-key.js";
import type { JudgingMode } from "../../core/records.js";

/** What a game says of its models. */
interface Shown {
  readonly a: string;
  readonly b?: string | undefined;
  readonly order?: 1 | 2 | undefined;
}

/**
 * Models, or pairs of models, that verdicts are about. A pair that rows name in both ways is one pair, named as the
 * first of them names it.
 */
export function subjectsOf(games: Iterable<Shown>): (readonly string[])[] {
  const subjects = new Map<string, readonly string[]>();
  for (const { a, b, order } of games) {
    const subject = b === undefined ? [a] : order === 2 ? [b, a] : [a, b];
    const key = compositeKey(...[...subject].sort());
    if (!subjects.has(key)) subjects.set(key, subject);
  }
  return [...subjects.values()];
}

/** How pairs were chosen: all against one where every pair has the same second model, else all against all. */
export function modeOf(
  kind: "single" | "pair",
  subjects: readonly (readonly string[])[],
): { mode: JudgingMode; baseline?: string } {
  if (kind === "single") return { mode: "single" };
  const seconds = new Set(subjects.map((subject) => subject[1]));
  const [baseline] = seconds;
  return seconds.size === 1 && baseline !== undefined && subjects.length > 1
    ? { mode: "pairwise-baseline", baseline }
    : { mode: "pairwise-all" };
}
