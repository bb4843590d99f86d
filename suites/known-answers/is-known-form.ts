function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether the document of a suite file is one with right answers: by its head, or by the keys of its first question. */
export function isKnownForm(root: unknown): boolean {
  // Of suites with rubrics `scoring` says how scores become one, in keys of its own.
  if (isObject(root) && typeof root.scoring === "string") return true;
  if (isObject(root) && ["layout", "files", "shots"].some((key) => key in root)) return true;
  const rows: unknown = isObject(root) ? root.questions : root;
  const [first] = Array.isArray(rows) ? (rows as readonly unknown[]) : [];
  if (Array.isArray(first)) return true;
  return isObject(first) && "question" in first && !("question_id" in first) && !("instruction" in first);
}
