import { ConfigError } from "../core/errors.js";
import type { Model } from "../core/records.js";
import { suggestName } from "../core/spelling.js";
import { modelAdapters } from "./registry.js";
import type { ModelServices, ModelSpecification } from "./specification.js";
import { RESERVED_MEMBERS } from "./wire-requests.js";

/** Whether an adapter is named by the path of a module and not by its name. */
function isModulePath(adapter: string): boolean {
  return /^\.{0,2}[/\\]|^[A-Za-z]:[/\\]|\.[cm]?[jt]s$/.test(adapter);
}

function checkOptions(specification: ModelSpecification, valid: readonly string[]): void {
  for (const name of Object.keys(specification.options ?? {})) {
    if (valid.includes(name)) continue;
    const remedy =
      valid.length === 0 ? `Adapter "${specification.adapter}" has no options.` : suggestName(name, valid);
    throw new ConfigError(`model "${specification.id}": unknown option "${name.slice(0, 100)}"`, {
      code: "unknown-option",
      remedy,
    });
  }
}

function checkExtra(specification: ModelSpecification): void {
  const reserved = RESERVED_MEMBERS.find((name) => name in (specification.parameters?.extra ?? {}));
  if (reserved === undefined) return;
  throw new ConfigError(`model "${specification.id}": parameters.extra may not hold "${reserved}"`, {
    code: "reserved-parameter",
    remedy: `assay sets ${RESERVED_MEMBERS.join(", ")} itself; for several answers to a question use --trials.`,
  });
}

/**
 * Makes a model from its description. Everything that can be wrong with the description is found here, before the
 * first call: nothing is called and no program started.
 * @throws ConfigError with the id of the model (`unknown-adapter`, `missing-model`, `missing-api-key`, `bad-base-url`,
 * `unknown-template`, `unknown-option` and their like).
 * @throws DataError for recordings that cannot be read.
 */
export async function createModel(
  specification: ModelSpecification,
  services: ModelServices,
): Promise<Model> {
  checkExtra(specification);
  if (!modelAdapters.has(specification.adapter) && isModulePath(specification.adapter)) {
    const path = specification.path ?? specification.adapter;
    return modelAdapters.get("module").create({ ...specification, adapter: "module", path }, services);
  }
  const adapter = modelAdapters.get(specification.adapter);
  // A user's module knows its own options.
  if (specification.adapter !== "module") checkOptions(specification, adapter.options);
  return adapter.create(specification, services);
}
