import type { Manifest, ManifestSuite } from "../core/manifest.js";
import { presentFields } from "../core/present-fields.js";
import type { Suite, Warning } from "../core/records.js";
import type { SentinelHistory } from "../core/sentinel.js";
import type { SequenceRecord } from "../core/sequence.js";
import { joinHistories } from "./sentinel-histories.js";

/** What a manifest says before a record is counted into it. */
export interface NewManifest
  extends Pick<
    Manifest,
    | "config"
    | "seed"
    | "trials"
    | "suites"
    | "models"
    | "judgeModels"
    | "protocols"
    | "startedAt"
    | "recordedSamples"
  > {
  /** Of assay. */
  readonly version: string;
  readonly plannedAnswers: number;
  readonly shard?: Manifest["shard"] | undefined;
  readonly mergedFrom?: Manifest["mergedFrom"] | undefined;
  /** {@link Manifest.warnings}; default: those of the earlier manifest. */
  readonly warnings?: readonly Warning[] | undefined;
  /** What the sentinels of the runs knew that this one is made of; default: what the earlier manifest says. */
  readonly sentinels?: readonly SentinelHistory[] | undefined;
  /** What an earlier run on the folder decided before its last question. */
  readonly sequence?: SequenceRecord | undefined;
  /** Manifest of the same folder that this one takes the place of; what it counted stays until it is counted again. */
  readonly earlier?: Manifest | undefined;
}

/** A suite as a manifest names it. */
export function manifestSuite({ id, title, hash, questions, whole, assets }: Suite): ManifestSuite {
  return { id, title, hash, questions: questions.length, ...presentFields({ whole }), assets };
}

/** A manifest of a run that is under way; {@link closeManifest} counts its records and says how it ended. */
export function newManifest(facts: NewManifest): Manifest {
  const { earlier, protocols, shard, mergedFrom = earlier?.mergedFrom } = facts;
  const { sentinels = earlier?.sentinel ?? [], warnings = earlier?.warnings } = facts;
  return {
    schema: "assay.run/1",
    tool: {
      name: "assay",
      version: facts.version,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
    },
    config: facts.config,
    seed: facts.seed,
    trials: facts.trials,
    suites: facts.suites,
    models: facts.models,
    judgeModels: facts.judgeModels,
    protocols,
    startedAt: facts.startedAt,
    finishedAt: null,
    status: "running",
    durationMs: earlier?.durationMs ?? 0,
    totals: earlier?.totals ?? [],
    ...presentFields({ unrecordedUsd: earlier?.unrecordedUsd }),
    failures: earlier?.failures ?? [],
    answers: {
      completed: 0,
      failed: 0,
      truncated: 0,
      empty: 0,
      ...earlier?.answers,
      planned: facts.plannedAnswers,
    },
    judgments: {
      judged: 0,
      unreadable: 0,
      failed: 0,
      skipped: 0,
      ...earlier?.judgments,
      planned: protocols.reduce((sum, one) => sum + one.planned, 0),
    },
    ...joinHistories(sentinels, new Set(protocols.map(({ id }) => id))),
    ...presentFields({ sequence: facts.sequence }),
    recordedSamples: facts.recordedSamples,
    ...presentFields({ shard, mergedFrom, warnings: warnings?.length === 0 ? undefined : warnings }),
  };
}
