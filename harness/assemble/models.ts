import { basename } from "node:path";
import type { RunConfig } from "../config/resolve.js";
import type { JudgeEntry, ModelEntry } from "../config/schema.js";
import { ConfigError } from "../core/errors.js";
import type { GenerationParameters, Model } from "../core/records.js";
import type { Services } from "../core/services.js";
import { createModel } from "../models/create-model.js";
import type { ModelSpecification } from "../models/specification.js";
import { createReplicatedModel } from "../pipeline/dispatch/replicas.js";
import { OBJECT_ADAPTER, objectMissing } from "./object-marks.js";

/** Endpoint and key variable that hold where an entry names none. */
export interface EndpointDefaults {
  readonly baseUrl?: string | undefined;
  /** As the user named it. */
  readonly apiKeyEnv?: string | undefined;
  /** Used where none is named and it is set. */
  readonly unnamedApiKeyEnv?: string | undefined;
  /** See {@link ModelServices.asksElsewhere}. */
  readonly asksElsewhere?: boolean;
  readonly followRedirects?: boolean | undefined;
  readonly maxReplyMb?: number | undefined;
}

/** Adapters that ask an OpenAI-compatible endpoint themselves. */
const ENDPOINT_ADAPTERS: ReadonlySet<string> = new Set(["openai", "completions"]);

/** An entry's own options over those of the run that its adapter knows. */
function optionsOf(
  { adapter = "openai", options }: ModelEntry | JudgeEntry,
  { followRedirects, maxReplyMb }: EndpointDefaults,
): ModelEntry["options"] {
  if (!ENDPOINT_ADAPTERS.has(adapter)) return options;
  const all = defined({ followRedirects, maxReplyMb, ...options });
  return Object.keys(all).length === 0 ? options : (all as ModelEntry["options"]);
}

/** Where a key is looked for that nobody named a variable for. */
const UNNAMED_KEY = "OPENAI_API_KEY";

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
 * Environment variables whose value an entry's endpoint is given: the one that was named, which must be set, or one
 * that is used if it is set. Neither where it is given no key.
 * @param baseUrl One of the entry's several endpoints.
 */
export function keyVariablesOf(
  entry: ModelEntry | JudgeEntry,
  defaults: EndpointDefaults,
  baseUrl?: string,
): Pick<ModelSpecification, "apiKeyEnv" | "defaultApiKeyEnv"> {
  if (entry.apiKeyEnv !== undefined) return { apiKeyEnv: entry.apiKeyEnv };
  const ownUrl = baseUrl ?? entry.baseUrl;
  // A key belongs to the endpoint it was given for; another base URL does not get it by default.
  if (ownUrl !== undefined && ownUrl !== defaults.baseUrl) return {};
  const { apiKeyEnv, unnamedApiKeyEnv } = defaults;
  // What was named for the run's endpoint is not demanded by a program or module that may need no key.
  if (ENDPOINT_ADAPTERS.has(entry.adapter ?? "openai")) {
    if (apiKeyEnv !== undefined) return { apiKeyEnv };
    return unnamedApiKeyEnv === undefined ? {} : { defaultApiKeyEnv: unnamedApiKeyEnv };
  }
  const offered = apiKeyEnv ?? unnamedApiKeyEnv;
  return offered === undefined ? {} : { defaultApiKeyEnv: offered };
}

function specificationOf(
  entry: ModelEntry | JudgeEntry,
  defaults: EndpointDefaults,
  baseUrl?: string,
): ModelSpecification {
  const { model, template, path, paths, command, args, system, family, priceKey, parameters } = entry;
  const id = displayId(entry);
  const ownUrl = baseUrl ?? entry.baseUrl;
  return {
    id,
    adapter: entry.adapter ?? "openai",
    ...defined({
      model: model ?? (entry.adapter === "replay" ? undefined : id),
      baseUrl: ownUrl ?? defaults.baseUrl,
      ...keyVariablesOf(entry, defaults, baseUrl),
      template,
      path,
      paths,
      command,
      args,
      system,
      family,
      priceKey,
      options: optionsOf(entry, defaults),
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
  asksElsewhere = false,
): Promise<Model> {
  const { environment, clock } = services;
  const models = await Promise.all(
    described.map((one) => createModel(one, { environment, clock, asksElsewhere })),
  );
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
  if (entry.adapter === OBJECT_ADAPTER) throw objectMissing("model", displayId(entry));
  const described = (entry.baseUrls ?? [undefined]).map((baseUrl) =>
    specificationOf(entry, defaults, baseUrl),
  );
  return modelFrom(described, services, defaults.asksElsewhere);
}

/** Where the models of a run are asked unless their entries say otherwise. */
export function modelDefaults(config: RunConfig, services: Services): EndpointDefaults {
  const { apiKeyEnv, followRedirects, maxReplyMb } = config;
  return {
    baseUrl: config.baseUrl ?? services.environment.OPENAI_BASE_URL,
    apiKeyEnv,
    unnamedApiKeyEnv: UNNAMED_KEY,
    // Workers of a queue have keys of their own.
    asksElsewhere: config.queue !== undefined,
    followRedirects,
    maxReplyMb,
  };
}

/**
 * Where judge models are asked: the judge's own endpoint, else the models'. The models' key variable goes along only
 * to the models' endpoint.
 */
export function judgeDefaults(config: RunConfig, services: Services): EndpointDefaults {
  const models = modelDefaults(config, services);
  const baseUrl = config.judgeBaseUrl ?? models.baseUrl;
  const inherited = baseUrl === models.baseUrl ? models.apiKeyEnv : undefined;
  return { ...models, baseUrl, apiKeyEnv: config.judgeApiKeyEnv ?? inherited };
}
