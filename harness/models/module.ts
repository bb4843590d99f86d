import { existsSync } from "node:fs";
import { extname, isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ConfigError, messageOf } from "../core/errors.js";
import { presentFields } from "../core/present-fields.js";
import type { Generation, GenerationParameters, Json, Model } from "../core/records.js";
import { excerpt } from "../core/text.js";
import { type CommonModelOptions, commonFields, modelIdentity } from "./identity.js";
import { missingModelPart, ownModel } from "./own-model.js";
import { shortName } from "./recordings.js";
import { createAnswerRedactor, createRedactor, redactJson } from "./redaction.js";

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

/**
 * A model that a user's module makes; {@link ownModel} says what becomes of its mistakes.
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
      ...presentFields({ model, baseUrl, apiKey }),
      options: options.options ?? {},
    });
  } catch (cause) {
    return refuse(path, `failed to make a model: ${excerpt(messageOf(cause), 300)}`, cause);
  }
  const missing = missingModelPart(made);
  if (missing !== undefined) return refuse(path, `made ${missing}`);
  const inner = made as Model;
  const name = shortName(path);
  const redact = createRedactor([apiKey]);
  const common: CommonModelOptions = {
    id: options.id,
    ...presentFields({
      family: options.family ?? inner.family,
      parameters: options.parameters ?? inner.parameters,
      system: options.system ?? inner.system,
    }),
  };
  const facts = {
    ...common,
    identity: modelIdentity(common, {
      adapter: "module",
      module: name,
      model,
      options: options.options,
      ...inner.identity,
    }),
    endpoint: typeof inner.endpoint === "string" ? inner.endpoint : `module:${options.id}`,
    ...presentFields({ priceKey: options.priceKey ?? inner.priceKey ?? model }),
  };
  const own = ownModel(inner, facts, name, redact);
  const redactAnswer = createAnswerRedactor([apiKey]);
  return {
    ...own,
    generate: async (request, context) =>
      redactJson(await own.generate(request, context), redactAnswer) as Generation,
    close: async () => {
      await inner.close?.();
    },
  };
}
