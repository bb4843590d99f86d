import type { VNode } from "preact";
import { MOST_SERIES } from "../charts/chart-theme.js";
import type { RankingsView } from "../view/rankings-records.js";
import type { BoardView } from "../view/records.js";
import { ChartFigure } from "./chart-figure.js";
import { type Column, ScrolledTable } from "./data-table.js";
import { Figure, Name, PhraseText } from "./parts.js";

function ModelTable({ rankings, title }: { readonly rankings: RankingsView; readonly title: string }): VNode {
  return (
    <ScrolledTable
      label={`${title}: mean ranks and ratings`}
      rows={rankings.rows}
      columns={[
        { head: "Model", name: (row) => row.model },
        {
          head: "Mean rank",
          title: "1 is best; equal answers share the mean of their ranks",
          figure: (row) => row.meanRank,
          interval: (row) => row.interval,
        },
        {
          head: "Plackett–Luce",
          title: "Rating from the rankings, mean 1000",
          figure: (row) => row.rating,
          interval: (row) => row.ratingInterval,
        },
        {
          head: "Rank",
          title: "1 + the number of models whose interval lies above this one's",
          figure: (row) => row.rank,
        },
        {
          head: "Pair by pair",
          title: "Win rate by what the judge said of each pair before it ranked",
          figure: (row) => row.pairLines,
        },
        { head: "Rankings", figure: (row) => row.rankings },
      ]}
    />
  );
}

function SlopeTable({
  rankings,
  id,
  title,
}: {
  readonly rankings: RankingsView;
  readonly id: string;
  readonly title: string;
}): VNode {
  return (
    <details class="full">
      <summary id={id}>Mean rank by category</summary>
      <ScrolledTable
        label={`${title}: mean rank by category`}
        rows={rankings.rows}
        columns={[
          { head: "Model", name: (row) => row.model },
          ...rankings.slopes.map(
            (part): Column<{ readonly model: string }> => ({
              head: <Name name={part.name} />,
              class: "number",
              cell: ({ model }) => {
                const entry = part.models.find((one) => one.model === model);
                return entry === undefined ? null : <Figure figure={entry.figure} />;
              },
            }),
          ),
        ]}
      />
    </details>
  );
}

function SlotTable({ rankings, title }: { readonly rankings: RankingsView; readonly title: string }): VNode {
  return (
    <details class="full" open={rankings.isAlarm}>
      <summary>Mean rank by slot</summary>
      <ScrolledTable
        label={`${title}: mean rank by slot`}
        class="data narrow"
        rows={rankings.slots}
        columns={[
          { head: "Slot", class: "number", rowHead: (row) => row.slot },
          { head: "Mean rank", figure: (row) => row.meanRank },
          { head: "Expected", figure: (row) => row.expected },
          { head: "z", title: "Standard deviations by which the two differ", figure: (row) => row.z },
        ]}
      />
    </details>
  );
}

/** Ranks of a board of rankings: a slope chart, and its figures as tables; nothing for every other board. */
export function RankingsPart({ board }: { readonly board: BoardView }): VNode | null {
  const { rankings, title } = board;
  if (rankings === null) return null;
  const table = `${board.id}-ranks`;
  return (
    <section class="part ranks" aria-label={`Ranks, ${title}`}>
      <h3>Ranks</h3>
      <p class={rankings.isAlarm ? "key doubtful" : "key quiet"}>
        <PhraseText phrase={rankings.text} />
      </p>
      <ModelTable rankings={rankings} title={title} />
      <ChartFigure
        kind="ranks"
        board={board.id}
        title="Mean rank, 1 is best"
        label={`Slope chart: mean rank over all questions and by category, ${title}`}
        describedBy={table}
        note={
          rankings.rows.length > MOST_SERIES
            ? "Six models at most; a further one takes the place of the one chosen first."
            : undefined
        }
      />
      <SlopeTable rankings={rankings} id={table} title={title} />
      {rankings.slots.length === 0 ? null : <SlotTable rankings={rankings} title={title} />}
    </section>
  );
}
