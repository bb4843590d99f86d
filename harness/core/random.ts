import { createHash } from "node:crypto";
import { type Random, Sfc32 } from "./random-stream.js";

export type { Random } from "./random-stream.js";

/**
 * A random stream for a seed. The state is cut from the SHA-256 of the seed's UTF-8 text, so that neighbouring
 * seeds give unrelated streams and derived seeds can be spelled out (`"${seed}/bootstrap/writing"`). A number and
 * its decimal text are the same seed: 7 and "7" give one stream.
 *
 * @throws RangeError for a number that is not finite.
 */
export function seededRandom(seed: string | number): Random {
  if (typeof seed === "number" && !Number.isFinite(seed)) {
    throw new RangeError(`random seed: the number must be finite, not ${seed}`);
  }
  return new Sfc32(createHash("sha256").update(String(seed), "utf8").digest());
}
