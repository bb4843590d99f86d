import type { KeyedThing } from "../../stats/correction/corrected-difference.js";

/** A model's answers (or comparisons) as a second judge corrects them, for whoever decides on its figure. */
export interface SecondedModel {
  /** Judge model and protocol of the second judge, and the first judge's model. */
  readonly judge: string;
  readonly protocol: string;
  readonly first: string;
  /** Everything that the first judge judged, with what the second said where it was asked, and with what chance. */
  readonly things: readonly KeyedThing[];
}
