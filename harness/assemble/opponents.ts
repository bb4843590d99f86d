import { existsSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { RunConfig } from "../config/resolve.js";
import { compositeKey } from "../core/composite-key.js";
import { ConfigError, EndpointError } from "../core/errors.js";
import { contentId } from "../core/hash.js";
import { namedPath } from "../core/named-path.js";
import { presentFields } from "../core/present-fields.js";
import type { Answer, Model, Suite, Warning } from "../core/records.js";
import type { Services } from "../core/services.js";
import { nearestName } from "../core/spelling.js";
import { publishedAnswers, publishedModels } from "../data/asset-finder.js";
import type { Judging, Opponents } from "./answer-source.js";
import { modelDefaults, modelOf } from "./models.js";

/** A model over answers that came with a suite; asked nothing, costs nothing. */
function recordedModel(id: string, answers: readonly Answer[]): Model {
  const byPlace = new Map(answers.map((answer) => [compositeKey(answer.questionId, answer.trial), answer]));
  const hash = contentId(answers.map((answer) => [answer.questionId, answer.turns.map((turn) => turn.text)]));
  return {
    id,
    identity: { adapter: "replay", model: id, recordings: hash },
    endpoint: `recorded:${id}`,
    async generate({ subject }) {
      // One recorded answer stands for all trials: the opponent is the same in each.
      const answer =
        byPlace.get(compositeKey(subject.questionId, subject.trial)) ??
        byPlace.get(compositeKey(subject.questionId, "1"));
      const turn = answer?.turns[subject.turn - 1];
      if (turn === undefined) {
        const message = `${id} has no recorded answer to question ${subject.questionId}, turn ${subject.turn}`;
        throw new EndpointError(message, { code: "no-recording", retryable: false });
      }
      return { text: turn.text, finishReason: turn.finishReason, recorded: true };
    },
  };
}

/** Name of a recording that does not name its model: FastChat's files are named after it, AlpacaEval's folders are. */
function idOfFile(path: string): string {
  const name = basename(path).replace(/\.[^.]+$/, "");
  return name === "model_outputs" ? basename(dirname(path)) : name;
}

/** `PATH` or `PATH#MODEL`, where there is such a file. @throws ConfigError for what can only be a path and is none. */
function recordingNamed(name: string): { readonly path: string; readonly model?: string } | undefined {
  const { path, picked } = namedPath(name);
  if (existsSync(path)) return { path, ...presentFields({ model: picked }) };
  const isModelName = !/[\\/]/.test(path) || /^[^\\/.]+\/[^\\/]+$/.test(path);
  if (isModelName && !/\.jsonl?$/i.test(path)) return undefined;
  throw new ConfigError(`there is no file ${path} of recorded answers`, {
    code: "baseline-missing",
    remedy: "Fix the path, or name a model.",
  });
}

/** A model over a file of recorded answers, called as the records call it. */
async function modelOfRecording(
  { path, model }: { readonly path: string; readonly model?: string },
  services: Services,
): Promise<Model> {
  const entry = { adapter: "replay", path, ...presentFields({ model }) } as const;
  const found = await modelOf({ ...entry, id: model ?? idOfFile(path) }, {}, services);
  const { model: name } = found.identity;
  return typeof name !== "string" || name === found.id
    ? found
    : modelOf({ ...entry, id: name, model: name }, {}, services);
}

/** Recorded answers of a baseline that did not come with the suite: a file, or published among the assets. */
export async function recordedOpponent(
  name: string,
  suite: Suite,
  services: Services,
): Promise<Model | undefined> {
  const recording = recordingNamed(name);
  if (recording !== undefined) return modelOfRecording(recording, services);
  const path = await publishedAnswers(services)(suite.id, name);
  return path === undefined ? undefined : modelOf({ id: name, adapter: "replay", path }, {}, services);
}

async function opponentNamed(
  name: string,
  suite: Suite,
  near: readonly string[],
  config: RunConfig,
  services: Services,
): Promise<{ readonly model: Model; readonly warnings: readonly Warning[] }> {
  const recorded = await recordedOpponent(name, suite, services);
  if (recorded !== undefined) return { model: recorded, warnings: [] };
  const model = await modelOf({ model: name }, modelDefaults(config, services), services);
  const meant = nearestName(name, [...near, ...publishedModels(suite.id)]);
  const hint = meant === undefined ? "" : `; if ${meant} is meant, stop here and correct the name`;
  const message = `the baseline ${name} has no recorded answers here; it is asked like a model, at ${model.endpoint}${hint}`;
  return { model, warnings: [{ code: "live-baseline", message }] };
}

/**
 * The baselines of suites on which some judge compares with one: a measured model, answers that come with the suite,
 * a file of recorded answers, published answers among the assets, or a live model.
 * @throws ConfigError, DataError.
 */
export async function findOpponents(
  suites: Iterable<Suite>,
  measured: readonly Model[],
  config: RunConfig,
  services: Services,
): Promise<Omit<Opponents, "answers" | "ranked">> {
  const models: Record<string, Model> = {};
  const names = new Map<string, string>();
  // One model for all suites on which it is the baseline.
  const found = new Map<string, ReturnType<typeof opponentNamed>>();
  for (const suite of suites) {
    const name = config.baseline ?? suite.defaultBaseline;
    if (name === undefined) continue;
    names.set(suite.id, name);
    if (measured.some((model) => model.id === name)) continue;
    const own = suite.recordedAnswers?.filter((answer) => answer.model === name) ?? [];
    if (own.length > 0) {
      models[suite.id] = recordedModel(name, own);
      continue;
    }
    const near = [
      ...measured.map((model) => model.id),
      ...(suite.recordedAnswers ?? []).map((one) => one.model),
    ];
    const opponent = found.get(name) ?? opponentNamed(name, suite, near, config, services);
    found.set(name, opponent);
    const { model } = await opponent;
    models[suite.id] = model;
    names.set(suite.id, model.id);
  }
  const told = await Promise.all(found.values());
  const asked = [...new Set(Object.values(models))];
  return { models, names, asked, warnings: told.flatMap(({ warnings }) => warnings) };
}

/** A recorded model of a suite by name. @throws ConfigError where nobody recorded its answers. */
async function recordedNamed(name: string, suite: Suite, services: Services): Promise<Model> {
  const own = suite.recordedAnswers?.filter((answer) => answer.model === name) ?? [];
  if (own.length > 0) return recordedModel(name, own);
  const found = await recordedOpponent(name, suite, services);
  if (found !== undefined) return found;
  const known = [
    ...new Set([...(suite.recordedAnswers ?? []).map((one) => one.model), ...publishedModels(suite.id)]),
  ];
  const meant = nearestName(name, known);
  const hint = meant === undefined ? "" : `Did you mean ${meant}? `;
  throw new ConfigError(`--opponents: there are no recorded answers of ${name} to ${suite.id}`, {
    code: "opponent-unknown",
    remedy: `${hint}Name a model whose answers are published, or a file of recorded answers; a live model is named with --model.`,
  });
}

/**
 * The recorded models that are ranked along with the measured ones, by suite; those that are measured themselves are left
 * out, since they are ranked anyway.
 * @throws ConfigError for a model without recorded answers, and one that is named twice.
 */
export async function rankedOpponents(
  judging: readonly Judging[],
  measured: readonly Model[],
  { opponents = [] }: Pick<RunConfig, "opponents">,
  services: Services,
): Promise<Readonly<Record<string, readonly Model[]>>> {
  const suites = new Set(judging.filter(({ mode }) => mode === "ranking").map(({ suite }) => suite));
  const ids = new Set(measured.map((model) => model.id));
  const byFile = new Map<string, Model>();
  const ranked: Record<string, readonly Model[]> = {};
  for (const suite of suites) {
    const models: Model[] = [];
    for (const name of opponents) {
      if (ids.has(name)) continue;
      const key = suite.recordedAnswers === undefined ? name : compositeKey(name, suite.id);
      const model = byFile.get(key) ?? (await recordedNamed(name, suite, services));
      byFile.set(key, model);
      if (!ids.has(model.id) && models.every((one) => one.id !== model.id)) models.push(model);
    }
    ranked[suite.id] = models;
  }
  return ranked;
}
