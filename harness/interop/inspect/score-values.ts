/** Letters that Inspect's scorers give: correct, incorrect, partial, no answer. */
const LETTERS: Readonly<Record<string, number>> = { C: 1, I: 0, P: 0.5, N: 0 };
const WORDS: Readonly<Record<string, number>> = { yes: 1, true: 1, no: 0, false: 0 };

/** A single value as a number, as Inspect's own metrics take it; null where it is none. */
function scoreNumber(value: unknown): number | null {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string") return null;
  const known = LETTERS[value] ?? WORDS[value.toLowerCase()];
  if (known !== undefined) return known;
  const parsed = value.trim() === "" ? Number.NaN : Number(value);
  return Number.isFinite(parsed) ? parsed : null;
}

/** The numbers of a score by name: one for a single value, one for each entry of a list or record. */
export function scoreNumbers(scorer: string, value: unknown): ReadonlyMap<string, number | null> {
  if (Array.isArray(value))
    return new Map(value.map((one, index) => [`${scorer}/${index}`, scoreNumber(one)] as const));
  if (value !== null && typeof value === "object")
    return new Map(
      Object.entries(value).map(([key, one]) => [`${scorer}/${key}`, scoreNumber(one)] as const),
    );
  return new Map([[scorer, scoreNumber(value)]]);
}
