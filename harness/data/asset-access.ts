import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Clock } from "../core/clock.js";
import { systemClock } from "../core/clock.js";
import { ConfigError } from "../core/errors.js";
import type { DownloadProgress } from "../core/services.js";
import { nearestName } from "../core/spelling.js";
import type { Asset } from "./asset.js";
import { ASSETS } from "./asset-manifest.js";

/** What finding and fetching assets depends on; all of it is passed in. */
export interface AssetAccess {
  /** `ASSAY_MIRROR`, `ASSAY_HOME`, `XDG_CACHE_HOME` and `LOCALAPPDATA` are read from here. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Used for downloads. Without it nothing is fetched: only a mirror folder and the cache are looked at. */
  readonly fetch?: typeof globalThis.fetch;
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
  /** Default: the machine's own. */
  readonly clock?: Clock;
  /** Default: the machine's own. */
  readonly platform?: NodeJS.Platform;
  /** Default: the user's home folder. */
  readonly homeFolder?: string;
  /** The manifest. Default: {@link ASSETS}. */
  readonly assets?: readonly Asset[];
  /** How often a broken download is resumed before it is given up, the first time included. Default 3. */
  readonly attempts?: number;
}

/**
 * The cache folder: `ASSAY_HOME`, else the platform's place for caches (`$XDG_CACHE_HOME/assay` or `~/.cache/assay`,
 * `~/Library/Caches/assay`, `%LOCALAPPDATA%\assay`).
 */
export function cacheFolder(access: AssetAccess): string {
  const { environment, platform = process.platform, homeFolder = homedir() } = access;
  if (environment.ASSAY_HOME) return resolve(environment.ASSAY_HOME);
  if (platform === "darwin") return join(homeFolder, "Library", "Caches", "assay");
  if (platform === "win32")
    return join(environment.LOCALAPPDATA || join(homeFolder, "AppData", "Local"), "assay");
  return join(environment.XDG_CACHE_HOME || join(homeFolder, ".cache"), "assay");
}

/** Where an asset lies in the cache, whether it is there or not. */
export function cachePath(asset: Asset, access: AssetAccess): string {
  return join(cacheFolder(access), ...asset.path.split("/"));
}

/** The manifest that `access` works with. */
export function knownAssets(access: AssetAccess): readonly Asset[] {
  return access.assets ?? ASSETS;
}

/** The clock that `access` works with. */
export function clockOf(access: AssetAccess): Clock {
  return access.clock ?? systemClock;
}

/** One asset by id. @throws ConfigError `unknown-asset` with the nearest valid spelling. */
export function findAsset(id: string, access: AssetAccess): Asset {
  const found = knownAssets(access).find((asset) => asset.id === id);
  if (found !== undefined) return found;
  throw unknownAsset(id, access);
}

/**
 * The assets that a list of ids and groups names: `mt-bench` stands for all ids that start with `mt-bench/`; an empty
 * list stands for everything. In the order of the manifest.
 * @throws ConfigError `unknown-asset` with the nearest valid spelling.
 */
export function selectAssets(names: readonly string[], access: AssetAccess): readonly Asset[] {
  const known = knownAssets(access);
  if (names.length === 0) return known;
  const plain = names.map((name) => name.replace(/\/+$/, ""));
  for (const name of plain) {
    if (!known.some((asset) => isNamed(asset, name))) throw unknownAsset(name, access);
  }
  return known.filter((asset) => plain.some((name) => isNamed(asset, name)));
}

function isNamed(asset: Asset, name: string): boolean {
  return asset.id === name || asset.id.startsWith(`${name}/`);
}

function unknownAsset(id: string, access: AssetAccess): ConfigError {
  const ids = knownAssets(access).map((asset) => asset.id);
  const groups = [...new Set(ids.map((one) => one.split("/")[0] ?? one))];
  const near = nearestName(id, [...ids, ...groups]);
  const suggestion = near === undefined ? "" : `Did you mean "${near}"? `;
  return new ConfigError(`unknown asset "${id.slice(0, 100)}"`, {
    code: "unknown-asset",
    remedy: `${suggestion}\`assay data list\` shows all; whole groups are ${groups.join(", ")}.`,
  });
}
