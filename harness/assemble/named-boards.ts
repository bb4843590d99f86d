import { ConfigError } from "../core/errors.js";
import { suggestName } from "../core/spelling.js";
import type { BoardInput } from "../pipeline/scores/build-board.js";
import type { ComparedSource } from "./compare-sources.js";

/**
 * Boards that a name means: a protocol's id, the start of one, or a judge model.
 * @throws ConfigError `unknown-protocol`.
 */
export function namedBoards(
  path: string,
  inputs: readonly BoardInput[],
  named: string,
): readonly BoardInput[] {
  const tests: readonly ((input: BoardInput) => boolean)[] = [
    ({ head }) => head.protocol === named,
    ({ head }) => head.judge === named,
    ({ head }) => head.protocol.startsWith(named),
  ];
  for (const test of tests) {
    const found = inputs.filter(test);
    if (found.length > 0) return found;
  }
  throw new ConfigError(`${path} has no protocol or judge "${named}"`, {
    code: "unknown-protocol",
    remedy: suggestName(
      named,
      inputs.map((input) => input.head.protocol),
    ),
  });
}

/** Two boards of one kind would mix two judges into one set. */
function refuseMixture(path: string, inputs: readonly BoardInput[]): void {
  const kinds = inputs.map(({ metric }) => (metric === "rating" ? "rating" : "choice"));
  const suites = new Set(inputs.map(({ head }) => head.suite));
  if (suites.size <= 1 && new Set(kinds).size === kinds.length) return;
  throw new ConfigError(`${path} holds verdicts of several judges or suites`, {
    code: "protocol-not-chosen",
    remedy: `Choose one: ${inputs.map(({ head }) => `${path}#${head.protocol}`).join(" or ")}`,
  });
}

/**
 * The boards of a source that a name behind `#` means; all of them without one.
 * @throws ConfigError for a name that no board has, or where several judges or suites would be mixed.
 */
export function pickedBoards(
  path: string,
  picked: string | undefined,
  source: ComparedSource,
): readonly BoardInput[] {
  const all = source.boards.map((board) => board.input);
  const inputs = picked === undefined ? all : namedBoards(path, all, picked);
  refuseMixture(path, inputs);
  return inputs;
}
