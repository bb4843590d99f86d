import type { ValueScale } from "../../stats/bounded-mean.js";

/** Ratings of every protocol that gives them. */
export const ratingScale: ValueScale = { low: 1, high: 10 };

/** Win rates, and the values of single comparisons. */
export const percentScale: ValueScale = { low: 0, high: 100 };
