import { seededRandom } from "../../harness/core/random.js";

/**
 * All pairs of labels in the order in which they are to be compared, each in the order in which it is named: drawn, so that
 * no slot is always compared first.
 */
export function comparisonOrder(
  labels: readonly string[],
  seed: string,
): readonly (readonly [string, string])[] {
  const random = seededRandom(`${seed}/pairs`);
  const all = labels.flatMap((one, at) => labels.slice(at + 1).map((other) => [one, other] as const));
  return random
    .shuffle(all)
    .map(([one, other]): readonly [string, string] => (random.next() < 0.5 ? [one, other] : [other, one]));
}
