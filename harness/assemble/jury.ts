import { compositeKey } from "../core/composite-key.js";
import { ConfigError } from "../core/errors.js";
import type { JuryMethod } from "../core/jury.js";
import { NO_JURY } from "../pipeline/jury/with-juries.js";

/**
 * Refuses a jury of one before anything is paid for.
 * @param boards Those that the run folder will hold.
 * @throws ConfigError `no-jury`.
 */
export function refuseJuryOfOne(
  jury: JuryMethod | undefined,
  boards: readonly { readonly suite: string; readonly metric: string }[],
): void {
  if (jury === undefined) return;
  const counts = new Map<string, number>();
  for (const { suite, metric } of boards) {
    const key = compositeKey(suite, metric);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  if (Math.max(0, ...counts.values()) >= 2) return;
  throw new ConfigError(NO_JURY, {
    code: "no-jury",
    remedy: "Name a second judge under `judges:` in the config, or leave --jury out.",
  });
}
