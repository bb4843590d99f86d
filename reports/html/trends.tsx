import type { VNode } from "preact";
import type { ReportView, TrendPoint, TrendView } from "../view/records.js";
import { displayName } from "../view/text.js";
import { ChartFigure } from "./chart-figure.js";
import { DataTools, Figure, IntervalText, Name, NameHead, NumberHead, ScrollTable } from "./parts.js";

function PointText({ point }: { readonly point: TrendPoint | null }): VNode {
  if (point === null) return <span class="none">–</span>;
  return (
    <>
      <Figure figure={point.figure} />
      {point.interval === null ? null : (
        <small>
          <IntervalText interval={point.interval} />
        </small>
      )}
    </>
  );
}

/** One line for each run. */
function TrendTable({ trend }: { readonly trend: TrendView }): VNode {
  return (
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
              <NameHead name={line.name} />
              {line.points.map((point, index) => (
                <td key={index} class="number">
                  <PointText point={point} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}

/** One row for each look, the figure and its interval beside the limit. */
function CourseTable({ trend }: { readonly trend: TrendView }): VNode {
  return (
    <details>
      <summary>The same as a table</summary>
      <ScrollTable label={trend.title}>
        <table class="data">
          <thead>
            <tr>
              <NumberHead>Questions</NumberHead>
              {trend.overall.map((line) => (
                <th key={line.name} scope="col" class="number">
                  <Name name={line.isLimit === true ? "limit" : line.name} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {trend.points.map(({ label }, index) => (
              <tr key={index}>
                <th scope="row" class="number">
                  {label}
                </th>
                {trend.overall.map((line) => (
                  <td key={line.name} class="number">
                    <PointText point={line.points[index] ?? null} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollTable>
    </details>
  );
}

function TrendCard({ trend }: { readonly trend: TrendView }): VNode {
  const { course } = trend;
  return (
    <article class="card" id={trend.id}>
      <header class="card-head">
        <div>
          <h3>
            <Name name={trend.title} />
            {course === undefined ? ", over time" : null}
          </h3>
          <p class="quiet">
            {trend.headlineLabel}
            {course === undefined ? " with intervals, oldest first." : "."}
          </p>
        </div>
        <DataTools
          tables={[{ name: trend.id, label: course === undefined ? "Over time" : "As the questions came" }]}
        />
      </header>
      {course === undefined ? null : <p>{displayName(course.sentence)}</p>}
      <ChartFigure
        kind="trend"
        board={trend.id}
        title={course === undefined ? "Over time" : "As the questions came"}
        label={course?.description ?? `${trend.headlineLabel} over time`}
      />
      {course === undefined ? <TrendTable trend={trend} /> : <CourseTable trend={trend} />}
    </article>
  );
}

/** Heading of the section: questions as they came where there is nothing else, runs over time. */
export function trendsTitle({ trends }: Pick<ReportView, "trends">): string {
  return trends.every(({ course }) => course !== undefined) ? "As the questions came" : "Over time";
}

/** Checkpoints over time, and questions as they came; nothing without at least two points of one board. */
export function TrendsSection({ view }: { readonly view: ReportView }): VNode | null {
  if (view.trends.length === 0) return null;
  return (
    <section id="trends" aria-labelledby="trends-title">
      <h2 class="section-title" id="trends-title">
        {trendsTitle(view)}
      </h2>
      {view.trends.map((trend) => (
        <TrendCard key={trend.id} trend={trend} />
      ))}
    </section>
  );
}
