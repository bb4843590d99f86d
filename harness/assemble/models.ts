import { existsSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { RunConfig } from "../config/resolve.js";
import type { JudgeEntry, ModelEntry } from "../config/schema.js";
import { ConfigError, EndpointError } from "../core/errors.js";
import { contentId } from "../core/hash.js";
import type { Answer, GenerationParameters, Model, Suite } from "../core/records.js";
import { createModel } from "../models/create-model.js";
import type { ModelSpecification } from "../models/specification.js";
import { createReplicatedModel } from "../pipeline/dispatch/replicas.js";
import type { Services } from "./services.js";

/** Endpoint and key variable that hold where an entry names none. */
export interface EndpointDefaults {
  readonly baseUrl?: string | undefined;
  readonly apiKeyEnv?: string | undefined;
}

/** Drops keys without a value, as exact optional properties want it. */
function defined<Value extends object>(
  value: Value,
): { [Key in keyof Value]: Exclude<Value[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never;
}

/** Display id of an entry: its own, else the name the endpoint knows, else its file's. */
export function displayId(entry: ModelEntry | JudgeEntry): string {
  const path = entry.path ?? entry.paths?.[0] ?? entry.command;
  const id =
    entry.id ?? entry.model ?? (path === undefined ? undefined : basename(path).replace(/\.[^.]+$/, ""));
  if (id !== undefined) return id;
  throw new ConfigError("a model in the configuration has neither `id` nor `model`", {
    code: "model-without-name",
    remedy: "Give it the name that the endpoint knows: `model: my-org/my-model`.",
  });
}

/**
 * Environment variable whose value an entry's endpoint is given; undefined where it is given none.
 * @param baseUrl One of the entry's several endpoints.
 */
export function keyVariableOf(
  entry: ModelEntry | JudgeEntry,
  defaults: EndpointDefaults,
  baseUrl?: string,
): string | undefined {
  const ownUrl = baseUrl ?? entry.baseUrl;
  // A key belongs to the endpoint it was given for; another base URL does not get it by default.
  const isDefault = ownUrl === undefined || ownUrl === defaults.baseUrl;
  return entry.apiKeyEnv ?? (isDefault ? defaults.apiKeyEnv : undefined);
}

function specificationOf(
  entry: ModelEntry | JudgeEntry,
  defaults: EndpointDefaults,
  baseUrl?: string,
): ModelSpecification {
  const { model, template, path, paths, command, args, system, family, priceKey, options, parameters } =
    entry;
  const id = displayId(entry);
  const ownUrl = baseUrl ?? entry.baseUrl;
  return {
    id,
    adapter: entry.adapter ?? "openai",
    ...defined({
      model: model ?? (entry.adapter === "replay" ? undefined : id),
      baseUrl: ownUrl ?? defaults.baseUrl,
      apiKeyEnv: keyVariableOf(entry, defaults, baseUrl),
      template,
      path,
      paths,
      command,
      args,
      system,
      family,
      priceKey,
      options,
      parameters: parameters === undefined ? undefined : (defined(parameters) as GenerationParameters),
    }),
  };
}

const specifications = new WeakMap<Model, readonly ModelSpecification[]>();

/** What a configured model was made from, one description per base URL; undefined for other models. */
export function specificationsOf(model: Model): readonly ModelSpecification[] | undefined {
  return specifications.get(model);
}

/** Makes a model from its descriptions: one, or one per base URL for a model with replicas. */
export async function modelFrom(
  described: readonly ModelSpecification[],
  services: Pick<Services, "environment" | "clock">,
): Promise<Model> {
  const { environment, clock } = services;
  const models = await Promise.all(described.map((one) => createModel(one, { environment, clock })));
  const [only] = models;
  const model = models.length === 1 && only !== undefined ? only : createReplicatedModel(models, { clock });
  specifications.set(model, described);
  return model;
}

/** Makes the model of one entry; several base URLs make one model with replicas. */
export async function modelOf(
  entry: ModelEntry | JudgeEntry,
  defaults: EndpointDefaults,
  services: Services,
): Promise<Model> {
  const described = (entry.baseUrls ?? [undefined]).map((baseUrl) =>
    specificationOf(entry, defaults, baseUrl),
  );
  return modelFrom(described, services);
}

/** Where the models of a run are asked unless their entries say otherwise. */
export function modelDefaults(config: RunConfig, services: Services): EndpointDefaults {
  return { baseUrl: config.baseUrl ?? services.environment.OPENAI_BASE_URL, apiKeyEnv: config.apiKeyEnv };
}

/**
 * Where judge models are asked: the judge's own endpoint, else the models'. The models' key variable goes along only
 * to the models' endpoint.
 */
export function judgeDefaults(config: RunConfig, services: Services): EndpointDefaults {
  const models = modelDefaults(config, services);
  const baseUrl = config.judgeBaseUrl ?? models.baseUrl;
  const inherited = baseUrl === models.baseUrl ? models.apiKeyEnv : "OPENAI_API_KEY";
  return { baseUrl, apiKeyEnv: config.judgeApiKeyEnv ?? inherited };
}

/** A model over answers that came with a suite; asked nothing, costs nothing. */
export function recordedModel(id: string, answers: readonly Answer[]): Model {
  const byPlace = new Map(answers.map((answer) => [`${answer.questionId}\u0000${answer.trial}`, answer]));
  const hash = contentId(answers.map((answer) => [answer.questionId, answer.turns.map((turn) => turn.text)]));
  return {
    id,
    identity: { adapter: "replay", model: id, recordings: hash },
    endpoint: `recorded:${id}`,
    async generate({ subject }) {
      // One recorded answer stands for all trials: the opponent is the same in each.
      const answer =
        byPlace.get(`${subject.questionId}\u0000${subject.trial}`) ??
        byPlace.get(`${subject.questionId}\u00001`);
      const turn = answer?.turns[subject.turn - 1];
      if (turn === undefined) {
        const message = `${id} has no recorded answer to question ${subject.questionId}, turn ${subject.turn}`;
        throw new EndpointError(message, { code: "no-recording", retryable: false });
      }
      return { text: turn.text, finishReason: turn.finishReason, recorded: true };
    },
  };
}

/** Finds a file of published answers among the assets; undefined when there is none. */
export type PublishedAnswers = (suite: string, model: string) => Promise<string | undefined>;

/** Name of a recording: FastChat's files are named after the model, AlpacaEval's folders are. */
function idOfFile(path: string): string {
  const name = basename(path).replace(/\.[^.]+$/, "");
  return name === "model_outputs" ? basename(dirname(path)) : name;
}

/**
 * The opponent of `pairwise-baseline` on one suite, when it is not one of the measured models: answers that come with
 * the suite, a file of recorded answers, published answers among the assets, or a live model.
 */
export async function opponentOf(
  name: string,
  suite: Suite,
  published: PublishedAnswers,
  defaults: EndpointDefaults,
  services: Services,
): Promise<Model> {
  const own = suite.recordedAnswers?.filter((answer) => answer.model === name) ?? [];
  if (own.length > 0) return recordedModel(name, own);
  const isFile = existsSync(name);
  if (!isFile && /[\\/]|\.jsonl?$/.test(name) && !/^[^\\/.]+\/[^\\/]+$/.test(name)) {
    throw new ConfigError(`there is no file ${name} of recorded answers`, {
      code: "baseline-missing",
      remedy: "Mend the path, or name a model.",
    });
  }
  const path = isFile ? name : await published(suite.id, name);
  if (path === undefined) return modelOf({ model: name }, defaults, services);
  return modelOf({ id: isFile ? idOfFile(name) : name, adapter: "replay", path }, {}, services);
}
