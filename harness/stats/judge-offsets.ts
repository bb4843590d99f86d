import { solvePositiveDefinite } from "./regression/cholesky.js";

/** Numbers of the judges that each item links, and whether they link all of them. */
function areLinked(items: readonly (readonly number[])[], judges: number): boolean {
  const groupOf = Array.from({ length: judges }, (_, judge) => judge);
  for (const [first, ...others] of items) {
    if (first === undefined) continue;
    for (const other of others) {
      const [kept, joined] = [groupOf[first], groupOf[other]];
      groupOf.forEach((group, judge) => {
        if (group === joined && kept !== undefined) groupOf[judge] = kept;
      });
    }
  }
  return new Set(groupOf).size <= 1;
}

/**
 * How far each judge rates above the mean judge, where not every judge judges every item: least squares of
 * verdict = item + judge over the items with two verdicts or more (an incomplete block design with the items as blocks),
 * the judges' parts summing to 0.
 * @param items verdicts in the order of the judges; undefined where one gave none
 * @returns undefined where the items do not link all judges
 */
export function judgeOffsets(
  items: readonly (readonly (number | undefined)[])[],
  judges: number,
): readonly number[] | undefined {
  const given = items
    .map((values) => values.flatMap((value, judge) => (value === undefined ? [] : [{ value, judge }])))
    .filter(({ length }) => length > 1);
  if (judges < 2) return undefined;
  if (
    !areLinked(
      given.map((voices) => voices.map(({ judge }) => judge)),
      judges,
    )
  )
    return undefined;
  // The normal equations have the constant as their null space; a matrix of ones pins it at 0.
  const matrix = new Float64Array(judges * judges).fill(1);
  const right = new Float64Array(judges);
  const at = (row: number, column: number) => row * judges + column;
  for (const voices of given) {
    const mean = voices.reduce((sum, { value }) => sum + value, 0) / voices.length;
    for (const { value, judge } of voices) {
      matrix[at(judge, judge)] = (matrix[at(judge, judge)] ?? 0) + 1;
      right[judge] = (right[judge] ?? 0) + value - mean;
      for (const { judge: other } of voices)
        matrix[at(judge, other)] = (matrix[at(judge, other)] ?? 0) - 1 / voices.length;
    }
  }
  const offsets = solvePositiveDefinite(matrix, right);
  return offsets && [...offsets];
}
