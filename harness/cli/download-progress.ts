import type { DownloadProgress } from "../core/services.js";
import type { ProgressStream } from "./progress.js";
import { showBytes } from "./quantities.js";
import type { Terminal } from "./terminal.js";

/** Follows downloads: one live line on a terminal, one line for each file elsewhere, nothing with `--quiet`. */
export interface DownloadDisplay {
  onProgress(progress: DownloadProgress): void;
  /** Clears the live line; further downloads draw it again. */
  finish(): void;
}

const INTERVAL_MS = 100;

function downloadText({ asset, receivedBytes, totalBytes }: DownloadProgress): string {
  if (totalBytes === undefined || totalBytes === 0)
    return `fetching ${asset.id}: ${showBytes(receivedBytes)}`;
  const percent = Math.floor((100 * receivedBytes) / totalBytes);
  return `fetching ${asset.id}: ${showBytes(receivedBytes)} of ${showBytes(totalBytes)} (${percent}%)`;
}

/** Opens the display of one command. */
export function openDownloadDisplay(
  terminal: Pick<Terminal, "quiet">,
  stream: ProgressStream = process.stderr,
  now: () => number = Date.now,
): DownloadDisplay {
  const announced = new Set<string>();
  let shownMs = Number.NEGATIVE_INFINITY;
  let isDrawn = false;
  const finish = () => {
    if (isDrawn) stream.write("\r\u001b[2K");
    isDrawn = false;
  };
  return {
    finish,
    onProgress(progress) {
      if (terminal.quiet) return;
      const { asset, receivedBytes, totalBytes } = progress;
      if (stream.isTTY !== true) {
        if (announced.has(asset.id)) return;
        announced.add(asset.id);
        const size = totalBytes === undefined ? "" : ` (${showBytes(totalBytes)})`;
        stream.write(`fetching ${asset.id}${size}\n`);
        return;
      }
      const isDone = totalBytes !== undefined && receivedBytes >= totalBytes;
      if (!isDone && now() - shownMs < INTERVAL_MS) return;
      finish();
      if (isDone) return;
      shownMs = now();
      stream.write(downloadText(progress).slice(0, Math.max(20, (stream.columns ?? 100) - 1)));
      isDrawn = true;
    },
  };
}
