import type { VNode } from "preact";
import type { ComparisonView } from "../view/records.js";
import { ScrolledTable } from "./data-table.js";
import { DifferenceDrawing } from "./drawings.js";
import { Name } from "./parts.js";

/** Differences of shares that were met. */
const AXIS = { axisLow: -100, axisHigh: 100, ticks: [-100, -50, 0, 50, 100] };

/** The criteria that separate the two models of a comparison most; nothing where no rubric judged them. */
export function CriteriaPart({ view }: { readonly view: ComparisonView }): VNode | null {
  if (view.criteria.length === 0) return null;
  return (
    <section class="part" aria-label="Criteria that separate them most">
      <h3>Criteria that separate them most</h3>
      <p class="key quiet">
        How often each was met (of a fault: was there), candidate minus base on the same questions; p is
        adjusted over all criteria.
      </p>
      <ScrolledTable
        label={`Criteria that separate ${view.candidate} and ${view.base} most`}
        rows={view.criteria}
        columns={[
          { head: "Criterion", name: (row) => row.name },
          {
            head: <span class="unseen">Drawing of difference and interval</span>,
            class: "drawn",
            cell: (row) => (
              <DifferenceDrawing delta={row.delta} interval={row.interval} axis={AXIS} marks={[]} />
            ),
          },
          { head: <Name name={view.base} />, figure: (row) => row.base },
          { head: <Name name={view.candidate} />, figure: (row) => row.candidate },
          { head: "Difference", figure: (row) => row.delta, interval: (row) => row.interval },
          { head: "Adjusted p", figure: (row) => row.adjustedPValue },
          { head: "Questions", figure: (row) => row.questions },
        ]}
      />
    </section>
  );
}
