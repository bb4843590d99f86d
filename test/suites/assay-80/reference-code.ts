import { runInThisContext } from "node:vm";

/** A function taken from a reference answer; arguments and result are unchecked. */
export type ReferenceFunction = (...args: unknown[]) => unknown;

/**
 * Evaluates JavaScript from a question or reference answer and returns one of its top-level functions.
 * Throws where the code does not parse or has no such function.
 */
export function functionFrom(code: string, name: string): ReferenceFunction {
  const value: unknown = runInThisContext(`(() => { "use strict";\n${code}\nreturn ${name}; })()`);
  if (typeof value !== "function") throw new Error(`${name} is not a function`);
  return (...args) => Reflect.apply(value, undefined, args);
}

/** Deterministic pseudo-random whole numbers from 0 to below the bound (a linear congruential generator). */
export function numberSource(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The error that an action throws; throws itself where the action does not. */
export function errorOf(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("no error was thrown");
}
