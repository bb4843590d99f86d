import { contaminationScoreRows, scoreNote } from "../../reports/contamination/score-rows.js";
import type { ContaminatedQuestion, ContaminationPassage, ContaminationScan } from "../core/contamination.js";
import { countOf } from "../core/count-of.js";
import { printable } from "../core/text.js";
import { cell, type Terminal } from "./terminal.js";

/** Contaminated questions that are shown without `--verbose`. */
const SHOWN_QUESTIONS = 20;
/** Characters of a passage on the terminal. */
const QUOTED = 120;

function placeOf({ file, row, field, offset, bytes }: ContaminationPassage): string {
  const inside = field === undefined ? "" : ` ${cell(field, 60)}`;
  return `${cell(file, 120)}:${row}${inside}, byte ${offset} (+${bytes})`;
}

function likeness({ characters, words, jaccard }: ContaminationPassage): string {
  if (jaccard !== undefined && characters === 0) return `near duplicate, Jaccard ${jaccard.toFixed(2)}`;
  return `${countOf(words, "word")} in a row, ${countOf(characters, "letter and digit", "letters and digits")}`;
}

function showQuestion(item: ContaminatedQuestion, terminal: Terminal): void {
  const { bold, dim } = terminal.colors;
  const what =
    item.found === "both"
      ? "question and reference answer"
      : item.found === "answer"
        ? "reference answer"
        : "question";
  terminal.say(`  ${bold(cell(item.id))} (${cell(item.category)}): ${what}; ${item.methods.join(", ")}`);
  for (const passage of item.passages.slice(0, terminal.verbose ? undefined : 1)) {
    terminal.say(`    ${placeOf(passage)}: ${likeness(passage)}`);
    if (passage.text !== "") terminal.say(`    ${dim(`“${cell(passage.text, QUOTED)}”`)}`);
  }
}

function showScores(scan: ContaminationScan, terminal: Terminal): void {
  if (scan.scores.length === 0) return;
  terminal.say("");
  terminal.say(terminal.colors.bold("Scores with and without the contaminated questions"));
  let board = "";
  for (const { suite, protocol, run, ...row } of contaminationScoreRows(scan.scores)) {
    const own = `${cell(run)}: ${cell(suite)}, ${cell(protocol, 80)}`;
    if (own !== board) terminal.say(`  ${own}`);
    board = own;
    terminal.say(
      `    ${cell(row.model, 40).padEnd(24)} all ${row.all}  clean ${row.clean}  contaminated ${row.contaminated}  contaminated − clean ${row.difference}`,
    );
  }
  terminal.say(`  ${scoreNote}`);
}

/** Shows what a scan found. */
export function showContamination(scan: ContaminationScan, terminal: Terminal): void {
  const { corpus, items, rules } = scan;
  const found = items.filter((item) => item.contaminated);
  terminal.say(
    `${countOf(corpus.files, "file")}, ${countOf(corpus.rows, "row")}, ${(corpus.uncompressedBytes / 1e6).toFixed(1)} MB; ${countOf(corpus.matchedRows, "row")} with a match`,
  );
  if (terminal.verbose)
    for (const [method, rule] of Object.entries(rules)) terminal.say(`  ${method}: ${rule}`);
  terminal.say("");
  const shown = terminal.verbose ? found : found.slice(0, SHOWN_QUESTIONS);
  for (const item of shown) showQuestion(item, terminal);
  if (shown.length < found.length)
    terminal.say(`  and ${found.length - shown.length} more (--verbose or --json shows all)`);
  showScores(scan, terminal);
  if (found.length > 0) terminal.say("");
  terminal.say(printable(scan.sentence, { oneLine: true }));
  for (const warning of scan.warnings)
    terminal.say(terminal.colors.yellow(`! ${printable(warning.message, { oneLine: true })}`));
}
