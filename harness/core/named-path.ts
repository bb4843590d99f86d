import { existsSync } from "node:fs";

/** A file or folder as the command line names it: `PATH`, `PATH#MODEL`, `NAME=PATH` or `NAME=PATH#MODEL`. */
export interface NamedPath {
  readonly path: string;
  /** What is asked for of it, a model or a protocol: behind `#`. */
  readonly picked?: string;
  /** What its model is to be called: before `=`. */
  readonly renamed?: string;
}

/** Splits behind the longest path that exists; without one at the last `#`, which then stands in an error. */
function splitPicked(text: string): NamedPath {
  if (existsSync(text)) return { path: text };
  const marks = Array.from(text.matchAll(/#/g), ({ index }) => index).filter((index) => index > 0);
  const last = marks.at(-1);
  if (last === undefined) return { path: text };
  const at = marks.findLast((index) => existsSync(text.slice(0, index))) ?? last;
  return { path: text.slice(0, at), picked: text.slice(at + 1) };
}

/**
 * Takes apart how a file or folder is named. `#` and `=` inside a path that exists are part of it.
 * @param text `PATH`, `PATH#MODEL`, `NAME=PATH` or `NAME=PATH#MODEL`
 */
export function namedPath(text: string): NamedPath {
  const plain = splitPicked(text);
  const equals = text.indexOf("=");
  if (equals <= 0 || existsSync(plain.path)) return plain;
  return { ...splitPicked(text.slice(equals + 1)), renamed: text.slice(0, equals) };
}
