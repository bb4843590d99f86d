/** How requests are laid out; `requests` is assay's own form. */
export const REFUSAL_LAYOUTS = ["requests", "xstest", "strongreject", "harmbench"] as const;

/** Name of a layout. */
export type RefusalLayout = (typeof REFUSAL_LAYOUTS)[number];

/** The publisher's layout that a CSV file's first row names the columns of; undefined for any other document. */
export function csvLayout(root: unknown): RefusalLayout | undefined {
  const [header] = Array.isArray(root) ? (root as readonly unknown[]) : [];
  if (!Array.isArray(header)) return undefined;
  const has = (...names: readonly string[]) => names.every((name) => header.includes(name));
  if (has("prompt", "type", "focus")) return "xstest";
  if (has("forbidden_prompt", "category")) return "strongreject";
  return has("Behavior", "SemanticCategory", "BehaviorID") ? "harmbench" : undefined;
}

/** Whether a file holds requests to be answered or refused: by its head, or by a publisher's columns. */
export function isRefusalForm(root: unknown): boolean {
  if (typeof root !== "object" || root === null) return false;
  if (Array.isArray(root)) return csvLayout(root) !== undefined;
  const layout: unknown = Reflect.get(root, "layout");
  return "requests" in root || "wrappings" in root || REFUSAL_LAYOUTS.some((name) => name === layout);
}
