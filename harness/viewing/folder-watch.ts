import { type FSWatcher, watch } from "node:fs";
import type { Clock } from "../core/clock.js";

/**
 * Tells when something happens in some folders. Network shares and full tables of watches tell nothing, so whoever waits
 * also looks by itself now and then.
 */
export class FolderWatch {
  private readonly watchers = new Map<string, FSWatcher>();
  private isStirred = false;
  private wake: () => void = () => undefined;

  /** Watches these folders and no others; what cannot be watched is tried again next time. */
  update(folders: readonly string[]): void {
    for (const folder of folders) if (!this.watchers.has(folder)) this.add(folder);
    for (const [folder, watcher] of this.watchers) {
      if (folders.includes(folder)) continue;
      watcher.close();
      this.watchers.delete(folder);
    }
  }

  private add(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.stir());
      watcher.on("error", () => {
        watcher.close();
        this.watchers.delete(folder);
      });
      this.watchers.set(folder, watcher);
    } catch {
      // It may not be there yet.
    }
  }

  private stir(): void {
    this.isStirred = true;
    this.wake();
  }

  /** Resolves when something has happened since the last call, or after so many milliseconds, or when `signal` aborts. */
  async stirred(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
    if (!this.isStirred) {
      const isOver = new AbortController();
      const woken = new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      const late = clock.sleep(ms, AbortSignal.any([signal, isOver.signal])).catch(() => undefined);
      await Promise.race([woken, late]);
      isOver.abort();
    }
    this.isStirred = false;
  }

  /** Watches nothing any longer. */
  close(): void {
    this.update([]);
  }
}
