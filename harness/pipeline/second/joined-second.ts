import type { BoardSecond } from "../../core/board-second.js";
import type { SecondFigures } from "../scores/build-board.js";

type Cost = BoardSecond["cost"];

/** A sum that is not known where one part of it is not. */
function sumOf(own: number | null, other: number | null): number | null {
  return own === null || other === null ? null : own + other;
}

function joinFigures(own: BoardSecond, other: BoardSecond, models: readonly string[]): BoardSecond {
  const rows = new Map([...own.models, ...other.models].map((row) => [row.model, row]));
  const [judged, asked] = [own.judged + other.judged, own.asked + other.asked];
  const costOf = (part: keyof Cost) => sumOf(own.cost[part], other.cost[part]);
  return {
    ...own,
    judged,
    unclear: own.unclear + other.unclear,
    asked,
    askedShare: judged === 0 ? null : (100 * asked) / judged,
    missing: own.missing + other.missing,
    cost: {
      first: costOf("first"),
      second: costOf("second"),
      full: costOf("full"),
      saved: costOf("saved"),
    },
    models: models.flatMap((model) => rows.get(model) ?? []),
  };
}

/**
 * What one second judge makes of the models of two runs on one board: each model's figure is that of the run that judged
 * it. The newer run's alone where the earlier one had no second judge, or another one.
 * @param isAdded Whether a model is taken from the earlier run.
 */
export function joinSecond(
  own: SecondFigures | undefined,
  other: SecondFigures | undefined,
  isAdded: (model: string) => boolean,
): SecondFigures | undefined {
  if (own === undefined || other === undefined || own.protocol !== other.protocol) return own;
  return {
    ...own,
    figures: (models) =>
      joinFigures(
        own.figures(models.filter((model) => !isAdded(model))),
        other.figures(models.filter(isAdded)),
        models,
      ),
    things: (model, subjects) => (isAdded(model) ? other : own).things(model, subjects),
  };
}
