import { displayName, isolatedName, wellFormed } from "../view/text.js";

/**
 * A foreign name for an image: on one line, cut in the middle where it is longer than `limit` UTF-16 units, because
 * names of checkpoints differ at their ends. Marks of invisible characters are written with letters that the bundled
 * fonts have.
 */
export function imageName(name: string, limit: number): string {
  const ends = name.length > limit * 8 ? `${name.slice(0, limit * 4)}${name.slice(-limit * 4)}` : name;
  const shown = displayName(ends).replaceAll("⟪", "[").replaceAll("⟫", "]");
  if (shown.length <= limit) return isolatedName(shown);
  const tail = Math.floor((limit - 1) / 2);
  const cut = `${shown.slice(0, limit - 1 - tail)}…${shown.slice(-tail)}`;
  return isolatedName(wellFormed(cut).replaceAll("\ufffd", ""));
}
