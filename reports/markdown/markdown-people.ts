import type { CorrectionView, PeopleView } from "../view/people-records.js";
import type { BoardView } from "../view/records.js";
import { phrase } from "./markdown-tables.js";
import { escapeMarkdown, markdownTable } from "./markdown-text.js";

/** Most rows of a table. */
const MOST_ROWS = 50;

const correctedCells = ({ judge, corrected, interval }: CorrectionView): string[] =>
  [judge.text, corrected.text, interval?.text ?? "–"].map(escapeMarkdown);

function ratedTable({ rows, figure }: PeopleView): readonly string[] {
  if (figure !== "ratings" || rows.length === 0) return [];
  return [
    ...markdownTable(
      ["Model", "Judge", "Corrected", "Interval", "Rated", "What the judge adds"],
      rows
        .slice(0, MOST_ROWS)
        .map((row) => [
          escapeMarkdown(row.model),
          ...correctedCells(row),
          escapeMarkdown(row.rated === null ? "–" : `${row.rated.voted.text} of ${row.rated.judged.text}`),
          escapeMarkdown(row.sentence),
        ]),
      (column) => [1, 2, 4].includes(column),
    ),
    "",
  ];
}

function pairTable({ pairs }: PeopleView): readonly string[] {
  if (pairs.length === 0) return [];
  return markdownTable(
    ["Pair", "Judge", "Corrected", "Interval", "People", "Voted", "What the judge adds"],
    pairs
      .slice(0, MOST_ROWS)
      .map((pair) => [
        escapeMarkdown(`${pair.b} against ${pair.a}`),
        ...correctedCells(pair),
        escapeMarkdown(pair.people.text),
        escapeMarkdown(`${pair.voted.text} of ${pair.judged.text}`),
        escapeMarkdown(pair.sentence),
      ]),
    (column) => [1, 2, 4, 5].includes(column),
  );
}

function arenaTable({ arena }: PeopleView): readonly string[] {
  if (arena === null) return [];
  return [
    phrase(arena.sentence),
    "",
    ...markdownTable(
      ["Model", "Rating", "Interval", "Rank by people", "Rank by judge"],
      arena.rows
        .slice(0, MOST_ROWS)
        .map((row) => [
          escapeMarkdown(row.model),
          escapeMarkdown(row.rating.text),
          escapeMarkdown(row.interval?.text ?? "–"),
          escapeMarkdown(row.peopleRank.text),
          escapeMarkdown(row.judgeRank.text),
        ]),
      (column) => [1, 3, 4].includes(column),
    ),
    "",
    ...(arena.parting === null ? [] : [phrase(arena.parting), ""]),
  ];
}

/** What people's votes make of a board; nothing without any. */
export function peopleSection({ people }: BoardView): readonly string[] {
  if (people === null) return [];
  return [
    "### People",
    "",
    phrase(people.summary),
    "",
    ...ratedTable(people),
    ...pairTable(people),
    "",
    ...arenaTable(people),
  ];
}
