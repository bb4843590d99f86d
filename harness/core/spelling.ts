/** Least number of insertions, deletions, substitutions and neighbour swaps between two texts. */
export function editDistance(left: string, right: string): number {
  const rows = left.length + 1;
  const columns = right.length + 1;
  const cost = new Uint16Array(rows * columns);
  const at = (row: number, column: number) => cost[row * columns + column] ?? 0;
  for (let row = 0; row < rows; row++) cost[row * columns] = row;
  for (let column = 0; column < columns; column++) cost[column] = column;
  for (let row = 1; row < rows; row++) {
    for (let column = 1; column < columns; column++) {
      const same = left[row - 1] === right[column - 1];
      let best = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + (same ? 0 : 1),
      );
      if (
        row > 1 &&
        column > 1 &&
        left[row - 1] === right[column - 2] &&
        left[row - 2] === right[column - 1]
      ) {
        best = Math.min(best, at(row - 2, column - 2) + 1);
      }
      cost[row * columns + column] = best;
    }
  }
  return at(left.length, right.length);
}

/** The valid name nearest to a mistyped one, or undefined when none is near (more than a third of it differs). */
export function nearestName(wrong: string, valid: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  const clipped = wrong.slice(0, 100).toLowerCase();
  for (const name of valid) {
    const distance = editDistance(clipped, name.toLowerCase());
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  const allowed = Math.max(2, Math.floor(clipped.length / 3));
  return bestDistance <= allowed ? best : undefined;
}

/** Names that an error lists whole, and how many of more it shows. */
const MOST_LISTED = 24;
const EXAMPLES = 5;

/** Tail of an error about a wrong name: the nearest valid one, and all of them where they are few, each on one line. */
export function suggestName(wrong: string, valid: Iterable<string>): string {
  const names = [...new Set(valid)];
  const near = nearestName(wrong, names)?.replace(/[\r\n]+/g, "⏎");
  const isShort = names.length <= MOST_LISTED;
  const listed = (isShort ? names : names.slice(0, EXAMPLES)).map((name) => name.replace(/[\r\n]+/g, "⏎"));
  const all = `Valid: ${listed.join(", ")}.`;
  const list = isShort
    ? all
    : near === undefined
      ? `Valid are ${names.length}, such as ${listed.join(", ")}.`
      : "";
  return near === undefined ? list : `Did you mean "${near}"? ${list}`.trim();
}
