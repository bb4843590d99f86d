import { existsSync } from "node:fs";
import type { Manifest, ManifestModel, ManifestProtocol } from "../core/manifest.js";
import { modelFacts } from "../core/model-facts.js";
import { presentFields } from "../core/present-fields.js";
import type { Json, Judge, Model } from "../core/records.js";
import type { SequenceRecord } from "../core/sequence.js";
import { manifestSuite, newManifest } from "../store/new-manifest.js";
import { readManifest, runPaths } from "../store/run-folder.js";
import { judgeModelsOf, type Plan, type PlannedProtocol } from "./plan.js";

/** What a manifest says besides its plan. */
export interface ManifestFacts {
  readonly version: string;
  readonly config: Json;
  readonly seed: number;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Keep the protocols of earlier runs on the folder: a further judge is added, not put in their place. */
  readonly keepProtocols: boolean;
}

function manifestModel(model: Model): ManifestModel {
  const { priceKey: _, ...facts } = modelFacts(model);
  return { ...facts, endpointModels: {}, systemFingerprints: {}, droppedParameters: [] };
}

/** How a judge's verdicts become figures. One order cannot agree with another, so `seeded` verdicts are averaged. */
export function metricOf({ kind, metric, orders }: Judge): ManifestProtocol["metric"] {
  if (kind === "single") return "rating";
  if (kind === "ranking") return "win-rate";
  return metric ?? (orders === "seeded" ? "preference" : "win-rate");
}

function manifestProtocol(planned: PlannedProtocol): ManifestProtocol {
  const { protocol, judge, suite, replacement } = planned;
  return {
    id: protocol.id,
    suite: suite.id,
    judge: judge.name,
    judgeModel: protocol.judgeModel,
    mode: protocol.mode,
    ...presentFields({
      baseline: planned.baseline,
      baselineAnswers: planned.baselineAnswers,
      former: protocol.former,
      outcomes: judge.outcomes,
      scale: judge.scale?.(suite.questions),
      figure: judge.figure,
      replacement: replacement && { protocol: replacement.protocol, judgeModel: replacement.model.id },
    }),
    metric: metricOf(judge),
    subjects: planned.subjects,
    ...presentFields({ ranked: planned.ranked, repeats: planned.repeats, second: planned.second }),
    turns: judge.turns,
    ...(judge.kind === "pair" ? { orders: judge.orders ?? "both" } : {}),
    identity: judge.identity,
    assets: judge.assets ?? [],
    planned: planned.planned,
  };
}

/** Models of kept protocols that the plan does not ask for, such as an earlier baseline, and the answers they gave. */
function keptModels(
  kept: Manifest | undefined,
  others: readonly ManifestProtocol[],
  plan: Plan,
): { readonly models: readonly ManifestModel[]; readonly answers: number } {
  const models = (kept?.models ?? []).filter(({ id }) => !plan.models.has(id));
  const suitesOf = (id: string) =>
    plan.suites.filter((suite) =>
      others.some((one) => one.suite === suite.id && one.subjects.some((subject) => subject.includes(id))),
    );
  const perModel = models.map(({ id }) =>
    suitesOf(id).reduce((sum, suite) => sum + suite.questions.length * plan.trials, 0),
  );
  return {
    models: models.filter((_, index) => (perModel[index] ?? 0) > 0),
    answers: perModel.reduce((sum, count) => sum + count, 0),
  };
}

/** The manifest of a run that begins (or goes on). */
export function openManifest(run: string, plan: Plan, facts: ManifestFacts): Manifest {
  const earlier = existsSync(runPaths.manifest(run)) ? readManifest(run) : undefined;
  const judges = new Map(plan.protocols.flatMap(judgeModelsOf).map((model) => [model.id, model]));
  const own = plan.protocols.map(manifestProtocol);
  const kept = facts.keepProtocols ? earlier : undefined;
  const others = kept?.protocols.filter((one) => own.every((other) => other.id !== one.id)) ?? [];
  const still = keptModels(kept, others, plan);
  const judgeModels = [...judges.values()].map(manifestModel);
  const otherJudges = kept?.judgeModels.filter((one) => !judges.has(one.id)) ?? [];
  return newManifest({
    version: facts.version,
    config: facts.config,
    seed: facts.seed,
    trials: plan.trials,
    suites: plan.suites.map(manifestSuite),
    models: [...[...plan.models.values()].map(manifestModel), ...still.models],
    judgeModels: [...otherJudges, ...judgeModels],
    protocols: [...others, ...own],
    plannedAnswers: plan.answerTasks.length + still.answers,
    startedAt: earlier?.startedAt ?? facts.startedAt,
    recordedSamples: plan.suites.some((suite) => suite.notice !== undefined),
    shard: plan.shard && { index: plan.shard.index, count: plan.shard.count },
    earlier,
    sequence: earlier?.sequence && continuedSequence(earlier.sequence, plan),
  });
}

/** What an earlier run on the folder decided stays said; a run over more questions than that rested on went on from it. */
function continuedSequence(sequence: SequenceRecord, plan: Plan): SequenceRecord {
  const questions = plan.suites.reduce((sum, suite) => sum + suite.questions.length, 0);
  return questions > sequence.used ? { ...sequence, continued: true } : sequence;
}
