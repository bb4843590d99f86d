import { presentFields } from "../core/present-fields.js";
import type { Json, ModelFacts } from "../core/records.js";

/** What every adapter is told about the model besides its own options. */
export type CommonModelOptions = Pick<ModelFacts, "id" | "family" | "parameters" | "system">;

/** A value as JSON sees it: without undefined fields, functions and prototypes. */
function plainJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null));
}

/** Identity of a model: what is given, its parameters and system message, without fields that are undefined. */
export function modelIdentity(
  options: CommonModelOptions,
  facts: Readonly<Record<string, unknown>>,
): { readonly [key: string]: Json } {
  const { parameters, system } = options;
  return Object.fromEntries(
    Object.entries({ ...facts, parameters, system })
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, plainJson(value)]),
  );
}

/** The optional fields of a model that come straight from its options. */
export function commonFields(options: CommonModelOptions): CommonModelOptions {
  const { id, family, parameters, system } = options;
  return { id, ...presentFields({ family, parameters, system }) };
}
