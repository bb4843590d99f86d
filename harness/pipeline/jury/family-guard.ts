import { countOf } from "../../core/count-of.js";
import type { JuryGuarded } from "../../core/jury.js";
import { presentFields } from "../../core/present-fields.js";
import type { ModelFacts, Warning } from "../../core/records.js";
import type { BoardInput } from "../scores/build-board.js";
import type { VerdictRow } from "../scores/verdict-grid/row.js";

/** Families of judges and judged models by their names, as far as they were told. */
export type Families = ReadonlyMap<string, string>;

/** The families that these models were given. */
export function familiesOf(models: Iterable<Pick<ModelFacts, "id" | "family">>): Families {
  return new Map(
    [...models].flatMap(({ id, family }) => (family === undefined ? [] : [[id, family] as const])),
  );
}

/** The judged models of a verdict. */
type Judged = Pick<VerdictRow, "a" | "b">;

/** The models of a verdict that a judge must not judge: itself, and those of its family. */
export function relativesOf(judge: string, { a, b }: Judged, families: Families): string[] {
  const own = families.get(judge);
  return [a, ...(b === undefined ? [] : [b])].filter(
    (model) => model === judge || (own !== undefined && families.get(model) === own),
  );
}

/** What the guard left out, by judge and model. */
export function guardedOf(
  members: readonly BoardInput[],
  rows: readonly Judged[],
  families: Families,
): JuryGuarded[] {
  return members.flatMap(({ head: { judge, protocol } }) => {
    const counts = new Map<string, number>();
    for (const row of rows)
      for (const model of relativesOf(judge, row, families)) counts.set(model, (counts.get(model) ?? 0) + 1);
    return Array.from(counts, ([model, items]) => ({
      judge,
      protocol,
      model,
      ...presentFields({ family: families.get(judge) }),
      items,
    }));
  });
}

/** Said where families are not known: nothing is left out then, and it looks as if nothing had to be. */
export function familyWarning(inputs: readonly BoardInput[], families: Families): Warning[] {
  const names = new Set(inputs.flatMap(({ head, subjects }) => [head.judge, ...subjects.flat()]));
  const unknown = [...names].filter((name) => !families.has(name));
  if (unknown.length === 0) return [];
  const shown = unknown.slice(0, 8).join(", ");
  const more = unknown.length > 8 ? ` and ${unknown.length - 8} more` : "";
  const message = `the family guard does not know the family of ${countOf(unknown.length, "model")} (${shown}${more}) and left nothing out for their sake; give \`family:\` in their entries`;
  return [{ code: "family-unknown", message, count: unknown.length }];
}
