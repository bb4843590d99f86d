import { contentId } from "../core/hash.js";
import type { Model, Suite } from "../core/records.js";

/**
 * Hash of the recorded answers that stand for a baseline; undefined for a live model, whose answers are not known before
 * they are given.
 * @param suite The whole suite, so that a part of its questions is judged under the same protocol.
 * @param model The baseline.
 */
function recordedAnswersHash(suite: Suite, model: Model): string | undefined {
  const own = suite.recordedAnswers?.filter((answer) => answer.model === model.id) ?? [];
  const isOwn = own.length > 0 && model.endpoint.startsWith("recorded:");
  if (isOwn)
    return contentId(own.map((answer) => [answer.questionId, answer.turns.map((turn) => turn.text)]));
  const { adapter, recordings } = model.identity;
  return adapter === "replay" && typeof recordings === "string" ? recordings : undefined;
}

/** {@link recordedAnswersHash} of every baseline that is known by its suite. */
export function answerHashes(
  suites: Iterable<Suite>,
  baselineOf: (suite: Suite) => Model | undefined,
): ReadonlyMap<string, string> {
  const hashes = new Map<string, string>();
  for (const suite of suites) {
    const model = baselineOf(suite);
    const hash = model && recordedAnswersHash(suite, model);
    if (hash !== undefined) hashes.set(suite.id, hash);
  }
  return hashes;
}
