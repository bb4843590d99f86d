import { selectQuestions } from "../../suites/select-questions.js";
import { ConfigError } from "../core/errors.js";
import type { Suite } from "../core/records.js";
import { questionsOfShard, type Shard, showShard } from "../pipeline/shard.js";

/**
 * The suites of which a shard has questions, with those questions; `hash` stays that of the whole suite.
 * @throws ConfigError `empty-shard`.
 */
export function suitesOfShard(suites: readonly Suite[], shard: Shard): Suite[] {
  const own = questionsOfShard(suites, shard);
  const parts = suites.flatMap((suite) => {
    const questionIds = own.get(suite.id) ?? [];
    return questionIds.length === 0 ? [] : [selectQuestions(suite, { questionIds })];
  });
  if (parts.length > 0) return parts;
  throw new ConfigError(`shard ${showShard(shard)} is left without a question`, {
    code: "empty-shard",
    remedy: "Divide the run into no more shards than it has questions.",
  });
}
