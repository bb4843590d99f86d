import { isJsonObject, type JsonObject } from "../../harness/core/json.js";
import { codePointLength } from "../../harness/core/text.js";
import { linearPattern } from "./linear-pattern.js";

/** Whether a value fits; `depth` counts nested schemas, so that neither an answer nor a reference to itself runs for ever. */
type Fit = (value: unknown, depth: number) => boolean;

/** Reads one keyword: its own value, and the schema that it stands in. */
type Keyword = (argument: unknown, schema: JsonObject, compile: (schema: unknown) => Fit) => Fit;

const MOST_NESTED = 200;

/** Says something about a schema to people and decides nothing. */
const ANNOTATIONS: ReadonlySet<string> = new Set(
  "$schema $id $comment $defs definitions title description default examples deprecated readOnly writeOnly".split(
    " ",
  ),
);

function refuse(message: string): never {
  throw new RangeError(`is no schema that can be used: ${message}`);
}

function numeric(name: string, argument: unknown): number {
  return typeof argument === "number" ? argument : refuse(`"${name}" is not a number`);
}

function list(name: string, argument: unknown): readonly unknown[] {
  return Array.isArray(argument) ? argument : refuse(`"${name}" is not a list`);
}

/** JSON with keys in order, for comparing values. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isJsonObject,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  integer: Number.isInteger,
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
};

function typeOf(argument: unknown): Fit {
  const names = Array.isArray(argument) ? argument : [argument];
  const tests = names.map((name) =>
    typeof name === "string" && Object.hasOwn(TYPES, name)
      ? TYPES[name]
      : refuse(`there is no type ${String(name)}`),
  );
  return (value) => tests.some((test) => test?.(value) === true);
}

/** A bound on a measure of values of one kind; others fit. */
function bound(
  name: string,
  measure: (value: unknown) => number | undefined,
  holds: (size: number, limit: number) => boolean,
): Keyword {
  return (argument) => {
    const limit = numeric(name, argument);
    return (value) => {
      const size = measure(value);
      return size === undefined || holds(size, limit);
    };
  };
}

const sizeOfText = (value: unknown) => (typeof value === "string" ? codePointLength(value) : undefined);
const sizeOfList = (value: unknown) => (Array.isArray(value) ? value.length : undefined);
const sizeOfObject = (value: unknown) => (isJsonObject(value) ? Object.keys(value).length : undefined);
const itself = (value: unknown) => (typeof value === "number" ? value : undefined);
const atLeast = (size: number, limit: number) => size >= limit;
const atMost = (size: number, limit: number) => size <= limit;

function propertiesOf(argument: unknown, compile: (schema: unknown) => Fit): Fit {
  if (!isJsonObject(argument)) return refuse('"properties" is not an object');
  const known = Object.entries(argument).map(([key, schema]) => [key, compile(schema)] as const);
  return (value, depth) =>
    !isJsonObject(value) ||
    known.every(([key, fits]) => !Object.hasOwn(value, key) || fits(value[key], depth));
}

const KEYWORDS: Readonly<Record<string, Keyword>> = {
  type: typeOf,
  const: (argument) => (value) => canonical(value) === canonical(argument),
  enum: (argument) => {
    const allowed = new Set(list("enum", argument).map(canonical));
    return (value) => allowed.has(canonical(value));
  },
  minimum: bound("minimum", itself, atLeast),
  maximum: bound("maximum", itself, atMost),
  exclusiveMinimum: bound("exclusiveMinimum", itself, (size, limit) => size > limit),
  exclusiveMaximum: bound("exclusiveMaximum", itself, (size, limit) => size < limit),
  multipleOf: bound(
    "multipleOf",
    itself,
    (size, step) => Math.abs(size / step - Math.round(size / step)) < 1e-9,
  ),
  minLength: bound("minLength", sizeOfText, atLeast),
  maxLength: bound("maxLength", sizeOfText, atMost),
  minItems: bound("minItems", sizeOfList, atLeast),
  maxItems: bound("maxItems", sizeOfList, atMost),
  minProperties: bound("minProperties", sizeOfObject, atLeast),
  maxProperties: bound("maxProperties", sizeOfObject, atMost),
  pattern: (argument) => {
    const matches = linearPattern(
      typeof argument === "string" ? argument : refuse('"pattern" is not text'),
      false,
    );
    return (value) => typeof value !== "string" || matches(value);
  },
  uniqueItems: (argument) => (value) =>
    argument !== true || !Array.isArray(value) || new Set(value.map(canonical)).size === value.length,
  required: (argument) => {
    const names = list("required", argument).map(String);
    return (value) => !isJsonObject(value) || names.every((name) => Object.hasOwn(value, name));
  },
  properties: (argument, _, compile) => propertiesOf(argument, compile),
  additionalProperties: (argument, { properties }, compile) => {
    const fits = compile(argument);
    const known = isJsonObject(properties) ? properties : {};
    return (value, depth) =>
      !isJsonObject(value) ||
      Object.entries(value).every(([key, one]) => Object.hasOwn(known, key) || fits(one, depth));
  },
  prefixItems: (argument, _, compile) => {
    const parts = list("prefixItems", argument).map(compile);
    return (value, depth) =>
      !Array.isArray(value) ||
      parts.every((fits, index) => index >= value.length || fits(value[index], depth));
  },
  items: (argument, { prefixItems }, compile) => {
    const fits = compile(argument);
    const from = Array.isArray(prefixItems) ? prefixItems.length : 0;
    return (value, depth) => !Array.isArray(value) || value.slice(from).every((one) => fits(one, depth));
  },
  contains: (argument, _, compile) => {
    const fits = compile(argument);
    return (value, depth) => !Array.isArray(value) || value.some((one) => fits(one, depth));
  },
  allOf: (argument, _, compile) => {
    const parts = list("allOf", argument).map(compile);
    return (value, depth) => parts.every((fits) => fits(value, depth));
  },
  anyOf: (argument, _, compile) => {
    const parts = list("anyOf", argument).map(compile);
    return (value, depth) => parts.some((fits) => fits(value, depth));
  },
  oneOf: (argument, _, compile) => {
    const parts = list("oneOf", argument).map(compile);
    return (value, depth) => parts.filter((fits) => fits(value, depth)).length === 1;
  },
  not: (argument, _, compile) => {
    const fits = compile(argument);
    return (value, depth) => !fits(value, depth);
  },
};

/** The schema that `#`, `#/$defs/NAME` or another local pointer names. */
function referred(root: unknown, reference: unknown): unknown {
  if (typeof reference !== "string" || !/^#(\/|$)/.test(reference))
    return refuse(`"$ref" leads out of the schema (${String(reference).slice(0, 60)})`);
  const steps = reference.split("/").slice(1);
  return steps.reduce<unknown>((value, step) => {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (isJsonObject(value) && Object.hasOwn(value, key)) return value[key];
    return refuse(`"$ref" names nothing (${reference.slice(0, 60)})`);
  }, root);
}

/**
 * What tells whether a value fits a JSON Schema (the keywords of draft 2020-12 that speak of values, with local references). A
 * keyword that is not known is refused instead of passed over, and `pattern` takes linear time, since values are answers.
 * @throws RangeError for a schema that cannot be used; on values nested too deeply
 */
export function jsonSchema(root: unknown): (value: unknown) => boolean {
  const compiled = new Map<unknown, Fit>();
  const compile = (schema: unknown): Fit => {
    if (typeof schema === "boolean") return () => schema;
    if (!isJsonObject(schema)) return refuse("a schema is neither an object nor true or false");
    const known = compiled.get(schema);
    if (known !== undefined) return known;
    let parts: readonly Fit[] = [];
    const whole: Fit = (value, depth) => {
      if (depth >= MOST_NESTED) throw new RangeError("nested too deeply");
      return parts.every((fits) => fits(value, depth + 1));
    };
    compiled.set(schema, whole);
    parts = Object.entries(schema).flatMap(([name, argument]) => {
      if (ANNOTATIONS.has(name)) return [];
      if (name === "$ref") return [compile(referred(root, argument))];
      const keyword = Object.hasOwn(KEYWORDS, name) ? KEYWORDS[name] : undefined;
      return [keyword?.(argument, schema, compile) ?? refuse(`the keyword "${name}" is not known`)];
    });
    return whole;
  };
  const fits = compile(root);
  return (value) => fits(value, 0);
}
