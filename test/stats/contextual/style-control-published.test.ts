import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { STYLE_FEATURES, type StyleFeature } from "../../../harness/core/style-control.js";
import { controlStyle } from "../../../harness/stats/contextual/style-control.js";
import { STYLE_CONTROL_V2, type StyledBattle } from "../../../harness/stats/contextual/style-options.js";
import { BASELINE, readBattles, TEN } from "./arena-hard-ko.js";

const mirror = process.env.ASSAY_MIRROR ?? "";
const folder = join(mirror, "arena_hard/ko");

/** Scores at the optimum of Arena-Hard v2's loss: none, all four, length alone, markdown alone. */
const SCORES: Readonly<Record<string, readonly number[]>> = {
  "deepseek-r1": [56.618497, 50.667401, 53.239388, 56.261528],
  "gemma-2-9b-it": [4.234738, 4.344007, 4.935437, 3.519571],
  "gemma-3-27b-it": [45.136307, 19.461548, 20.028652, 42.112957],
  "gpt-4.1-2025-04-14": [55.184478, 60.599459, 60.743627, 59.182549],
  "gpt-4o-mini": [10.445387, 12.392205, 12.532234, 10.364869],
  "llama-4-maverick": [13.263666, 12.540099, 12.147559, 13.810087],
  "o3-high": [87.293388, 87.723499, 86.725135, 86.837652],
  "o3-mini-high": [53.726708, 49.977049, 47.471034, 53.042906],
  "qwen-2.5-72b-instruct": [16.703057, 12.176462, 12.187102, 16.656102],
};
const SETS: readonly {
  readonly name: string;
  readonly features: readonly StyleFeature[];
  readonly coefficients: readonly number[];
}[] = [
  { name: "none", features: [], coefficients: [] },
  {
    name: "all four",
    features: STYLE_FEATURES,
    coefficients: [1.33816002, 0.01310179, -0.19104268, 0.24328415],
  },
  { name: "length", features: ["length"], coefficients: [1.3715491] },
  {
    name: "markdown",
    features: ["headers", "lists", "bold"],
    coefficients: [-0.24077688, -0.35915022, 0.27468015],
  },
];

describe.skipIf(mirror === "")("style control on ten published models (needs ASSAY_MIRROR)", () => {
  const battles: readonly StyledBattle[] = mirror === "" ? [] : readBattles(folder, TEN);

  it.each(SETS.map((set, column) => ({ ...set, column })))("gives the optimum with $name", (set) => {
    const control = controlStyle(battles, {
      ...STYLE_CONTROL_V2,
      baseline: BASELINE,
      features: set.features,
    });
    expect(control.rows).toBe(16_372);
    expect(control.clusters).toBe(500);
    expect(control.kktResidual).toBeLessThan(1e-9);
    for (const { model, score } of control.models)
      expect(Math.abs((score ?? 0) - (SCORES[model]?.[set.column] ?? 50))).toBeLessThan(1e-6);
    control.features.forEach(({ coefficient }, index) => {
      expect(Math.abs(coefficient - (set.coefficients[index] ?? 0))).toBeLessThan(1e-6);
    });
  });

  it("normalises by the published means and deviations", () => {
    const { features } = controlStyle(battles, { ...STYLE_CONTROL_V2, baseline: BASELINE });
    const means = [0.00441632, -0.00295479, -0.00118282, 0.00358869];
    const deviations = [0.28649538, 0.00449561, 0.01081188, 0.00811494];
    features.forEach(({ mean, deviation }, index) => {
      expect(Math.abs(mean - (means[index] ?? 0))).toBeLessThan(1e-8);
      expect(Math.abs(deviation - (deviations[index] ?? 0))).toBeLessThan(1e-8);
    });
  });
});
