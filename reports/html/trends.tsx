import type { VNode } from "preact";
import type { ReportView, TrendView } from "../view/records.js";
import { ChartFigure } from "./chart-figure.js";
import { DataTools, Figure, IntervalText, Name, ScrollTable } from "./parts.js";

function TrendCard({ trend }: { readonly trend: TrendView }): VNode {
  return (
    <article class="card" id={trend.id}>
      <header class="card-head">
        <div>
          <h3>
            <Name name={trend.title} />, over time
          </h3>
          <p class="quiet">{trend.headlineLabel} with intervals, oldest first.</p>
        </div>
        <DataTools tables={[{ name: trend.id, label: "Over time" }]} />
      </header>
      <ChartFigure
        kind="trend"
        board={trend.id}
        title="Over time"
        label={`${trend.headlineLabel} over time`}
      />
      <ScrollTable label={`${trend.title} over time`}>
        <table class="data">
          <thead>
            <tr>
              <th scope="col">Line</th>
              {trend.points.map((point, index) => (
                <th key={index} scope="col" class="number">
                  <Name name={point.label} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {trend.overall.map((line) => (
              <tr key={line.name}>
                <th scope="row">
                  <Name name={line.name} />
                </th>
                {line.points.map((point, index) => (
                  <td key={index} class="number">
                    {point === null ? (
                      <span class="none">–</span>
                    ) : (
                      <>
                        <Figure figure={point.figure} />
                        {point.interval === null ? null : (
                          <small>
                            <IntervalText interval={point.interval} />
                          </small>
                        )}
                      </>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollTable>
    </article>
  );
}

/** Checkpoints over time; nothing without at least two points of one board. */
export function TrendsSection({ view }: { readonly view: ReportView }): VNode | null {
  if (view.trends.length === 0) return null;
  return (
    <section id="trends" aria-labelledby="trends-title">
      <h2 class="section-title" id="trends-title">
        Over time
      </h2>
      {view.trends.map((trend) => (
        <TrendCard key={trend.id} trend={trend} />
      ))}
    </section>
  );
}
