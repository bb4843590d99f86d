import type { VNode } from "preact";
import { countOf } from "../../harness/core/count-of.js";
import { type Column, ScrolledTable } from "../html/data-table.js";
import { needsPublishedTag } from "../view/parts.js";
import { AxisEnds, IntervalDrawing, LineKey, MOST_LINES, TrendDrawing } from "./drawings.js";
import type { FollowedBoard, FollowedLine, Standing } from "./follow-boards.js";
import { figureIn, siteIntervalText } from "./follow-boards.js";
import type { SitePage } from "./page-parts.js";
import { FigureText, Name, RunLink, shown } from "./page-parts.js";

function levelOf(followed: FollowedBoard): string {
  const levels = new Set(followed.standings.flatMap(({ row }) => row.figure.level ?? []));
  return levels.size === 1 ? `${[...levels][0]}% interval` : "Interval";
}

function StandingsTable({
  followed,
  page,
}: {
  readonly followed: FollowedBoard;
  readonly page: SitePage;
}): VNode {
  const { board } = followed;
  const { secondLabel } = board;
  const title = shown(board.title);
  return (
    <ScrolledTable
      label={`${title}: every model at its newest`}
      class="stacked"
      caption={`${title}: every model with the figure of its newest run`}
      rows={followed.standings}
      columns={[
        {
          head: "Model",
          rowHead: ({ row }) => (
            <>
              <Name name={row.model} />
              {needsPublishedTag(row) ? <span class="quiet"> (published)</span> : null}
              {row.doubts === "" ? null : <span class="doubt">{shown(row.doubts)}</span>}
            </>
          ),
        },
        {
          head: shown(board.headlineLabel),
          class: "number",
          cellClass: "number strong",
          cell: ({ row }) => <FigureText figure={row.figure} board={followed} />,
        },
        {
          head: (
            <>
              <span class="unseen">Drawn on an axis</span>
              <AxisEnds axis={followed.axis} percent={followed.format === "percent"} />
            </>
          ),
          class: "drawn",
          cell: ({ row }) => <IntervalDrawing figure={row.figure} axis={followed.axis} />,
        },
        {
          head: levelOf(followed),
          label: levelOf(followed),
          class: "number",
          cell: ({ row }) => siteIntervalText(row.figure, followed.format) || <span class="quiet">none</span>,
        },
        secondLabel === null
          ? null
          : {
              head: shown(secondLabel),
              label: shown(secondLabel),
              class: "number",
              cell: ({ row }) =>
                row.second === null ? "–" : <FigureText figure={row.second} board={followed} />,
            },
        { head: "Questions", label: "Questions", class: "number", cell: ({ row }) => row.questions ?? "–" },
        { head: "Run", label: "Run", cellClass: "run", cell: ({ run }) => <RunLink run={run} page={page} /> },
      ]}
    />
  );
}

function CategoryTable({ followed }: { readonly followed: FollowedBoard }): VNode | null {
  if (followed.categories.length === 0) return null;
  const label = `${shown(followed.board.title)}: ${followed.board.partLabel.toLowerCase()} by category`;
  return (
    <details>
      <summary>{shown(followed.board.partLabel)} by category</summary>
      <ScrolledTable
        label={label}
        class=""
        caption={label}
        rows={followed.standings}
        columns={[
          { head: "Model", rowHead: ({ row }) => <Name name={row.model} /> },
          ...followed.categories.map(
            (name): Column<Standing> => ({
              head: <Name name={name} />,
              class: "number",
              cell: ({ row }) => {
                const figure = figureIn(row, name);
                return figure === null ? "–" : <FigureText figure={figure} board={followed} />;
              },
            }),
          ),
        ]}
      />
    </details>
  );
}

function TrendCell({
  row,
  followed,
}: {
  readonly row: FollowedLine["points"][number];
  readonly followed: FollowedBoard;
}): VNode {
  if (row === null) return <>–</>;
  const interval = siteIntervalText(row.figure, followed.format);
  return (
    <>
      <FigureText figure={row.figure} board={followed} />
      {interval === "" ? null : <span class="quiet"> {interval}</span>}
    </>
  );
}

function TrendTable({
  followed,
  page,
}: {
  readonly followed: FollowedBoard;
  readonly page: SitePage;
}): VNode {
  const label = `${shown(followed.board.title)}: ${followed.board.headlineLabel.toLowerCase()} over runs`;
  const runs = followed.runs.map((run, place) => ({ run, place })).toReversed();
  return (
    <details>
      <summary>The same as a table</summary>
      <ScrolledTable
        label={label}
        class=""
        caption={label}
        rows={runs}
        columns={[
          { head: "Run", rowHead: ({ run }) => <RunLink run={run} page={page} /> },
          ...followed.lines.map(
            (line): Column<{ readonly place: number }> => ({
              head: <Name name={line.name} />,
              class: "number",
              cell: ({ place }) => <TrendCell row={line.points[place] ?? null} followed={followed} />,
            }),
          ),
        ]}
      />
    </details>
  );
}

function CategoryTrends({
  followed,
  lines,
}: {
  readonly followed: FollowedBoard;
  readonly lines: readonly FollowedLine[];
}): VNode | null {
  if (followed.categories.length < 2) return null;
  return (
    <details>
      <summary>Each category over runs</summary>
      <div class="small-multiples">
        {followed.categories.map((name) => (
          <figure key={name}>
            <figcaption>
              <Name name={name} />
            </figcaption>
            <TrendDrawing followed={followed} lines={lines} category={name} height={150} />
          </figure>
        ))}
      </div>
    </details>
  );
}

function TrendPart({
  followed,
  page,
}: {
  readonly followed: FollowedBoard;
  readonly page: SitePage;
}): VNode | null {
  if (followed.lines.length === 0) return null;
  const lines = followed.lines.slice(0, MOST_LINES);
  const rest = followed.lines.length - lines.length;
  return (
    <>
      <h3>{shown(followed.board.headlineLabel)} over runs</h3>
      <figure>
        <TrendDrawing followed={followed} lines={lines} category={null} height={260} />
        <figcaption>
          <ul class="legend">
            {lines.map((line, index) => (
              <li key={line.name}>
                <LineKey index={index} /> <Name name={line.name} />
              </li>
            ))}
          </ul>
          {rest === 0 ? null : <p class="quiet">{rest} more in the table.</p>}
        </figcaption>
      </figure>
      <TrendTable followed={followed} page={page} />
      <CategoryTrends followed={followed} lines={lines} />
    </>
  );
}

/** A board over all runs: standings, categories, trends. */
export function BoardPart({
  followed,
  page,
  id,
}: {
  readonly followed: FollowedBoard;
  readonly page: SitePage;
  readonly id: string;
}): VNode {
  const { board } = followed;
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>
        <Name name={board.title} />
      </h2>
      <p class="quiet">
        Judge <Name name={board.judge} />
        {board.baseline === null ? null : (
          <>
            , against <Name name={board.baseline} />
          </>
        )}
        , protocol{" "}
        <code>
          <Name name={board.protocol} />
        </code>
        , {countOf(followed.runs.length, "run")}. Each model stands with the figure of its newest run.
      </p>
      {typeof board.judgeQuality === "string" ? (
        <p class="quiet">
          <Name name={board.judgeQuality} />
        </p>
      ) : null}
      <StandingsTable followed={followed} page={page} />
      <CategoryTable followed={followed} />
      <TrendPart followed={followed} page={page} />
    </section>
  );
}
