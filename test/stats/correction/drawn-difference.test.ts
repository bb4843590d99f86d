import { describe, expect, it } from "vitest";
import { type Random, seededRandom } from "../../../harness/core/random.js";
import { percentScale } from "../../../harness/pipeline/scores/scale.js";
import {
  correctedDifference,
  type KeyedThing,
} from "../../../harness/stats/correction/corrected-difference.js";
import { pairedDifference } from "../../../harness/stats/paired-difference.js";

/** Three binomial errors of a rate. */
const within = (rate: number, samples: number) => 3 * Math.sqrt((rate * (1 - rate)) / samples);

interface Design {
  readonly questions: number;
  readonly samples: number;
  /** Chance with which what is clear to the first judge is asked all the same. */
  readonly share: number;
  /** Whether the two were judged against each other, so that one's gain is the other's loss. */
  readonly isDirect?: true;
}

interface Side {
  readonly things: KeyedThing[];
  readonly firsts: number[];
}

/** What the strong judge says, 0, 50 or 100, of a side that wins a question with this chance. */
function strongVerdict(random: Random, chance: number): number {
  const drawn = random.next();
  return drawn < 0.1 ? 50 : drawn < 0.1 + 0.9 * chance ? 100 : 0;
}

/** The cheap judge turns some of the losses into wins, and is unclear now and then. */
function cheapVerdict(random: Random, strong: number, kindness: number): number {
  const drawn = random.next();
  if (drawn < 0.15) return 50;
  if (strong === 50) return drawn < 0.6 ? 100 : 0;
  if (strong === 0) return drawn < 0.15 + kindness ? 100 : 0;
  return drawn < 0.2 ? 0 : 100;
}

function add(
  side: Side,
  random: Random,
  at: number,
  key: string,
  strong: number,
  cheap: number,
  share: number,
) {
  const probability = cheap === 50 ? 1 : share;
  const isAsked = cheap === 50 || random.next() < share;
  side.firsts.push(cheap);
  side.things.push({
    key,
    cluster: `q${at}`,
    judged: cheap,
    ...(isAsked ? { voted: strong, probability } : {}),
  });
}

/** Two models; the cheap judge favours the second. The strong judge's difference is 10 points on average. */
function sample(
  random: Random,
  { questions, share, isDirect }: Pick<Design, "questions" | "share" | "isDirect">,
): { base: Side; candidate: Side } {
  const [base, candidate]: Side[] = [
    { things: [], firsts: [] },
    { things: [], firsts: [] },
  ];
  if (base === undefined || candidate === undefined) throw new Error("no sides");
  for (let at = 0; at < questions; at++) {
    if (isDirect === true) {
      const strong = strongVerdict(random, 0.5 + TRUTH / 180);
      const cheap = cheapVerdict(random, strong, 0.3);
      add(candidate, random, at, `${at}/base`, strong, cheap, share);
      const { voted, probability } = candidate.things.at(-1) ?? {};
      base.firsts.push(100 - cheap);
      base.things.push({
        key: `${at}/candidate`,
        cluster: `q${at}`,
        judged: 100 - cheap,
        ...(voted === undefined || probability === undefined ? {} : { voted: 100 - voted, probability }),
      });
      continue;
    }
    const ease = 0.25 + 0.4 * random.next();
    for (const [side, lead, kindness] of [
      [base, 0, 0.05],
      [candidate, TRUTH / 90, 0.35],
    ] as const) {
      const strong = strongVerdict(random, ease + lead);
      add(side, random, at, String(at), strong, cheapVerdict(random, strong, kindness), share);
    }
  }
  return { base, candidate };
}

const TRUTH = 10;

function study(design: Design, name: string) {
  const sums = { holds: 0, firstHolds: 0, passes: 0, fails: 0, missing: 0 };
  for (let at = 0; at < design.samples; at++) {
    const { base, candidate } = sample(seededRandom(`drawn/${name}/${at}`), design);
    const { interval, tailsAt } = correctedDifference(base.things, candidate.things, { scale: percentScale });
    const own = pairedDifference(
      candidate.firsts.map((value, index) => value - (base.firsts[index] ?? 0)),
      { level: 95, scale: { low: -100, high: 100 } },
    );
    const tails = tailsAt(TRUTH);
    if (interval === null || tails === null) {
      sums.missing++;
      continue;
    }
    if (interval.low <= TRUTH && TRUTH <= interval.high) sums.holds++;
    // A gate whose limit lies at the truth.
    if (tails.above < 0.025) sums.passes++;
    if (tails.below < 0.025) sums.fails++;
    // p-values and interval come from one method.
    expect(tails.above < 0.025 - 1e-9).toBe(interval.low > TRUTH + 1e-9);
    expect(tails.below < 0.025 - 1e-9).toBe(interval.high < TRUTH - 1e-9);
    if (own.interval !== null && own.interval.low <= TRUTH && TRUTH <= own.interval.high) sums.firstHolds++;
  }
  return {
    coverage: sums.holds / design.samples,
    first: sums.firstHolds / design.samples,
    passes: sums.passes / design.samples,
    fails: sums.fails / design.samples,
    missing: sums.missing,
  };
}

describe("difference of two figures that a second judge corrects", () => {
  const designs: readonly (readonly [string, Design])[] = [
    ["many questions", { questions: 400, samples: 300, share: 0.2 }],
    ["a small share", { questions: 400, samples: 60, share: 0.05 }],
    ["few questions", { questions: 80, samples: 60, share: 0.2 }],
    ["few questions and a small share", { questions: 40, samples: 20, share: 0.1 }],
    ["models judged against each other", { questions: 400, samples: 300, share: 0.2, isDirect: true }],
    ["few questions against each other", { questions: 60, samples: 20, share: 0.1, isDirect: true }],
  ];

  it.each(designs)("holds the truth with %s", (name, design) => {
    const { coverage, passes, fails, missing } = study(design, name);
    const { samples } = design;
    expect(coverage).toBeGreaterThanOrEqual(0.95 - within(0.95, samples));
    expect(passes).toBeLessThanOrEqual(0.025 + within(0.025, samples));
    expect(fails).toBeLessThanOrEqual(0.025 + within(0.025, samples));
    expect(missing).toBe(0);
  });

  it("is held by the first judge's own interval in a few samples alone", () => {
    expect(study({ questions: 400, samples: 60, share: 0.2 }, "first").first).toBeLessThan(0.4);
  });
});
