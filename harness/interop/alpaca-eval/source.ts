import { existsSync } from "node:fs";

/** An annotation file as the command line names it. */
export interface AnnotationSource {
  readonly path: string;
  /** The one model of the file that is asked for: `PATH#MODEL`. */
  readonly picked?: string;
  /** What its model is to be called: `NAME=PATH`. */
  readonly renamed?: string;
}

/** Splits `PATH#MODEL` and `NAME=PATH`; a file that is called so is taken as it is. */
export function annotationSource(text: string): AnnotationSource {
  if (existsSync(text)) return { path: text };
  const hash = text.lastIndexOf("#");
  if (hash > 0) return { path: text.slice(0, hash), picked: text.slice(hash + 1) };
  const equals = text.indexOf("=");
  return equals > 0 ? { path: text.slice(equals + 1), renamed: text.slice(0, equals) } : { path: text };
}
