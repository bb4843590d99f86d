import { countOf } from "../../harness/core/count-of.js";
import { phraseText } from "../view/format.js";
import type { CorrectionView, PeopleView } from "../view/people-records.js";
import type { Paint } from "./terminal-text.js";
import { fitName, wrapLines } from "./terminal-text.js";

/** Pairs that a board lists; `assay correct` and the report have all. */
const MOST_PAIRS = 12;

function arrow({ judge, corrected, interval }: CorrectionView): string {
  const between = interval === null ? "no interval" : `[${interval.text}]`;
  return `judge ${judge.text} → corrected ${corrected.text} ${between}`;
}

/** What people's votes make of a board: the judge's figure and the corrected one beside it. */
export function peopleLines(people: PeopleView | null, width: number, paint: Paint): readonly string[] {
  if (people === null) return [];
  const rows = people.rows.map((row) => `${fitName(row.model, 40)}: ${arrow(row)}. ${row.sentence}`);
  const pairs = people.pairs
    .slice(0, MOST_PAIRS)
    .map((pair) => `${fitName(pair.b, 30)} against ${fitName(pair.a, 30)}: ${arrow(pair)}. ${pair.sentence}`);
  const more = people.pairs.length - MOST_PAIRS;
  const arena = people.arena === null ? [] : [phraseText(people.arena.sentence)];
  // One pair for each row says the same twice; on a board of ratings the two are different figures.
  const isTwice = people.figure === "win rates" && rows.length > 0;
  const shown = isTwice ? rows : [...rows, ...pairs];
  return [
    "",
    paint.dim("  people"),
    ...[
      phraseText(people.summary),
      ...shown,
      ...(!isTwice && more > 0 ? [`and ${countOf(more, "pair")} more`] : []),
      ...arena,
    ].flatMap((line) => wrapLines(line, width, "  ")),
  ];
}
