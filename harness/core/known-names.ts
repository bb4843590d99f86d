/** A name without case, blanks and separators. */
export function joinedName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

/** Most words that a known name is written in: `agieval gaokao math cloze`. */
const MOST_WORDS = 5;

/**
 * Finds what is known by name in a longer one: the known name that stands first, and of those that begin alike the
 * longest. `leaderboard_mmlu_pro` holds `mmlu`; `mmlu_college_math` holds `mmlu` before `math`.
 * @param known by {@link joinedName}.
 */
export function knownIn<Value>(name: string, known: ReadonlyMap<string, Value>): Value | undefined {
  const words = name
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
  for (let from = 0; from < words.length; from++) {
    for (let to = Math.min(words.length, from + MOST_WORDS); to > from; to--) {
      const value = known.get(words.slice(from, to).join(""));
      if (value !== undefined) return value;
    }
  }
  return undefined;
}
