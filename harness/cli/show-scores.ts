import type { Scores } from "../core/board.js";
import type { Comparison } from "../core/comparison.js";
import { printable } from "../core/text.js";
import type { Terminal } from "./terminal.js";

/** Boards, comparisons and warnings on the terminal; nothing with `--json`. */
export async function showScores(
  scores: Scores,
  terminal: Terminal,
  comparisons: readonly Comparison[] = [],
): Promise<void> {
  if (terminal.json) return;
  for (const { sentence } of scores.flagged ?? [])
    terminal.say(terminal.colors.red(`FLAGGED ${printable(sentence, { oneLine: true })}`));
  const { renderConsole } = await import("../../reports/console/console.js");
  terminal.say(renderConsole(scores, { width: terminal.width, colors: terminal.colors, comparisons }));
  for (const warning of scores.warnings)
    terminal.say(terminal.colors.yellow(`! ${printable(warning.message, { oneLine: true })}`));
}
