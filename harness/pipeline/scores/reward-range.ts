import { countOf } from "../../core/count-of.js";
import type { Judgment, Warning } from "../../core/records.js";

/** Fewer rewards than these may lie in [0, 1] by chance. */
const ENOUGH = 10;

/**
 * What the rewards of one protocol look like: a server that squashes them by a sigmoid or softmax gives values in [0, 1]
 * alone, and equal ones at its ends, which look like draws.
 */
export class RewardRange {
  private count = 0;
  private outside = 0;
  private draws = 0;
  private drawsAtEnds = 0;

  /** Takes in one judgment; those without rewards say nothing. */
  add(judgment: Judgment): void {
    if (judgment.status !== "judged" || judgment.verdict.kind !== "preference") return;
    const { rewards } = judgment.verdict;
    // The other order shows the same two.
    if (rewards === undefined || judgment.order === 2) return;
    const [a, b] = rewards;
    this.count += 2;
    this.outside += rewards.filter((reward) => reward < 0 || reward > 1).length;
    if (a !== b) return;
    this.draws++;
    if (a === 0 || a === 1) this.drawsAtEnds++;
  }

  /** What must be said of them on a board of `suite`; undefined where they look raw. */
  warning(suite: string): Warning | undefined {
    if (this.count < ENOUGH || this.outside > 0) return undefined;
    const ends =
      this.drawsAtEnds === 0
        ? ""
        : `; ${countOf(this.drawsAtEnds, "draw", "draws")} of ${this.draws} stand at 0 or 1, where the scale ends and differences vanish`;
    return {
      code: "squashed-rewards",
      message: `all ${this.count} rewards on ${suite} lie between 0 and 1, as after a sigmoid or softmax${ends}; serve raw values (vLLM use_activation false, TEI and infinity raw_scores)`,
      count: this.count,
    };
  }
}
