import { ConfigError } from "../core/errors.js";

/** Adapter by which a configuration marks a model that a program gave as an object. */
export const OBJECT_ADAPTER = "object";

const MARK = "object:";

/** The name under which a configuration holds an object of a program. */
export function markOf(name: string): string {
  return `${MARK}${name}`;
}

/** Whether a name in a configuration stands for an object of a program. */
export function isMark(name: string): boolean {
  return name.startsWith(MARK);
}

/**
 * The error for an object that is needed and not at hand, such as when a command goes on with a run that a program made.
 * @param kind `suite`, `model`, `judge`
 */
export function objectMissing(kind: string, name: string): ConfigError {
  const shown = isMark(name) ? name.slice(MARK.length) : name;
  return new ConfigError(`the ${kind} "${shown}" is an object of the program that made the run`, {
    code: "object-missing",
    remedy: `Go on with the run from that program, or name another ${kind}.`,
  });
}
