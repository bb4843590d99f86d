import { batchPrices } from "../batch/batch-prices.js";
import { batchedModels } from "../batch/batched-models.js";
import type { RunConfig } from "../config/resolve.js";
import { ConfigError } from "../core/errors.js";
import type { ManifestModel } from "../core/manifest.js";
import { presentFields } from "../core/present-fields.js";
import type { Model, Suite } from "../core/records.js";
import type { Services } from "../core/services.js";
import { checkBudget } from "../pipeline/dispatch/cost.js";
import { createPlan } from "../pipeline/plan.js";
import { readManifest, readSuites, readWholeSuites } from "../store/run-folder.js";
import {
  bindJudges,
  type Evaluation,
  type Judging,
  loadPrices,
  retirementWarnings,
  scoringFor,
} from "./evaluation.js";
import { displayId } from "./models.js";
import { recordedOpponent } from "./opponents.js";
import { checkFormats } from "./report.js";

/** A model whose answers are there already; it is never asked. */
function answeredModel(recorded: ManifestModel): Model {
  const { id, identity, endpoint, family, parameters, system } = recorded;
  return {
    id,
    identity,
    endpoint,
    ...presentFields({ family, parameters, system }),
    generate: () => Promise.reject(new Error(`${id} was asked in a run that only judges`)),
  };
}

/** Baselines of the judging: answered models of the run, and recordings that are taken into it. */
interface JudgingOpponents {
  readonly models: Readonly<Record<string, Model>>;
  /** Ids of those that are not in the run yet. */
  readonly recorded: ReadonlySet<string>;
}

async function opponentsFor(
  judging: readonly Judging[],
  answered: readonly Model[],
  config: RunConfig,
  services: Services,
): Promise<JudgingOpponents> {
  const models: Record<string, Model> = {};
  const recorded = new Map<string, Model>();
  for (const { suite, mode } of judging) {
    const name = config.baseline ?? suite.defaultBaseline;
    if (name === undefined) continue;
    const isNeeded = mode === "pairwise-baseline";
    const opponent =
      answered.find((model) => model.id === name) ??
      recorded.get(name) ??
      (isNeeded ? await recordedOpponent(name, suite, services) : undefined);
    if (opponent !== undefined) models[suite.id] = opponent;
    else if (isNeeded) throw withoutAnswers(name);
    if (opponent !== undefined && !answered.includes(opponent)) recorded.set(name, opponent);
  }
  return { models, recorded: new Set(Array.from(recorded.values(), (model) => model.id)) };
}

function withoutAnswers(name: string): ConfigError {
  return new ConfigError(`the run has no answers of the baseline ${name}, and judging calls no model`, {
    code: "baseline-missing",
    remedy: "Name a model of the run with --baseline, or a file of recorded answers.",
  });
}

/** An import without the file of questions knows their ids alone; no judge can grade an answer to nothing. */
function refuseUnknownQuestions(run: string, suites: readonly Suite[]): void {
  const unknown = suites.find(({ questions }) =>
    questions.some(({ turns }) => turns.every((turn) => turn === "")),
  );
  if (unknown === undefined) return;
  throw new ConfigError(`${run} does not hold the questions of suite ${unknown.id}, only their ids`, {
    code: "questions-unknown",
    remedy: "Import it again together with its file of questions (FastChat's question.jsonl).",
  });
}

/**
 * Prepares the judging of answers that a run folder holds: suites and models as the run recorded them, so that neither
 * assets nor the models' keys are needed; judges from the configuration. A baseline that the run lacks may be a recording.
 * @throws ConfigError, DataError.
 */
export async function prepareJudging(
  run: string,
  config: RunConfig,
  services: Services,
): Promise<Evaluation> {
  await checkFormats(config.report.formats);
  const manifest = readManifest(run);
  const suites = readSuites(run);
  refuseUnknownQuestions(run, suites);
  const answered = manifest.models.map(answeredModel);
  const baselines = new Set(manifest.protocols.flatMap((protocol) => protocol.baseline ?? []));
  const named = new Set(config.models.map(displayId));
  const models = answered.filter((model) => named.has(model.id) || !baselines.has(model.id));
  const judging = suites.flatMap((suite) =>
    config.judges.map((entry) => ({ suite, entry, mode: entry.mode ?? config.mode ?? suite.defaultMode })),
  );
  const opponents = await opponentsFor(judging, answered, config, services);
  const names = new Map(Object.entries(opponents.models).map(([suite, model]) => [suite, model.id]));
  const judges = await bindJudges(config, judging, { names }, services);
  const batched = batchedModels(
    config,
    judges.map(({ model }, index) => ({ model, entry: judging[index]?.entry })),
  );
  const prices = batchPrices(await loadPrices(config.prices), batched);
  const judgeModels = judges.map((binding) => binding.model);
  if (config.budget !== undefined) checkBudget(judgeModels, prices);
  const { shard } = manifest;
  const plan = createPlan({
    suites,
    models,
    opponents: Object.fromEntries(
      Object.entries(opponents.models).filter(([, opponent]) => !models.includes(opponent)),
    ),
    judges,
    trials: manifest.trials,
    recorded: opponents.recorded,
    ...(shard === undefined ? {} : { shard: { ...shard, wholeSuites: readWholeSuites(run) } }),
  });
  const { scoring, warnings } = await scoringFor(judges, services);
  const close = async () => {
    await Promise.allSettled(judgeModels.map((model) => model.close?.()));
  };
  return {
    config,
    plan,
    prices,
    batched,
    scoring,
    warnings: [...retirementWarnings(judges, services), ...warnings],
    close,
  };
}
