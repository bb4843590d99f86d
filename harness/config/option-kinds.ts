import type { z as Zod } from "zod";
import { AREAS, type Area } from "../core/area.js";
import { ConfigError } from "../core/errors.js";

/** zod's builder. It is handed in, so that help and completion need not load the package. */
export type SchemaBuilder = typeof Zod;

/** How a value is written in a flag or a variable, and what it must be. */
export interface Kind<Value> {
  /** Words on a command line: `none` makes a switch, `many` a flag that may be repeated. */
  readonly takes: "none" | "one" | "many";
  /** Stands for the value in help. */
  readonly placeholder: string;
  /** The only texts that are valid. */
  readonly choices?: readonly string[];
  /** Commas do not separate its values on a command line, where the flag is repeated instead. */
  readonly isRepeated?: true;
  /** What a text must be to be readable, such as `a number`. */
  readonly readable?: string;
  /** What texts say, unchecked; undefined for a text that cannot be read. */
  read(texts: readonly string[]): unknown;
  schema(z: SchemaBuilder): Zod.ZodType<Value>;
}

/** A short text that names something. */
export const nameOf = (z: SchemaBuilder) => z.string().min(1).max(300);
/** Address of an HTTP endpoint. */
export const webAddressOf = (z: SchemaBuilder) => z.url({ protocol: /^https?$/ });
/** Name of an environment variable. */
export const variableNameOf = (z: SchemaBuilder) =>
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the NAME of an environment variable, not a key");

/** One text. */
export function text(
  placeholder: string,
  schema: (z: SchemaBuilder) => Zod.ZodType<string> = nameOf,
): Kind<string> {
  return { takes: "one", placeholder, read: ([one]) => one, schema };
}

/** One of a few words. */
export function oneOf<const Choices extends readonly [string, ...string[]]>(
  ...choices: Choices
): Kind<Choices[number]> {
  return {
    takes: "one",
    placeholder: choices.join("|"),
    choices,
    read: ([one]) => one,
    schema: (z) => z.enum(choices) as Zod.ZodType<Choices[number]>,
  };
}

function readNumber([one = ""]: readonly string[]): number | undefined {
  const value = one.trim() === "" ? Number.NaN : Number(one);
  return Number.isFinite(value) ? value : undefined;
}

/** A number, in the bounds of its schema. */
export function number(schema: (z: SchemaBuilder) => Zod.ZodType<number>, placeholder = "N"): Kind<number> {
  return { takes: "one", placeholder, readable: "a number", read: readNumber, schema };
}

/** A whole number from a smallest to a largest one. */
export function wholeFrom(least: number, most = Number.MAX_SAFE_INTEGER): Kind<number> {
  return number((z) => z.number().int().min(least).max(most));
}

/** Seconds, up to a week: timers cannot wait for much longer. */
export const seconds: Kind<number> = number((z) => z.number().positive().max(604_800));

/**
 * A level of confidence. Closer to 0 or 1 an interval is a point or the whole scale, and the arithmetic of its quantiles
 * has no digits left.
 */
export const confidenceOf = (z: SchemaBuilder) =>
  z
    .number()
    .min(1e-6)
    .max(1 - 1e-9);

/** A number above zero. */
export const positive: Kind<number> = number((z) => z.number().positive());

/** Calls at once that a single process may be asked to make. */
export const MOST_CALLS = 10_000;

/** A whole number, or the word `auto`. */
export const wholeOrAuto: Kind<number | "auto"> = {
  ...wholeFrom(1),
  placeholder: "N|auto",
  readable: 'a number, or "auto"',
  read: (texts) => (texts[0] === "auto" ? "auto" : readNumber(texts)),
  schema: (z) => z.union([z.number().int().min(1).max(MOST_CALLS), z.literal("auto")]),
};

/** On or off. */
export const toggle: Kind<boolean> = {
  takes: "none",
  placeholder: "",
  readable: "true or false",
  read: ([one = ""]) => {
    if (/^(1|true|yes|on)$/i.test(one)) return true;
    return /^(0|false|no|off|)$/i.test(one) ? false : undefined;
  },
  schema: (z) => z.boolean(),
};

/** Several texts, with commas between them or the flag repeated. */
export function texts<Value>(
  placeholder: string,
  schema: (z: SchemaBuilder) => Zod.ZodType<Value>,
): Kind<Value> {
  return {
    takes: "many",
    placeholder,
    read: (given) =>
      given
        .flatMap((one) => one.split(","))
        .map((one) => one.trim())
        .filter((one) => one !== ""),
    schema,
  };
}

/** Files, one in each flag: published file names hold commas. */
export const files: Kind<string[]> = {
  takes: "many",
  placeholder: "FILE",
  read: (given) => given,
  schema: (z) => z.array(z.string().min(1)),
};

const GATE_NUMBERS: ReadonlySet<string> = new Set(["min", "max", "maxRegression", "confidence"]);

/** `score,min=6.5,category=math` as the gate that a config file would hold, unchecked. */
function gateFromText(text: string): Record<string, unknown> {
  const gate: Record<string, unknown> = {};
  for (const part of text.split(",")) {
    const at = part.indexOf("=");
    const [key, value] =
      at < 0 ? ["metric", part.trim()] : [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    if (Object.hasOwn(gate, key)) {
      throw new ConfigError(`--gate ${text.slice(0, 100)}: ${key} is given twice`, {
        code: "repeated-key",
        remedy: "Give each key of a gate once; a second gate is a second --gate.",
      });
    }
    gate[key] = GATE_NUMBERS.has(key) && value !== "" ? Number(value) : value;
  }
  return gate;
}

/** Gates, one in each flag. */
export function gates<Value>(schema: (z: SchemaBuilder) => Zod.ZodType<Value>): Kind<Value> {
  return {
    takes: "many",
    placeholder: "METRIC,KEY=VALUE,…",
    read: (given) => given.map(gateFromText),
    schema,
  };
}

/** A name that no object keeps as a key of its own once it is copied. */
const NO_NAME = "__proto__";

/**
 * `NAME=VALUE` of each text, cut at the last sign; undefined where a name is missing, or is given twice.
 * @param unnamed Name of a text without the sign; left out, it is missing.
 */
export function namedTexts(
  given: readonly string[],
  unnamed = "",
): readonly (readonly [string, string])[] | undefined {
  const pairs = given.map((one) => {
    const at = one.lastIndexOf("=");
    return [at < 0 ? unnamed : one.slice(0, at), one.slice(at + 1)] as const;
  });
  const names = new Set(pairs.map(([name]) => name));
  return names.size < pairs.length || names.has("") || names.has(NO_NAME) ? undefined : pairs;
}

/** What suites measure, one in each flag: `SUITE=AREA`. */
export const areas: Kind<Record<string, Area>> = {
  takes: "many",
  placeholder: "SUITE=AREA",
  isRepeated: true,
  readable: "SUITE=AREA, such as my-suite=knowledge, with each suite once",
  read: (given) => {
    const pairs = namedTexts(given);
    return pairs && Object.fromEntries(pairs);
  },
  schema: (z) => z.record(nameOf(z), z.enum(AREAS)),
};

/** Numbers by name, one in each flag: names may hold commas. */
export function numbersByName(
  placeholder: string,
  schema: (z: SchemaBuilder) => Zod.ZodType<number>,
): Kind<Record<string, number>> {
  return {
    takes: "many",
    placeholder,
    isRepeated: true,
    readable: `${placeholder}, the last a number, with each name once`,
    read: (given) => {
      const pairs = namedTexts(given)?.map(([name, value]) => [name, readNumber([value])] as const);
      return pairs?.every(([, value]) => value !== undefined) ? Object.fromEntries(pairs) : undefined;
    },
    schema: (z) => z.record(nameOf(z), schema(z)),
  };
}
