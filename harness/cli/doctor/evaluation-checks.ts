import { isCallFree } from "../../../judges/registry.js";
import { type JudgeModelNotice, judgeModelNotice } from "../../../judges/retired-judge-models.js";
import { modeOf } from "../../assemble/answer-source.js";
import { suiteOf } from "../../assemble/asked-answers.js";
import { defaultExecution } from "../../assemble/evaluate.js";
import { prepareEvaluation } from "../../assemble/evaluation.js";
import { retirementOf } from "../../assemble/judge-retirement.js";
import { judgeFor, namesProtocol } from "../../assemble/judges.js";
import {
  displayId,
  type EndpointDefaults,
  judgeDefaults,
  keyVariablesOf,
  modelDefaults,
  modelOf,
} from "../../assemble/models.js";
import { noObjects } from "../../assemble/objects.js";
import { judgesOf } from "../../assemble/second-judge.js";
import { keepShutdown } from "../../assemble/told-shutdowns.js";
import { type RunConfig, replacementEntry } from "../../config/resolve.js";
import type { JudgeEntry, ModelEntry } from "../../config/schema.js";
import { countOf } from "../../core/count-of.js";
import { presentFields } from "../../core/present-fields.js";
import type { AssetUse, Judge, Model, Suite } from "../../core/records.js";
import type { Services } from "../../core/services.js";
import { assetFinder } from "../../data/asset-finder.js";
import { isEndpointModel } from "../../models/endpoint-model.js";
import { estimatePlan, plannedCalls } from "../../pipeline/estimate.js";
import { idleOptions } from "../idle-options.js";
import { unjudgedSuites } from "../judge-missing.js";
import { type Check, failedWith, passed, type Subject, warned } from "./check.js";
import { checkContext } from "./context-check.js";
import { checkRecordings, type Trial, tryEndpoint } from "./endpoint-checks.js";
import { checkTemplate } from "./template-check.js";
import { verdictTrial } from "./verdict-trial.js";

/** What the checks of one configuration work with. */
export interface Examination {
  readonly config: RunConfig;
  readonly services: Services;
  /** False leaves out everything that calls an endpoint. */
  readonly calls: boolean;
}

/** An entry for each of its endpoints: replicas are tried one by one. */
function entriesByEndpoint<Entry extends ModelEntry | JudgeEntry>(entry: Entry): readonly Entry[] {
  const { baseUrls, ...rest } = entry;
  if (baseUrls === undefined) return [entry];
  return baseUrls.map((baseUrl) => ({ ...rest, baseUrl }) as Entry);
}

function assetNote(assets: readonly AssetUse[]): string {
  return assets.length === 0 ? "" : `; ${assets.map((asset) => asset.id).join(", ")}`;
}

function checkPins(about: Subject, assets: readonly AssetUse[]): Check[] {
  const changed = assets.filter((asset) => asset.pinned === false).map((asset) => asset.id);
  if (changed.length === 0) return [];
  const message = `${changed.join(", ")}: other bytes than published, so figures are not the published benchmark's`;
  return [
    warned(about, message, "Compare with `assay data verify`; the mirror named by ASSAY_MIRROR has them."),
  ];
}

/** Loads the named suites, fetching their assets as a run would. */
export async function checkSuites({
  config,
  services,
}: Examination): Promise<{ checks: Check[]; suites: Suite[] }> {
  const checks: Check[] = [];
  const suites: Suite[] = [];
  for (const name of config.suites) {
    const about: Subject = { area: "suite", subject: name };
    try {
      const suite = await suiteOf(name, config, services, noObjects);
      suites.push(suite);
      checks.push(passed(about, `${countOf(suite.questions.length, "question")}${assetNote(suite.assets)}`));
      checks.push(...checkPins(about, suite.assets));
    } catch (error) {
      checks.push(failedWith(about, error));
    }
  }
  return { checks, suites };
}

/**
 * The variables that entries take their keys from and that are set. The keys themselves are not looked at. Nothing is
 * said of the default variable where it is not set: most servers of one's own want no key.
 */
export function checkKeys({ config, services }: Examination): Check[] {
  const isSet = (name: string) => (services.environment[name]?.trim() ?? "") !== "";
  const names = new Set<string>();
  const collect = (entries: readonly (ModelEntry | JudgeEntry)[], defaults: EndpointDefaults) => {
    for (const entry of entries.flatMap(entriesByEndpoint)) {
      const { apiKeyEnv, defaultApiKeyEnv } = keyVariablesOf(entry, defaults);
      // What was named and is not set is refused where the model is made.
      const name = apiKeyEnv ?? defaultApiKeyEnv;
      if (name !== undefined && isSet(name)) names.add(name);
    }
  };
  collect(config.models, modelDefaults(config, services));
  collect(judgesOf(config), judgeDefaults(config, services));
  collect(
    config.judges.flatMap((entry) => replacementEntry(entry) ?? []),
    judgeDefaults(config, services),
  );
  return [...names].map((name) => passed({ area: "key", subject: name }, "is set"));
}

/** Makes the models, looks into recordings, and tries every endpoint. */
export async function checkModels(examination: Examination, suites: readonly Suite[]): Promise<Check[]> {
  const { config, services } = examination;
  const entries = config.models.flatMap(entriesByEndpoint);
  const checked = await Promise.all(
    entries.map(async (entry): Promise<Check[]> => {
      let about: Subject = { area: "model", subject: "model" };
      let model: Model | undefined;
      try {
        about = { area: "model", subject: displayId(entry) };
        model = await modelOf(entry, modelDefaults(config, services), services);
        return await examineModel(about, model, suites, examination);
      } catch (error) {
        return [failedWith(about, error)];
      } finally {
        await model?.close?.();
      }
    }),
  );
  return checked.flat();
}

async function examineModel(
  about: Subject,
  model: Model,
  suites: readonly Suite[],
  { config, services, calls }: Examination,
): Promise<Check[]> {
  if (model.identity.adapter === "replay") {
    return Promise.all(
      suites.map((suite) => checkRecordings(about, model, suite, config.trials, config.maxMissing)),
    );
  }
  if (!calls) return [passed(about, `${model.endpoint} is not called`)];
  const timeoutMs = config.timeout * 1000;
  const isScored = ({ questions }: Suite) => questions.some(({ likelihood }) => likelihood !== undefined);
  const answered = suites.filter((suite) => !isScored(suite));
  // A model that cannot score texts is refused with the plan.
  if (answered.length < suites.length && model.scoresTexts === true) {
    const scored = await tryEndpoint({ about, model, parameters: {}, scores: true, timeoutMs }, services);
    if (answered.length === 0 || scored.outcome === "failed") return [scored];
    return [scored, ...(await examineAnswers(about, model, answered, timeoutMs, services))];
  }
  return examineAnswers(about, model, answered, timeoutMs, services);
}

async function examineAnswers(
  about: Subject,
  model: Model,
  suites: readonly Suite[],
  timeoutMs: number,
  services: Services,
): Promise<Check[]> {
  const sampling = suites[0]?.sampling;
  const parameters =
    sampling === undefined ? {} : { temperature: sampling.temperature, maxTokens: sampling.maxTokens };
  const tried = await tryEndpoint({ about, model, parameters, timeoutMs }, services);
  if (tried.outcome === "failed") return [tried];
  const maxTokens = model.parameters?.maxTokens ?? sampling?.maxTokens;
  return [
    tried,
    ...(await checkContext(about, model, suites, maxTokens)),
    ...(await checkTemplate(about, model)),
  ];
}

interface BoundEntry {
  readonly about: Subject;
  readonly suite: Suite;
  readonly judge: Judge;
  readonly model: Model;
}

/** Says when a judge model is shut down, or will be. */
function checkRetirement(about: Subject, notice: JudgeModelNotice | undefined): Check[] {
  if (notice === undefined) return [];
  const { successor } = notice;
  const such = successor === undefined ? "" : `, such as --judge ${successor}`;
  const remedy = `Name another judge model${such}; \`assay bridge\` links its figures with the old ones.`;
  return [warned(about, notice.message, remedy)];
}

/** Longest wait for a list of models, in milliseconds. */
const LIST_WAIT_MS = 10_000;

/** Asks a judge's endpoint when the model ends, and keeps what it says. Whoever does not list it says nothing. */
async function askForShutdown(model: Model, services: Services): Promise<void> {
  const name = model.identity.model;
  if (!isEndpointModel(model) || typeof name !== "string") return;
  const shutdownOn = await model.shutdownDate(AbortSignal.timeout(LIST_WAIT_MS)).catch(() => undefined);
  if (shutdownOn !== undefined) await keepShutdown(services, name, { endpoint: model.endpoint, shutdownOn });
}

/** Gives one verdict on each suite whose right answers judge it; no model is asked. */
async function checkAnswerKeys(
  { config, services }: Examination,
  suites: readonly Suite[],
): Promise<Check[]> {
  const keyed = suites.filter(({ defaultJudge }) => isCallFree(defaultJudge));
  return Promise.all(
    keyed.map(async (suite): Promise<Check> => {
      const about: Subject = { area: "judge", subject: `${suite.defaultJudge} on ${suite.id}` };
      try {
        const { judge } = await judgeFor({}, suite, "single", config, assetFinder(services), services);
        const trial = verdictTrial(judge, suite);
        const verdict = trial && judge.settle?.(trial.item);
        if (verdict?.kind === "rating") return passed(about, "gives a verdict without asking a model");
        const message = `gives no verdict: ${verdict?.kind === "unreadable" ? verdict.reason : "it can be asked about no question"}`;
        const remedy = "Check the right answers in the file of questions (docs/known-answers.md).";
        return { ...about, outcome: "failed", code: "unreadable-verdict", message, remedy };
      } catch (error) {
        return failedWith(about, error);
      }
    }),
  );
}

/** Makes every judge for every suite, says which judge models are retired, and tries their endpoints. */
export async function checkJudges(examination: Examination, suites: readonly Suite[]): Promise<Check[]> {
  const { config, services, calls } = examination;
  const checks: Check[] = [];
  const bound: BoundEntry[] = [];
  if (suites.length === 0 && config.judges.length > 0) {
    const about: Subject = {
      area: "judge",
      subject: config.judges.map((one) => one.id ?? one.model).join(", "),
    };
    return [warned(about, "not checked, since there is no suite to judge")];
  }
  for (const entry of judgesOf(config).flatMap(entriesByEndpoint)) {
    for (const suite of suites) {
      let about: Subject = { area: "judge", subject: "judge" };
      try {
        about = { area: "judge", subject: displayId(entry) };
        const mode = modeOf(entry, config, suite, noObjects);
        const finder = assetFinder(services);
        if (isCallFree(suite.defaultJudge) && !namesProtocol(entry)) continue;
        const { judge, model, replacement } = await judgeFor(entry, suite, mode, config, finder, services);
        checks.push(...checkPins(about, judge.assets ?? []));
        for (const one of [model, ...(replacement === undefined ? [] : [replacement])]) {
          const name = one.id === judge.name ? one.id : `${one.id} (${judge.name})`;
          const subject = one === model ? name : `${name}, for ${model.id}`;
          bound.push({ about: { area: "judge", subject }, suite, judge, model: one });
          if (calls) await askForShutdown(one, services);
          checks.push(...checkRetirement(about, retirementOf(one, services)));
        }
      } catch (error) {
        checks.push(failedWith(about, error));
        // Said also where the judge cannot be made.
        const notice =
          entry.model === undefined ? undefined : judgeModelNotice(entry.model, services.clock.now());
        checks.push(...checkRetirement(about, notice));
      }
    }
  }
  checks.push(...(await checkAnswerKeys(examination, suites)));
  const trials = distinctTrials(bound, config.timeout * 1000, config.judgeAttempts);
  for (const { about, model } of calls ? [] : trials)
    checks.push(passed(about, `${model.endpoint} is not called`));
  checks.push(...(await Promise.all((calls ? trials : []).map((trial) => tryEndpoint(trial, services)))));
  await Promise.allSettled(bound.map(({ model }) => model.close?.()));
  return distinct(checks);
}

/** One call is enough for a judge that judges several suites. Recorded verdicts are for pairs that are not known yet. */
function distinctTrials(bound: readonly BoundEntry[], timeoutMs: number, attempts: number): Trial[] {
  const trials = new Map<string, Trial>();
  for (const { about, suite, judge, model } of bound) {
    if (model.identity.adapter === "replay") continue;
    const { parameters } = judge;
    const key = JSON.stringify([model.id, model.identity, model.endpoint, parameters, judge.identity]);
    const trial = verdictTrial(judge, suite);
    const verdict = trial === undefined ? undefined : { judge, trial, attempts };
    trials.set(
      key,
      trials.get(key) ?? { about, model, parameters, timeoutMs, ...presentFields({ verdict }) },
    );
  }
  return [...trials.values()];
}

/** The same complaint for several suites is made once. */
function distinct(checks: readonly Check[]): Check[] {
  const seen = new Set<string>();
  return checks.filter((check) => {
    const key = JSON.stringify([check.area, check.subject, check.message]);
    return !seen.has(key) && seen.add(key);
  });
}

/** Makes the whole plan, which finds what only shows in the whole: names that clash, baselines, budget, prices. */
export async function checkPlan({ config, services }: Examination): Promise<Check> {
  const about: Subject = { area: "plan", subject: "run" };
  try {
    const evaluation = await prepareEvaluation(config, services);
    await evaluation.close();
    await defaultExecution(evaluation);
    const estimate = estimatePlan(evaluation.plan, evaluation.prices);
    const { costUsd } = estimate;
    const { low, high } = costUsd;
    const cost = low === null || high === null ? "no price known" : `$${low.toFixed(2)}–$${high.toFixed(2)}`;
    if (unjudgedSuites(evaluation).length > 0) {
      const message = `${plannedCalls(estimate)}, but no judge is named: only \`assay answer\` would work`;
      return {
        ...about,
        outcome: "failed",
        code: "judge-missing",
        message,
        remedy: "Name one with --judge.",
      };
    }
    const message = `${plannedCalls(estimate)}, ${cost}`;
    const [idle] = idleOptions(evaluation);
    return idle === undefined
      ? passed(about, message)
      : warned(about, `${message}; ${idle.message}`, idle.remedy);
  } catch (error) {
    return failedWith(about, error);
  }
}
