import type { VNode } from "preact";
import { matrixModels } from "../charts/win-matrix-chart.js";
import type { BoardView, PairView } from "../view/records.js";
import { Figure, Name, NameHead, ScrollTable } from "./parts.js";

/** Class of a heatmap cell: `heat-0` (always lost) to `heat-10` (always won). */
function heatClass(winRate: number | null): string {
  return winRate === null ? "heat-none" : `heat-${Math.round(winRate / 10)}`;
}

function MatrixCell({ pair }: { readonly pair: PairView | undefined }): VNode {
  if (pair === undefined) return <td class="heat-none" aria-label="no comparison" />;
  return (
    <td class={heatClass(pair.winRate.value)}>
      <Figure figure={pair.winRate} />
      <small>
        <Figure figure={pair.wins} hint="wins" />–<Figure figure={pair.ties} hint="ties" />–
        <Figure figure={pair.losses} hint="losses" />
      </small>
    </td>
  );
}

/** Who beats whom, as a heatmap with its numbers in it. */
export function WinMatrix({ board }: { readonly board: BoardView }): VNode | null {
  if (board.pairs.length === 0) return null;
  const models = matrixModels(board);
  const rows = models.filter((model) => board.pairs.some((pair) => pair.model === model));
  const columns = models.filter((model) => board.pairs.some((pair) => pair.opponent === model));
  return (
    <div class="part">
      <h4>Who beats whom</h4>
      <p class="quiet">
        Adjusted win rate of the row's model against the column's, and wins–ties–losses. Blue above 50%,
        orange below.
      </p>
      <ScrollTable label={`Win matrix, ${board.suiteTitle}`}>
        <table class="matrix">
          <thead>
            <tr>
              <td />
              {columns.map((model) => (
                <th key={model} scope="col">
                  <Name name={model} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((model) => (
              <tr key={model}>
                <NameHead name={model} />
                {columns.map((opponent) =>
                  model === opponent ? (
                    <td key={opponent} class="heat-self" aria-label="itself" />
                  ) : (
                    <MatrixCell
                      key={opponent}
                      pair={board.pairs.find((pair) => pair.model === model && pair.opponent === opponent)}
                    />
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollTable>
    </div>
  );
}
