import { z } from "zod";
import { DataError } from "../../core/errors.js";

/** Plain objects of any keys. */
export const anyRecord = z.record(z.string(), z.unknown());

/** Takes a value as what a schema says it is. @throws DataError naming file, line and key. */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  file: string,
  what: string,
  line?: number,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const key = issue?.path.join(".") ?? "";
  throw new DataError(`${key === "" ? "" : `${key}: `}${issue?.message ?? "is of another shape"}`, {
    code: "unexpected-shape",
    file,
    ...(line === undefined ? {} : { line }),
    remedy: `It is not ${what} as far as assay knows it; write it again with the tool, or leave it out.`,
  });
}

/** A number that a figure can be; undefined for anything else, such as `N/A`. */
export function finite(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** Keys of a record that are not among those known. */
export function unknownKeys(value: object, known: ReadonlySet<string>): string[] {
  return Object.keys(value).filter((key) => !known.has(key));
}

/** Some fields of a record, those that are there. */
export function someFields(
  value: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(keys.flatMap((key) => (value[key] === undefined ? [] : [[key, value[key]]])));
}

/** A name as a suite's id may be: what a shell or a path would trip over is replaced. */
export function suiteName(name: string): string {
  const plain = name
    .trim()
    .slice(0, 80)
    .replace(/[^\p{L}\p{N}._-]+/gu, "-")
    .replace(/^[-.]+|-+$/g, "");
  return plain || "unnamed";
}

/** Any value as a text: a text as it is, anything else as JSON. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
