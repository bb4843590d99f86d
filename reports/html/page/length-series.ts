import type { LengthPoint } from "../../charts/length-scatter.js";
import type { BoardView } from "../../view/records.js";
import { unpackIndex } from "./unpack.js";

/** One model's answers against the baseline's: length difference and weight on the model. */
export interface LengthSeries {
  readonly model: string;
  readonly points: readonly LengthPoint[];
}

/** Length differences and preferences of a board's models; empty where answers of the baseline are not in the report. */
export async function lengthSeries(board: BoardView): Promise<readonly LengthSeries[]> {
  if (board.baseline === null || document.getElementById("data-index") === null) return [];
  const index = await unpackIndex();
  const protocol = index.protocols.findIndex(
    (entry) => entry.protocol === board.protocol && entry.suite === board.suite,
  );
  const baseline = index.models.indexOf(board.baseline);
  if (protocol === -1 || baseline === -1) return [];
  return board.rows
    .map((row) => {
      const place = index.models.indexOf(row.model);
      const points = index.questions.flatMap((question): LengthPoint[] => {
        const weight = question.scores[protocol]?.[place];
        const own = question.lengths[place];
        const other = question.lengths[baseline];
        if (weight == null || own == null || other == null || place === baseline) return [];
        return [{ x: own - other, y: weight }];
      });
      return { model: row.model, points };
    })
    .filter((series) => series.points.length > 0);
}
