import type { Json } from "../../harness/core/json.js";
import { jsonSchema } from "./json-schema.js";

/** A reply's JSON: the whole text, or its only fenced block. */
function parsedJson(text: string): { readonly value: unknown } | undefined {
  const parts = text.split(/^```[^\n]{0,100}$/m);
  const source = parts.length === 3 ? (parts[1] ?? "") : text;
  try {
    return { value: JSON.parse(source) as unknown };
  } catch {
    return undefined;
  }
}

/**
 * What tells whether an answer is JSON that fits a schema ({@link jsonSchema}).
 * @returns undefined for an answer that fits, else what is wrong
 * @throws RangeError, SyntaxError for a schema that cannot be used
 */
export function jsonFit(schema: { readonly [key: string]: Json }): (text: string) => string | undefined {
  const fits = jsonSchema(schema);
  return (text) => {
    const parsed = parsedJson(text);
    if (parsed === undefined) return "no JSON";
    try {
      return fits(parsed.value) ? undefined : "JSON that does not fit";
    } catch {
      return "JSON nested too deeply";
    }
  };
}
