/** Whether a record looks like a figure: suite, metric, model and value. */
export function isFigureRecord(value: unknown): boolean {
  return (
    value !== null &&
    typeof value === "object" &&
    ["suite", "metric", "model", "value"].every((key) => key in value)
  );
}

/** Whether a document looks like a list of figures, or like scores of assay that hold some. */
export function isFiguresDocument(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && isFigureRecord(value[0]);
  if (value === null || typeof value !== "object" || !("figures" in value)) return false;
  return Array.isArray(value.figures) && value.figures.length > 0 && isFigureRecord(value.figures[0]);
}
