import type { Generation, Verdict } from "../harness/core/records.js";
import type { PreferenceParser } from "./preference-parser.js";
import { preference, unreadable } from "./verdicts.js";

const NO_LOGPROBS =
  "the endpoint gave no log-probabilities; use one that does, or estimate from samples with --judge-samples 8 (another protocol)";

/**
 * The weight that alpaca_eval's `logprob_parser` gives: with p the probability of the first token among the two,
 * p = exp(l₁ − logsumexp(l₁, l₂)), its preference is 2 − p, so the weight on the second answer is 1 − p. Only the exact
 * tokens count; one that is not among the alternatives has probability 0; both absent is no verdict. No clipping.
 */
export function readLogprobs(
  generation: Generation,
  parser: Extract<PreferenceParser, { kind: "logprobs" }>,
): Verdict {
  const { logprobs = [], text } = generation;
  if (logprobs.length === 0 && text === "") return unreadable("the reply is empty");
  if (logprobs.length === 0) return { kind: "unreadable", reason: NO_LOGPROBS, final: true };
  const position = logprobs.at(parser.position);
  if (position === undefined) return unreadable(`the reply has no token at position ${parser.position}`);
  const first = logprobOf(position.top, parser.first);
  const second = logprobOf(position.top, parser.second);
  if (first === -Infinity && second === -Infinity) {
    return unreadable(`neither ${parser.first} nor ${parser.second} is among the likeliest tokens`);
  }
  if (parser.binary) return preference(first > second ? 0 : 1);
  return preference(weightOfSecond(first, second));
}

/** The last entry wins, as in the dictionary that alpaca_eval builds. */
function logprobOf(
  top: readonly { readonly token: string; readonly logprob: number }[],
  token: string,
): number {
  return top.findLast((one) => one.token === token)?.logprob ?? -Infinity;
}

/** 1 − exp(first − logsumexp(first, second)), without cancellation where the first token is all but certain. */
function weightOfSecond(first: number, second: number): number {
  if (first === -Infinity) return 1;
  return first >= second
    ? Math.exp(second - first) / (1 + Math.exp(second - first))
    : 1 / (1 + Math.exp(first - second));
}
