import { isCallFree, isRankingJudge } from "../../judges/registry.js";
import type { ConfiguredModel } from "../batch/batched-models.js";
import type { RunConfig } from "../config/resolve.js";
import type { JudgeEntry } from "../config/schema.js";
import type { ManifestProtocol } from "../core/manifest.js";
import type { JudgingMode, Model, Suite, Warning } from "../core/records.js";
import type { PlannedShard } from "../pipeline/shard.js";
import { namesProtocol } from "./judges.js";
import type { GivenObjects } from "./objects.js";

/** What each judge of a run judges on each suite. */
export interface Judging {
  readonly suite: Suite;
  readonly entry: JudgeEntry;
  readonly mode: JudgingMode;
}

/** The baselines of a run. */
export interface Opponents {
  /** Those that are not measured themselves, by suite. */
  readonly models: Readonly<Record<string, Model>>;
  /** Display ids of all, by suite. */
  readonly names: ReadonlyMap<string, string>;
  /** Hashes of the recorded answers of those that are recorded, by suite. */
  readonly answers: ReadonlyMap<string, string>;
  /** Those that answer when they are asked, recordings among them. */
  readonly asked: readonly Model[];
  /** Ids of recordings that are taken in also where no model is asked. */
  readonly recorded?: ReadonlySet<string>;
  /** Recorded models that are ranked along with those that are measured, by suite. */
  readonly ranked?: Readonly<Record<string, readonly Model[]>>;
  readonly warnings: readonly Warning[];
}

/** Protocols of a run folder that stay beside those of an evaluation, as far as scoring must know them. */
export type KeptProtocols = readonly Pick<ManifestProtocol, "id" | "suite" | "metric" | "judgeModel">[];

/** Where the answers of an evaluation come from; all in which one way to prepare an evaluation differs from another. */
export interface AnswerSource {
  readonly suites: readonly Suite[];
  /** Models that are measured. */
  readonly models: readonly Model[];
  /** Those of them that are asked, with their entries; none where all answers are there. */
  readonly asked: readonly ConfiguredModel[];
  readonly trials: number;
  readonly shard?: PlannedShard;
  /** The run folder that the evaluation goes into, where it is known and may hold verdicts. */
  readonly run?: string | undefined;
  /** Set where every item gets one verdict, whatever the configuration says of repeats. */
  readonly judgedOnce?: true;
  /** Protocols of the run folder that stay beside those of this evaluation. */
  readonly kept: KeptProtocols;
  /** Set where the last turn of each question alone gets a verdict, whatever the judge does by itself. */
  readonly judgedTurns?: "last";
  /**
   * Ids of the protocols that the run folder holds. A judge goes on in the version under which the folder was begun, so
   * that nothing is judged twice.
   */
  readonly held: ReadonlySet<string>;
  /** The baselines of what is judged. */
  findOpponents(judging: readonly Judging[]): Promise<Opponents>;
}

/** Names that may be those of the protocol by which an entry judges. */
function protocolsNamed(
  entry: JudgeEntry,
  { judgeProtocol }: Pick<RunConfig, "judgeProtocol">,
): readonly string[] {
  return [entry.protocol ?? (namesProtocol(entry) ? entry.model : judgeProtocol)].filter(
    (name) => name !== undefined,
  );
}

/** What a judge judges on a suite; where nothing is said, what the suite's authors do, if the judge can. */
export function modeOf(
  entry: JudgeEntry,
  config: Pick<RunConfig, "mode" | "baseline" | "judgeProtocol">,
  suite: Suite,
  objects: GivenObjects,
): JudgingMode {
  const said = entry.mode ?? config.mode;
  if (said !== undefined) return said;
  if (protocolsNamed(entry, config).some(isRankingJudge)) return "ranking";
  const kind = objects.judges.get(entry)?.kind;
  const isPair = suite.defaultMode !== "single";
  if (kind === undefined || (kind === "pair") === isPair) return suite.defaultMode;
  if (kind === "single" || kind === "ranking") return kind;
  return (config.baseline ?? suite.defaultBaseline) === undefined ? "pairwise-all" : "pairwise-baseline";
}

/**
 * Every judge of a configuration on every suite. A suite with right answers is judged by them, whether a judge is named
 * or not, and besides by those judges alone that name their protocol themselves.
 */
export function judgingOf(
  suites: readonly Suite[],
  config: RunConfig,
  objects: GivenObjects,
): readonly Judging[] {
  const bound = (suite: Suite, entries: readonly JudgeEntry[]) =>
    entries.map((entry) => ({ suite, entry, mode: modeOf(entry, config, suite, objects) }));
  return suites.flatMap((suite): readonly Judging[] => {
    if (!isCallFree(suite.defaultJudge)) return bound(suite, config.judges);
    const others = config.judges.filter(
      (entry) => objects.judges.has(entry) || (namesProtocol(entry) && entry.protocol !== suite.defaultJudge),
    );
    return [{ suite, entry: {}, mode: suite.defaultMode }, ...bound(suite, others)];
  });
}
