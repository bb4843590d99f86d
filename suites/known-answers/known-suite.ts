import { countOf } from "../../harness/core/count-of.js";
import { ConfigError } from "../../harness/core/errors.js";
import { presentFields } from "../../harness/core/present-fields.js";
import { seededRandom } from "../../harness/core/random.js";
import type { AssetUse, Suite, SuiteSampling } from "../../harness/core/records.js";
import { createSuite } from "../create-suite.js";
import { type KnownItem, questionOf, withSeveral } from "./known-item.js";
import { type LikelihoodScoring, scoredQuestionOf } from "./scored-question.js";

/** Examples that stand before each question. */
export interface FewShot {
  /** How many; none by default. */
  readonly shots: number;
  /** Questions that they are drawn from. */
  readonly pool: readonly KnownItem[];
  /** Of the draw; another seed is another suite. */
  readonly seed: number;
  /** `first` takes the first ones of the pool for every question; `seeded` (the default) draws for each. */
  readonly draw?: "seeded" | "first";
}

/** What a suite with right answers is made of. */
export interface KnownSuiteParts {
  readonly id: string;
  readonly title: string;
  readonly items: readonly KnownItem[];
  readonly examples?: FewShot | undefined;
  /** Set where the choices are scored instead of answered. */
  readonly scoring?: LikelihoodScoring | undefined;
  readonly sampling?: SuiteSampling | undefined;
  readonly assets: readonly AssetUse[];
  readonly notice?: string | undefined;
}

/** Long enough to think before the line with the answer. */
const SAMPLING: SuiteSampling = { maxTokens: 2048, temperature: 0 };

/** So many of a pool, each as likely as any other, in the order drawn. */
function drawn(pool: readonly KnownItem[], count: number, seed: string): readonly KnownItem[] {
  const random = seededRandom(seed);
  // Of the places that a shuffle would move, those alone that it has moved.
  const moved = new Map<number, number>();
  const places = Array.from({ length: Math.min(count, pool.length) }, (_, place) => {
    const other = place + random.integer(pool.length - place);
    const chosen = moved.get(other) ?? other;
    moved.set(other, moved.get(place) ?? place);
    return chosen;
  });
  return places.flatMap((place) => pool[place] ?? []);
}

function byCategory(items: readonly KnownItem[]): ReadonlyMap<string, readonly KnownItem[]> {
  const groups = new Map<string, KnownItem[]>();
  for (const item of items) {
    const group = groups.get(item.category);
    if (group === undefined) groups.set(item.category, [item]);
    else group.push(item);
  }
  return groups;
}

/** Examples of the question's own category where the pool has any of it; never the question itself. */
function examplesFor(
  item: KnownItem,
  { shots, pool, seed, draw }: FewShot,
  own: ReadonlyMap<string, readonly KnownItem[]>,
): readonly KnownItem[] {
  if (shots === 0) return [];
  const candidates = own.get(item.category) ?? pool;
  // One more than is needed, since the question itself may be among them.
  const chosen =
    draw === "first"
      ? candidates.slice(0, shots + 1)
      : drawn(candidates, shots + 1, `${seed}/examples/${item.id}`);
  const found = chosen
    .filter((one) => one.question !== item.question || one.passage !== item.passage)
    .slice(0, shots);
  if (found.length === shots) return found;
  throw new ConfigError(
    `${countOf(shots, "example")} for each question: category ${item.category} has ${found.length} besides the question`,
    { code: "too-few-examples", remedy: "Give a file with more `examples`, or a smaller number of `shots`." },
  );
}

/**
 * A suite whose right answers are known: judged by comparison, without a judge model.
 * @throws ConfigError `too-few-examples`.
 */
export function createKnownSuite(parts: KnownSuiteParts): Suite {
  const {
    id,
    title,
    assets,
    notice,
    examples = { shots: 0, pool: [], seed: 1 },
    sampling = SAMPLING,
    scoring,
  } = parts;
  const items = withSeveral(parts.items);
  const own = byCategory(examples.pool);
  const questions = items.map((item) => {
    const shown = examplesFor(item, examples, own);
    return scoring === undefined ? questionOf(item, shown) : scoredQuestionOf(item, shown, scoring);
  });
  return createSuite({
    ...{ id, title, questions, sampling, assets, defaultJudge: "answer-key" },
    ...presentFields({ notice }),
  });
}
