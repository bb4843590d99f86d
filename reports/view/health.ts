import type { Scores } from "../../harness/core/board.js";
import type { Manifest } from "../../harness/core/manifest.js";
import { showFigure } from "./format.js";
import { boardItems } from "./health-boards.js";
import { healthItem } from "./health-item.js";
import { manifestItems } from "./health-run.js";
import type { HealthItem, ReportInput } from "./records.js";

/** Warnings that the boards' own items tell with their figures. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(["position-effect"]);

function warningItems(scores: Scores): readonly HealthItem[] {
  return scores.warnings.flatMap(({ code, message, count = 0 }, index) => {
    if (TOLD_ELSEWHERE.has(code)) return [];
    const shown = showFigure(count, "count", `/scores/warnings/${index}/count`);
    const isSaid = count < 2 || message.includes(String(count)) || message.includes(shown.text);
    return [healthItem("doubt", "Warning", { name: message }, ...(isSaid ? [] : [" (", shown, ")"]))];
  });
}

const LEVEL_ORDER: readonly HealthItem["level"][] = ["doubt", "good", "note"];

/** Health of the run (the last manifest's) in plain words, what is doubtful first. */
export function healthItems(
  scores: Scores,
  manifests: readonly Manifest[],
  redact: boolean,
  judgeNotices: ReportInput["judgeNotices"] = [],
): readonly HealthItem[] {
  const manifest = manifests.at(-1);
  const items = [
    ...(manifest === undefined ? [] : manifestItems(manifest, `/manifests/${manifests.length - 1}`, redact)),
    ...boardItems(scores),
    ...warningItems(scores),
    ...judgeNotices.map(({ message, isSoon }) =>
      healthItem(isSoon ? "doubt" : "note", "Judge", { name: message }),
    ),
    ...(scores.flagged ?? []).map(({ sentence }) => healthItem("doubt", "Audit", { name: sentence })),
  ];
  return LEVEL_ORDER.flatMap((level) => items.filter((entry) => entry.level === level));
}
