import type { VNode } from "preact";
import { countOf } from "../../harness/core/count-of.js";
import { NumberHead } from "../html/parts.js";
import { needsPublishedTag } from "../view/parts.js";
import { AxisEnds, IntervalDrawing, LineKey, MOST_LINES, TrendDrawing } from "./drawings.js";
import type { FollowedBoard, FollowedLine, Standing } from "./follow-boards.js";
import { figureIn, siteIntervalText } from "./follow-boards.js";
import type { SitePage } from "./page-parts.js";
import { FigureText, Name, RunLink, shown, TableRegion } from "./page-parts.js";

function StandingRow({
  standing,
  followed,
  page,
}: {
  readonly standing: Standing;
  readonly followed: FollowedBoard;
  readonly page: SitePage;
}): VNode {
  const { row, run } = standing;
  const interval = siteIntervalText(row.figure, followed.format);
  return (
    <tr>
      <th scope="row">
        <Name name={row.model} />
        {needsPublishedTag(row) ? <span class="quiet"> (published)</span> : null}
        {row.doubts === "" ? null : <span class="doubt">{shown(row.doubts)}</span>}
      </th>
      <td class="number strong">
        <FigureText figure={row.figure} board={followed} />
      </td>
      <td class="drawn">
        <IntervalDrawing figure={row.figure} axis={followed.axis} />
      </td>
      <td class="number" data-label={levelOf(followed)}>
        {interval === "" ? <span class="quiet">none</span> : interval}
      </td>
      {followed.board.secondLabel === null ? null : (
        <td class="number" data-label={shown(followed.board.secondLabel)}>
          {row.second === null ? "–" : <FigureText figure={row.second} board={followed} />}
        </td>
      )}
      <td class="number" data-label="Questions">
        {row.questions ?? "–"}
      </td>
      <td class="run" data-label="Run">
        <RunLink run={run} page={page} />
      </td>
    </tr>
  );
}

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
  const title = shown(board.title);
  return (
    <TableRegion label={`${title}: every model at its newest`}>
      <table class="stacked">
        <caption class="unseen">{title}: every model with the figure of its newest run</caption>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col" class="number">
              {shown(board.headlineLabel)}
            </th>
            <th scope="col" class="drawn">
              <span class="unseen">Drawn on an axis</span>
              <AxisEnds axis={followed.axis} percent={followed.format === "percent"} />
            </th>
            <th scope="col" class="number">
              {levelOf(followed)}
            </th>
            {board.secondLabel === null ? null : (
              <th scope="col" class="number">
                {shown(board.secondLabel)}
              </th>
            )}
            <NumberHead>Questions</NumberHead>
            <th scope="col">Run</th>
          </tr>
        </thead>
        <tbody>
          {followed.standings.map((standing) => (
            <StandingRow key={standing.row.model} standing={standing} followed={followed} page={page} />
          ))}
        </tbody>
      </table>
    </TableRegion>
  );
}

function CategoryTable({ followed }: { readonly followed: FollowedBoard }): VNode | null {
  if (followed.categories.length === 0) return null;
  const label = `${shown(followed.board.title)}: ${followed.board.partLabel.toLowerCase()} by category`;
  return (
    <details>
      <summary>{shown(followed.board.partLabel)} by category</summary>
      <TableRegion label={label}>
        <table>
          <caption class="unseen">{label}</caption>
          <thead>
            <tr>
              <th scope="col">Model</th>
              {followed.categories.map((name) => (
                <th key={name} scope="col" class="number">
                  <Name name={name} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {followed.standings.map(({ row }) => (
              <tr key={row.model}>
                <th scope="row">
                  <Name name={row.model} />
                </th>
                {followed.categories.map((name) => {
                  const figure = figureIn(row, name);
                  return (
                    <td key={name} class="number">
                      {figure === null ? "–" : <FigureText figure={figure} board={followed} />}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </TableRegion>
    </details>
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
      <TableRegion label={label}>
        <table>
          <caption class="unseen">{label}</caption>
          <thead>
            <tr>
              <th scope="col">Run</th>
              {followed.lines.map((line) => (
                <th key={line.name} scope="col" class="number">
                  <Name name={line.name} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {runs.map(({ run, place }) => (
              <tr key={run.id}>
                <th scope="row">
                  <RunLink run={run} page={page} />
                </th>
                {followed.lines.map((line) => {
                  const row = line.points[place] ?? null;
                  const interval = row === null ? "" : siteIntervalText(row.figure, followed.format);
                  return (
                    <td key={line.name} class="number">
                      {row === null ? "–" : <FigureText figure={row.figure} board={followed} />}
                      {interval === "" ? null : <span class="quiet"> {interval}</span>}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </TableRegion>
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
