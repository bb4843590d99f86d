import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../harness/core/random.js";
import { STYLE_FEATURES } from "../../../harness/core/style-control.js";
import { ResampledFits } from "../../../harness/stats/contextual/resampled-fits.js";
import { controlStyle } from "../../../harness/stats/contextual/style-control.js";
import { styleDifference } from "../../../harness/stats/contextual/style-features.js";
import {
  type FrozenStyle,
  STYLE_CONTROL_V2,
  STYLE_CONTROL_V01,
  type StyledBattle,
} from "../../../harness/stats/contextual/style-options.js";

interface Simulation {
  readonly seed: string;
  readonly questions: number;
  /** Log-odds of each model against the baseline at equal style. */
  readonly strengths: readonly number[];
  /** What an answer twice as long is worth, in log-odds. */
  readonly length: number;
  /** Spread of what a question adds to every model's log-odds. */
  readonly question?: number;
}

/** Two games of each question and model, whose longer answers win more often than they should. */
function simulate({ seed, questions, strengths, length, question: spread = 0 }: Simulation): StyledBattle[] {
  const random = seededRandom(seed);
  const marks = () => ({
    tokens: 50 + random.integer(900),
    headers: random.integer(4),
    lists: random.integer(12),
    bold: random.integer(9),
  });
  return Array.from({ length: questions }, (_, question) => {
    const styleB = marks();
    const shift = spread * random.normal();
    return strengths.flatMap((strength, index) => {
      const styleA = marks();
      const lean = 3 * length * styleDifference(styleA, styleB, "length", "densities");
      const chance = 1 / (1 + Math.exp(-(strength + lean + shift)));
      return [0, 1].map(() => {
        const shareA = random.next() < 0.1 ? 0.5 : random.next() < chance ? 1 : 0;
        const weight = shareA !== 0.5 && random.next() < 0.3 ? 3 : 1;
        return { a: `m${index}`, b: "base", shareA, weight, cluster: question, styleA, styleB };
      });
    });
  }).flat();
}

const against = { baseline: "base" } as const;
const scoreOf = (control: ReturnType<typeof controlStyle>, model: string) =>
  control.models.find((one) => one.model === model)?.score ?? null;
const frozenOf = (control: ReturnType<typeof controlStyle>): FrozenStyle => ({
  form: control.form,
  features: control.features.map(({ feature }) => feature),
  means: control.features.map(({ mean }) => mean),
  deviations: control.features.map(({ deviation }) => deviation),
  coefficients: control.features.map(({ coefficient }) => coefficient),
});

describe("controlStyle", () => {
  it("is the plain win rate without features, and the baseline is 50", () => {
    const battles = simulate({ seed: "plain", questions: 50, strengths: [0.5, -1], length: 1 });
    const control = controlStyle(battles, { ...against, features: [] });
    for (const { model, score, raw } of control.models)
      expect(Math.abs((score ?? 0) - (model === "base" ? 50 : (raw ?? 0)))).toBeLessThan(1e-9);
    expect(control.kktResidual).toBeLessThan(1e-9);
  });

  it("finds what the judge paid for length, and the strengths beside it", () => {
    const control = controlStyle(
      simulate({ seed: "paid", questions: 3000, strengths: [0.5, -1], length: 0.6 }),
      against,
    );
    const [length, ...others] = control.features;
    expect((length?.coefficient ?? 0) / (length?.deviation ?? 1)).toBeCloseTo(1.8, 0);
    for (const { interval } of others) expect((interval?.low ?? 1) * (interval?.high ?? 1)).toBeLessThan(0);
    const ideal = 100 / (1 + Math.exp(-0.5));
    expect(Math.abs((scoreOf(control, "m0") ?? 0) - ideal)).toBeLessThan(2.5);
  });

  it("takes off what a model that always writes longer was paid for, which centring leaves to it", () => {
    const marks = (tokens: number) => ({ tokens, headers: 0, lists: 0, bold: 0 });
    const random = seededRandom("longer");
    const battles = Array.from({ length: 2000 }, (_, cluster) => {
      const styleA = marks(200 + random.integer(800));
      const styleB = marks(200);
      const chance = 1 / (1 + Math.exp(-3 * styleDifference(styleA, styleB, "length", "densities")));
      return { a: "m", b: "base", shareA: Number(random.next() < chance), cluster, styleA, styleB };
    });
    const equal = controlStyle(battles, { ...against, features: ["length"] });
    const centred = controlStyle(battles, { ...against, ...STYLE_CONTROL_V2, features: ["length"] });
    const raw = equal.models[0]?.raw ?? 0;
    expect(Math.abs((scoreOf(equal, "m") ?? 0) - 50)).toBeLessThan(6);
    expect(raw).toBeGreaterThan(70);
    expect(Math.abs((scoreOf(centred, "m") ?? 0) - raw)).toBeLessThan(3);
  });

  it("moves nobody with a frozen reference, whoever joins or leaves", () => {
    fc.assert(
      fc.property(fc.nat({ max: 3 }), fc.integer({ min: 1, max: 99 }), (left, seed) => {
        const battles = simulate({
          seed: `frozen ${seed}`,
          questions: 20,
          strengths: [0.4, -0.3, 0.1, -0.6],
          length: 0.5,
        });
        const frozen = frozenOf(controlStyle(battles, against));
        const all = controlStyle(battles, { ...against, frozen });
        const fewer = controlStyle(
          battles.filter(({ a }) => a !== `m${left}`),
          { ...against, frozen },
        );
        for (const { model, score } of fewer.models)
          expect(Math.abs((score ?? 0) - (scoreOf(all, model) ?? 0))).toBeLessThan(1e-9);
      }),
      { numRuns: 20 },
    );
  });

  it("gives with its own frozen coefficients what it was frozen from", () => {
    const battles = simulate({ seed: "same", questions: 60, strengths: [0.4, -0.3], length: 0.5 });
    const joint = controlStyle(battles, against);
    const frozen = controlStyle(battles, { ...against, frozen: frozenOf(joint) });
    for (const { model, score, interval } of frozen.models) {
      expect(Math.abs((score ?? 0) - (scoreOf(joint, model) ?? 0))).toBeLessThan(1e-8);
      if (model !== "base") expect(interval?.method).toContain("coefficients of style held fixed");
    }
  });

  it("does not depend on which side a battle is written from, where models meet each other", () => {
    const battles = simulate({ seed: "sides", questions: 60, strengths: [0.4, -0.3], length: 0.5 });
    const turned = battles.map((battle, index) =>
      index % 3 === 0
        ? {
            ...battle,
            a: battle.b,
            b: battle.a,
            shareA: 1 - battle.shareA,
            styleA: battle.styleB,
            styleB: battle.styleA,
          }
        : battle,
    );
    const [one, other] = [controlStyle(battles), controlStyle(turned)];
    for (const { model, score } of one.models)
      expect(Math.abs((score ?? 0) - (scoreOf(other, model) ?? 0))).toBeLessThan(1e-9);
  });

  it("says who has no score, and rates the others", () => {
    const won = simulate({ seed: "won", questions: 50, strengths: [0.2, -0.4], length: 0.5 }).map((battle) =>
      battle.a === "m1" ? { ...battle, shareA: 1 } : battle,
    );
    const control = controlStyle(won, against);
    const best = control.models.find(({ model }) => model === "m1");
    expect(best).toMatchObject({ score: null, interval: null, raw: 100 });
    expect(best?.reason).toContain("never lost");
    expect(scoreOf(control, "m0")).not.toBeNull();
  });

  it("gives no figure where a feature goes along with every win", () => {
    const marks = (tokens: number) => ({ tokens, headers: 0, lists: 0, bold: 0 });
    const battles = Array.from({ length: 60 }, (_, index) => ({
      a: "m",
      b: "base",
      shareA: index % 2,
      cluster: index,
      styleA: marks(index % 2 === 0 ? 10 : 90),
      styleB: marks(50),
    }));
    const control = controlStyle(battles, against);
    expect(control.models.map(({ score }) => score)).toEqual([null, null]);
    expect(control.reason).toContain("goes along with every win");
  });

  it("has no interval below 40 questions, and says so", () => {
    const few = controlStyle(
      simulate({ seed: "few", questions: 20, strengths: [0.2], length: 0.3 }),
      against,
    );
    expect(few.models[0]).toMatchObject({ interval: null });
    expect(few.models[0]?.reason).toContain("20 questions are too few");
  });
});

describe("v0.1's penalised form", () => {
  const selfBattles = Array.from({ length: 20 }, (_, cluster) => ({
    shareA: cluster % 4 === 0 ? 1 : 0.5,
    weight: cluster % 5 === 0 ? 3 : 1,
    cluster,
  }));

  it.each([
    { name: "left out", self: [] },
    { name: "taken in", self: selfBattles },
  ])("is what an independent descent finds on the doubled rows, self battles $name", ({ self }) => {
    const battles = simulate({ seed: "v0.1", questions: 30, strengths: [0.6, -0.9, 0.1], length: 0.4 });
    const control = controlStyle(battles, { ...against, ...STYLE_CONTROL_V01, selfBattles: self });
    expect(control.kktResidual).toBeLessThan(1e-9);

    // The design as written: baseline first, ±ln 10, every row twice, columns normalised over the rows, no shortcut. A
    // battle of the baseline against itself has its one column written twice, the second time negative.
    const models = ["base", "m0", "m1", "m2"];
    const alike = { tokens: 100, headers: 1, lists: 2, bold: 3 };
    const ofSelf = self.map((battle) => ({ ...battle, a: "base", b: "base", styleA: alike, styleB: alike }));
    const rows = [...battles, ...ofSelf].flatMap((battle) =>
      Array.from({ length: 2 * (battle.weight ?? 1) }, (_, copy) => ({ battle, copy })),
    );
    const design = rows.map(({ battle }) => [
      ...models.map((model) => (model === battle.a ? -1 : model === "base" ? 1 : 0) * Math.log(10)),
      ...STYLE_FEATURES.map((feature) => styleDifference(battle.styleB, battle.styleA, feature, "counts")),
    ]);
    for (let column = models.length; column < models.length + 4; column++) {
      const values = design.map((row) => row[column] ?? 0);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const deviation = Math.sqrt(
        values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length,
      );
      for (const row of design) row[column] = ((row[column] ?? 0) - mean) / deviation;
    }
    const labels = rows.map(({ battle, copy }) =>
      battle.shareA === 0.5 ? Number(copy % 2 === 0) : 1 - battle.shareA,
    );
    // Descent along each coordinate, and along all strengths together (which the penalty alone holds), by bisection on
    // the derivative, until nothing moves.
    const unit = (at: (column: number) => boolean) =>
      Array.from({ length: 8 }, (_, column) => Number(at(column)));
    const directions = [
      ...Array.from({ length: 8 }, (_, index) => unit((column) => column === index)),
      unit((column) => column < 4),
    ];
    const along = directions.map((direction) =>
      design.map((row) => row.reduce((sum, value, column) => sum + value * (direction[column] ?? 0), 0)),
    );
    const weights = new Array<number>(8).fill(0);
    const scores = design.map(() => 0);
    const slope = (number: number, change: number) => {
      const direction = directions[number] ?? [];
      const pull = direction.reduce(
        (sum, value, column) => sum + value * ((weights[column] ?? 0) + change * value),
        0,
      );
      return (along[number] ?? []).reduce((sum, x, index) => {
        if (x === 0) return sum;
        return sum + x * (1 / (1 + Math.exp(-((scores[index] ?? 0) + change * x))) - (labels[index] ?? 0));
      }, pull);
    };
    for (let round = 0; round < 400; round++) {
      let moved = 0;
      for (let number = 0; number < directions.length; number++) {
        const reach = round < 5 ? 2 : 0.05;
        let [low, high] = [-reach, reach];
        for (let cut = 0; cut < 40; cut++) {
          const middle = (low + high) / 2;
          if (slope(number, middle) > 0) high = middle;
          else low = middle;
        }
        const change = (low + high) / 2;
        directions[number]?.forEach((value, column) => {
          weights[column] = (weights[column] ?? 0) + change * value;
        });
        along[number]?.forEach((x, index) => {
          scores[index] = (scores[index] ?? 0) + change * x;
        });
        moved = Math.max(moved, Math.abs(change));
      }
      if (moved < 1e-10) break;
    }
    models.slice(1).forEach((model, index) => {
      const lead = Math.log(10) * ((weights[index + 1] ?? 0) - (weights[0] ?? 0));
      expect(Math.abs((scoreOf(control, model) ?? 0) - 100 / (1 + Math.exp(-lead)))).toBeLessThan(1e-5);
    });
    control.features.forEach(({ coefficient }, index) => {
      expect(Math.abs(coefficient - (weights[4 + index] ?? 0))).toBeLessThan(1e-7);
    });
  });

  it("takes the baseline's battles against itself in, as written, where they are given", () => {
    const battles = simulate({ seed: "self", questions: 30, strengths: [0.6, -0.9], length: 0.4 });
    const without = controlStyle(battles, { ...against, ...STYLE_CONTROL_V01 });
    const withThem = controlStyle(battles, { ...against, ...STYLE_CONTROL_V01, selfBattles });
    expect(withThem.rows).toBe(without.rows + 2 * (16 + 3 * 4));
    expect(scoreOf(withThem, "m0")).not.toBeCloseTo(scoreOf(without, "m0") ?? 0, 3);
    expect(withThem.kktResidual).toBeLessThan(1e-9);
  });
});

describe("ResampledFits", () => {
  it("gives scores within 0.05 points of 50 full refits", () => {
    const questions = 400;
    const strengths = [2, 0.5, 0.1, -0.4, -1.5, -2.8];
    const battles = simulate({ seed: "refits", questions, strengths, length: 0.5 });
    const control = controlStyle(battles, against);
    if (control.fit === null) throw new Error("no fit");
    const refits = new ResampledFits(control.fit);
    const { design } = control.fit;
    const { means, deviations, form, features } = frozenOf(control);
    const random = seededRandom("resamples");
    const drawn = new Int32Array(questions);
    let farthest = 0;
    for (let resample = 0; resample < 50; resample++) {
      random.fillIntegers(drawn, questions);
      const counts = new Float64Array(questions);
      for (const question of drawn) counts[question] = (counts[question] ?? 0) + 1;
      const parameters = refits.parameters(counts);
      const full = controlStyle(
        battles.flatMap((battle) => {
          const times = counts[Number(battle.cluster)] ?? 0;
          return times === 0 ? [] : [{ ...battle, weight: times * (battle.weight ?? 1) }];
        }),
        { ...against, normalisation: { means, deviations }, form, features },
      );
      control.models.forEach(({ model }, position) => {
        if (model === "base" || parameters === null) return;
        const lead = (parameters[design.column(position)] ?? 0) - 0;
        const one = 100 / (1 + Math.exp(-lead));
        farthest = Math.max(farthest, Math.abs(one - (scoreOf(full, model) ?? 0)));
      });
    }
    expect(farthest).toBeLessThan(0.05);
  });
});

describe("intervals under style control", () => {
  it("are about as wide by resampling the questions as by the sandwich", () => {
    const battles = simulate({
      seed: "wide",
      questions: 200,
      strengths: [0.6, -1.2],
      length: 0.4,
      question: 0.8,
    });
    const widths = (control: ReturnType<typeof controlStyle>) =>
      control.models.map(({ interval }) => (interval?.high ?? 0) - (interval?.low ?? 0));
    const sandwich = widths(controlStyle(battles, against));
    const resampled = controlStyle(battles, { ...against, resamples: { seed: "r", replicates: 400 } });
    widths(resampled).forEach((width, index) => {
      if (resampled.models[index]?.model === "base") return;
      expect(width / (sandwich[index] ?? 1)).toBeGreaterThan(0.85);
      expect(width / (sandwich[index] ?? 1)).toBeLessThan(1.15);
    });
    expect(resampled.models[0]?.interval?.method).toContain(
      "percentile bootstrap, 400 resamples of 200 questions",
    );
  });

  it("cover at their rate when clustered by question, where those over rows do not", () => {
    const truth = { questions: 120, strengths: [0.3], length: 0.4, question: 1.2 };
    // What a question adds pulls the mean rate towards ½: the truth is that of a very large sample.
    const large = controlStyle(simulate({ ...truth, seed: "truth", questions: 20_000 }), against);
    const score = scoreOf(large, "m0") ?? 0;
    const repeats = 500;
    const covered = { clustered: 0, rows: 0 };
    for (let repeat = 0; repeat < repeats; repeat++) {
      const battles = simulate({ ...truth, seed: `coverage ${repeat}` });
      const holds = (control: ReturnType<typeof controlStyle>) => {
        const interval = control.models.find(({ model }) => model === "m0")?.interval;
        return Number(interval != null && interval.low <= score && score <= interval.high);
      };
      covered.clustered += holds(controlStyle(battles, against));
      const alone = battles.flatMap(({ weight = 1, ...battle }, row) =>
        Array.from({ length: weight }, (_, copy) => ({ ...battle, cluster: `${row} ${copy}` })),
      );
      covered.rows += holds(controlStyle(alone, against));
    }
    expect(covered.clustered / repeats).toBeGreaterThan(0.92);
    expect(covered.clustered / repeats).toBeLessThan(0.98);
    expect(covered.rows / repeats).toBeLessThan(0.85);
  }, 60_000);
});
