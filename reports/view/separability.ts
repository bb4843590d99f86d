import type { Board } from "../../harness/core/board.js";
import { countOf } from "../../harness/core/count-of.js";
import { formatFixed } from "../../harness/core/shown-number.js";

/** How many pairs of a board's models their intervals keep apart, in a sentence; none for boards of fewer than three. */
export function separabilitySentences({ separability }: Board): readonly string[] {
  if (separability === undefined || separability.share === null) return [];
  const { pairs, separated, share } = separability;
  return [
    `Separability: of ${countOf(pairs, "pair")} of models the intervals keep ${separated} apart (${formatFixed(share, 1)}%); a comparison paired by question can keep more apart.`,
  ];
}
