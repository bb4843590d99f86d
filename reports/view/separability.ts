import type { Board } from "../../harness/core/board.js";
import { countOf } from "../../harness/core/count-of.js";
import type { RankCluster } from "../../harness/core/separability.js";
import { formatFixed } from "../../harness/core/shown-number.js";

/** Clusters whose size is stated. */
const MOST_STATED = 5;

function clusterSentence(clusters: readonly RankCluster[]): string {
  const models = clusters.at(-1)?.to ?? 0;
  const stated = clusters
    .slice(0, MOST_STATED)
    .map(({ from, to }) => (from === to ? `${from}` : `${from}–${to}`));
  const rest = clusters.length > MOST_STATED ? ", …" : "";
  return `Ranks: with more than 100 models they are stated in clusters instead of pairs; ${countOf(models, "model")} form ${countOf(clusters.length, "cluster")} (ranks ${stated.join(", ")}${rest}), and within one every interval meets that of its best model, so that their order is not known.`;
}

/** How many pairs of a board's models their intervals keep apart, in a sentence; none for boards of fewer than three. */
export function separabilitySentences({ separability, rankClusters }: Board): readonly string[] {
  if (separability === undefined || separability.share === null) return [];
  const { pairs, separated, share } = separability;
  return [
    `Separability: of ${countOf(pairs, "pair")} of models the intervals keep ${separated} apart (${formatFixed(share, 1)}%); a comparison paired by question can keep more apart.`,
    ...(rankClusters === undefined ? [] : [clusterSentence(rankClusters)]),
  ];
}
