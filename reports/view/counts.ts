import type { Board, Scores } from "../../harness/core/board.js";
import { compositeKey } from "../../harness/core/composite-key.js";
import type { Manifest } from "../../harness/core/manifest.js";
import { formatCount } from "./format.js";
import type { CountView, ShownFigure } from "./records.js";

/** One addend of a count: its value and where it stands. */
interface Addend {
  readonly value: number;
  readonly from: string;
}

/** A count that adds several figures up; `from` names all of them, joined by ` + `. */
function sumFigure(addends: readonly Addend[]): ShownFigure {
  const value = addends.reduce((sum, addend) => sum + addend.value, 0);
  return { value, text: formatCount(value), from: addends.map((addend) => addend.from).join(" + ") };
}

/** Counts of rare troubles are only shown when there are any; the others also when they are zero. */
const ONLY_WHEN_ANY: ReadonlySet<string> = new Set(["skipped verdicts", "filtered answers", "empty answers"]);

function countView(label: string, addends: readonly Addend[], doubtful: boolean): CountView[] {
  if (addends.length === 0) return [];
  const figure = sumFigure(addends);
  if (figure.value === 0 && ONLY_WHEN_ANY.has(label)) return [];
  return [{ label, figure, doubtful: doubtful && figure.value !== 0 }];
}

function manifestCounts(manifest: Manifest, from: string): readonly CountView[] {
  const answers = (field: "planned" | "failed" | "truncated" | "filtered" | "empty") => [
    { value: manifest.answers[field] ?? 0, from: `${from}/answers/${field}` },
  ];
  const verdicts = (field: "judged" | "unreadable" | "abstained" | "failed" | "skipped") => [
    { value: manifest.judgments[field] ?? 0, from: `${from}/judgments/${field}` },
  ];
  return [
    ...countView("answers", answers("planned"), false),
    ...countView("verdicts", verdicts("judged"), false),
    ...countView("unreadable verdicts", verdicts("unreadable"), true),
    ...countView(
      "abstained verdicts",
      manifest.judgments.abstained === undefined ? [] : verdicts("abstained"),
      false,
    ),
    ...countView("failed verdicts", verdicts("failed"), true),
    ...countView("skipped verdicts", verdicts("skipped"), true),
    ...countView("failed answers", answers("failed"), true),
    ...countView("truncated answers", answers("truncated"), true),
    ...countView(
      "filtered answers",
      manifest.answers.filtered === undefined ? [] : answers("filtered"),
      true,
    ),
    ...countView("empty answers", answers("empty"), true),
  ];
}

function boardAddends(board: Board, from: string, field: "invalid" | "missing"): readonly Addend[] {
  if (board.metric !== "win-rate") {
    return board.models.map((row, index) => ({
      value: row[field],
      from: `${from}/models/${index}/${field}`,
    }));
  }
  const cell = field === "invalid" ? "errors" : "missing";
  const seen = new Set<string>();
  return board.pairs.flatMap((pair, index) => {
    const key = compositeKey(...[pair.model, pair.opponent].sort());
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ value: pair[cell], from: `${from}/pairs/${index}/${cell}` }];
  });
}

function boardCounts(scores: Scores): readonly CountView[] {
  const all = (field: "invalid" | "missing") =>
    scores.boards.flatMap((board, index) => boardAddends(board, `/scores/boards/${index}`, field));
  const verdicts = scores.sources.map((source, index) => ({
    value: source.records,
    from: `/scores/sources/${index}/records`,
  }));
  return [
    ...countView("records", verdicts, false),
    ...countView("unreadable verdicts", all("invalid"), true),
    ...countView("missing verdicts", all("missing"), true),
  ];
}

/** Counts for the top of a report: from the last manifest, or from the boards where there is none. */
export function countViews(scores: Scores, manifests: readonly Manifest[]): readonly CountView[] {
  const manifest = manifests.at(-1);
  return manifest === undefined
    ? boardCounts(scores)
    : manifestCounts(manifest, `/manifests/${manifests.length - 1}`);
}
