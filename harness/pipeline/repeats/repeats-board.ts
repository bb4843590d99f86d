import type { Board } from "../../core/board.js";
import type { BoardRepeats, RepeatedMean, RepeatsRow } from "../../core/board-repeats.js";
import { type JudgeRepeats, roundsOn } from "../../core/judge-repeats.js";
import { presentFields } from "../../core/present-fields.js";
import { NO_FIXED_INTERVAL } from "../../core/sequence.js";
import type { ValueScale } from "../../stats/bounded-mean.js";
import { clusteredMean } from "../../stats/clustered-mean.js";
import { slotsByModel } from "../compare/question-values.js";
import type { BoardInput } from "../scores/build-board.js";
import { boardScale } from "../scores/scale.js";
import type { SlotValue } from "../scores/score-columns.js";
import { VerdictGrid } from "../scores/verdict-grid/grid.js";
import { type RepeatedValues, repeatedVerdicts, spreadWithin } from "./scatter.js";

/** @param isSequenced Whether the number of questions depends on the figures, so that no fixed interval holds. */
function meanOver(
  slots: readonly SlotValue[] | undefined,
  scale: ValueScale,
  isSequenced: boolean,
): RepeatedMean {
  const usable = (slots ?? []).flatMap(({ slot, value }) =>
    value === undefined ? [] : [{ value, question: slot.questionId }],
  );
  const { mean, standardError, interval } = clusteredMean(
    usable.map(({ value }) => value),
    usable.map(({ question }) => question),
    { scale },
  );
  return isSequenced ? { mean, standardError: null, interval: null } : { mean, standardError, interval };
}

function worthOf(once: RepeatedMean, all: RepeatedMean): number | null {
  if (!once.standardError || !all.standardError) return null;
  return (once.standardError / all.standardError) ** 2;
}

function rowsOf(models: readonly string[], input: BoardInput): RepeatsRow[] {
  const grid = VerdictGrid.of(input.rows);
  const scale = boardScale(input);
  const isSequenced = input.head.sequence !== undefined;
  const [first, every] = [
    slotsByModel({ ...input, rows: grid.firsts() }),
    slotsByModel({ ...input, rows: grid }),
  ];
  return models.map((model) => {
    const once = meanOver(first.get(model), scale, isSequenced);
    const all = meanOver(every.get(model), scale, isSequenced);
    return { model, once, all, worth: worthOf(once, all) };
  });
}

/** Ratings or comparisons that the rule asks for. */
function plannedBy(rule: JudgeRepeats, { frame, subjects, head }: BoardInput): number {
  const ofSubject = frame.slots.reduce(
    (sum, { questionId: id, category }) => sum + roundsOn(rule, head.suite, { id, category }),
    0,
  );
  return ofSubject * frame.trials * subjects.length;
}

function scatterOf(
  input: BoardInput,
): Omit<BoardRepeats, "rounds" | "categories" | "share" | "planned" | "models"> {
  const units = repeatedVerdicts(input);
  const repeated = units.filter(({ values }) => values.length > 1);
  const isEqual = ({ values }: RepeatedValues) => values.every((value) => value === values[0]);
  const spread = spreadWithin(units, `${input.head.protocol}/repeats`);
  const isSequenced = input.head.sequence !== undefined;
  const reason =
    spread === undefined
      ? "no place has several verdicts that can be used"
      : isSequenced
        ? NO_FIXED_INTERVAL
        : spread.reason;
  return {
    places: units.length,
    repeated: repeated.length,
    verdicts: units.reduce((sum, { values }) => sum + values.length, 0),
    scatter: {
      deviation: spread?.estimate ?? null,
      interval: isSequenced ? null : (spread?.interval ?? null),
      equal: repeated.length === 0 ? null : (100 * repeated.filter(isEqual).length) / repeated.length,
      ...presentFields({ reason: reason ?? undefined }),
    },
  };
}

function repeatsOf(rule: JudgeRepeats, models: readonly string[], input: BoardInput): BoardRepeats {
  const { rounds, categories, share = 1 } = rule;
  return {
    rounds,
    ...presentFields({ categories }),
    share: 100 * share,
    ...scatterOf(input),
    planned: plannedBy(rule, input),
    models: rowsOf(models, input),
  };
}

/** A board with what asking its judge several times came to; unchanged where it was asked once. */
export function boardWithRepeats(board: Board, input: BoardInput): Board {
  const { repeats } = input;
  if (repeats === undefined) return board;
  const measured = board.models.filter((row) => !("reference" in row && row.reference === true));
  return {
    ...board,
    repeats: repeatsOf(
      repeats,
      measured.map(({ model }) => model),
      input,
    ),
  };
}
