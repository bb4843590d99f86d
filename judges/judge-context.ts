import type { AssetFile, AssetUse, Judge, JudgingMode, OrderPolicy } from "../harness/core/records.js";
import type { Named } from "../harness/core/registry.js";

/** What a judge's loader may use. */
export interface JudgeContext {
  /** Finds an asset by its id in the manifest, fetching it where that is allowed. */
  locateAsset(id: string): Promise<AssetFile>;
}

/**
 * Versions of the protocols that assay ships. 1 is that of assay 0.1.0; in 2 verdicts of assay's own protocol carry the
 * call's code, no protocol reads a verdict out of text that was cut off, or that the original would not have read, and
 * Arena-Hard v0.1's judge asks for a missing label in the original's words.
 */
export type JudgeVersion = 1 | 2;

/** What a judge named without a version is. */
export const NEWEST_VERSION: JudgeVersion = 2;

/** How a judge is to be used. */
export interface JudgeOptions {
  readonly mode: JudgingMode;
  /** Reproduce the original tool's defects where it has any. Default false. */
  readonly compat?: boolean;
  /** Ask for a JSON verdict under a schema, where the judge has both forms. Default false. */
  readonly structured?: boolean;
  /** Pair judges: show each pair in both orders, or in one drawn from the question. Default: the protocol's own. */
  readonly orders?: OrderPolicy;
  /** Pair judges: estimate the preference from so many samples instead of log-probabilities or one reply. */
  readonly samples?: number;
  /** The judge `rubric`: all criteria in one call (default), or each in a call of its own. */
  readonly calls?: "all" | "each";
  /** The judge `assay`: the judge model may say that it cannot decide. Default false. */
  readonly abstain?: boolean;
  /** Ranking judges: whether answers may be called equal, and how many are ranked at once. */
  readonly ties?: boolean;
  readonly together?: number;
  /** Reward judges: the options of their entry; left out where no entry has any. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Default: the newest. Judges of a user's own module know nothing of it. */
  readonly version?: JudgeVersion;
}

/** A judge that can be named. */
export interface JudgeEntry extends Named {
  /** What it can judge. */
  readonly kinds: readonly Judge["kind"][];
  /** {@link Judge.callFree} of every judge that it gives. */
  readonly callFree?: true;
  load(options: JudgeOptions, context: JudgeContext): Promise<Judge>;
}

/** What a record keeps of an asset that decided verdicts. */
export function assetUse(id: string, file: AssetFile): AssetUse {
  return { id, sha256: file.sha256, pinned: file.pinned };
}
