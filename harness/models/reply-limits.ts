import { MOST_DEPTH } from "../core/depth.js";
import { EndpointError } from "../core/errors.js";
import { endOfString } from "../core/json-keys.js";

/** Bytes in a megabyte, as limits count them. */
export const MEGABYTE = 1_000_000;

/** Megabytes of one reply, decompressed, that are read unless another limit is set. */
export const DEFAULT_REPLY_MB = 16;

/** Bytes of an error response that are read. */
const MOST_ERROR_BYTES = MEGABYTE;

/** Objects, lists and named members of one reply: each takes up to 100 bytes of memory, however short it is written. */
const MOST_PARTS = 1_000_000;

/** The failure of a reply that was cut off: asking again would bring the same, at the same price. */
export function replyTooLarge(what: string, status: number): EndpointError {
  return new EndpointError(`the endpoint's reply was cut off: it holds ${what}`, {
    code: "reply-too-large",
    retryable: false,
    status,
    remedy: "Where replies are meant to be that large, raise --max-reply-mb (megabytes, decompressed).",
  });
}

/** Bytes of a response that may be read, by its status. */
export function mostBytesOf(status: number, replyBytes: number): number {
  return status >= 200 && status <= 299 ? replyBytes : Math.min(MOST_ERROR_BYTES, replyBytes);
}

/** A limit in words. */
export function inMegabytes(bytes: number): string {
  return `${Math.round((bytes / MEGABYTE) * 100) / 100} MB`;
}

/**
 * What makes a JSON text cost far more memory or stack than it has bytes, in words; undefined where nothing does. Text
 * inside strings does not count.
 */
export function findBloat(json: string): string | undefined {
  let parts = 0;
  let depth = 0;
  for (let index = 0; index < json.length; ) {
    const character = json[index];
    if (character === '"') {
      index = endOfString(json, index);
      continue;
    }
    index++;
    if (character === "{" || character === "[") {
      parts++;
      if (++depth > MOST_DEPTH) return `lists or objects more than ${MOST_DEPTH} deep`;
    } else if (character === "}" || character === "]") depth--;
    else if (character === ":") parts++;
    if (parts > MOST_PARTS) return `more than ${MOST_PARTS.toLocaleString("en-US")} parts`;
  }
  return undefined;
}
