/** A run of text that both sides have, or one of them. */
export interface DifferencePart {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

/** Tokens (words, spaces, marks) of both texts together beyond which no word difference is made. */
export const MOST_TOKENS = 24_000;

/** Edits beyond which two texts count as wholly different; the search costs the square of it. */
const MOST_EDITS = 3_000;

function tokens(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}\p{M}_]+|\s+|[^\p{L}\p{N}\p{M}_\s]/gu) ?? [];
}

function join(parts: readonly DifferencePart[]): readonly DifferencePart[] {
  const joined: { kind: DifferencePart["kind"]; text: string }[] = [];
  for (const part of parts) {
    if (part.text === "") continue;
    const last = joined.at(-1);
    if (last?.kind === part.kind) last.text += part.text;
    else joined.push({ ...part });
  }
  return joined;
}

/** Letters and marks up to which a common piece between two changes is taken into them: islands are hard to read. */
const ISLAND_CHARACTERS = 3;

/** Changes side by side, what was removed before what was added, small islands between them taken in. */
function gather(parts: readonly DifferencePart[]): readonly DifferencePart[] {
  const gathered: DifferencePart[] = [];
  let removed = "";
  let added = "";
  const close = () => {
    gathered.push({ kind: "removed", text: removed }, { kind: "added", text: added });
    removed = "";
    added = "";
  };
  for (const [index, part] of parts.entries()) {
    const changing = removed !== "" || added !== "";
    const more = index + 1 < parts.length;
    const island = part.text.trim().length <= ISLAND_CHARACTERS && !part.text.includes("\n");
    if (part.kind === "same" && !(changing && more && island)) {
      close();
      gathered.push(part);
      continue;
    }
    if (part.kind !== "added") removed += part.text;
    if (part.kind !== "removed") added += part.text;
  }
  close();
  return join(gathered);
}

/** Furthest points of every step of the greedy search (Myers 1986, An O(ND) difference algorithm). */
function search(before: readonly string[], after: readonly string[]): Int32Array[] | null {
  const most = Math.min(before.length + after.length, MOST_EDITS);
  const furthest = new Int32Array(2 * most + 3);
  const at = (diagonal: number) => diagonal + most + 1;
  const steps: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    steps.push(furthest.slice(at(-edits) - 1, at(edits) + 2));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const left = furthest[at(diagonal - 1)] ?? 0;
      const right = furthest[at(diagonal + 1)] ?? 0;
      const down = diagonal === -edits || (diagonal !== edits && left < right);
      let x = down ? right : left + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x++;
      furthest[at(diagonal)] = x;
      if (x >= before.length && x - diagonal >= after.length) return steps;
    }
  }
  return null;
}

/** Walks the search back from the end; parts come out last first. */
function walkBack(
  before: readonly string[],
  after: readonly string[],
  steps: readonly Int32Array[],
): DifferencePart[] {
  const parts: DifferencePart[] = [];
  let x = before.length;
  let y = after.length;
  for (let edits = steps.length - 1; edits > 0; edits--) {
    const step = steps[edits] ?? new Int32Array();
    const valueAt = (diagonal: number) => step[diagonal + edits + 1] ?? 0;
    const diagonal = x - y;
    const down = diagonal === -edits || (diagonal !== edits && valueAt(diagonal - 1) < valueAt(diagonal + 1));
    const fromX = valueAt(down ? diagonal + 1 : diagonal - 1);
    const fromY = fromX - (down ? diagonal + 1 : diagonal - 1);
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      x--;
      y--;
      parts.push({ kind: "same", text: before[x] ?? "" });
    }
    if (down) {
      y--;
      parts.push({ kind: "added", text: after[y] ?? "" });
    } else {
      x--;
      parts.push({ kind: "removed", text: before[x] ?? "" });
    }
    if (x < 0 || y < 0) break;
  }
  while (x > 0) {
    x--;
    parts.push({ kind: "same", text: before[x] ?? "" });
  }
  return parts;
}

/**
 * Word difference of two texts: what both have, what only the first has (removed), what only the second has (added).
 * Null when they are too long to compare. Joined again without the added parts it is the first text, without the
 * removed parts the second.
 */
export function wordDifference(before: string, after: string): readonly DifferencePart[] | null {
  const first = tokens(before);
  const second = tokens(after);
  if (first.length + second.length > MOST_TOKENS) return null;
  const steps = search(first, second);
  if (steps === null) {
    return join([
      { kind: "removed", text: before },
      { kind: "added", text: after },
    ]);
  }
  return gather(join(walkBack(first, second, steps).reverse()));
}
