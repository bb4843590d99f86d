import { existsSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { presentFields } from "../core/present-fields.js";
import type { Model } from "../core/records.js";
import { isSecretName } from "../core/secrets.js";
import { OPENAI_BASE_URL, readBaseUrl } from "./base-url.js";
import { commandModel } from "./command.js";
import { completionsModel } from "./completions.js";
import type { EndpointModelOptions } from "./endpoint-model.js";
import { moduleModel } from "./module.js";
import { openaiModel } from "./openai.js";
import { replayModel } from "./replay.js";
import { rewardModel } from "./reward/reward-model.js";
import { type RewardShape, rewardShapeNames, rewardShapes } from "./reward/reward-shapes.js";
import type { RewardLabel } from "./reward/reward-values.js";
import type { ModelServices, ModelSpecification } from "./specification.js";
import {
  choiceOption,
  countOption,
  demandField,
  flagOption,
  namedTextsOption,
  positiveOption,
  refuseModel,
  textOption,
  textsOption,
} from "./specification-fields.js";
import { isTemplateFile, loadTemplateFile } from "./template-file.js";

/** Headers by which keys travel, however they are spelt; they may not stand in a config file. */
const SECRET_HEADER = /authorization|api-?key|token|secret|cookie/i;

/**
 * The key of a model; undefined when it names none and its endpoint may do without.
 * @param isNeeded Whether the endpoint certainly wants one.
 */
function readApiKey(
  specification: ModelSpecification,
  services: ModelServices,
  isNeeded: boolean,
): string | undefined {
  const { apiKeyEnv, defaultApiKeyEnv } = specification;
  const name = apiKeyEnv ?? defaultApiKeyEnv ?? (isNeeded ? "OPENAI_API_KEY" : undefined);
  if (name === undefined) return undefined;
  const value = services.environment[name]?.trim();
  if (value === undefined || value === "") {
    if (services.asksElsewhere === true || (apiKeyEnv === undefined && !isNeeded)) return undefined;
    return refuseModel(
      specification,
      "missing-api-key",
      `the environment variable ${name} is not set`,
      apiKeyEnv === undefined
        ? `Set it (export ${name}=…), or name another one with apiKeyEnv.`
        : `Set it (export ${name}=…), or leave its name out where the endpoint wants no key.`,
    );
  }
  if (!/^[\x21-\x7e]+$/.test(value)) {
    return refuseModel(
      specification,
      "bad-api-key",
      `the key in ${name} holds a space, a line break or a letter that no key has`,
      "Set it again, without quotes or line breaks.",
    );
  }
  return value;
}

function readHeaders(specification: ModelSpecification, services: ModelServices): Record<string, string> {
  const headers: Record<string, string> = { ...namedTextsOption(specification, "headers") };
  for (const name of Object.keys(headers)) {
    if (SECRET_HEADER.test(name) || isSecretName(name)) {
      refuseModel(
        specification,
        "secret-in-config",
        `the header ${name} may not stand in a config file`,
        "Name the environment variable that holds it under options.headersFromEnvironment.",
      );
    }
  }
  for (const [name, variable] of Object.entries(namedTextsOption(specification, "headersFromEnvironment"))) {
    const value = services.environment[variable]?.trim();
    if (value === undefined || value === "") {
      refuseModel(
        specification,
        "missing-api-key",
        `the environment variable ${variable} (header ${name}) is not set`,
        `Set it (export ${variable}=…).`,
      );
    }
    headers[name] = value;
  }
  return headers;
}

function commonOptions(specification: ModelSpecification) {
  const { id, family, parameters, system, priceKey } = specification;
  return {
    id,
    ...(family === undefined ? {} : { family }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(system === undefined ? {} : { system }),
    ...(priceKey === undefined ? {} : { priceKey }),
  };
}

function endpointOptions(specification: ModelSpecification, services: ModelServices): EndpointModelOptions {
  const { baseUrl, apiKeyEnv, defaultApiKeyEnv } = specification;
  const isOpenai = readBaseUrl(baseUrl ?? OPENAI_BASE_URL).isOpenai;
  const apiKey = readApiKey(specification, services, isOpenai);
  const headers = readHeaders(specification, services);
  const apiKeyHeader = textOption(specification, "apiKeyHeader");
  const tokenLimit = choiceOption(specification, "tokenLimitParameter", [
    "max_tokens",
    "max_completion_tokens",
    "auto",
  ] as const);
  const api = choiceOption(specification, "api", ["chat", "responses"] as const);
  const unsupported = textsOption(specification, "unsupported");
  const reasoning = choiceOption(specification, "reasoning", ["separate", "keep"] as const);
  const followsRedirects = flagOption(specification, "followRedirects");
  const maxReplyMb = positiveOption(specification, "maxReplyMb");
  return {
    ...commonOptions(specification),
    model: demandField(specification, "model"),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(apiKey === undefined ? {} : { apiKey }),
    apiKeyName: apiKeyEnv ?? defaultApiKeyEnv ?? "OPENAI_API_KEY",
    ...(apiKeyHeader === undefined ? {} : { apiKeyHeader }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    secretHeaders: Object.keys(namedTextsOption(specification, "headersFromEnvironment")),
    ...(tokenLimit === undefined ? {} : { tokenLimitParameter: tokenLimit }),
    ...(api === undefined ? {} : { api }),
    ...(unsupported === undefined ? {} : { unsupported }),
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(followsRedirects === undefined ? {} : { followsRedirects }),
    ...(maxReplyMb === undefined ? {} : { maxReplyMb }),
    environment: services.environment,
    ...(services.fetch === undefined ? {} : { fetch: services.fetch }),
    ...(services.clock === undefined ? {} : { now: services.clock.now }),
  };
}

const absolute = (path: string, services: ModelServices) =>
  isAbsolute(path) ? path : resolve(services.folder ?? process.cwd(), path);

/** Makes a model of adapter `openai`. Throws ConfigErrors. */
export function createOpenaiModel(specification: ModelSpecification, services: ModelServices): Model {
  return openaiModel(endpointOptions(specification, services));
}

/** Makes a model of adapter `completions`. Throws ConfigErrors. */
export async function createCompletionsModel(
  specification: ModelSpecification,
  services: ModelServices,
): Promise<Model> {
  const options = endpointOptions(specification, services);
  const name = demandField(specification, "template");
  const template = isTemplateFile(name) ? await loadTemplateFile(absolute(name, services)) : name;
  return completionsModel({ ...options, template });
}

/** Inputs of one call where nothing is said. */
const REWARD_BATCH = 16;

function rewardLabel(specification: ModelSpecification, shape: RewardShape): RewardLabel | undefined {
  const label = specification.options?.label;
  if (label === undefined || label === "last") return label;
  if (typeof label === "number" && Number.isSafeInteger(label) && label >= 0) return label;
  if (typeof label === "string" && label !== "" && shape.hasNames) return label;
  return refuseModel(
    specification,
    "bad-option",
    `the reward's label ${JSON.stringify(label)} is none that its shape can have`,
    shape.hasNames
      ? "Give its number from 0, or the name of the output."
      : "Give its number from 0: this kind of server tells no names.",
  );
}

/** Makes a model of adapter `reward`. Throws ConfigErrors. */
export async function createRewardModel(
  specification: ModelSpecification,
  services: ModelServices,
): Promise<Model> {
  const { baseUrl } = specification;
  const name = choiceOption(specification, "shape", rewardShapeNames);
  if (baseUrl === undefined || name === undefined) {
    return refuseModel(
      specification,
      "reward-endpoint-missing",
      "a reward model needs the address and the shape of its server",
      `Add reward: { endpoint: http://localhost:8000, shape: ${rewardShapeNames.join("|")} } to the judge's entry.`,
    );
  }
  const shape: RewardShape = rewardShapes[name];
  const file = specification.template;
  if ((shape.templates === "file" && file === undefined) || (shape.templates === "none" && file)) {
    return refuseModel(
      specification,
      "reward-template",
      file === undefined
        ? `a server of shape ${name} does not write the chat template itself`
        : "a reranker has no chat template",
      file === undefined
        ? "Add template: { file: PATH } with the model's tokenizer_config.json or .jinja file."
        : "Leave the template out; for a reward model name another shape.",
    );
  }
  const label = rewardLabel(specification, shape);
  return rewardModel({
    ...endpointOptions(specification, services),
    baseUrl,
    shape: name,
    activation: choiceOption(specification, "activation", ["raw", "as-served"] as const) ?? "raw",
    batch: countOption(specification, "batch") || REWARD_BATCH,
    ...presentFields({
      label,
      template: file === undefined ? undefined : await loadTemplateFile(absolute(file, services)),
    }),
  });
}

/** Makes a model of adapter `replay`. Throws ConfigErrors, and DataErrors for its files. */
export function createReplayModel(specification: ModelSpecification, services: ModelServices): Model {
  const paths = specification.paths?.length ? specification.paths : [demandField(specification, "path")];
  return replayModel({
    ...commonOptions(specification),
    ...(specification.model === undefined ? {} : { model: specification.model }),
    paths: paths.map((path) => absolute(path, services)),
  });
}

/** The program as it is started: relative to the working directory when it has a path, else found on the PATH. */
function findCommand(specification: ModelSpecification, services: ModelServices): string {
  const command = demandField(specification, "command");
  const isPath = /[/\\]/.test(command);
  const path = isPath ? absolute(command, services) : command;
  const folders = (services.environment.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  // Windows finds programs by rules of its own (PATHEXT); there the start decides.
  const exists = isPath
    ? existsSync(path)
    : process.platform === "win32" || folders.some((folder) => existsSync(join(folder, command)));
  if (exists) return path;
  return refuseModel(
    specification,
    "missing-program",
    `the program "${command}" was not found`,
    "A relative path starts from the working directory; a bare name is looked up on the PATH.",
  );
}

/** Makes a model of adapter `command`; starts nothing yet. Throws ConfigErrors. */
export function createCommandModel(specification: ModelSpecification, services: ModelServices): Model {
  const { args, model } = specification;
  const version = textOption(specification, "version");
  const maxRestarts = countOption(specification, "maxRestarts");
  const graceMs = countOption(specification, "graceMs");
  return commandModel({
    ...commonOptions(specification),
    command: findCommand(specification, services),
    ...(args === undefined ? {} : { args }),
    ...(model === undefined ? {} : { model }),
    ...(version === undefined ? {} : { version }),
    ...(maxRestarts === undefined ? {} : { maxRestarts }),
    ...(graceMs === undefined ? {} : { graceMs }),
    folder: services.folder ?? process.cwd(),
    environment: services.environment,
    ...(services.clock === undefined ? {} : { clock: services.clock }),
  });
}

/** Makes a model of adapter `module`. Throws ConfigErrors. */
export async function createModuleModel(
  specification: ModelSpecification,
  services: ModelServices,
): Promise<Model> {
  const { model, baseUrl, options } = specification;
  const apiKey = readApiKey(specification, services, false);
  return moduleModel({
    ...commonOptions(specification),
    path: absolute(demandField(specification, "path"), services),
    ...(model === undefined ? {} : { model }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(apiKey ? { apiKey } : {}),
    ...(options === undefined ? {} : { options }),
  });
}
