/** The value at a JSON Pointer, or undefined. */
export function valueAt(document: unknown, pointer: string): unknown {
  let value: unknown = document;
  for (const segment of pointer.split("/").slice(1)) {
    if (value === null || typeof value !== "object") return undefined;
    const key = segment.replaceAll("~1", "/").replaceAll("~0", "~");
    value = new Map<string, unknown>(Object.entries(value)).get(key);
  }
  return value;
}
