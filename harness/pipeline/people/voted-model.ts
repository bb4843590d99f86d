import type { KeyedThing } from "../../stats/correction/corrected-difference.js";
import type { PeopleLabel } from "./people-labels.js";

/** A model's comparisons (rated answers) with the votes (ratings) on them, seen from the model. */
export interface VotedModel {
  readonly things: readonly KeyedThing[];
  readonly labels: readonly PeopleLabel[];
  /** Why the votes say nothing of all of them; there are no things then. */
  readonly reason?: string;
}
