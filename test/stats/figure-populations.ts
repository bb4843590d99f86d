import type { StyleCounts } from "../../harness/core/answer-style.js";
import type { Interval } from "../../harness/core/interval.js";
import type { Random } from "../../harness/core/random.js";
import { withinSlope } from "../../harness/pipeline/audit/within-slope.js";
import { percentScale } from "../../harness/pipeline/scores/scale.js";
import { meanOfCategories } from "../../harness/pipeline/scores/suite-mean.js";
import { slotShift } from "../../harness/stats/bridge/slot-shift.js";
import { clusteredMean } from "../../harness/stats/clustered-mean.js";
import { controlStyle } from "../../harness/stats/contextual/style-control.js";
import { jointRatings, type SourcedBattle } from "../../harness/stats/judge-covariate.js";
import { plackettLuce } from "../../harness/stats/rankings/plackett-luce.js";
import { pointsPerLogOdds } from "../../harness/stats/rating-scale.js";
import { separateDifference } from "../../harness/stats/separate-difference.js";

/** A figure that is no plain mean, with a population whose true value is known. */
export interface FigurePopulation {
  readonly figure: string;
  readonly population: string;
  readonly truth: number;
  /** The figure's interval in one sample of so many questions; null where none is given. */
  sample(random: Random, questions: number): Interval | null;
}

const MODELS = ["a", "b", "c", "d"] as const;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const range = (length: number) => Array.from({ length }, (_, at) => at);

/** Models in the order of a Plackett–Luce draw: the largest of strength plus Gumbel noise first. */
function rankingOf(random: Random, strengths: readonly number[]): string[][] {
  const drawn = strengths.map((strength, at) => ({
    model: MODELS[at] as string,
    value: strength - Math.log(-Math.log(Math.max(random.next(), 1e-12))),
  }));
  return drawn.sort((x, y) => y.value - x.value).map(({ model }) => [model]);
}

function ratingOf(strengths: readonly number[]): number {
  const mean = strengths.reduce((sum, one) => sum + one, 0) / strengths.length;
  return 1000 + pointsPerLogOdds() * ((strengths[0] as number) - mean);
}

function ranked(population: string, strengths: readonly number[]): FigurePopulation {
  return {
    figure: "Plackett–Luce rating",
    population,
    truth: ratingOf(strengths),
    sample(random, questions) {
      const rankings = range(questions).map(() => ({ groups: rankingOf(random, strengths) }));
      return plackettLuce(rankings).ratings.find(({ model }) => model === "a")?.interval ?? null;
    },
  };
}

function voted(population: string, strengths: readonly number[], share: number): FigurePopulation {
  return {
    figure: "rating by votes and judge",
    population,
    truth: ratingOf(strengths),
    sample(random, questions) {
      const battles: SourcedBattle[] = [];
      for (const question of range(questions))
        for (const [i, a] of MODELS.entries())
          for (const [j, b] of MODELS.entries()) {
            if (i >= j) continue;
            const gap = (strengths[i] as number) - (strengths[j] as number);
            const draw = (chance: number) => (random.next() < chance ? 1 : 0);
            const common = { a, b, cluster: String(question) };
            battles.push({ ...common, by: "judge", shareA: draw(sigmoid(1.5 * gap)) });
            if (random.next() < share) battles.push({ ...common, by: "people", shareA: draw(sigmoid(gap)) });
          }
      const found = jointRatings(battles);
      return "reason" in found ? null : (found.models.find(({ model }) => model === "a")?.interval ?? null);
    },
  };
}

const plain = (tokens: number): StyleCounts => ({ tokens, headers: 0, lists: 0, bold: 0 });

/** Two games a question; `chances` are those of a question's answers, drawn evenly. */
function styled(population: string, chances: readonly number[], slope: number): FigurePopulation {
  const logits = chances.map((chance) => Math.log(chance / (1 - chance)));
  const truth = (100 * logits.reduce((sum, one) => sum + sigmoid(one), 0)) / logits.length;
  return {
    figure: "win rate at equal style",
    population,
    truth,
    sample(random, questions) {
      const battles = range(questions).flatMap((question) => {
        const logit = logits[Math.floor(random.next() * logits.length)] as number;
        return range(2).map(() => {
          const [styleA, styleB] = [
            plain(50 + Math.floor(400 * random.next())),
            plain(50 + Math.floor(400 * random.next())),
          ];
          const z = (styleA.tokens - styleB.tokens) / (styleA.tokens + styleB.tokens);
          const shareA = random.next() < sigmoid(logit + slope * z) ? 1 : 0;
          return { a: "a", b: "base", shareA, cluster: question, styleA, styleB };
        });
      });
      const { models } = controlStyle(battles, {
        baseline: "base",
        features: slope === 0 ? [] : ["length"],
      });
      return models.find(({ model }) => model === "a")?.interval ?? null;
    },
  };
}

/** One game of each judge on a question, in the same slot; chances of a point by judge and slot. */
function shifted(population: string, chances: readonly [number, number, number, number]): FigurePopulation {
  const [oldFirst, oldSecond, newFirst, newSecond] = chances;
  return {
    figure: "change of the slot effect",
    population,
    truth: 100 * (newSecond - newFirst - (oldSecond - oldFirst)),
    sample(random, questions) {
      const games = range(questions).map((question) => {
        const isSecond = random.next() < 0.5;
        const draw = (chance: number) => (random.next() < chance ? 100 : 0);
        const questionId = String(question);
        return {
          old: { questionId, isSecond, points: draw(isSecond ? oldSecond : oldFirst) },
          fresh: { questionId, isSecond, points: draw(isSecond ? newSecond : newFirst) },
        };
      });
      return slotShift(
        games.map(({ old }) => old),
        games.map(({ fresh }) => fresh),
      ).interval;
    },
  };
}

/** Groups of 0/1 rows, two of each question. */
function grouped(population: string, [first, second]: readonly [number, number]): FigurePopulation {
  return {
    figure: "difference of two groups",
    population,
    truth: 100 * (first - second),
    sample(random, questions) {
      const rows = range(questions).flatMap((question) =>
        range(2).map(() => {
          const isFirst = random.next() < 0.5;
          return { question, isFirst, value: random.next() < (isFirst ? first : second) ? 100 : 0 };
        }),
      );
      const meanIn = (side: boolean) => {
        const own = rows.filter(({ isFirst }) => isFirst === side);
        return clusteredMean(
          own.map(({ value }) => value),
          own.map(({ question }) => question),
          { scale: percentScale },
        );
      };
      return separateDifference(meanIn(true), meanIn(false)).interval;
    },
  };
}

/** Two models' ratings by length; the noise takes two values. */
function sloped(
  population: string,
  [chance, low, high]: readonly [number, number, number],
): FigurePopulation {
  const slope = 0.3;
  return {
    figure: "slope of length",
    population,
    truth: slope,
    sample(random, questions) {
      return withinSlope(
        range(questions).flatMap((question) =>
          ["a", "b"].map((model) => {
            const x = random.normal();
            const y = slope * x + (random.next() < chance ? low : high);
            return { x, y, groups: [String(question), model], cluster: String(question) };
          }),
        ),
      ).interval;
    },
  };
}

/** Five categories of 0/1 questions. */
function averaged(population: string, chances: readonly number[]): FigurePopulation {
  return {
    figure: "mean of categories",
    population,
    truth: (100 * chances.reduce((sum, one) => sum + one, 0)) / chances.length,
    sample(random, questions) {
      const each = Math.max(2, Math.round(questions / chances.length));
      const categories = Object.fromEntries(
        chances.map((chance, at) => {
          const values = range(each).map(() => (random.next() < chance ? 100 : 0));
          const { mean, standardError, interval } = clusteredMean(values, range(each), {
            scale: percentScale,
          });
          return [String(at), { score: mean, standardError, interval, n: each }];
        }),
      );
      return meanOfCategories(categories, 1).interval;
    },
  };
}

/** Figures with an interval of their own kind, over populations that are hard on it. */
export const figurePopulations: readonly FigurePopulation[] = [
  ranked("equal", [0, 0, 0, 0]),
  ranked("one that nearly always wins", [3, 0.5, 0, -1]),
  voted("equal", [0, 0, 0, 0], 0.3),
  voted("one that nearly always wins", [2, 0.5, 0, -0.5], 0.3),
  styled("even", [0.5], 0),
  styled("97%", [0.97], 0),
  styled("some questions lost for certain", [0.99, 0.99, 0.99, 0.5], 0),
  styled("length decides", [0.8], 3),
  shifted("none", [0.5, 0.5, 0.5, 0.5]),
  shifted("few losses", [0.95, 0.95, 0.95, 0.95]),
  shifted("second slot favoured", [0.9, 0.97, 0.7, 0.97]),
  grouped("alike", [0.5, 0.5]),
  grouped("nearly all right", [0.97, 0.9]),
  sloped("two-valued", [0.5, -1, 1]),
  sloped("rare losses", [0.05, -6, 1]),
  averaged("alike", [0.5, 0.5, 0.5, 0.5, 0.5]),
  averaged("nearly all right", [0.97, 0.9, 0.97, 0.9, 1]),
];
