import { existsSync } from "node:fs";
import { extname, isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ConfigError, EndpointError, messageOf } from "../core/errors.js";
import type { FinishReason, Generation, GenerationParameters, Json, Model } from "../core/records.js";
import { excerpt } from "../core/text.js";
import { untilAborted } from "./abort.js";
import { type CommonModelOptions, commonFields, modelIdentity } from "./identity.js";
import { isJsonObject } from "./json-reading.js";
import { shortName } from "./recordings.js";
import { createRedactor } from "./redaction.js";

/** What a user's factory is given. */
export interface ModelFactoryOptions {
  readonly id: string;
  readonly model?: string;
  readonly baseUrl?: string;
  /** Value of the variable that `apiKeyEnv` names; keep it out of the identity. */
  readonly apiKey?: string;
  readonly parameters?: GenerationParameters;
  readonly system?: string;
  readonly family?: string;
  /** `options` of the config file, empty by default. */
  readonly options: Readonly<Record<string, Json>>;
}

/** The default export of a user's module. */
export type ModelFactory = (options: ModelFactoryOptions) => Model | Promise<Model>;

/** What a model needs that a user's module makes. */
export interface ModuleModelOptions extends CommonModelOptions {
  /** Path of the module. */
  readonly path: string;
  /** Folder that a relative path starts from; the working directory by default. */
  readonly folder?: string;
  readonly model?: string;
  readonly baseUrl?: string;
  readonly apiKey?: string;
  readonly priceKey?: string;
  readonly options?: Readonly<Record<string, Json>>;
}

const FINISH_REASONS: readonly FinishReason[] = ["stop", "length", "content-filter", "tool-calls", "unknown"];
const SHAPE = "The default export is a function (options) => Model; docs/adapters.md shows one.";

function refuse(path: string, what: string, cause?: unknown): never {
  throw new ConfigError(`module ${path} ${what}`, { code: "bad-module", remedy: SHAPE, cause });
}

/** Reads the default export of a module. */
async function loadFactory(path: string): Promise<ModelFactory> {
  if (!existsSync(path)) {
    throw new ConfigError(`module ${path} does not exist`, {
      code: "missing-module",
      remedy: "A relative path starts from the working directory.",
    });
  }
  let loaded: Record<string, unknown>;
  try {
    loaded = await import(pathToFileURL(path).href);
  } catch (cause) {
    if (extname(path).endsWith("ts") && /unknown file extension|strip/i.test(messageOf(cause))) {
      throw new ConfigError(`this Node.js (${process.version}) cannot load TypeScript: ${path}`, {
        code: "bad-module",
        remedy: "Compile it to .mjs, use Node.js 22.18 or newer, or run assay under tsx.",
        cause,
      });
    }
    return refuse(path, `cannot be loaded: ${excerpt(messageOf(cause), 300)}`, cause);
  }
  const factory = loaded.default;
  if (typeof factory !== "function") return refuse(path, "has no function as its default export");
  return factory as ModelFactory;
}

function checkModel(path: string, made: unknown): Model {
  if (!isJsonObject(made))
    return refuse(path, `made ${made === null ? "null" : typeof made} and not a model`);
  if (typeof made.generate !== "function")
    return refuse(path, "made an object without generate(request, context)");
  if (made.close !== undefined && typeof made.close !== "function")
    return refuse(path, "made a model whose close is no function");
  if (made.identity !== undefined && !isJsonObject(made.identity)) {
    return refuse(path, "made a model whose identity is not an object");
  }
  return made as unknown as Model;
}

function checkGeneration(value: unknown, name: string): Generation {
  if (!isJsonObject(value) || typeof value.text !== "string") {
    throw new EndpointError(`${name} gave a generation without text`, {
      code: "adapter-failed",
      retryable: false,
    });
  }
  const finishReason = FINISH_REASONS.find((reason) => reason === value.finishReason) ?? "unknown";
  return { ...(value as unknown as Generation), finishReason };
}

function adapterError(error: unknown, name: string, redact: (text: string) => string): EndpointError {
  // By name as well: a module may bring its own copy of the class.
  if (error instanceof EndpointError) return error;
  const message = `${name} failed: ${excerpt(redact(messageOf(error)), 300)}`;
  const details = isJsonObject(error) && error.name === "EndpointError" ? error : undefined;
  const { status, retryAfterMs } = details ?? {};
  return new EndpointError(message, {
    code: typeof details?.code === "string" ? details.code : "adapter-failed",
    retryable: details === undefined ? true : details.retryable === true,
    ...(typeof status === "number" ? { status } : {}),
    ...(typeof retryAfterMs === "number" ? { retryAfterMs } : {}),
  });
}

/**
 * A model that a user's module makes. What the module gets wrong is made good or named: errors become EndpointErrors
 * (`adapter-failed` unless they say otherwise), an abort is prompt, and a generation without text is refused.
 * @throws ConfigError `missing-module` or `bad-module`.
 */
export async function moduleModel(options: ModuleModelOptions): Promise<Model> {
  const path = isAbsolute(options.path)
    ? options.path
    : resolve(options.folder ?? process.cwd(), options.path);
  const factory = await loadFactory(path);
  const { model, baseUrl, apiKey } = options;
  let made: unknown;
  try {
    made = await factory({
      ...commonFields(options),
      ...(model === undefined ? {} : { model }),
      ...(baseUrl === undefined ? {} : { baseUrl }),
      ...(apiKey === undefined ? {} : { apiKey }),
      options: options.options ?? {},
    });
  } catch (cause) {
    return refuse(path, `failed to make a model: ${excerpt(messageOf(cause), 300)}`, cause);
  }
  const inner = checkModel(path, made);
  const name = shortName(path);
  const redact = createRedactor([apiKey]);
  const priceKey = options.priceKey ?? inner.priceKey ?? model;
  const family = options.family ?? inner.family;
  const parameters = options.parameters ?? inner.parameters;
  const system = options.system ?? inner.system;
  const common: CommonModelOptions = {
    id: options.id,
    ...(family === undefined ? {} : { family }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(system === undefined ? {} : { system }),
  };
  return {
    ...common,
    identity: modelIdentity(common, {
      adapter: "module",
      module: name,
      model,
      options: options.options,
      ...inner.identity,
    }),
    endpoint: typeof inner.endpoint === "string" ? inner.endpoint : `module:${options.id}`,
    ...(priceKey === undefined ? {} : { priceKey }),
    generate: (request, { signal }) =>
      untilAborted(signal, async (innerSignal) => {
        try {
          return checkGeneration(await inner.generate(request, { signal: innerSignal }), name);
        } catch (error) {
          throw adapterError(error, name, redact);
        }
      }),
    close: async () => {
      await inner.close?.();
    },
  };
}
