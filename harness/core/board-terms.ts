import type { Board } from "./board.js";

/** Keys that boards have had from the beginning, and the field's words for the same, which stand beside them. */
const BOARD_TERMS = { judge: "judgeModel", protocol: "judgeProtocol" };
const ROW_TERMS = { invalid: "unreadable", draws: "ties" };
const CELL_TERMS = { errors: "unreadable" };

function withTerms<Value extends object>(value: Value, terms: Readonly<Record<string, string>>): Value {
  const named: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(value)) {
    named[key] = one;
    const term = terms[key];
    if (term !== undefined) named[term] = one;
  }
  return named as Value;
}

function ofEach<Value extends object>(parts: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, withTerms(part, ROW_TERMS)]));
}

/** A row with the same; for rows that are not computed but published. */
export function rowWithTerms<Row extends Board["models"][number]>(row: Row): Row {
  const turns = "turns" in row ? { turns: ofEach(row.turns) } : {};
  return { ...withTerms(row, ROW_TERMS), ...turns, categories: ofEach(row.categories) };
}

/**
 * A board with the field's words beside the older keys, which keep their meaning: `judgeModel` (`judge`), `judgeProtocol`
 * (`protocol`), `unreadable` (`invalid`, and `errors` of a pair) and `ties` (`draws`). The one place where they are
 * written.
 */
export function boardWithTerms(board: Board): Board {
  const head = withTerms(board, BOARD_TERMS);
  if (head.metric === "rating") return { ...head, models: head.models.map(rowWithTerms) };
  if (head.metric === "preference") return { ...head, models: head.models.map(rowWithTerms) };
  if (head.metric === "outcomes") return { ...head, models: head.models.map(rowWithTerms) };
  return {
    ...head,
    models: head.models.map(rowWithTerms),
    pairs: head.pairs.map((pair) => withTerms(pair, CELL_TERMS)),
  };
}
