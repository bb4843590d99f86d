import { existsSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ConfigError } from "../../core/errors.js";
import { namedPath } from "../../core/named-path.js";
import type { Warning } from "../../core/records.js";
import type { Services } from "../../core/services.js";
import { suggestName } from "../../core/spelling.js";
import { readDecisions } from "../../interop/judge-bench/read-decisions.js";
import type { JudgeBench, JudgeComparison } from "../../pipeline/judge-bench/bench-result.js";
import type { JudgedSet, LabelledSet } from "../../pipeline/judge-bench/bench-set.js";
import { besideSet } from "../../pipeline/judge-bench/beside-set.js";
import { compareJudges, judgeTitle } from "../../pipeline/judge-bench/compare-judges.js";
import { scoreSet } from "../../pipeline/judge-bench/score-set.js";
import { isSet, loadLabelledSet } from "./labelled-sets.js";

/** What a run of judge-bench writes into its folder, besides the records. */
export const BENCH_FILES = { result: "judge-bench.json", decisions: "decisions.jsonl" } as const;

/** Decisions that a run of judge-bench left behind: in its folder, beside the figures that it printed. */
function decisionFile(path: string): string {
  if (existsSync(path) && statSync(path).isDirectory()) return join(path, BENCH_FILES.decisions);
  const isResult = basename(path) === BENCH_FILES.result;
  return isResult ? join(dirname(path), BENCH_FILES.decisions) : path;
}

/** Decisions of a file; of the judge or strategy that `FILE#name` picks. @throws ConfigError, DataError. */
function decisionsOf(text: string): JudgedSet[] {
  const { path: named, picked } = namedPath(text);
  const path = decisionFile(named);
  if (!existsSync(path)) {
    throw new ConfigError(`there is no file ${path} of decisions`, {
      code: "file-not-found",
      remedy: "Check the path.",
    });
  }
  const found = readDecisions(path);
  if (picked === undefined) return found;
  const namesOf = (one: JudgedSet) => [one.judge, judgeTitle(one)];
  const chosen = found.filter((one) => namesOf(one).includes(picked));
  if (chosen.length > 0) return chosen;
  throw new ConfigError(`${path} has no decisions of "${picked}"`, {
    code: "unknown-judge",
    remedy: suggestName(picked, new Set(found.map(({ judge }) => judge))),
  });
}

/** The decisions beside the set that they are about. @throws ConfigError where none of the sets fits. */
function besideOneOf(judged: JudgedSet, sets: readonly LabelledSet[]): JudgedSet {
  for (const set of sets) {
    const beside = besideSet(judged, set);
    if (beside !== undefined) return beside;
  }
  const isVotes = judged.votes !== undefined;
  if (sets.length === 0 && !isVotes) return judged;
  throw new ConfigError(
    isVotes && sets.length === 0
      ? `the verdicts of ${judged.judge} have no labels; they are held against people's votes`
      : `none of the sets holds the pairs that ${judged.judge} decided on`,
    {
      code: isVotes && sets.length === 0 ? "votes-missing" : "nothing-shared",
      remedy: isVotes
        ? "Name people's votes on the same comparisons as SET, such as mt-bench-human."
        : "Name the pairs that were judged, or leave SET out: the decisions hold their labels.",
    },
  );
}

/** What is to be replayed. */
export interface ReplayRequest {
  /** Names of sets, files of pairs, or names that the decisions' own sets have. */
  readonly sets: readonly string[];
  /** Files of decisions, or run folders of judge-bench; `FILE#JUDGE` picks one judge. */
  readonly replay: readonly string[];
}

/**
 * What judges decided, from published files, without a call.
 * @throws ConfigError, DataError.
 */
export async function replayedSets(request: ReplayRequest, services: Services): Promise<JudgedSet[]> {
  const all = request.replay.flatMap(decisionsOf);
  const own = new Set(all.map(({ set }) => set));
  const named = request.sets.filter((word) => !isSet(word) && own.has(word));
  const words = request.sets.filter((word) => !named.includes(word));
  const sets = await Promise.all(words.map((word) => loadLabelledSet(word, services)));
  const chosen = named.length === 0 ? all : all.filter(({ set }) => named.includes(set));
  return chosen.map((judged) => (named.includes(judged.set) ? judged : besideOneOf(judged, sets)));
}

function nothingToCompare(against: string): ConfigError {
  return new ConfigError(`${against} holds no decision of another judge on the same pairs`, {
    code: "nothing-shared",
    remedy:
      "Name decisions on the same set: a file that --replay reads, or the run folder of another judge-bench.",
  });
}

/**
 * Refuses decisions that a judge could not be compared with, before it is asked.
 * @throws ConfigError, DataError.
 */
export function refuseOtherPairs(sets: readonly LabelledSet[], against: string): void {
  const asked = new Map(sets.map(({ name, pairs }) => [name, new Set(pairs.map(({ id }) => id))]));
  const others = decisionsOf(against);
  if (others.some(({ set, pairs }) => pairs.some(({ id }) => asked.get(set)?.has(id) === true))) return;
  throw nothingToCompare(against);
}

/**
 * Compares judges with those of another file on the pairs that both judged.
 * @throws ConfigError where they share none.
 */
function comparisonsWith(sets: readonly JudgedSet[], against: string): JudgeComparison[] {
  const others = decisionsOf(against);
  const found = sets.flatMap((one) =>
    others.flatMap((other) => {
      const isSame = judgeTitle(one) === judgeTitle(other) && one.protocol === other.protocol;
      return one.set !== other.set || isSame ? [] : (compareJudges(one, other) ?? []);
    }),
  );
  if (found.length > 0) return found;
  throw nothingToCompare(against);
}

function clusterWarnings(sets: readonly JudgedSet[]): Warning[] {
  const bare = sets.filter(
    ({ pairs }) => pairs.length > 0 && pairs.every(({ cluster }) => cluster === undefined),
  );
  if (bare.length === 0) return [];
  const message =
    "the decisions do not say which pairs share a prompt, so that intervals take every pair for itself; name the set beside them";
  return [{ code: "prompts-unknown", message, count: bare.length }];
}

/**
 * Everything that is known of the judges of some sets; with `against`, also how they compare with those of another file.
 * @throws ConfigError, DataError.
 */
export function judgeBench(
  sets: readonly JudgedSet[],
  options: { readonly against?: string | undefined; readonly warnings?: readonly Warning[] } = {},
): JudgeBench {
  const { against, warnings = [] } = options;
  return {
    schema: "assay.judge-bench/1",
    sets: sets.map(scoreSet),
    ...(against === undefined ? {} : { comparisons: comparisonsWith(sets, against) }),
    warnings: [...warnings, ...clusterWarnings(sets)],
  };
}
