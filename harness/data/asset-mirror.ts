import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ConfigError, DataError, messageOf } from "../core/errors.js";
import { sha256 } from "../core/hash.js";
import type { Asset } from "./asset.js";
import type { AssetAccess } from "./asset-access.js";

/** Where a mirror is: a folder on this machine, or a web address with the same layout below it. */
export type Mirror =
  | { readonly kind: "folder"; readonly folder: string }
  | { readonly kind: "web"; readonly baseUrl: string };

/** The mirror that `ASSAY_MIRROR` names, if any. @throws ConfigError `bad-mirror` for an address that is neither http nor https. */
export function mirrorOf(access: AssetAccess): Mirror | undefined {
  const value = access.environment.ASSAY_MIRROR?.trim();
  if (!value) return undefined;
  if (/^https?:\/\//i.test(value)) return { kind: "web", baseUrl: webAddress(value) };
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(value)) {
    throw badAddress("ASSAY_MIRROR is an address of a kind that cannot be read");
  }
  return { kind: "folder", folder: resolve(value) };
}

function webAddress(value: string): string {
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    throw badAddress("ASSAY_MIRROR is not a valid web address");
  }
  // A password would end up in messages and records.
  if (url.username !== "" || url.password !== "")
    throw badAddress("ASSAY_MIRROR holds a user name or password");
  if (url.search !== "" || url.hash !== "") throw badAddress("ASSAY_MIRROR holds a query or a fragment");
  return url.href.replace(/\/+$/, "");
}

function badAddress(message: string): ConfigError {
  return new ConfigError(message, {
    code: "bad-mirror",
    remedy: "Give a plain address, such as https://mirror.example/assay, or a folder.",
  });
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR";
}

/** Hashes that a mirror states for its own files, by path: the lines of `sha256sum`. @throws DataError for any other line. */
export function parseHashList(text: string, file: string): ReadonlyMap<string, string> {
  const hashes = new Map<string, string>();
  for (const [index, line] of text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const match = /^\\?([0-9a-fA-F]{64}) [ *](.+)$/.exec(line);
    if (match === null) {
      throw new DataError("not a line of sha256sum's output", {
        code: "broken-hash-list",
        file,
        line: index + 1,
        remedy: "Write it again with: sha256sum FILE… > SHA256SUMS",
      });
    }
    const [, hash = "", path = ""] = match;
    hashes.set(path.replace(/^\.\//, "").replace(/\\/g, "/"), hash.toLowerCase());
  }
  return hashes;
}

/** The error for a mirrored file whose bytes are not those that the mirror's own SHA256SUMS states. */
export function mirrorMismatch(file: string, stated: string): DataError {
  return new DataError(
    `is not the file that the mirror's SHA256SUMS describes (its SHA-256 should be ${stated})`,
    {
      code: "mirror-hash-mismatch",
      file,
      remedy: "Copy the file to the mirror again, or fix SHA256SUMS if the change is meant.",
    },
  );
}

/** A file of a mirror folder. */
export interface MirroredFile {
  readonly path: string;
  readonly sha256: string;
}

async function readHashList(folder: string): Promise<ReadonlyMap<string, string>> {
  const file = join(folder, "SHA256SUMS");
  try {
    return parseHashList(await readFile(file, "utf8"), file);
  } catch (error) {
    if (isMissing(error)) return new Map();
    throw error;
  }
}

/**
 * Looks an asset up in a mirror folder and checks it against the folder's own `SHA256SUMS`, where there is one.
 * @returns undefined when the mirror does not hold it.
 * @throws ConfigError `bad-mirror` when the folder itself is missing; DataError when a file is not what SHA256SUMS says.
 */
export async function findInMirrorFolder(asset: Asset, folder: string): Promise<MirroredFile | undefined> {
  const path = join(folder, ...asset.path.split("/"));
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    if (!isMissing(cause)) {
      throw new DataError(`cannot be read (${messageOf(cause)})`, {
        code: "unreadable-file",
        file: path,
        cause,
      });
    }
    await requireFolder(folder);
    return undefined;
  }
  const found = sha256(bytes);
  const stated = (await readHashList(folder)).get(asset.path);
  if (stated !== undefined && stated !== found) throw mirrorMismatch(path, stated);
  return { path, sha256: found };
}

async function requireFolder(folder: string): Promise<void> {
  const isFolder = await stat(folder).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
  if (isFolder) return;
  throw new ConfigError(`ASSAY_MIRROR names a folder that does not exist: ${folder}`, {
    code: "bad-mirror",
    remedy: "Fix the path, or unset ASSAY_MIRROR to fetch from the publishers.",
  });
}
