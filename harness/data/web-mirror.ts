import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../core/errors.js";
import { sha256 } from "../core/hash.js";
import { presentFields } from "../core/present-fields.js";
import type { Asset } from "./asset.js";
import { type AssetAccess, cacheFolder, clockOf } from "./asset-access.js";
import { type MirroredFile, mirrorMismatch, parseHashList } from "./asset-mirror.js";
import { type DownloadResult, downloadFile, hashFile, publicAddress } from "./download-file.js";

/** A list of hashes names some hundred files. */
const MOST_LIST_BYTES = 16_000_000;

/** A mirror's files are kept apart from the publisher's, so that neither is ever taken for the other. */
function mirrorCache(baseUrl: string, access: AssetAccess): string {
  return join(cacheFolder(access), "mirrors", sha256(baseUrl).slice(0, 12));
}

/** Where the copy of an asset from a web mirror lies, whether it is there or not. */
export function mirrorCachePath(asset: Asset, baseUrl: string, access: AssetAccess): string {
  return join(mirrorCache(baseUrl, access), ...asset.path.split("/"));
}

async function fetchFile(
  url: string,
  target: string,
  access: AssetAccess,
  asset?: Asset,
  stated?: string,
): Promise<DownloadResult> {
  const { fetch, signal, onProgress } = access;
  if (fetch === undefined) return { ok: false, problem: "unreachable", reason: "downloads are switched off" };
  return downloadFile({
    url,
    target,
    fetch,
    clock: clockOf(access),
    attempts: access.attempts ?? 3,
    ...presentFields({ expectedSha256: stated, signal }),
    ...(asset === undefined ? { mostBytes: MOST_LIST_BYTES } : {}),
    ...(onProgress === undefined || asset === undefined
      ? {}
      : {
          onProgress: (receivedBytes, totalBytes) =>
            onProgress({ asset, receivedBytes, ...presentFields({ totalBytes }) }),
        }),
  });
}

function unusable(url: string, reason: string): DataError {
  return new DataError(`the mirror could not be used: ${reason}`, {
    code: "mirror-unavailable",
    file: publicAddress(url),
    remedy: "Fix ASSAY_MIRROR, or unset it to fetch from the publishers.",
  });
}

async function statedHash(asset: Asset, baseUrl: string, access: AssetAccess): Promise<string | undefined> {
  const url = `${baseUrl}/SHA256SUMS`;
  const target = join(mirrorCache(baseUrl, access), "SHA256SUMS");
  const result = await fetchFile(url, target, access);
  if (result.ok) return parseHashList(await readFile(target, "utf8"), publicAddress(url)).get(asset.path);
  if (result.problem === "missing") return undefined;
  throw unusable(url, result.reason);
}

/**
 * Gets an asset from a web mirror into a cache of the mirror's own, or from that cache when it holds the bytes that
 * are published or that the mirror's `SHA256SUMS` states.
 * @returns undefined when the mirror answers that it does not hold it.
 * @throws DataError `mirror-unavailable`, `mirror-hash-mismatch`.
 */
export async function fetchFromWebMirror(
  asset: Asset,
  baseUrl: string,
  access: AssetAccess,
): Promise<MirroredFile | undefined> {
  const path = mirrorCachePath(asset, baseUrl, access);
  const cached = await hashFile(path).catch(() => undefined);
  // Without a network the mirror's copy is as good as it was when it was fetched.
  if (cached !== undefined && (cached === asset.sha256 || access.fetch === undefined)) {
    return { path, sha256: cached };
  }
  if (access.fetch === undefined) return undefined;
  const stated = await statedHash(asset, baseUrl, access);
  if (stated !== undefined && stated === cached) return { path, sha256: cached };
  const url = `${baseUrl}/${asset.path.split("/").map(encodeURIComponent).join("/")}`;
  const result = await fetchFile(url, path, access, asset, stated);
  if (result.ok) return { path, sha256: result.sha256 };
  if (result.problem === "missing") return undefined;
  if (result.problem === "wrong-content" && stated !== undefined)
    throw mirrorMismatch(publicAddress(url), stated);
  throw unusable(url, result.reason);
}
