import type { VNode } from "preact";
import { comparisonAdditions, metricOf } from "../view/comparisons.js";
import { rowsWithParts } from "../view/parts.js";
import type { BoardView, ComparisonView, PartView, ReportView } from "../view/records.js";
import { ChartFigure } from "./chart-figure.js";
import { type Column, DataTable, LongScrolledTable } from "./data-table.js";
import { AxisDrawing, DifferenceDrawing } from "./drawings.js";
import { DataTools, Figure, Name, PointText } from "./parts.js";

/** Comparisons whose categories are shown at once; further ones open on request. */
const OPEN_FORESTS = 2;

/** Figures with intervals, models down and parts across. */
export function PartsTable({
  board,
  parts,
  label,
}: {
  readonly board: BoardView;
  readonly parts: readonly PartView[];
  readonly label: string;
}): VNode {
  return (
    <LongScrolledTable
      label={label}
      class={parts.length < 4 ? "data narrow" : "data"}
      rows={rowsWithParts(board, parts)}
      columns={[
        { head: "Model", name: ({ row }) => row.model },
        ...parts.map(
          (part, index): Column<ReturnType<typeof rowsWithParts>[number]> => ({
            head: <Name name={part.name} />,
            class: "number",
            cell: ({ figures }) => <PointText point={figures[index] ?? null} />,
          }),
        ),
      ]}
    />
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
      <DataTable
        class="board forest"
        rows={[...view.categories, ...view.turns.map((part) => ({ ...part, name: `turn ${part.name}` }))]}
        columns={[
          { head: "Part", name: (part) => part.name },
          {
            head: (
              <>
                <span class="unseen">Drawing of difference and interval</span>
                <AxisDrawing axis={view.partsScale} percent={false} />
              </>
            ),
            class: "drawn",
            cell: (part) => (
              <DifferenceDrawing
                delta={part.delta}
                interval={part.interval}
                axis={view.partsScale}
                marks={[]}
              />
            ),
          },
          { head: "Difference", figure: (part) => part.delta },
          { head: "Interval", class: "number interval", between: (part) => part.interval },
          {
            head: "Adjusted p",
            class: "number adjusted",
            cell: (part) => <Figure figure={part.adjustedPValue} />,
          },
        ]}
      />
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
