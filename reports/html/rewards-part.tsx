import type { VNode } from "preact";
import type { BoardView } from "../view/records.js";
import { ScrolledTable } from "./data-table.js";
import { AxisDrawing, DotsDrawing } from "./drawings.js";

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
      <ScrolledTable
        label={`${title}: rewards`}
        rows={rewards.rows}
        columns={[
          { head: "Model", name: (row) => row.model },
          {
            head: (
              <>
                <span class="unseen">Drawing of rewards</span>
                <AxisDrawing axis={rewards} percent={false} />
              </>
            ),
            class: "drawn",
            cell: (row) => <DotsDrawing values={row.dots} mean={row.mean} axis={rewards} />,
          },
          { head: "Lowest", figure: (row) => row.lowest },
          { head: "Median", figure: (row) => row.median },
          { head: "Mean", figure: (row) => row.mean },
          { head: "Highest", figure: (row) => row.highest },
          { head: "Answers", figure: (row) => row.n },
        ]}
      />
    </section>
  );
}
