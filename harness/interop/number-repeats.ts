import { contentId } from "../core/hash.js";
import type { Judgment } from "../core/records.js";
import { judgmentPlace } from "../store/resume.js";

/** Numbers the judgments of one place, so that all of them count, as they do where the file itself is scored. */
export function numberRepeats(judgments: readonly Judgment[]): Judgment[] {
  const counts = new Map<string, number>();
  return judgments.map((judgment) => {
    const place = judgmentPlace(judgment);
    const repeat = (counts.get(place) ?? 0) + 1;
    counts.set(place, repeat);
    if (repeat === 1) return judgment;
    return { ...judgment, repeat, taskId: contentId({ task: judgment.taskId, repeat }) };
  });
}
