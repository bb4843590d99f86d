import { compositeKey } from "../core/composite-key.js";
import { roundsOn } from "../core/judge-repeats.js";
import type { Manifest, ManifestProtocol } from "../core/manifest.js";
import { groupsOf } from "../core/ranking.js";
import type { Answer, Judgment, Suite } from "../core/records.js";

/** Tells records that a run asks for from those of questions, trials, models and judges that it asked before. */
export interface Asked {
  answer(record: Answer): boolean;
  judgment(record: Judgment): boolean;
}

/** Models that are asked for beside each first model of a protocol; "" where it stands alone. */
type Partners = Map<string, Set<string>>;

function partnersOf(subjects: readonly (readonly string[])[]): Partners {
  const partners: Partners = new Map();
  const add = (first: string, second: string) =>
    partners.set(first, (partners.get(first) ?? new Set()).add(second));
  for (const [a = "", b] of subjects) {
    add(a, b ?? "");
    if (b !== undefined) add(b, a);
  }
  return partners;
}

function setKey(models: readonly string[]): string {
  return compositeKey(...[...models].sort());
}

/** Whether a ranking is of models that a run ranks together at its place; what was ranked along before does not count. */
function rankedBy({ ranked }: ManifestProtocol): (record: Judgment) => boolean {
  if (ranked === undefined) return () => true;
  const { together, pools } = ranked;
  // Imported rows have thousands of pools, each a group by itself.
  const whole = new Set(pools.filter((pool) => pool.length <= together).map(setKey));
  const dealt = { together, pools: pools.filter((pool) => pool.length > together) };
  return ({ suite, questionId, trial, ranked: shown }) => {
    const key = setKey(shown?.models ?? []);
    return (
      whole.has(key) || groupsOf(dealt, { suite, questionId, trial }).some((group) => setKey(group) === key)
    );
  };
}

/** What a run asks for, by its manifest and the suites in its folder. */
export function askedBy(manifest: Manifest, suites: readonly Suite[]): Asked {
  const questions = new Map(
    suites.map((suite) => [suite.id, new Map(suite.questions.map((one) => [one.id, one]))]),
  );
  const models = new Set(manifest.models.map((model) => model.id));
  const protocols = new Map(
    manifest.protocols.map((protocol) => [
      protocol.id,
      { protocol, isRankedSo: rankedBy(protocol), partners: partnersOf(protocol.subjects) },
    ]),
  );
  const isAsked = (record: Answer | Judgment) =>
    record.trial <= manifest.trials && questions.get(record.suite)?.has(record.questionId) === true;
  /** Of imported verdicts all count; those of a rule that a run has no longer do not. */
  const isOfRounds = (
    { repeat = 1, suite, questionId }: Judgment,
    { identity, repeats }: ManifestProtocol,
  ) => {
    if (repeat === 1 || identity.imported !== undefined) return true;
    const question = questions.get(suite)?.get(questionId);
    return question !== undefined && repeat <= roundsOn(repeats, suite, question);
  };
  return {
    answer: (record) => models.has(record.model) && isAsked(record),
    judgment: (record) => {
      const found = protocols.get(record.protocol);
      return (
        found !== undefined &&
        isAsked(record) &&
        found.partners.get(record.a)?.has(record.b ?? "") === true &&
        found.isRankedSo(record) &&
        isOfRounds(record, found.protocol)
      );
    },
  };
}
