import type { Board } from "../core/board.js";
import { compositeKey } from "../core/composite-key.js";
import type {
  BoardContamination,
  ContaminatedScore,
  ContaminationScan,
  GroupScore,
} from "../core/contamination.js";
import { countOf, nounFor } from "../core/count-of.js";
import { presentFields } from "../core/present-fields.js";
import type { Warning } from "../core/records.js";
import { type ClusteredMean, clusteredMean } from "../stats/clustered-mean.js";
import { separateDifference } from "../stats/separate-difference.js";
import { type ComparedModel, comparedModels } from "./compare/question-values.js";
import type { BoardInput } from "./scores/build-board.js";

function groupScore({ mean, interval, clusters, reason }: ClusteredMean): GroupScore {
  return { score: mean, interval, questions: clusters, ...(reason === null ? {} : { reason }) };
}

/**
 * A model's mean value on all questions, on the clean and on the contaminated ones, clustered by question, and the
 * difference of the two groups, which share no question.
 * @param isContaminated by question id
 */
function contaminatedScore(
  run: string,
  { head }: Pick<BoardInput, "head">,
  model: ComparedModel,
  isContaminated: (questionId: string) => boolean,
): ContaminatedScore {
  const rows = model.slots.flatMap(({ slot, value }) =>
    value === undefined ? [] : [{ id: slot.questionId, value }],
  );
  const meanOf = (wanted: (id: string) => boolean) => {
    const chosen = rows.filter(({ id }) => wanted(id));
    const values = chosen.map(({ value }) => value);
    return clusteredMean(
      values,
      chosen.map(({ id }) => id),
      { scale: model.scale },
    );
  };
  const [all, dirty, clean] = [
    meanOf(() => true),
    meanOf(isContaminated),
    meanOf((id) => !isContaminated(id)),
  ];
  const { difference, interval, reason } = separateDifference(dirty, clean);
  return {
    run,
    suite: model.suite,
    protocol: model.protocol,
    judge: head.judge,
    metric: model.metric,
    ...presentFields({ figure: model.figure }),
    model: model.model,
    all: groupScore(all),
    clean: groupScore(clean),
    contaminated: groupScore(dirty),
    difference: { value: difference, interval, ...(reason === null ? {} : { reason }) },
  };
}

/** Whether a scan found a question, by suite and id. */
function foundIn({
  items,
}: Pick<ContaminationScan, "items">): (suite: string, questionId: string) => boolean {
  const found = new Set(
    items.flatMap(({ suite, id, contaminated }) => (contaminated ? [compositeKey(suite, id)] : [])),
  );
  return (suite, questionId) => found.has(compositeKey(suite, questionId));
}

/**
 * Figures of all models on the boards whose suites were scanned.
 * @param run as it is to be named
 */
export function contaminatedScores(
  run: string,
  inputs: readonly BoardInput[],
  scan: Pick<ContaminationScan, "items">,
): ContaminatedScore[] {
  const isFound = foundIn(scan);
  const scanned = new Set(scan.items.map(({ suite }) => suite));
  return inputs
    .filter(({ head }) => scanned.has(head.suite))
    .flatMap((input) =>
      comparedModels(input).map((model) =>
        contaminatedScore(run, input, model, (id) => isFound(model.suite, id)),
      ),
    );
}

/** A board with what a scan found of its questions, where all of them were looked for. */
export function boardWithContamination(
  board: Board,
  input: BoardInput,
  scan: ContaminationScan | undefined,
): Board {
  if (scan === undefined) return board;
  const { suite } = board;
  const scanned = new Set(scan.items.flatMap((item) => (item.suite === suite ? [item.id] : [])));
  const own = new Set(input.frame.slots.map(({ questionId }) => questionId));
  if (own.size === 0 || [...own].some((id) => !scanned.has(id))) return board;
  const isFound = foundIn(scan);
  const byModel = new Map(contaminatedScores("", [input], scan).map((one) => [one.model, one]));
  const contamination: BoardContamination = {
    at: scan.at,
    files: scan.corpus.files,
    bytes: scan.corpus.uncompressedBytes,
    questions: own.size,
    contaminated: [...own].filter((id) => isFound(suite, id)).length,
    scores: board.models.flatMap(({ model }) => byModel.get(model) ?? []),
  };
  return { ...board, contamination };
}

/** What must be said of a board some of whose questions are in a corpus. */
export function contaminationWarnings({ suite, protocol, contamination }: Board): Warning[] {
  if (contamination === undefined || contamination.contaminated === 0) return [];
  const { contaminated, questions, at } = contamination;
  const message = `${contaminated} of ${countOf(questions, "question")} of ${suite} (${protocol}) ${nounFor(contaminated, "is", "are")} in the corpus that was scanned on ${at.slice(0, 10)}: what counts are the figures on the others`;
  return [{ code: "contaminated-questions", message, count: contaminated }];
}
