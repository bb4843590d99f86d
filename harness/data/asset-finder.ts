import { presentFields } from "../core/present-fields.js";
import type { Services } from "../core/services.js";
import type { AssetAccess } from "./asset-access.js";
import { ASSETS } from "./asset-manifest.js";
import { findUnlisted, locateAsset } from "./locate-asset.js";

/** Finds benchmark assets for suites and judges. */
export interface AssetFinder {
  locateAsset(
    id: string,
  ): Promise<{ readonly path: string; readonly sha256: string; readonly pinned: boolean }>;
}

/** How assets are reached from a process's services. */
export function assetAccess(services: Services): AssetAccess {
  const { environment, clock, fetch, onDownload, abort } = services;
  return {
    environment,
    clock,
    ...presentFields({ fetch, onProgress: onDownload, signal: abort }),
  };
}

/** The finder that suites and judges are given. */
export function assetFinder(services: Services): AssetFinder {
  return { locateAsset: (id) => locateAsset(id, assetAccess(services)) };
}

/** Suites whose models' outputs alpaca_eval keeps side by side; its instructions are the same in both versions. */
const ALPACA_EVAL_SUITES: ReadonlySet<string> = new Set(["alpaca-eval", "alpaca-eval-2"]);

/** What the ids of a suite's published answers begin with. */
function answersFolder(suite: string): string {
  if (ALPACA_EVAL_SUITES.has(suite)) return "alpaca-eval/outputs/";
  // Parts of Arena-Hard v2 share its answers.
  return `${suite.replace(/^(arena-hard-v2)-.*$/, "$1")}/answers/`;
}

/** Models whose published answers to a suite are among the assets. */
export function publishedModels(suite: string): string[] {
  const folder = answersFolder(suite);
  return ASSETS.flatMap(({ id }) => (id.startsWith(folder) ? [id.slice(folder.length)] : []));
}

/** Finds a file of published answers; undefined when there is none. */
export type PublishedAnswers = (suite: string, model: string) => Promise<string | undefined>;

/**
 * Published answers of known models: those among the assets, such as MT-Bench's default baseline, and any
 * `results/MODEL/model_outputs.json` of alpaca_eval that the mirror or the cache holds.
 */
export function publishedAnswers(services: Services): PublishedAnswers {
  const access = assetAccess(services);
  return async (suite, model) => {
    const isAlpacaEval = ALPACA_EVAL_SUITES.has(suite);
    const id = `${answersFolder(suite)}${model}`;
    if (ASSETS.some((asset) => asset.id === id)) return (await locateAsset(id, access)).path;
    return isAlpacaEval ? findUnlisted(`alpaca_eval/results/${model}/model_outputs.json`, access) : undefined;
  };
}
