import type { VNode } from "preact";
import type { ReportView, TrendLine, TrendView } from "../view/records.js";
import { displayName } from "../view/text.js";
import { ChartFigure } from "./chart-figure.js";
import { type Column, ScrolledTable } from "./data-table.js";
import { DataTools, Name, PointText } from "./parts.js";

/** One line for each run. */
function TrendTable({ trend }: { readonly trend: TrendView }): VNode {
  return (
    <ScrolledTable
      label={`${trend.title} over time`}
      rows={trend.overall}
      columns={[
        { head: "Line", name: (line) => line.name },
        ...trend.points.map(
          ({ label }, index): Column<TrendLine> => ({
            head: <Name name={label} />,
            class: "number",
            cell: (line) => <PointText point={line.points[index] ?? null} />,
          }),
        ),
      ]}
    />
  );
}

/** One row for each look, the figure and its interval beside the limit. */
function CourseTable({ trend }: { readonly trend: TrendView }): VNode {
  return (
    <details>
      <summary>The same as a table</summary>
      <ScrolledTable
        label={trend.title}
        rows={trend.points.map(({ label }, index) => ({ label, index }))}
        columns={[
          { head: "Questions", class: "number", rowHead: ({ label }) => label },
          ...trend.overall.map(
            (line): Column<{ readonly label: string; readonly index: number }> => ({
              head: <Name name={line.isLimit === true ? "limit" : line.name} />,
              class: "number",
              cell: ({ index }) => <PointText point={line.points[index] ?? null} />,
            }),
          ),
        ]}
      />
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
