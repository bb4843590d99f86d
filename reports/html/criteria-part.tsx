import type { VNode } from "preact";
import type { ComparisonView } from "../view/records.js";
import { DifferenceDrawing } from "./drawings.js";
import { Figure, IntervalText, Name, ScrollTable } from "./parts.js";

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
              <th scope="col" class="number">
                Difference
              </th>
              <th scope="col" class="number">
                Adjusted p
              </th>
              <th scope="col" class="number">
                Questions
              </th>
            </tr>
          </thead>
          <tbody>
            {view.criteria.map((row) => (
              <tr key={row.name}>
                <th scope="row">
                  <Name name={row.name} />
                </th>
                <td class="drawn">
                  <DifferenceDrawing delta={row.delta} interval={row.interval} axis={AXIS} marks={[]} />
                </td>
                <td class="number">
                  <Figure figure={row.base} />
                </td>
                <td class="number">
                  <Figure figure={row.candidate} />
                </td>
                <td class="number">
                  <Figure figure={row.delta} />
                  <small>
                    <IntervalText interval={row.interval} />
                  </small>
                </td>
                <td class="number">
                  <Figure figure={row.adjustedPValue} />
                </td>
                <td class="number">
                  <Figure figure={row.questions} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollTable>
    </section>
  );
}
