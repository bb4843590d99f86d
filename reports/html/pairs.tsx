import type { VNode } from "preact";
import type { BoardView, OutcomesView, RatingView, ReportView, SlotView } from "../view/records.js";
import { ChartFigure } from "./chart-figure.js";
import { StackDrawing } from "./drawings.js";
import { LongTable } from "./long-table.js";
import {
  type CardTable,
  DataTools,
  Figure,
  FigureCell,
  IntervalText,
  Name,
  NameHead,
  NumberHead,
  ScrollTable,
} from "./parts.js";
import { WinMatrix } from "./win-matrix.js";

function OutcomeRow({ row, board }: { readonly row: OutcomesView; readonly board: BoardView }): VNode {
  const shown = board.rows.find((entry) => entry.model === row.model);
  const consistency = shown?.figures.positionConsistency;
  return (
    <tr>
      <NameHead name={row.model} />
      <td class="drawn">
        <StackDrawing
          parts={[
            { className: "won", value: row.wins.value ?? 0 },
            { className: "tied", value: row.ties.value ?? 0 },
            { className: "lost", value: row.losses.value ?? 0 },
          ]}
        />
      </td>
      <FigureCell figure={row.wins} />
      <FigureCell figure={row.ties} />
      <FigureCell figure={row.losses} />
      {row.errors === null ? null : <FigureCell figure={row.errors} />}
      {consistency === undefined ? null : <FigureCell figure={consistency} />}
    </tr>
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
      <LongTable
        rows={board.outcomes}
        table={(shown) => (
          <ScrollTable label={`Wins, ties and losses, ${board.suiteTitle}`}>
            <table class="data outcomes">
              <thead>
                <tr>
                  <th scope="col">Model</th>
                  <th scope="col">
                    <span class="unseen">Drawing</span>
                  </th>
                  <NumberHead>Wins</NumberHead>
                  <NumberHead>Ties</NumberHead>
                  <NumberHead>Losses</NumberHead>
                  {errors ? <NumberHead>Unreadable</NumberHead> : null}
                  {consistency ? <NumberHead>Consistent</NumberHead> : null}
                </tr>
              </thead>
              <tbody>
                {shown.map((row) => (
                  <OutcomeRow key={row.model} row={row} board={board} />
                ))}
              </tbody>
            </table>
          </ScrollTable>
        )}
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
      <LongTable
        rows={ratings}
        table={(shown) => (
          <ScrollTable label={`Bradley–Terry ratings, ${board.suiteTitle}`}>
            <table class="data narrow">
              <thead>
                <tr>
                  <NumberHead>Rank</NumberHead>
                  <th scope="col">Model</th>
                  <NumberHead>Rating</NumberHead>
                  <NumberHead>Interval</NumberHead>
                </tr>
              </thead>
              <tbody>
                {shown.map((row) => (
                  <tr key={row.model}>
                    <FigureCell figure={row.rank} />
                    <NameHead name={row.model} />
                    <FigureCell figure={row.value} />
                    <td class="number nowrap">
                      <IntervalText interval={row.interval} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollTable>
        )}
      />
    </div>
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
      <LongTable
        rows={slots}
        table={(shown) => (
          <ScrollTable label={`Win rate by slot, ${board.suiteTitle}`}>
            <table class="data narrow">
              <thead>
                <tr>
                  <th scope="col">Model</th>
                  <NumberHead>Shown first</NumberHead>
                  <NumberHead>Shown second</NumberHead>
                  <NumberHead>z</NumberHead>
                </tr>
              </thead>
              <tbody>
                {shown.map((row) => (
                  <tr key={row.model}>
                    <NameHead name={row.model} />
                    <td class="number">
                      <Figure figure={row.first} />{" "}
                      <small class="quiet">n {<Figure figure={row.firstN} />}</small>
                    </td>
                    <td class="number">
                      <Figure figure={row.second} />{" "}
                      <small class="quiet">n {<Figure figure={row.secondN} />}</small>
                    </td>
                    <FigureCell figure={row.z} />
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollTable>
        )}
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
