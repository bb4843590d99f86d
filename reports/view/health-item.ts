import type { HealthItem, Phrase } from "./records.js";

/** One line of the health list. */
export function healthItem(level: HealthItem["level"], label: string, ...text: Phrase): HealthItem {
  return { level, label, text };
}
