import type { VNode } from "preact";
import type { ComparisonView } from "../view/records.js";
import { DifferenceDrawing } from "./drawings.js";
import { FigureCell, Name, NameHead, NumberHead, ScrollTable } from "./parts.js";

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
      <ScrollTable label={`Criteria that separate ${view.candidate} and ${view.base} most`}>
        <table class="data">
          <thead>
            <tr>
              <th scope="col">Criterion</th>
              <th scope="col" class="drawn">
                <span class="unseen">Drawing of difference and interval</span>
              </th>
              <th scope="col" class="number">
                <Name name={view.base} />
              </th>
              <th scope="col" class="number">
                <Name name={view.candidate} />
              </th>
              <NumberHead>Difference</NumberHead>
              <NumberHead>Adjusted p</NumberHead>
              <NumberHead>Questions</NumberHead>
            </tr>
          </thead>
          <tbody>
            {view.criteria.map((row) => (
              <tr key={row.name}>
                <NameHead name={row.name} />
                <td class="drawn">
                  <DifferenceDrawing delta={row.delta} interval={row.interval} axis={AXIS} marks={[]} />
                </td>
                <FigureCell figure={row.base} />
                <FigureCell figure={row.candidate} />
                <FigureCell figure={row.delta} interval={row.interval} />
                <FigureCell figure={row.adjustedPValue} />
                <FigureCell figure={row.questions} />
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollTable>
    </section>
  );
}
