import type { VNode } from "preact";
import { comparisonAdditions, metricOf } from "../view/comparisons.js";
import { rowsWithParts } from "../view/parts.js";
import type { BoardView, ComparisonPart, ComparisonView, PartView, ReportView } from "../view/records.js";
import { ChartFigure } from "./chart-figure.js";
import { AxisDrawing, DifferenceDrawing } from "./drawings.js";
import { LongTable } from "./long-table.js";
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

/** Comparisons whose categories are shown at once; further ones open on request. */
const OPEN_FORESTS = 2;

interface PartsProps {
  readonly board: BoardView;
  readonly parts: readonly PartView[];
  readonly label: string;
}

/** Figures with intervals, models down and parts across. */
export function PartsTable(props: PartsProps): VNode {
  const { board, parts } = props;
  return (
    <LongTable rows={rowsWithParts(board, parts)} table={(rows) => <PartsRows {...props} rows={rows} />} />
  );
}

function PartsRows({
  parts,
  label,
  rows,
}: PartsProps & { readonly rows: ReturnType<typeof rowsWithParts> }): VNode {
  return (
    <ScrollTable label={label}>
      <table class={parts.length < 4 ? "data narrow" : "data"}>
        <thead>
          <tr>
            <th scope="col">Model</th>
            {parts.map((part) => (
              <th key={part.name} scope="col" class="number">
                <Name name={part.name} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ row, figures }) => (
            <tr key={row.model}>
              <NameHead name={row.model} />
              {parts.map((part, index) => {
                const entry = figures[index] ?? null;
                return (
                  <td key={part.name} class="number">
                    {entry === null ? (
                      <span class="none">–</span>
                    ) : (
                      <>
                        <Figure figure={entry.figure} />
                        {entry.interval === null ? null : (
                          <small>
                            <IntervalText interval={entry.interval} />
                          </small>
                        )}
                      </>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}

function ForestRow({ view, part }: { readonly view: ComparisonView; readonly part: ComparisonPart }): VNode {
  return (
    <tr>
      <NameHead name={part.name} />
      <td class="drawn">
        <DifferenceDrawing delta={part.delta} interval={part.interval} axis={view.partsScale} marks={[]} />
      </td>
      <FigureCell figure={part.delta} />
      <td class="number interval">
        <IntervalText interval={part.interval} />
      </td>
      <td class="number adjusted">
        <Figure figure={part.adjustedPValue} />
      </td>
    </tr>
  );
}

function Forest({
  view,
  addition,
}: {
  readonly view: ComparisonView;
  readonly addition: string;
}): VNode | null {
  if (view.categories.length + view.turns.length === 0) return null;
  return (
    <article class="card" id={`${view.id}-parts`}>
      <header class="card-head">
        <div>
          <h3>
            Where <Name name={view.candidate} /> differs from <Name name={view.base} />
            {addition === "" ? null : <Name name={addition} />}
          </h3>
          <p class="quiet">
            Paired differences on <Name name={view.suiteName} />, {metricOf(view)}; p is adjusted over
            categories (Benjamini–Hochberg), so that one small p among many is not taken for a finding.
          </p>
        </div>
        <DataTools tables={[{ name: view.id, label: "Differences" }]} />
      </header>
      <table class="board forest">
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col" class="drawn">
              <span class="unseen">Drawing of difference and interval</span>
              <AxisDrawing axis={view.partsScale} percent={false} />
            </th>
            <NumberHead>Difference</NumberHead>
            <th scope="col" class="number interval">
              Interval
            </th>
            <th scope="col" class="number adjusted">
              Adjusted p
            </th>
          </tr>
        </thead>
        <tbody>
          {view.categories.map((part) => (
            <ForestRow key={part.name} view={view} part={part} />
          ))}
          {view.turns.map((part) => (
            <ForestRow key={`turn-${part.name}`} view={view} part={{ ...part, name: `turn ${part.name}` }} />
          ))}
        </tbody>
      </table>
    </article>
  );
}

function BoardCategories({ board }: { readonly board: BoardView }): VNode {
  const label = `${board.partLabel} by category, ${board.suiteTitle}`;
  return (
    <article class="card" id={`${board.id}-categories`}>
      <header class="card-head">
        <div>
          <h3>
            <Name name={board.title} />, by category
          </h3>
          <p class="quiet">{board.partLabel} with intervals.</p>
        </div>
        <DataTools
          tables={[
            { name: `${board.id}-categories`, label: "By category" },
            ...(board.turns.length < 2 ? [] : [{ name: `${board.id}-turns`, label: "By turn" }]),
          ]}
        />
      </header>
      <ChartFigure kind="bars" board={board.id} title="By category" label={label} />
      <PartsTable board={board} parts={board.categories} label={label} />
      {board.turns.length < 2 ? null : (
        <>
          <h4>By turn</h4>
          <PartsTable
            board={board}
            parts={board.turns.map((part) => ({ ...part, name: `Turn ${part.name}` }))}
            label={`${board.partLabel} by turn, ${board.suiteTitle}`}
          />
        </>
      )}
    </article>
  );
}

/** Whether a report has anything to show by category. */
export function hasCategories(view: ReportView): boolean {
  return (
    view.boards.some((board) => board.categories.length > 0) ||
    view.comparisons.some((comparison) => comparison.categories.length > 0)
  );
}

/** Categories: differences where there is a comparison, then bars and table of each board. */
export function CategoriesSection({ view }: { readonly view: ReportView }): VNode | null {
  if (!hasCategories(view)) return null;
  const additions = comparisonAdditions(view.comparisons);
  return (
    <section id="categories" aria-labelledby="categories-title">
      <h2 class="section-title" id="categories-title">
        Categories
      </h2>
      {view.comparisons.slice(0, OPEN_FORESTS).map((comparison, index) => (
        <Forest key={comparison.id} view={comparison} addition={additions[index] ?? ""} />
      ))}
      {view.comparisons.length <= OPEN_FORESTS ? null : (
        <details class="more-forests">
          <summary>
            Differences of {view.comparisons.length - OPEN_FORESTS} more comparisons by category
          </summary>
          {view.comparisons.slice(OPEN_FORESTS).map((comparison, index) => (
            <Forest key={comparison.id} view={comparison} addition={additions[OPEN_FORESTS + index] ?? ""} />
          ))}
        </details>
      )}
      {view.boards
        .filter((board) => board.categories.length > 0)
        .map((board) => (
          <BoardCategories key={board.id} board={board} />
        ))}
    </section>
  );
}
