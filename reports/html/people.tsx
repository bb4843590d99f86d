import type { VNode } from "preact";
import { nounFor } from "../../harness/core/count-of.js";
import type { CorrectionView, DisputeView, PeopleView } from "../view/people-records.js";
import type { BoardView, ReportView, ShownFigure } from "../view/records.js";
import { ScrolledTable } from "./data-table.js";
import { formatLink } from "./deep-link.js";
import { Figure, Name, PhraseText } from "./parts.js";
import { CorrectionDrawing } from "./people-drawing.js";

/** Disputes that stand open; the others follow on demand. */
const OPEN_DISPUTES = 5;

/** What a corrected figure is of, with how much of it people spoke of. */
interface CorrectionRow {
  readonly head: VNode;
  readonly correction: CorrectionView;
  readonly spoken: { readonly voted: ShownFigure; readonly judged: ShownFigure } | null;
}

function CorrectionTable({
  label,
  heads,
  rows,
}: {
  readonly label: string;
  readonly heads: { readonly of: string; readonly spoken: string };
  readonly rows: readonly CorrectionRow[];
}): VNode {
  return (
    <ScrolledTable
      label={label}
      rows={rows}
      columns={[
        { head: heads.of, rowHead: (row) => row.head },
        {
          head: "Judge → corrected",
          cell: ({ correction }) => <CorrectionDrawing correction={correction} />,
        },
        { head: "Judge", figure: ({ correction }) => correction.judge },
        { head: "Corrected", figure: ({ correction }) => correction.corrected },
        { head: "Interval", between: ({ correction }) => correction.interval },
        {
          head: heads.spoken,
          class: "number",
          cell: ({ spoken }) =>
            spoken === null ? null : (
              <>
                <Figure figure={spoken.voted} /> <span class="quiet">of</span>{" "}
                <Figure figure={spoken.judged} />
              </>
            ),
        },
        { head: "What the judge adds", cellClass: "told", cell: ({ correction }) => correction.sentence },
      ]}
    />
  );
}

function RatedTable({
  people,
  board,
}: {
  readonly people: PeopleView;
  readonly board: BoardView;
}): VNode | null {
  if (people.figure !== "ratings" || people.rows.length === 0) return null;
  return (
    <CorrectionTable
      label={`${board.title}: corrected ratings`}
      heads={{ of: "Model", spoken: "Rated" }}
      rows={people.rows.map((row) => ({
        head: <Name name={row.model} />,
        correction: row,
        spoken: row.rated,
      }))}
    />
  );
}

function PairTable({
  people,
  board,
}: {
  readonly people: PeopleView;
  readonly board: BoardView;
}): VNode | null {
  if (people.pairs.length === 0) return null;
  return (
    <CorrectionTable
      label={`${board.title}: corrected win rates`}
      heads={{ of: "Pair", spoken: "Voted" }}
      rows={people.pairs.map((pair) => ({
        head: (
          <>
            <Name name={pair.b} /> <span class="quiet">against</span> <Name name={pair.a} />
          </>
        ),
        correction: pair,
        spoken: pair,
      }))}
    />
  );
}

function DisputeItems({ disputes }: { readonly disputes: readonly DisputeView[] }): VNode {
  return (
    <ol>
      {disputes.map((one, index) => (
        <li key={index}>
          <a
            class="dispute"
            href={formatLink({ suite: one.suite, question: one.questionId, models: [one.a, one.b] })}
          >
            <strong class="dispute-shares nowrap">
              <Figure figure={one.judge} /> → <Figure figure={one.people} />
            </strong>
            <span class="dispute-text">
              <span class="quiet">
                <Name name={`${one.questionId} · turn ${one.turn}`} />
              </span>
              <span>
                <Name name={one.b} /> against <Name name={one.a} />
              </span>
            </span>
            <span class="quiet nowrap">
              <Figure figure={one.votes} /> {nounFor(one.votes.value ?? 0, "vote")}
            </span>
          </a>
        </li>
      ))}
    </ol>
  );
}

function Disputes({ people }: { readonly people: PeopleView }): VNode | null {
  const { disputes } = people;
  if (disputes.length === 0) return null;
  const rest = disputes.slice(OPEN_DISPUTES);
  return (
    <div class="movers-part">
      <h4>Judge and people differ most on</h4>
      <p class="quiet">
        The judge's share of the point for the model named first → people's share; each opens its answers.
      </p>
      <DisputeItems disputes={disputes.slice(0, OPEN_DISPUTES)} />
      {rest.length === 0 ? null : (
        <details>
          <summary>{rest.length} more</summary>
          <DisputeItems disputes={rest} />
        </details>
      )}
    </div>
  );
}

function Arena({ people, board }: { readonly people: PeopleView; readonly board: BoardView }): VNode | null {
  const { arena } = people;
  if (arena === null) return null;
  return (
    <>
      <h4>People and judge in one board</h4>
      <p>
        <PhraseText phrase={arena.sentence} />
      </p>
      <ScrolledTable
        label={`${board.title}: people and judge in one board`}
        rows={arena.rows}
        columns={[
          { head: "Model", name: (row) => row.model },
          { head: "Rating", figure: (row) => row.rating },
          { head: "Interval", between: (row) => row.interval },
          { head: "Rank by people", figure: (row) => row.peopleRank },
          { head: "Rank by judge", figure: (row) => row.judgeRank },
        ]}
      />
      {arena.parting === null ? null : (
        <p>
          <PhraseText phrase={arena.parting} />
        </p>
      )}
    </>
  );
}

/** Whether anybody voted on what a report shows. */
export function hasPeople(view: ReportView): boolean {
  return view.boards.some((board) => board.people !== null);
}

/** People's votes: how far the judge agrees, what they correct, and where the two differ most; nothing without votes. */
export function PeopleSection({ view }: { readonly view: ReportView }): VNode | null {
  if (!hasPeople(view)) return null;
  return (
    <section id="people" aria-labelledby="people-title">
      <h2 class="section-title" id="people-title">
        People
      </h2>
      {view.boards.map((board) =>
        board.people === null ? null : (
          <article key={board.id} class="card">
            <header class="card-head">
              <div>
                <h3>
                  <Name name={board.title} />
                </h3>
                <p class="quiet">
                  <PhraseText phrase={board.people.summary} />
                </p>
              </div>
            </header>
            <RatedTable people={board.people} board={board} />
            <PairTable people={board.people} board={board} />
            <Disputes people={board.people} />
            <Arena people={board.people} board={board} />
          </article>
        ),
      )}
    </section>
  );
}
