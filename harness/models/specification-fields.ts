import { ConfigError } from "../core/errors.js";
import type { Json } from "../core/records.js";
import { isJsonObject } from "./json-reading.js";
import type { ModelSpecification } from "./specification.js";

/** Throws a ConfigError about a model. */
export function refuseModel(
  specification: ModelSpecification,
  code: string,
  what: string,
  remedy: string,
): never {
  throw new ConfigError(`model "${specification.id}": ${what}`, { code, remedy });
}

/** A field that the adapter cannot do without. */
export function demandField(
  specification: ModelSpecification,
  name: "model" | "path" | "command" | "template",
): string {
  const value = specification[name];
  if (value !== undefined && value.trim() !== "") return value;
  return refuseModel(
    specification,
    `missing-${name}`,
    `adapter "${specification.adapter}" needs "${name}"`,
    `Add ${name}: … to the model's entry; docs/adapters.md shows examples.`,
  );
}

function wrongOption(specification: ModelSpecification, name: string, wanted: string): never {
  return refuseModel(
    specification,
    "bad-option",
    `options.${name} must be ${wanted}`,
    "See docs/adapters.md.",
  );
}

/** An option that is one of a few words. */
export function choiceOption<Value extends string>(
  specification: ModelSpecification,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const given = specification.options?.[name];
  if (given === undefined) return undefined;
  const found = values.find((value) => value === given);
  return found ?? wrongOption(specification, name, `one of ${values.join(", ")}`);
}

/** An option that is text. */
export function textOption(specification: ModelSpecification, name: string): string | undefined {
  const given = specification.options?.[name];
  if (given === undefined || typeof given === "string") return given;
  return wrongOption(specification, name, "a text");
}

/** An option that is a whole number, 0 or more. */
export function countOption(specification: ModelSpecification, name: string): number | undefined {
  const given = specification.options?.[name];
  if (given === undefined) return undefined;
  if (typeof given === "number" && Number.isSafeInteger(given) && given >= 0) return given;
  return wrongOption(specification, name, "a whole number, 0 or more");
}

/** An option that is a number above 0. */
export function positiveOption(specification: ModelSpecification, name: string): number | undefined {
  const given = specification.options?.[name];
  if (given === undefined) return undefined;
  if (typeof given === "number" && Number.isFinite(given) && given > 0) return given;
  return wrongOption(specification, name, "a number above 0");
}

/** An option that is true or false. */
export function flagOption(specification: ModelSpecification, name: string): boolean | undefined {
  const given = specification.options?.[name];
  if (given === undefined || typeof given === "boolean") return given;
  return wrongOption(specification, name, "true or false");
}

/** An option that is a list of texts. */
export function textsOption(specification: ModelSpecification, name: string): readonly string[] | undefined {
  const given = specification.options?.[name];
  if (given === undefined) return undefined;
  if (Array.isArray(given) && given.every((item): item is string => typeof item === "string")) return given;
  return wrongOption(specification, name, "a list of texts");
}

/** An option that gives texts by name; empty when it is absent. */
export function namedTextsOption(
  specification: ModelSpecification,
  name: string,
): Readonly<Record<string, string>> {
  const given: Json | undefined = specification.options?.[name];
  if (given === undefined) return {};
  if (!isJsonObject(given)) return wrongOption(specification, name, "names with texts");
  const entries = Object.entries(given).map(([key, value]): [string, string] =>
    typeof value === "string" ? [key, value] : wrongOption(specification, `${name}.${key}`, "a text"),
  );
  return Object.fromEntries(entries);
}
