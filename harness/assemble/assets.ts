import type { AssetAccess } from "../data/asset-access.js";
import { ASSETS } from "../data/asset-manifest.js";
import { locateAsset } from "../data/locate-asset.js";
import type { PublishedAnswers } from "./models.js";
import type { Services } from "./services.js";

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
    ...(fetch === undefined ? {} : { fetch }),
    ...(onDownload === undefined ? {} : { onProgress: onDownload }),
    ...(abort === undefined ? {} : { signal: abort }),
  };
}

/** The finder that suites and judges are given. */
export function assetFinder(services: Services): AssetFinder {
  return { locateAsset: (id) => locateAsset(id, assetAccess(services)) };
}

/** Published answers of known models, such as MT-Bench's default baseline. */
export function publishedAnswers(finder: AssetFinder): PublishedAnswers {
  return async (suite, model) => {
    const id = `${suite}/answers/${model}`;
    return ASSETS.some((asset) => asset.id === id) ? (await finder.locateAsset(id)).path : undefined;
  };
}
