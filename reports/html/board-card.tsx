import type { VNode } from "preact";
import { MOST_SERIES } from "../charts/chart-theme.js";
import { drawableModels, needsPublishedTag } from "../view/parts.js";
import type { BoardRow, BoardView, JuryView, PartView, VerdictView } from "../view/records.js";
import { FullBoard, Headline } from "./all-columns.js";
import { PartsTable } from "./categories.js";
import { ChartFigure } from "./chart-figure.js";
import { type Column, DataTable, ScrolledTable } from "./data-table.js";
import { formatLink } from "./deep-link.js";
import { AxisDrawing, RowDrawing } from "./drawings.js";
import { Finding } from "./findings.js";
import { LongTable } from "./long-table.js";
import { DataTools, Figure, IntervalText, Name, PhraseText } from "./parts.js";
import { RankingsPart } from "./rankings-part.js";
import { RewardsPart } from "./rewards-part.js";
import { StylePart } from "./style-part.js";

function CompactRow({ row, board }: { readonly row: BoardRow; readonly board: BoardView }): VNode {
  return (
    <tr class={row.published ? "published" : undefined}>
      <th scope="row" class="model">
        <Name name={row.model} /> {needsPublishedTag(row) ? <span class="tag">published</span> : null}
        {row.doubts.length === 0 ? null : (
          <span class="doubts">
            {row.doubts.map((doubt, index) => (
              <span key={index}>
                <PhraseText phrase={doubt} />
              </span>
            ))}
          </span>
        )}
      </th>
      <td class="drawn">
        <RowDrawing row={row} scale={board.scale} />
      </td>
      <td class="headline">
        <Figure figure={row.headline} />
        {row.second === undefined ? null : (
          <span class="second-figure">
            <Figure figure={row.second.figure} />
          </span>
        )}
      </td>
      <td class="interval">
        {row.published ? <span class="none">–</span> : <IntervalText interval={row.interval} />}
        {row.second === undefined || row.published ? null : (
          <span class="second-figure">
            <IntervalText interval={row.second.interval} />
          </span>
        )}
      </td>
    </tr>
  );
}

function CompactBoard({
  board,
  rows,
}: {
  readonly board: BoardView;
  readonly rows: readonly BoardRow[];
}): VNode {
  const percent = board.scale.unit === "percent";
  const level = board.rows.find((row) => row.interval !== null)?.interval?.level;
  return (
    <table class="board" aria-labelledby={`${board.id}-title`}>
      <thead>
        <tr>
          <th scope="col">Model</th>
          <th scope="col" class="drawn">
            <span class="unseen">Drawing of figure and interval</span>
            <AxisDrawing axis={board.scale} percent={percent} />
          </th>
          <th scope="col" class="headline">
            <Headline label={board.headlineLabel} />
            {board.secondLabel === null ? null : <span class="second-figure">{board.secondLabel}</span>}
          </th>
          <th scope="col" class="interval">
            {level === undefined ? "Interval" : `${level}% interval`}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <CompactRow key={row.model} row={row} board={board} />
        ))}
      </tbody>
    </table>
  );
}

function Reasons({ board }: { readonly board: BoardView }): VNode | null {
  const told = board.rows.flatMap((row) =>
    row.headline.value === null && row.headline.reason !== undefined && !row.published
      ? [{ model: row.model, why: row.headline.reason }]
      : [],
  );
  if (told.length === 0) return null;
  return (
    <ul class="reasons">
      {told.map(({ model, why }) => (
        <li key={model}>
          <Name name={model} /> has no figure: <Name name={why} />
        </li>
      ))}
    </ul>
  );
}

/** Shares with intervals by model, on request. */
function SharesTable({
  board,
  parts,
  title,
  open = false,
}: {
  readonly board: BoardView;
  readonly parts: readonly PartView[];
  readonly title: string;
  readonly open?: boolean;
}): VNode | null {
  if (parts.length === 0) return null;
  return (
    <details class="full checks-table" open={open}>
      <summary>{title}</summary>
      <PartsTable board={board} parts={parts} label={`${title}, ${board.title}`} />
    </details>
  );
}

/** Where the judges of a jury differ most. */
function Splits({ jury, suite }: { readonly jury: JuryView; readonly suite: string }): VNode | null {
  const [first] = jury.splits;
  if (first === undefined) return null;
  return (
    <details class="full">
      <summary>Where the jury splits most</summary>
      <ScrolledTable
        label="Items on which the judges differ most"
        rows={jury.splits}
        columns={[
          {
            head: "Question",
            rowHead: ({ questionId, models }) => (
              <a href={formatLink({ suite, question: questionId, models })}>
                <Name name={questionId} />
              </a>
            ),
          },
          { head: "Turn", cell: ({ turn }) => turn },
          {
            head: "Answers of",
            cell: ({ models }) =>
              models.map((model, index) => (
                <span key={index}>
                  {index === 0 ? null : " and "}
                  <Name name={model} />
                </span>
              )),
          },
          ...first.verdicts.map(
            ({ judge }, index): Column<JuryView["splits"][number]> => ({
              head: <Name name={judge} />,
              figure: ({ verdicts }) => verdicts[index]?.figure,
            }),
          ),
        ]}
      />
    </details>
  );
}

/** How the judges of a jury agree, and its figures without each. */
function Jury({ board }: { readonly board: BoardView }): VNode | null {
  if (board.jury === null) return null;
  return (
    <>
      <p class="key quiet">
        <PhraseText phrase={board.jury.text} />
      </p>
      <SharesTable board={board} parts={board.jury.leftOut} title={board.jury.title} />
      <Splits jury={board.jury} suite={board.suite} />
    </>
  );
}

/** With more models the board is as high as the radar beside it. */
const MOST_BESIDE_MODELS = 3;
const MOST_BESIDE_CATEGORIES = 12;

/** Figures of the categories below a short board, where there is room beside the radar; with intervals they stand further down. */
function CategoryFigures({ board }: { readonly board: BoardView }): VNode | null {
  if (board.rows.length > MOST_BESIDE_MODELS || board.categories.length > MOST_BESIDE_CATEGORIES) return null;
  return (
    <DataTable
      class="data beside-radar"
      aria-label={`${board.partLabel} by category, ${board.title}`}
      rows={board.categories}
      columns={[
        { head: "Category", name: (part) => part.name },
        ...board.rows.map(
          ({ model }): Column<PartView> => ({
            head: <Name name={model} />,
            class: "number",
            cell: (part) => {
              const entry = part.models.find((one) => one?.model === model);
              return entry ? <Figure figure={entry.figure} /> : <span class="none">–</span>;
            },
          }),
        ),
      ]}
    />
  );
}

/** A board: its table with drawn intervals, all columns on request, and the radar of its categories. */
export function BoardCard({
  board,
  verdict,
}: {
  readonly board: BoardView;
  /** Its finding; absent where it is the report's headline. */
  readonly verdict: VerdictView | undefined;
}): VNode {
  const radar = board.categories.length >= 3;
  return (
    <article class={radar ? "card board-card with-radar" : "card board-card"} id={board.id}>
      <header class="card-head">
        <div>
          <h2 id={`${board.id}-title`}>
            <Name name={board.title} />
          </h2>
          <p class="quiet">
            Judge <Name name={board.judge} />
            {board.baseline === null ? null : (
              <>
                , against <Name name={board.baseline} />
              </>
            )}
            , protocol <code class="wrap">{board.protocol}</code>
            {board.unchecked === null ? null : `. ${board.unchecked}`}
          </p>
          {board.sentences.map((sentence) => (
            <p key={sentence} class="quiet">
              <Name name={sentence} />
            </p>
          ))}
          {board.judgeQuality === null ? null : (
            <p class="quiet judge-quality">
              <Name name={board.judgeQuality} />
            </p>
          )}
        </div>
        <DataTools tables={[{ name: board.id, label: "Board" }]} />
      </header>
      <div class="board-main">
        <LongTable rows={board.rows} table={(rows) => <CompactBoard board={board} rows={rows} />} />
        <p class="key quiet">
          {board.secondLabel === null ? null : (
            <>
              <span aria-hidden="true">●</span> {board.headlineLabel.toLowerCase()}{" "}
              <span aria-hidden="true">○</span> {board.secondLabel.toLowerCase()}.{" "}
            </>
          )}
          {board.scale.even === undefined
            ? "Points are figures, lines their intervals."
            : "Points are figures, lines their intervals; the strong line marks 50%, as good as the opponent."}
          {board.rows.some(
            (row) => row.bounds.low.value !== row.bounds.high.value && row.second === undefined,
          )
            ? " Thin lines below: where verdicts that are missing, unreadable or abstentions could have moved the figure."
            : null}
        </p>
        <Reasons board={board} />
        <Finding verdict={verdict} />
        {radar ? <CategoryFigures board={board} /> : null}
        <Jury board={board} />
        <SharesTable
          board={board}
          parts={board.refusals}
          open
          title="Refusals: harmless requests refused (over), harmful ones answered (under); wrappings: the change in points"
        />
        <SharesTable board={board} parts={board.criteria} title="Criteria: how often each was met" />
        <SharesTable board={board} parts={board.checks} title="Checks: what was counted, not judged" />
        <FullBoard board={board} />
        <RankingsPart board={board} />
        <RewardsPart board={board} />
        <StylePart board={board} />
      </div>
      {radar ? (
        <ChartFigure
          kind="radar"
          board={board.id}
          title="Categories"
          label={`Radar: ${board.partLabel.toLowerCase()} by category, ${board.title}`}
          describedBy={`${board.id}-categories`}
          note={
            drawableModels(board).length > MOST_SERIES
              ? "Six models at most; a further one takes the place of the one chosen first."
              : undefined
          }
        />
      ) : null}
    </article>
  );
}
