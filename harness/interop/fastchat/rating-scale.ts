import type { RatingScale } from "../../core/board.js";
import { compositeKey } from "../../core/composite-key.js";
import { countOf } from "../../core/count-of.js";
import { DataError } from "../../core/errors.js";
import type { Warning } from "../../core/records.js";

/** The usual scale, MT-Bench's. */
const USUAL: RatingScale = { low: 1, high: 10 };
const WITH_ZERO: RatingScale = { low: 0, high: 10 };
const PERCENT: RatingScale = { low: 0, high: 100 };
const SHARE: RatingScale = { low: 0, high: 1 };

/** Ratings of one model in one file. */
interface Ratings {
  readonly file: string;
  readonly model: string;
  n: number;
  low: number;
  high: number;
  /** Ratings above ten, and the line of the first rating that is not on the usual scale. */
  aboveTen: number;
  line: number | undefined;
}

function remedy(example: string): string {
  return `Say on which scale the ratings were given: --scale ${example}. What lies outside of it then counts as unreadable.`;
}

function unclear({ file, line }: Ratings, message: string, example: string): DataError {
  return new DataError(message, {
    code: "unclear-scale",
    file,
    ...(line === undefined ? {} : { line }),
    remedy: remedy(example),
  });
}

function scaleOf(ratings: Ratings): RatingScale {
  const { low, high, n, aboveTen, model } = ratings;
  if (low >= USUAL.low && high <= USUAL.high) return USUAL;
  if (low >= 0 && high <= 1) return SHARE;
  if (low >= 0 && high <= WITH_ZERO.high) return WITH_ZERO;
  if (low < 0 || high > PERCENT.high) {
    throw unclear(
      ratings,
      `the ratings of ${model} go from ${low} to ${high}`,
      `${Math.min(low, 0)}..${high}`,
    );
  }
  if (2 * aboveTen > n) return PERCENT;
  const message = `of the ${countOf(n, "rating")} of ${model}, ${aboveTen} lie above 10, the highest at ${high}: 0 to 100, or 1 to 10 with slips?`;
  throw unclear(ratings, message, "0..100 or --scale 1..10");
}

/** Finds the scale on which the ratings of one board were given. */
export class ScaleFinder {
  private readonly found = new Map<string, Ratings>();

  /** Takes in a rating that was recorded. @param line Where it stands, for messages. */
  add(file: string, model: string, rating: number, line?: number): void {
    const key = compositeKey(file, model);
    let ratings = this.found.get(key);
    if (ratings === undefined) {
      ratings = { file, model, n: 0, low: rating, high: rating, aboveTen: 0, line: undefined };
      this.found.set(key, ratings);
    }
    ratings.n++;
    ratings.low = Math.min(ratings.low, rating);
    ratings.high = Math.max(ratings.high, rating);
    if (rating > USUAL.high) ratings.aboveTen++;
    if (rating < USUAL.low || rating > USUAL.high) ratings.line ??= line;
  }

  /**
   * The scale that all ratings are on: 1–10; 0–10 where there are zeros; 0–100, 0–1.
   * @throws DataError `unclear-scale` for ratings that tell of no one scale, `mixed-scales` where models or files differ.
   */
  scale(): RatingScale {
    const scales = Array.from(this.found.values(), (ratings) => ({ ratings, scale: scaleOf(ratings) }));
    const [first] = scales;
    if (first === undefined) return USUAL;
    const other = scales.find(({ scale }) => scale.high !== first.scale.high);
    if (other !== undefined) {
      const told = [first, other].map(
        ({ ratings: { model, low, high } }) => `those of ${model} go from ${low} to ${high}`,
      );
      throw new DataError(`holds ratings on different scales: ${told.join(", ")}`, {
        code: "mixed-scales",
        file: other.ratings.file,
        ...(other.ratings.line === undefined ? {} : { line: other.ratings.line }),
        remedy: remedy(`0..${Math.max(first.scale.high, other.scale.high)}`),
      });
    }
    return scales.some(({ scale }) => scale.low < first.scale.low) ? WITH_ZERO : first.scale;
  }

  /** The reach of the ratings, as the original tool takes them: no rating is refused. */
  reach(): RatingScale {
    const all = [...this.found.values()];
    return {
      low: Math.min(USUAL.low, ...all.map(({ low }) => low)),
      high: Math.max(USUAL.high, ...all.map(({ high }) => high)),
    };
  }
}

/** What must be said of a scale that was found by looking at the ratings, where it is not the usual one. */
export function scaleWarnings({ low, high }: RatingScale, judge: string): Warning[] {
  if (low === USUAL.low && high === USUAL.high) return [];
  const message = `the ratings of ${judge} are taken as given from ${low} to ${high}, by what the file holds; --scale says otherwise`;
  return [{ code: "rating-scale", message }];
}
