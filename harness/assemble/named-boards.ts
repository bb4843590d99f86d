import { ConfigError } from "../core/errors.js";
import { suggestName } from "../core/spelling.js";
import type { BoardInput } from "../pipeline/scores/build-board.js";

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
