import type { VNode } from "preact";
import type { BoardView } from "../view/records.js";
import type { StyleView } from "../view/style-records.js";
import { ScrolledTable } from "./data-table.js";
import { AxisDrawing, DifferenceDrawing } from "./drawings.js";
import { PhraseText } from "./parts.js";

function ModelTable({ style, title }: { readonly style: StyleView; readonly title: string }): VNode {
  return (
    <ScrolledTable
      label={`${title}: with and without style control`}
      rows={style.rows}
      columns={[
        { head: "Model", name: (row) => row.model },
        { head: "As judged", figure: (row) => row.raw },
        { head: "Equal style", figure: (row) => row.controlled },
        { head: "Interval", between: (row) => row.interval },
        { head: "Moved", figure: (row) => row.moved },
      ]}
    />
  );
}

/** Head of a column of drawings: what is drawn, and the axis. */
const drawingHead = (axis: StyleView["axis"]) => (
  <>
    <span class="unseen">Drawing of coefficient and interval</span>
    <AxisDrawing axis={axis} percent={false} />
  </>
);

const COEFFICIENT = (
  <abbr title="Change of the log-odds of winning per standard deviation of the difference">Coefficient</abbr>
);

function FeatureTable({ style, title }: { readonly style: StyleView; readonly title: string }): VNode {
  const { axis } = style;
  return (
    <ScrolledTable
      label={`${title}: what the judge paid for`}
      rows={style.features}
      columns={[
        { head: "Feature", rowHead: (one) => one.label },
        {
          head: drawingHead(axis),
          class: "drawn",
          cell: (one) => (
            <DifferenceDrawing delta={one.coefficient} interval={one.interval} axis={axis} marks={[]} />
          ),
        },
        { head: COEFFICIENT, figure: (one) => one.coefficient },
        { head: "Interval", between: (one) => one.interval },
        { head: "Reading", cell: (one) => one.reading },
      ]}
    />
  );
}

/** Style control of a board, on request: who moves how far, and what the judge paid for. */
export function StylePart({ board }: { readonly board: BoardView }): VNode | null {
  const { style } = board;
  if (style === null) return null;
  return (
    <details class="full style-control">
      <summary>At equal style</summary>
      <p>
        <PhraseText phrase={style.summary} />
      </p>
      <ModelTable style={style} title={board.title} />
      {style.features.length === 0 ? null : <FeatureTable style={style} title={board.title} />}
    </details>
  );
}
