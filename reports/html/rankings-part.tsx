import type { VNode } from "preact";
import { MOST_SERIES } from "../charts/chart-theme.js";
import type { RankingsView } from "../view/rankings-records.js";
import type { BoardView } from "../view/records.js";
import { ChartFigure } from "./chart-figure.js";
import { Figure, FigureCell, Name, NameHead, NumberHead, PhraseText, ScrollTable } from "./parts.js";

function ModelTable({ rankings, title }: { readonly rankings: RankingsView; readonly title: string }): VNode {
  return (
    <ScrollTable label={`${title}: mean ranks and ratings`}>
      <table class="data">
        <thead>
          <tr>
            <th scope="col">Model</th>
            <NumberHead title="1 is best; equal answers share the mean of their ranks">Mean rank</NumberHead>
            <NumberHead title="Rating from the rankings, mean 1000">Plackett–Luce</NumberHead>
            <th
              scope="col"
              class="number"
              title="1 + the number of models whose interval lies above this one's"
            >
              Rank
            </th>
            <th
              scope="col"
              class="number"
              title="Win rate by what the judge said of each pair before it ranked"
            >
              Pair by pair
            </th>
            <NumberHead>Rankings</NumberHead>
          </tr>
        </thead>
        <tbody>
          {rankings.rows.map((row) => (
            <tr key={row.model}>
              <NameHead name={row.model} />
              <FigureCell figure={row.meanRank} interval={row.interval} />
              <FigureCell figure={row.rating} interval={row.ratingInterval} />
              <FigureCell figure={row.rank} />
              <FigureCell figure={row.pairLines} />
              <FigureCell figure={row.rankings} />
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}

function SlopeFigure({
  part,
  model,
}: {
  readonly part: RankingsView["slopes"][number];
  readonly model: string;
}): VNode | null {
  const entry = part.models.find((one) => one.model === model);
  return entry === undefined ? null : <Figure figure={entry.figure} />;
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
      <ScrollTable label={`${title}: mean rank by category`}>
        <table class="data">
          <thead>
            <tr>
              <th scope="col">Model</th>
              {rankings.slopes.map((part) => (
                <th key={part.name} scope="col" class="number">
                  <Name name={part.name} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rankings.rows.map(({ model }) => (
              <tr key={model}>
                <NameHead name={model} />
                {rankings.slopes.map((part) => (
                  <td key={part.name} class="number">
                    <SlopeFigure part={part} model={model} />
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

function SlotTable({ rankings, title }: { readonly rankings: RankingsView; readonly title: string }): VNode {
  return (
    <details class="full" open={rankings.isAlarm}>
      <summary>Mean rank by slot</summary>
      <ScrollTable label={`${title}: mean rank by slot`}>
        <table class="data narrow">
          <thead>
            <tr>
              <NumberHead>Slot</NumberHead>
              <NumberHead>Mean rank</NumberHead>
              <NumberHead>Expected</NumberHead>
              <NumberHead title="Standard deviations by which the two differ">z</NumberHead>
            </tr>
          </thead>
          <tbody>
            {rankings.slots.map((row) => (
              <tr key={row.slot}>
                <th scope="row" class="number">
                  {row.slot}
                </th>
                <FigureCell figure={row.meanRank} />
                <FigureCell figure={row.expected} />
                <FigureCell figure={row.z} />
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollTable>
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
