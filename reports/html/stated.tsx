import type { VNode } from "preact";
import type { ReportView } from "../view/records.js";
import { metricNote } from "../view/stated.js";
import type { StatedView } from "../view/stated-records.js";
import { displayName } from "../view/text.js";
import { ScrolledTable } from "./data-table.js";
import { DataTools, Figure, IntervalText, Name } from "./parts.js";

function Uncertainty({ view }: { readonly view: StatedView }): VNode {
  if (view.interval !== null) return <IntervalText interval={view.interval} />;
  if (view.standardError === null) return <span class="none">not stated</span>;
  return (
    <span class="nowrap">
      ± <Figure figure={view.standardError} /> <span class="quiet">SE</span>
    </span>
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
        <ScrolledTable
          label="Figures stated elsewhere"
          rows={view.stated}
          columns={[
            { head: "Suite", name: (row) => row.suite },
            { head: "Metric", cell: (row) => <Name name={row.metric} /> },
            { head: "Model", cell: (row) => <Name name={row.model} /> },
            { head: "Value", figure: (row) => row.figure },
            { head: "Interval or SE", cell: (row) => <Uncertainty view={row} /> },
            {
              head: "n",
              class: "number",
              cell: (row) => (row.n === null ? <span class="none">–</span> : <Figure figure={row.n} />),
            },
            { head: "Stated by", cell: (row) => <Name name={row.tool} /> },
            { head: "Note", cell: (row) => displayName(metricNote(row)) },
          ]}
        />
      </article>
    </section>
  );
}
