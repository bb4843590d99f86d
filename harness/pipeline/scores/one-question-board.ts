import type { Manifest } from "../../core/manifest.js";
import type { Suite } from "../../core/records.js";
import type { BoardInput } from "./build-board.js";
import { boardInput } from "./score-run.js";
import { VerdictGrid } from "./verdict-grid/grid.js";
import type { VerdictRow } from "./verdict-grid/row.js";

/**
 * A board of a single question, from which the models' values on it are read as from a whole board.
 * @param rows Its verdicts, the last of each place.
 * @returns undefined where the run has no such protocol or the suite no such question.
 */
export function oneQuestionBoard(
  manifest: Manifest,
  protocol: string,
  suite: Suite,
  question: string,
  rows: Iterable<VerdictRow>,
): BoardInput | undefined {
  const planned = manifest.protocols.find(({ id }) => id === protocol);
  const questions = suite.questions.filter(({ id }) => id === question);
  if (planned === undefined || questions.length === 0) return undefined;
  const preference = {
    lengthOf: () => undefined,
    compat: false,
    seed: manifest.seed,
    bootstrapReplicates: 0,
  };
  const one = { ...suite, questions };
  // Rankings are never looked at question by question.
  return boardInput(planned, one, manifest, VerdictGrid.of(rows), new Map(), preference, () => []);
}
