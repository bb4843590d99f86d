import type { Scores } from "../harness/core/board.js";
import type { Manifest } from "../harness/core/manifest.js";
import { showFigure } from "./view-format.js";
import { boardItems } from "./view-health-boards.js";
import { healthItem } from "./view-health-item.js";
import { manifestItems } from "./view-health-run.js";
import type { HealthItem } from "./view-records.js";

function warningItems(scores: Scores): readonly HealthItem[] {
  return scores.warnings.map((warning, index) =>
    healthItem(
      "doubt",
      "Warning",
      { name: warning.message },
      ...(warning.count === undefined || warning.count < 2
        ? []
        : [" (", showFigure(warning.count, "count", `/scores/warnings/${index}/count`), ")"]),
    ),
  );
}

const LEVEL_ORDER: readonly HealthItem["level"][] = ["doubt", "good", "note"];

/** Health of the run (the last manifest's) in plain words, what is doubtful first. */
export function healthItems(
  scores: Scores,
  manifests: readonly Manifest[],
  redact: boolean,
): readonly HealthItem[] {
  const manifest = manifests.at(-1);
  const items = [
    ...(manifest === undefined ? [] : manifestItems(manifest, `/manifests/${manifests.length - 1}`, redact)),
    ...boardItems(scores),
    ...warningItems(scores),
  ];
  return LEVEL_ORDER.flatMap((level) => items.filter((entry) => entry.level === level));
}
