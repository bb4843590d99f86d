import type { Clock } from "./clock.js";

/** How far a download is. */
export interface DownloadProgress {
  readonly asset: { readonly id: string };
  readonly receivedBytes: number;
  /** Absent where neither the manifest nor the server tells. */
  readonly totalBytes?: number;
}

/** The outside world, as an evaluation reaches it; everything is passed in, so that tests decide it. */
export interface Services {
  /** Environment variables: keys, base URLs, asset folders. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Uniform in [0, 1), for the jitter of retries. */
  readonly random: () => number;
  /** For downloads of assets; left out, nothing is downloaded. */
  readonly fetch?: typeof globalThis.fetch;
  readonly onDownload?: (progress: DownloadProgress) => void;
  /** Files that this process may open, connections among them; left out where nobody knows. */
  readonly openFiles?: number;
  /** Gentle stop: no new call starts. */
  readonly stop?: AbortSignal;
  /** Hard stop: calls under way are cut off. */
  readonly abort?: AbortSignal;
}
