import type { ComponentChildren, VNode } from "preact";
import { formatMoment, formatUsd } from "../view-format.js";
import { shortName } from "../view-text.js";
import { AxisEnds, IntervalDrawing, LineKey, MOST_LINES, TrendDrawing } from "./drawings.js";
import type { FollowedBoard, FollowedLine, Standing } from "./follow-boards.js";
import { figureIn, siteFigureText, siteIntervalText } from "./follow-boards.js";
import type { SiteFigure, SiteRun } from "./site-records.js";

/** What the site's page shows. */
export interface SitePage {
  readonly title: string;
  /** Oldest first. */
  readonly runs: readonly SiteRun[];
  readonly boards: readonly FollowedBoard[];
  /** Address of a run's report relative to the page, or null where it was deleted. */
  readonly reportOf: (run: SiteRun) => string | null;
}

/** Foreign text on one line, of a length that a page can bear. */
function shown(text: string): string {
  return shortName(text, 600);
}

function Name({ name }: { readonly name: string }): VNode {
  return <bdi>{shown(name)}</bdi>;
}

function RunLink({ run, page }: { readonly run: SiteRun; readonly page: SitePage }): VNode {
  const address = page.reportOf(run);
  return address === null ? (
    <Name name={run.label} />
  ) : (
    <a href={address}>
      <Name name={run.label} />
    </a>
  );
}

function FigureText({ figure, board }: { readonly figure: SiteFigure; readonly board: FollowedBoard }): VNode {
  const text = siteFigureText(figure, board.format);
  return figure.value === null ? <span class="quiet">{text}</span> : <data value={String(figure.value)}>{text}</data>;
}

/** A table that scrolls sideways within itself where it is wider than the page. */
function TableRegion({ label, children }: { readonly label: string; readonly children: ComponentChildren }): VNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}

function StandingRow({ standing, followed, page }: {
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
        {row.published ? <span class="quiet"> (published)</span> : null}
        {row.doubts === "" ? null : <span class="doubt">{shown(row.doubts)}</span>}
      </th>
      <td class="number strong">
        <FigureText figure={row.figure} board={followed} />
      </td>
      <td class="drawn">
        <IntervalDrawing figure={row.figure} axis={followed.axis} />
      </td>
      <td class="number">{interval === "" ? <span class="quiet">none</span> : interval}</td>
      {followed.board.secondLabel === null ? null : (
        <td class="number">{row.second === null ? "–" : <FigureText figure={row.second} board={followed} />}</td>
      )}
      <td class="number">{row.questions ?? "–"}</td>
      <td class="run">
        <RunLink run={run} page={page} />
      </td>
    </tr>
  );
}

function levelOf(followed: FollowedBoard): string {
  const levels = new Set(followed.standings.flatMap(({ row }) => row.figure.level ?? []));
  return levels.size === 1 ? `${[...levels][0]}% interval` : "Interval";
}

function StandingsTable({ followed, page }: { readonly followed: FollowedBoard; readonly page: SitePage }): VNode {
  const { board } = followed;
  const title = shown(board.title);
  return (
    <TableRegion label={`${title}: every model at its newest`}>
      <table>
        <caption class="unseen">{title}: every model with the figure of its newest run</caption>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col" class="number">
              {shown(board.headlineLabel)}
            </th>
            <th scope="col">
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
            <th scope="col" class="number">
              Questions
            </th>
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

function TrendTable({ followed, page }: { readonly followed: FollowedBoard; readonly page: SitePage }): VNode {
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

function CategoryTrends({ followed, lines }: { readonly followed: FollowedBoard; readonly lines: readonly FollowedLine[] }): VNode | null {
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

function TrendPart({ followed, page }: { readonly followed: FollowedBoard; readonly page: SitePage }): VNode | null {
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

function BoardPart({ followed, page, id }: {
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
        , {followed.runs.length === 1 ? "1 run" : `${followed.runs.length} runs`}. Each model stands with the figure of its
        newest run.
      </p>
      <StandingsTable followed={followed} page={page} />
      <CategoryTable followed={followed} />
      <TrendPart followed={followed} page={page} />
    </section>
  );
}

function RunsTable({ page }: { readonly page: SitePage }): VNode {
  return (
    <section class="card" aria-labelledby="runs">
      <h2 id="runs">All runs</h2>
      <TableRegion label="All runs">
        <table>
          <caption class="unseen">All runs, newest first</caption>
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Started</th>
              <th scope="col">What it says</th>
              <th scope="col" class="number">
                Doubts
              </th>
              <th scope="col" class="number">
                Cost
              </th>
            </tr>
          </thead>
          <tbody>
            {page.runs.toReversed().map((run) => (
              <tr key={run.id}>
                <th scope="row">
                  <RunLink run={run} page={page} />
                </th>
                <td class="date">{shown(formatMoment(run.at))}</td>
                <td class="sentence">
                  {run.verdict === "" ? <Name name={run.title} /> : <Name name={run.verdict} />}
                  {run.notices.map((notice) => (
                    <span key={notice} class="doubt">
                      {shown(notice)}
                    </span>
                  ))}
                </td>
                <td class="number">{run.doubts}</td>
                <td class="number">{run.costUsd === null ? "–" : formatUsd(run.costUsd)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableRegion>
    </section>
  );
}

function Newest({ page }: { readonly page: SitePage }): VNode | null {
  const run = page.runs.at(-1);
  if (run === undefined) return null;
  return (
    <section class="newest" aria-labelledby="newest">
      <h2 id="newest" class="unseen">
        Newest run
      </h2>
      {run.notices.map((notice) => (
        <p key={notice} class="notice">
          {shown(notice)}
        </p>
      ))}
      {run.verdict === "" ? null : (
        <p class="verdict">
          <Name name={run.verdict} />
        </p>
      )}
      <p>
        Newest run: <RunLink run={run} page={page} />
      </p>
    </section>
  );
}

/** Body of the site's page; there is no script. */
export function SiteBody({ page }: { readonly page: SitePage }): VNode {
  const newest = page.runs.at(-1);
  const counted = page.runs.length === 1 ? "1 run" : `${page.runs.length} runs`;
  return (
    <>
      <a class="skip" href="#main">
        Skip to the figures
      </a>
      <header>
        <p class="brand">assay</p>
      </header>
      <main id="main" tabIndex={-1}>
        <h1>{shown(page.title)}</h1>
        <p class="quiet">
          {counted}
          {newest === undefined ? null : `, newest ${shown(formatMoment(newest.at))}`}
        </p>
        <Newest page={page} />
        {page.boards.map((followed, index) => (
          <BoardPart key={index} followed={followed} page={page} id={`board-${index + 1}`} />
        ))}
        <RunsTable page={page} />
      </main>
      <footer>
        <p>
          Made by assay {shown(newest?.version ?? "")}. The figures of all runs are in <a href="site.json">site.json</a>.
        </p>
      </footer>
    </>
  );
}
