import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError, messageOf } from "../core/errors.js";
import { presentFields } from "../core/present-fields.js";
import type { Asset } from "./asset.js";
import {
  type AssetAccess,
  cacheFolder,
  cachePath,
  clockOf,
  findAsset,
  knownAssets,
  selectAssets,
} from "./asset-access.js";
import { findInMirrorFolder, mirrorOf } from "./asset-mirror.js";
import { type DownloadResult, downloadFile, hashFile, publicAddress } from "./download-file.js";
import { fetchFromWebMirror, mirrorCachePath } from "./web-mirror.js";

/** An asset on this machine, ready to be read. */
export interface LocatedAsset {
  readonly asset: Asset;
  readonly path: string;
  /** SHA-256 of the bytes that are there, lower-case hex. */
  readonly sha256: string;
  /** Whether these are the published bytes. False for a mirror's own version of the file. */
  readonly pinned: boolean;
  readonly origin: "mirror" | "cache" | "download";
}

const inProgress = new Map<string, Promise<LocatedAsset>>();

/**
 * Finds an asset: in the mirror that `ASSAY_MIRROR` names, else in the cache, else (with `access.fetch`) by download
 * from its publisher into the cache. A mirror's file of other bytes than published is used and marked as not pinned.
 * @throws ConfigError `unknown-asset`, `bad-mirror`; DataError `asset-unavailable` with the three ways to get it,
 * `asset-damaged`, `mirror-hash-mismatch`.
 */
export async function locateAsset(id: string, access: AssetAccess): Promise<LocatedAsset> {
  const asset = findAsset(id, access);
  const mirrored = await locateInMirror(asset, access);
  if (mirrored !== undefined) return mirrored;
  const path = cachePath(asset, access);
  if (await exists(path)) return checkCached(asset, path);
  return once(path, () => download(asset, access));
}

/**
 * A file that the manifest does not list, such as a further model's published outputs: in the mirror, else in the cache.
 * @param path below the mirror, with forward slashes
 * @returns undefined where neither holds it
 */
export async function findUnlisted(path: string, access: AssetAccess): Promise<string | undefined> {
  if (path.split("/").some((part) => part === "" || part === "." || part === ".." || part.includes("\\")))
    return undefined;
  const unlisted: Asset = { id: path, path, url: "", sha256: "", licence: "CC-BY-NC-4.0", purpose: "" };
  const mirrored = await locateInMirror(unlisted, access);
  if (mirrored !== undefined) return mirrored.path;
  const cached = cachePath(unlisted, access);
  return (await exists(cached)) ? cached : undefined;
}

/** Two readers of one asset wait for one download. */
function once(path: string, work: () => Promise<LocatedAsset>): Promise<LocatedAsset> {
  const running = inProgress.get(path);
  if (running !== undefined) return running;
  const started = work().finally(() => inProgress.delete(path));
  inProgress.set(path, started);
  return started;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  );
}

async function locateInMirror(asset: Asset, access: AssetAccess): Promise<LocatedAsset | undefined> {
  const mirror = mirrorOf(access);
  if (mirror === undefined) return undefined;
  const found =
    mirror.kind === "folder"
      ? await findInMirrorFolder(asset, mirror.folder)
      : await fetchFromWebMirror(asset, mirror.baseUrl, access);
  if (found === undefined) return undefined;
  return { asset, ...found, pinned: found.sha256 === asset.sha256, origin: "mirror" };
}

async function checkCached(asset: Asset, path: string): Promise<LocatedAsset> {
  const found = await hashFile(path);
  if (found === asset.sha256) return { asset, path, sha256: found, pinned: true, origin: "cache" };
  throw new DataError(`is not ${asset.id} as it was published (SHA-256 ${found})`, {
    code: "asset-damaged",
    file: path,
    remedy: `Fetch it again with \`assay data fetch ${asset.id}\`. To use a version of your own, put it into a folder of that layout and name the folder in ASSAY_MIRROR.`,
  });
}

async function download(asset: Asset, access: AssetAccess): Promise<LocatedAsset> {
  const path = cachePath(asset, access);
  const { fetch, signal, onProgress } = access;
  if (fetch === undefined) throw unavailable(asset, access, "downloads are switched off");
  let result: DownloadResult;
  try {
    result = await downloadFile({
      url: asset.url,
      target: path,
      expectedSha256: asset.sha256,
      ...presentFields({ expectedBytes: asset.sizeBytes }),
      fetch,
      clock: clockOf(access),
      attempts: access.attempts ?? 3,
      ...presentFields({ signal }),
      ...(onProgress === undefined
        ? {}
        : {
            onProgress: (receivedBytes, totalBytes) =>
              onProgress({ asset, receivedBytes, ...presentFields({ totalBytes }) }),
          }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw unavailable(asset, access, `${cacheFolder(access)} cannot be written (${messageOf(error)})`);
  }
  if (!result.ok) throw unavailable(asset, access, `${publicAddress(asset.url)}: ${result.reason}`);
  return { asset, path, sha256: result.sha256, pinned: true, origin: "download" };
}

function unavailable(asset: Asset, access: AssetAccess, reason: string): DataError {
  const path = cachePath(asset, access);
  return new DataError(`asset ${asset.id} is not here and could not be fetched: ${reason}`, {
    code: "asset-unavailable",
    file: path,
    remedy: [
      `Three ways: (1) with a network, \`assay data fetch ${asset.id}\`;`,
      `(2) set ASSAY_MIRROR to a folder or web address that holds ${asset.path};`,
      `(3) put the file (SHA-256 ${asset.sha256}) at ${path}.`,
    ].join(" "),
  });
}

/** How {@link fetchAssets} fared with one asset. */
export type FetchOutcome =
  | { readonly asset: Asset; readonly ok: true; readonly located: LocatedAsset }
  | { readonly asset: Asset; readonly ok: false; readonly error: DataError };

/**
 * Makes assets available, one after the other; what is there already is only checked, and a damaged file in the cache
 * is fetched again. One that cannot be had does not stop the rest.
 * @param names ids and groups (`mt-bench`); empty for everything.
 * @throws ConfigError for an unknown name or a bad mirror; the signal's reason when it aborts.
 */
export async function fetchAssets(names: readonly string[], access: AssetAccess): Promise<FetchOutcome[]> {
  const outcomes: FetchOutcome[] = [];
  for (const asset of selectAssets(names, access)) {
    try {
      outcomes.push({ asset, ok: true, located: await fetchOne(asset, access) });
    } catch (error) {
      access.signal?.throwIfAborted();
      if (!(error instanceof DataError)) throw error;
      outcomes.push({ asset, ok: false, error });
    }
  }
  return outcomes;
}

async function fetchOne(asset: Asset, access: AssetAccess): Promise<LocatedAsset> {
  try {
    return await locateAsset(asset.id, access);
  } catch (error) {
    if (!(error instanceof DataError) || error.code !== "asset-damaged") throw error;
    return once(cachePath(asset, access), () => download(asset, access));
  }
}

/** What {@link listAssets} and {@link verifyAssets} say of one asset. */
export interface AssetStatus {
  readonly asset: Asset;
  /**
   * `ready`: there (list), or there with the published bytes (verify). `other-bytes`: a mirror's own version.
   * `damaged`: in the cache or mirror with wrong bytes. `absent`: not on this machine.
   */
  readonly status: "ready" | "other-bytes" | "damaged" | "absent";
  /** Where it is, or where in the cache it would be. */
  readonly path: string;
  readonly origin?: "mirror" | "cache";
  readonly sha256?: string;
  /** What is wrong, for `damaged`. */
  readonly problem?: string;
}

/** Hashes every asset that is on this machine or in a mirror folder; never fetches from a publisher. @param names as for {@link fetchAssets}. */
export async function verifyAssets(names: readonly string[], access: AssetAccess): Promise<AssetStatus[]> {
  const { fetch: _, ...offline } = access;
  const statuses: AssetStatus[] = [];
  for (const asset of selectAssets(names, access)) statuses.push(await verifyOne(asset, offline));
  return statuses;
}

async function verifyOne(asset: Asset, offline: AssetAccess): Promise<AssetStatus> {
  try {
    const { path, sha256, pinned, origin } = await locateAsset(asset.id, offline);
    return {
      asset,
      status: pinned ? "ready" : "other-bytes",
      path,
      sha256,
      ...(origin === "download" ? {} : { origin }),
    };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    if (error.code === "asset-unavailable") return { asset, status: "absent", path: error.file };
    return { asset, status: "damaged", path: error.file, problem: error.message };
  }
}

/** Every known asset and whether it is on this machine; looks at names only, hashes nothing, fetches nothing. */
export async function listAssets(access: AssetAccess): Promise<AssetStatus[]> {
  const mirror = mirrorOf(access);
  return Promise.all(
    knownAssets(access).map(async (asset): Promise<AssetStatus> => {
      const mirrored =
        mirror?.kind === "folder"
          ? join(mirror.folder, ...asset.path.split("/"))
          : mirror && mirrorCachePath(asset, mirror.baseUrl, access);
      if (mirrored !== undefined && (await exists(mirrored)))
        return { asset, status: "ready", path: mirrored, origin: "mirror" };
      const path = cachePath(asset, access);
      return (await exists(path))
        ? { asset, status: "ready", path, origin: "cache" }
        : { asset, status: "absent", path };
    }),
  );
}
