import type { Random } from "../../../harness/core/random.js";
import { seededRandom } from "../../../harness/core/random.js";
import { drawForSecond } from "../../../harness/core/second-judging.js";
import { clusteredMean } from "../../../harness/stats/clustered-mean.js";
import type { JudgedThing } from "../../../harness/stats/correction/cluster-moments.js";
import { correctedMean } from "../../../harness/stats/correction/corrected-mean.js";

/** A made-up benchmark whose strong judge calls a model the winner in 45% of the points, and whose cheap one favours it. */
export interface SecondJudgeWorld {
  readonly questions: number;
  readonly turns: number;
  /** Chance with which the strong judge is asked on what is clear to the cheap one. */
  readonly share: number;
}

/** What is true of the strong judge's verdicts by construction: win ½ − 0.1, tie 0.1 around a win chance of 0.45. */
export const TRUE_RATE = 45;

/** Verdicts on the turns of one question: the cheap judge's and the strong one's, in percent of the model's points. */
function verdictsOn(random: Random, turns: number): readonly (readonly [cheap: number, strong: number])[] {
  const ease = random.next() - 0.5;
  return Array.from({ length: turns }, () => {
    const chance = 0.45 + 0.6 * ease;
    const drawn = random.next();
    const strong = drawn < chance - 0.05 ? 100 : drawn < chance + 0.05 ? 50 : 0;
    const said = random.next();
    const cheap =
      strong === 100
        ? said < 0.85
          ? 100
          : said < 0.95
            ? 50
            : 0
        : strong === 50
          ? said < 0.5
            ? 50
            : said < 0.85
              ? 100
              : 0
          : said < 0.6
            ? 0
            : said < 0.8
              ? 50
              : 100;
    return [cheap, strong] as const;
  });
}

/** What repetitions of two-stage judging came to, in percent. */
export interface SecondJudgeRates {
  /** Intervals that hold the true rate. */
  readonly coverage: number;
  /** Mean of the corrected figures, and of the mixture of both judges' verdicts. */
  readonly corrected: number;
  readonly mixture: number;
  readonly width: number;
  /** Width of the strong judge on everything. */
  readonly fullWidth: number;
  readonly asked: number;
}

const scale = { low: 0, high: 100 };

/** Judges made-up benchmarks in two stages, with the draws and the estimator that runs use. */
export function repeatSecondJudging(world: SecondJudgeWorld, repetitions: number): SecondJudgeRates {
  const { questions, turns, share } = world;
  const rules = { first: "cheap", share, margin: 25 };
  let [held, corrected, mixture, width, fullWidth, asked] = [0, 0, 0, 0, 0, 0];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const random = seededRandom(`second/${questions}/${share}/${repetition}`);
    const things: JudgedThing[] = [];
    const all: number[] = [];
    for (let question = 0; question < questions; question++) {
      verdictsOn(random, turns).forEach(([cheap, strong], turn) => {
        const place = { questionId: `q${question}`, turn: turn + 1, trial: 1, models: ["a", "b"] };
        const drawn = drawForSecond(rules, place, [cheap], repetition);
        if (drawn !== undefined) asked++;
        mixture += drawn === undefined ? cheap : strong;
        const second = drawn === undefined ? {} : { voted: strong, probability: drawn.probability };
        all.push(strong);
        things.push({ cluster: place.questionId, judged: cheap, ...second });
      });
    }
    const { estimate, interval } = correctedMean(things, { scale });
    corrected += estimate ?? Number.NaN;
    const { low, high } = interval ?? { low: 0, high: 100 };
    if (low <= TRUE_RATE && TRUE_RATE <= high) held++;
    width += high - low;
    const full = clusteredMean(
      all,
      things.map(({ cluster }) => cluster),
      { scale },
    ).interval;
    fullWidth += full === null ? Number.NaN : full.high - full.low;
  }
  const places = repetitions * questions * turns;
  return {
    coverage: (100 * held) / repetitions,
    corrected: corrected / repetitions,
    mixture: mixture / places,
    width: width / repetitions,
    fullWidth: fullWidth / repetitions,
    asked: (100 * asked) / places,
  };
}
