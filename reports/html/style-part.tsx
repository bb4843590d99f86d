import type { VNode } from "preact";
import type { BoardView } from "../view/records.js";
import type { StyleView } from "../view/style-records.js";
import { AxisDrawing, DifferenceDrawing } from "./drawings.js";
import { FigureCell, IntervalText, NameHead, NumberHead, PhraseText, ScrollTable } from "./parts.js";

function ModelTable({ style, title }: { readonly style: StyleView; readonly title: string }): VNode {
  return (
    <ScrollTable label={`${title}: with and without style control`}>
      <table class="data">
        <thead>
          <tr>
            <th scope="col">Model</th>
            <NumberHead>As judged</NumberHead>
            <NumberHead>Equal style</NumberHead>
            <th scope="col">Interval</th>
            <NumberHead>Moved</NumberHead>
          </tr>
        </thead>
        <tbody>
          {style.rows.map((row) => (
            <tr key={row.model}>
              <NameHead name={row.model} />
              <FigureCell figure={row.raw} />
              <FigureCell figure={row.controlled} />
              <td>
                <IntervalText interval={row.interval} />
              </td>
              <FigureCell figure={row.moved} />
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}

function FeatureTable({ style, title }: { readonly style: StyleView; readonly title: string }): VNode {
  return (
    <ScrollTable label={`${title}: what the judge paid for`}>
      <table class="data">
        <thead>
          <tr>
            <th scope="col">Feature</th>
            <th scope="col" class="drawn">
              <span class="unseen">Drawing of coefficient and interval</span>
              <AxisDrawing axis={style.axis} percent={false} />
            </th>
            <th scope="col" class="number">
              <abbr title="Change of the log-odds of winning per standard deviation of the difference">
                Coefficient
              </abbr>
            </th>
            <th scope="col">Interval</th>
            <th scope="col">Reading</th>
          </tr>
        </thead>
        <tbody>
          {style.features.map((one) => (
            <tr key={one.label}>
              <th scope="row">{one.label}</th>
              <td class="drawn">
                <DifferenceDrawing
                  delta={one.coefficient}
                  interval={one.interval}
                  axis={style.axis}
                  marks={[]}
                />
              </td>
              <FigureCell figure={one.coefficient} />
              <td>
                <IntervalText interval={one.interval} />
              </td>
              <td>{one.reading}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollTable>
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
