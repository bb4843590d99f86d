/**
 * Task ids of the answers that a judgment was given on, in the order shown: "" where a file holds no answer of that model,
 * so that the others keep their places; empty without any.
 */
export function shownAnswers(
  models: readonly string[],
  idOf: (model: string) => string | undefined,
): readonly string[] {
  const ids = models.map((model) => idOf(model) ?? "");
  return ids.every((id) => id === "") ? [] : ids;
}
