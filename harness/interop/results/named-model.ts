import { ConfigError } from "../../core/errors.js";
import type { HarnessResults } from "./scored-set.js";

/**
 * Calls the only model of the files by another name: tools name a checkpoint after its path, or not at all.
 * @throws ConfigError `several-models` where there is more than one.
 */
export function named(results: HarnessResults, name: string | undefined): HarnessResults {
  if (name === undefined) return results;
  const models = [...new Set([...results.sets, ...results.figures].map(({ model }) => model))];
  if (models.length > 1) {
    throw new ConfigError(`the files hold several models: ${models.slice(0, 8).join(", ")}`, {
      code: "several-models",
      remedy: "Leave --model out, or import the files of one model at a time.",
    });
  }
  return {
    ...results,
    sets: results.sets.map((set) => ({ ...set, model: name })),
    figures: results.figures.map((figure) => ({
      ...figure,
      model: name,
      extra: { ...figure.extra, statedModel: figure.model },
    })),
  };
}
