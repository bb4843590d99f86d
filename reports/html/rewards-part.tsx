import type { VNode } from "preact";
import type { BoardView } from "../view/records.js";
import { AxisDrawing, DotsDrawing } from "./drawings.js";
import { FigureCell, NameHead, ScrollTable } from "./parts.js";

/** Rewards of a reward model's board as dots, with their figures beside them; nothing for every other board. */
export function RewardsPart({ board }: { readonly board: BoardView }): VNode | null {
  const { rewards, title } = board;
  if (rewards === null) return null;
  return (
    <section class="part rewards" aria-label={`Rewards, ${title}`}>
      <h3>Rewards</h3>
      <p class="key quiet">
        Each dot is an answer: its reward less the mean of the answers to the same prompt, since rewards of
        different prompts have no common zero.
      </p>
      <ScrollTable label={`${title}: rewards`}>
        <table class="data">
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col" class="drawn">
                <span class="unseen">Drawing of rewards</span>
                <AxisDrawing axis={rewards} percent={false} />
              </th>
              {["Lowest", "Median", "Mean", "Highest", "Answers"].map((label) => (
                <th key={label} scope="col" class="number">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rewards.rows.map((row) => (
              <tr key={row.model}>
                <NameHead name={row.model} />
                <td class="drawn">
                  <DotsDrawing values={row.dots} mean={row.mean} axis={rewards} />
                </td>
                {[row.lowest, row.median, row.mean, row.highest, row.n].map((figure, index) => (
                  <FigureCell key={index} figure={figure} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollTable>
    </section>
  );
}
