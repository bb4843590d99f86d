/** A title with what could tell it from an equal one, most telling first. */
export interface TitleEntry {
  readonly title: string;
  readonly details: readonly string[];
}

/** Places of entries that are still called the same. */
function clashes(titles: readonly string[]): readonly (readonly number[])[] {
  const places = new Map<string, number[]>();
  for (const [index, title] of titles.entries()) places.set(title, [...(places.get(title) ?? []), index]);
  return [...places.values()].filter((group) => group.length > 1);
}

/**
 * What is to be added to each title so that no two are equal: nothing where a title is the only one of its kind, else
 * the details in which the equal ones differ, and a number where they differ in none.
 */
export function titleAdditions(entries: readonly TitleEntry[]): readonly string[] {
  const added = entries.map(() => "");
  const titles = () => entries.map((entry, index) => `${entry.title}${added[index]}`);
  const most = Math.max(0, ...entries.map((entry) => entry.details.length));
  for (let place = 0; place < most; place++) {
    for (const group of clashes(titles())) {
      const details = group.map((index) => entries[index]?.details[place] ?? "");
      if (new Set(details).size < 2) continue;
      for (const [at, index] of group.entries())
        if (details[at] !== "") added[index] = `${added[index]}, ${details[at]}`;
    }
  }
  for (const group of clashes(titles()))
    for (const [at, index] of group.entries()) if (at > 0) added[index] = `${added[index]} (${at + 1})`;
  return added;
}

/** Whole titles, no two of them equal; see {@link titleAdditions}. */
export function distinctTitles(entries: readonly TitleEntry[]): readonly string[] {
  const added = titleAdditions(entries);
  return entries.map((entry, index) => `${entry.title}${added[index]}`);
}
