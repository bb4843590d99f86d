import { presentFields } from "../core/present-fields.js";

/**
 * Terms under which an asset is published; `not stated` where its publishers name none, `see publisher` where they name
 * one for each part.
 */
export type AssetLicence = "Apache-2.0" | "CC-BY-NC-4.0" | "not stated" | "see publisher";

/** A benchmark file that assay can fetch: where it is, what its bytes are, and what it is good for. */
export interface Asset {
  /** What `assay data` calls it; the part before the first slash is its group. */
  readonly id: string;
  /** Path below the cache folder and below a mirror, with forward slashes. */
  readonly path: string;
  /** Address pinned to a revision: the same bytes for ever. */
  readonly url: string;
  /** SHA-256 of the published bytes, lower-case hex. */
  readonly sha256: string;
  /** Length of the published file; absent where it is not known beforehand. */
  readonly sizeBytes?: number;
  readonly licence: AssetLicence;
  /** One line for people. */
  readonly purpose: string;
}

/** An asset without its address and licence. */
export type AssetFacts = readonly [
  id: string,
  path: string,
  sizeBytes: number | undefined,
  sha256: string,
  purpose: string,
];

/** An asset of these facts. */
export function asset(
  [id, path, sizeBytes, sha256, purpose]: AssetFacts,
  url: string,
  licence: AssetLicence = "Apache-2.0",
): Asset {
  return { id, path, url, sha256, ...presentFields({ sizeBytes }), licence, purpose };
}
