import type { VNode } from "preact";
import type {
  BoardView,
  OutcomesView,
  RatingView,
  ReportView,
  ShownFigure,
  SlotView,
} from "../view/records.js";
import { ChartFigure } from "./chart-figure.js";
import { LongScrolledTable } from "./data-table.js";
import { StackDrawing } from "./drawings.js";
import { type CardTable, DataTools, Figure, Name } from "./parts.js";
import { WinMatrix } from "./win-matrix.js";

function OutcomeDrawing({ row }: { readonly row: OutcomesView }): VNode {
  return (
    <StackDrawing
      parts={[
        { className: "won", value: row.wins.value ?? 0 },
        { className: "tied", value: row.ties.value ?? 0 },
        { className: "lost", value: row.losses.value ?? 0 },
      ]}
    />
  );
}

function Outcomes({ board }: { readonly board: BoardView }): VNode {
  const errors = board.outcomes.some((row) => row.errors !== null);
  const consistency = board.rows.some((row) => row.figures.positionConsistency !== undefined);
  return (
    <div class="part">
      <h4>Wins, ties and losses</h4>
      <p class="key quiet">
        <span class="swatch won" aria-hidden="true" /> won <span class="swatch tied" aria-hidden="true" />{" "}
        tied <span class="swatch lost" aria-hidden="true" /> lost
        {consistency ? "; consistent: both orders named the same winner" : null}
      </p>
      <LongScrolledTable
        label={`Wins, ties and losses, ${board.suiteTitle}`}
        class="data outcomes"
        rows={board.outcomes}
        columns={[
          { head: "Model", name: (row) => row.model },
          {
            head: <span class="unseen">Drawing</span>,
            cellClass: "drawn",
            cell: (row) => <OutcomeDrawing row={row} />,
          },
          { head: "Wins", figure: (row) => row.wins },
          { head: "Ties", figure: (row) => row.ties },
          { head: "Losses", figure: (row) => row.losses },
          errors ? { head: "Unreadable", figure: (row) => row.errors ?? undefined } : null,
          consistency
            ? {
                head: "Consistent",
                figure: ({ model }) =>
                  board.rows.find((row) => row.model === model)?.figures.positionConsistency,
              }
            : null,
        ]}
      />
    </div>
  );
}

function Ratings({
  board,
  ratings,
}: {
  readonly board: BoardView;
  readonly ratings: readonly RatingView[];
}): VNode | null {
  if (ratings.length === 0) return null;
  return (
    <div class="part">
      <h4>Bradley–Terry ratings</h4>
      <LongScrolledTable
        label={`Bradley–Terry ratings, ${board.suiteTitle}`}
        class="data narrow"
        rows={ratings}
        columns={[
          { head: "Rank", figure: (row) => row.rank },
          { head: "Model", name: (row) => row.model },
          { head: "Rating", figure: (row) => row.value },
          { head: "Interval", class: "number", cellClass: "number nowrap", between: (row) => row.interval },
        ]}
      />
    </div>
  );
}

function SlotRate({ rate, n }: { readonly rate: ShownFigure; readonly n: ShownFigure }): VNode {
  return (
    <>
      <Figure figure={rate} /> <small class="quiet">n {<Figure figure={n} />}</small>
    </>
  );
}

function Slots({
  board,
  slots,
}: {
  readonly board: BoardView;
  readonly slots: readonly SlotView[];
}): VNode | null {
  if (slots.length === 0) return null;
  return (
    <div class="part">
      <h4>Win rate by slot</h4>
      <p class="quiet">
        The same model's win rate when its answer was shown first and second. A z beyond 2 either way is more
        than chance: the judge prefers a place.
      </p>
      <LongScrolledTable
        label={`Win rate by slot, ${board.suiteTitle}`}
        class="data narrow"
        rows={slots}
        columns={[
          { head: "Model", name: (row) => row.model },
          {
            head: "Shown first",
            class: "number",
            cell: (row) => <SlotRate rate={row.first} n={row.firstN} />,
          },
          {
            head: "Shown second",
            class: "number",
            cell: (row) => <SlotRate rate={row.second} n={row.secondN} />,
          },
          { head: "z", figure: (row) => row.z },
        ]}
      />
    </div>
  );
}

function pairTables(board: BoardView): readonly CardTable[] {
  const table = (kind: string, label: string, rows: readonly unknown[]) =>
    rows.length === 0 ? [] : [{ name: `${board.id}-${kind}`, label }];
  return [
    ...table("outcomes", "Wins, ties and losses", board.outcomes),
    ...table("pairs", "Who beats whom", board.pairs),
    ...table("ratings", "Bradley–Terry ratings", board.ratings),
    ...table("slots", "Win rate by slot", board.slots),
  ];
}

function PairBoard({ board }: { readonly board: BoardView }): VNode {
  return (
    <article class="card" id={`${board.id}-pairs`}>
      <header class="card-head">
        <div>
          <h3>
            <Name name={board.title} />, pair by pair
          </h3>
          {board.baseline === null ? null : (
            <p class="quiet">
              Every comparison is against <Name name={board.baseline} />.
            </p>
          )}
        </div>
        <DataTools tables={pairTables(board)} />
      </header>
      <Outcomes board={board} />
      <WinMatrix board={board} />
      <Ratings board={board} ratings={board.ratings} />
      <Slots board={board} slots={board.slots} />
      {board.metric === "preference" ? (
        <ChartFigure
          kind="lengths"
          board={board.id}
          title="Answer length against preference"
          label={`Answer length against preference, ${board.suiteTitle}`}
        />
      ) : null}
    </article>
  );
}

/** Whether a report has comparisons of pairs. */
export function hasPairs(view: ReportView): boolean {
  return view.boards.some((board) => board.metric !== "rating");
}

/** Pairwise: outcomes, win matrix, ratings, slots, and length against preference. */
export function PairsSection({ view }: { readonly view: ReportView }): VNode | null {
  if (!hasPairs(view)) return null;
  return (
    <section id="pairs" aria-labelledby="pairs-title">
      <h2 class="section-title" id="pairs-title">
        Pairwise
      </h2>
      {view.boards
        .filter((board) => board.metric !== "rating")
        .map((board) => (
          <PairBoard key={board.id} board={board} />
        ))}
    </section>
  );
}
