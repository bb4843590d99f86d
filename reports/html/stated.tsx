import type { VNode } from "preact";
import type { ReportView } from "../view/records.js";
import { metricNote } from "../view/stated.js";
import type { StatedView } from "../view/stated-records.js";
import { displayName } from "../view/text.js";
import {
  DataTools,
  Figure,
  FigureCell,
  IntervalText,
  Name,
  NameHead,
  NumberHead,
  ScrollTable,
} from "./parts.js";

function Uncertainty({ view }: { readonly view: StatedView }): VNode {
  if (view.interval !== null) return <IntervalText interval={view.interval} />;
  if (view.standardError === null) return <span class="none">not stated</span>;
  return (
    <span class="nowrap">
      ± <Figure figure={view.standardError} /> <span class="quiet">SE</span>
    </span>
  );
}

function StatedRow({ view }: { readonly view: StatedView }): VNode {
  const note = metricNote(view);
  return (
    <tr>
      <NameHead name={view.suite} />
      <td>
        <Name name={view.metric} />
      </td>
      <td>
        <Name name={view.model} />
      </td>
      <FigureCell figure={view.figure} />
      <td>
        <Uncertainty view={view} />
      </td>
      <td class="number">{view.n === null ? <span class="none">–</span> : <Figure figure={view.n} />}</td>
      <td>
        <Name name={view.tool} />
      </td>
      <td>{note === "" ? null : displayName(note)}</td>
    </tr>
  );
}

/** Figures that other tools or publications state; nothing without any. */
export function StatedSection({ view }: { readonly view: Pick<ReportView, "stated"> }): VNode | null {
  if (view.stated.length === 0) return null;
  return (
    <section id="stated" aria-labelledby="stated-title">
      <h2 class="section-title" id="stated-title">
        Figures stated elsewhere
      </h2>
      <article class="card">
        <header class="card-head">
          <div>
            <p class="quiet">As others state them; assay measured none of these.</p>
          </div>
          <DataTools tables={[{ name: "figures-stated-elsewhere", label: "Figures stated elsewhere" }]} />
        </header>
        <ScrollTable label="Figures stated elsewhere">
          <table class="data">
            <thead>
              <tr>
                <th scope="col">Suite</th>
                <th scope="col">Metric</th>
                <th scope="col">Model</th>
                <NumberHead>Value</NumberHead>
                <th scope="col">Interval or SE</th>
                <NumberHead>n</NumberHead>
                <th scope="col">Stated by</th>
                <th scope="col">Note</th>
              </tr>
            </thead>
            <tbody>
              {view.stated.map((one, index) => (
                <StatedRow key={index} view={one} />
              ))}
            </tbody>
          </table>
        </ScrollTable>
      </article>
    </section>
  );
}
