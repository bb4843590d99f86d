type Schema = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Schema =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isRecord,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  integer: Number.isInteger,
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
};

/** Keywords that say nothing of a value. */
const SILENT = ["$schema", "$defs", "version", "description", "default", "then", "else"];

/**
 * Faults of a value by a JSON Schema (draft 7), each with its path; as far as the schemas of Every Eval Ever go: a
 * keyword that is not known is a fault of its own, so that nothing passes unread.
 */
export function schemaFaults(value: unknown, schema: Schema, root: Schema = schema, path = "$"): string[] {
  const faults = (other: unknown, one: unknown = value, at = path) =>
    schemaFaults(one, other as Schema, root, at);
  const fits = (other: unknown) => faults(other).length === 0;
  const list = Array.isArray(value) ? value : [];
  const record = isRecord(value) ? value : {};
  const checks: Readonly<Record<string, (told: unknown) => string[]>> = {
    $ref: (told) => faults((root.$defs as Schema)[String(told).replace("#/$defs/", "")]),
    type: (told) =>
      [told].flat().some((one) => TYPES[String(one)]?.(value)) ? [] : [`${path} is no ${told}`],
    enum: (told) => ((told as unknown[]).includes(value) ? [] : [`${path} is none of ${told}`]),
    const: (told) => (told === value ? [] : [`${path} is not ${told}`]),
    minimum: (told) => (typeof value === "number" && value < Number(told) ? [`${path} < ${told}`] : []),
    maximum: (told) => (typeof value === "number" && value > Number(told) ? [`${path} > ${told}`] : []),
    minItems: (told) => (list.length < Number(told) && Array.isArray(value) ? [`${path} is short`] : []),
    pattern: (told) =>
      typeof value !== "string" || new RegExp(String(told)).test(value) ? [] : [`${path}: ${told}`],
    required: (told) =>
      isRecord(value)
        ? (told as string[]).filter((key) => !(key in value)).map((key) => `${path}.${key} is missing`)
        : [],
    properties: (told) =>
      Object.entries(told as Schema).flatMap(([key, one]) =>
        key in record ? faults(one, record[key], `${path}.${key}`) : [],
      ),
    additionalProperties: (told) => {
      const others = Object.keys(record).filter((key) => !(key in ((schema.properties ?? {}) as Schema)));
      return told === false
        ? others.map((key) => `${path}.${key} is not known`)
        : others.flatMap((key) => faults(told, record[key], `${path}.${key}`));
    },
    items: (told) => list.flatMap((one, index) => faults(told, one, `${path}[${index}]`)),
    oneOf: (told) => ((told as unknown[]).filter(fits).length === 1 ? [] : [`${path} fits not exactly one`]),
    allOf: (told) => (told as unknown[]).flatMap((one) => faults(one)),
    not: (told) => (fits(told) ? [`${path} is what it must not be`] : []),
    if: (told) => {
      const next = fits(told) ? schema.then : schema.else;
      return next === undefined ? [] : faults(next);
    },
  };
  return Object.entries(schema).flatMap(([key, told]) =>
    SILENT.includes(key) ? [] : (checks[key]?.(told) ?? [`the keyword ${key} is not known`]),
  );
}
