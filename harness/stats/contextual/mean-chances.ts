import { seededRandom } from "../../core/random.js";
import type { BattleDesign } from "./battle-design.js";
import { type ContextualFit, strengthsOf } from "./contextual-fit.js";
import { ResampledFits } from "./resampled-fits.js";

/** Mean chances of models against those they met, at equal features. */
export class MeanChances {
  /** How often each model met each other one. */
  private readonly met: Float64Array;

  constructor(private readonly design: BattleDesign) {
    const { models, first, second, weight } = design.rows;
    this.met = new Float64Array(models * models);
    weight.forEach((times, row) => {
      const [a, b] = [first[row] ?? -1, second[row] ?? -1];
      if (a < 0 || b < 0) return;
      for (const place of [a * models + b, b * models + a]) this.met[place] = (this.met[place] ?? 0) + times;
    });
  }

  /** The mean chance of the model at this position, 0 to 1, and its derivative by each parameter. */
  of(model: number, strengths: Float64Array): { readonly mean: number; readonly slope: Float64Array } {
    const { design, met } = this;
    const slope = new Float64Array(design.order);
    let [sum, total] = [0, 0];
    const add = (parameter: number, change: number) => {
      if (parameter >= 0) slope[parameter] = (slope[parameter] ?? 0) + change;
    };
    for (let opponent = 0; opponent < strengths.length; opponent++) {
      const times = met[model * strengths.length + opponent] ?? 0;
      if (times === 0) continue;
      const chance = 1 / (1 + Math.exp((strengths[opponent] ?? 0) - (strengths[model] ?? 0)));
      sum += times * chance;
      total += times;
      add(design.column(model), times * chance * (1 - chance));
      add(design.column(opponent), -times * chance * (1 - chance));
    }
    return { mean: sum / total, slope: slope.map((value) => value / total) };
  }
}

/** How prompts are resampled. */
export interface StyleResamples {
  readonly seed: string | number;
  /** Default 1,000. */
  readonly replicates?: number;
}

/** Scores in percent of every resample, one array per model; NaN where a resample does not determine them. */
export function resampledScores(
  fit: ContextualFit,
  chances: MeanChances,
  { seed, replicates = 1000 }: StyleResamples,
): Float64Array[] {
  const { models, clusters } = fit.design.rows;
  const scores = Array.from({ length: models }, () => new Float64Array(replicates).fill(Number.NaN));
  const refits = new ResampledFits(fit);
  const random = seededRandom(seed);
  const drawn = new Int32Array(clusters);
  const counts = new Float64Array(clusters);
  for (let replicate = 0; replicate < replicates; replicate++) {
    random.fillIntegers(drawn, clusters);
    counts.fill(0);
    for (const cluster of drawn) counts[cluster] = (counts[cluster] ?? 0) + 1;
    const parameters = refits.parameters(counts);
    if (parameters === null) continue;
    const strengths = strengthsOf(fit.design, parameters);
    scores.forEach((own, model) => {
      own[replicate] = 100 * chances.of(model, strengths).mean;
    });
  }
  return scores;
}
