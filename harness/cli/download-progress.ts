import type { DownloadProgress } from "../core/services.js";
import { LiveLines } from "./live-lines.js";
import { type ProgressStream, shown, standardError } from "./output.js";
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
  stream: ProgressStream = standardError,
  now: () => number = Date.now,
): DownloadDisplay {
  const announced = new Set<string>();
  let shownMs = Number.NEGATIVE_INFINITY;
  const lines = new LiveLines(stream);
  const finish = () => lines.clear();
  return {
    finish,
    onProgress(progress) {
      if (terminal.quiet) return;
      const { asset, receivedBytes, totalBytes } = progress;
      if (stream.isTTY !== true) {
        if (announced.has(asset.id)) return;
        announced.add(asset.id);
        const size = totalBytes === undefined ? "" : ` (${showBytes(totalBytes)})`;
        stream.write(`${shown(`fetching ${asset.id}${size}`)}\n`);
        return;
      }
      const isDone = totalBytes !== undefined && receivedBytes >= totalBytes;
      if (!isDone && now() - shownMs < INTERVAL_MS) return;
      if (isDone) {
        finish();
        return;
      }
      shownMs = now();
      lines.draw([downloadText(progress).slice(0, lines.width)]);
    },
  };
}
