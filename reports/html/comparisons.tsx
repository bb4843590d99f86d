import type { VNode } from "preact";
import { compositeKey } from "../../harness/core/composite-key.js";
import { comparisonDetails, metricOf } from "../view/comparisons.js";
import { axisTicks } from "../view/format.js";
import type { ComparisonView, VerdictView } from "../view/records.js";
import { titleAdditions } from "../view/titles.js";
import { CriteriaPart } from "./criteria-part.js";
import { DataTable } from "./data-table.js";
import { AxisDrawing, DifferenceDrawing } from "./drawings.js";
import { Finding, Outcome } from "./findings.js";
import { MoversList } from "./movers.js";
import { type CardTable, DataTools, Figure, IntervalText, Name, PhraseText } from "./parts.js";

function unitOf(view: ComparisonView): string {
  return view.metric === "score" && view.figure === undefined ? "rating points" : "percentage points";
}

function marksOf(view: ComparisonView): readonly number[] {
  return view.margin.value === null || view.margin.value === 0 ? [] : [-view.margin.value];
}

function ComparisonFacts({ view }: { readonly view: ComparisonView }): VNode {
  return (
    <dl class="facts">
      <div>
        <dt>Difference in {unitOf(view)}</dt>
        <dd>
          <Figure figure={view.delta} />
        </dd>
      </div>
      <div>
        <dt>{view.interval === null ? "Interval" : `${view.interval.level}% interval`}</dt>
        <dd>
          <IntervalText interval={view.interval} />
        </dd>
      </div>
      <div>
        <dt>p</dt>
        <dd>
          <Figure figure={view.pValue} />
        </dd>
      </div>
      <div>
        <dt>Better, same, worse{view.countedBy === undefined ? "" : ` by ${view.countedBy} alone`}</dt>
        <dd>
          <Figure figure={view.wins} />, <Figure figure={view.ties} />, <Figure figure={view.losses} />
        </dd>
      </div>
      <div>
        <dt>Smallest detectable difference</dt>
        <dd>
          <Figure figure={view.minimumDetectableEffect} />
        </dd>
      </div>
      {view.margin.value === 0 ? null : (
        <div>
          <dt>Margin of the gate</dt>
          <dd>
            <Figure figure={view.margin} />
          </dd>
        </div>
      )}
    </dl>
  );
}

function ComparisonRemarks({ view }: { readonly view: ComparisonView }): VNode {
  return (
    <>
      {view.unmatched.map((phrase, index) => (
        <p key={index} class="quiet">
          <PhraseText phrase={phrase} />
        </p>
      ))}
      {view.voted.map((phrase, index) => (
        <p key={index}>
          <PhraseText phrase={phrase} />
        </p>
      ))}
      {view.warnings.map((warning) => (
        <p key={warning} class="doubtful">
          <Name name={warning} />
        </p>
      ))}
    </>
  );
}

function comparisonTables(view: ComparisonView, of = ""): readonly CardTable[] {
  const moved = view.moversUp.length + view.moversDown.length;
  return [
    { name: view.id, label: `${of}Differences` },
    ...(moved === 0 ? [] : [{ name: `${view.id}-movers`, label: `${of}Questions that moved most` }]),
  ];
}

function ComparisonCard({
  view,
  addition,
  finding,
}: {
  readonly view: ComparisonView;
  /** What tells it from another comparison of the same two models. */
  readonly addition: string;
  readonly finding: VerdictView | undefined;
}): VNode {
  return (
    <article class="card" id={view.id}>
      <header class="card-head">
        <div>
          <h2>
            <Name name={view.candidate} /> against <Name name={view.base} />
            {addition === "" ? null : <Name name={addition} />}
          </h2>
          <p class="quiet">
            Paired on the same <Figure figure={view.questions} /> questions of <Name name={view.suiteName} />,{" "}
            {metricOf(view)}; {view.test}
          </p>
        </div>
        <DataTools tables={comparisonTables(view)} />
      </header>
      <div class="difference">
        <AxisDrawing axis={view.scale} percent={false} />
        <DifferenceDrawing
          delta={view.delta}
          interval={view.interval}
          axis={view.scale}
          marks={marksOf(view)}
        />
      </div>
      <ComparisonFacts view={view} />
      <Finding verdict={finding} />
      <ComparisonRemarks view={view} />
      <CriteriaPart view={view} />
      <MoversList view={view} />
    </article>
  );
}

/** Comparisons whose details are listed at once; more wait behind one line. */
const OPEN_DETAILS = 3;

function Details({ group }: { readonly group: readonly ComparisonView[] }): VNode {
  return (
    <div class="detail-list">
      {group.map((view) => (
        <details key={view.id} class="full" id={view.id}>
          <summary>
            <Name name={view.candidate} /> in detail
          </summary>
          <div class="part">
            <p>
              <Name name={view.sentence} />
            </p>
            <ComparisonFacts view={view} />
            <ComparisonRemarks view={view} />
            <CriteriaPart view={view} />
            <MoversList view={view} />
          </div>
        </details>
      ))}
    </div>
  );
}

/** Comparisons of several candidates against one base, on one axis. */
function ComparisonGroup({
  group,
  addition,
}: {
  readonly group: readonly ComparisonView[];
  readonly addition: string;
}): VNode | null {
  const [first] = group;
  if (first === undefined) return null;
  const low = Math.min(...group.map((view) => view.scale.axisLow));
  const high = Math.max(...group.map((view) => view.scale.axisHigh));
  const axis = {
    axisLow: low,
    axisHigh: high,
    ticks: axisTicks(low, high, 6).filter((tick) => tick >= low && tick <= high),
  };
  return (
    <article class="card" id={`${first.id}-group`}>
      <header class="card-head">
        <div>
          <h2>
            Against <Name name={first.base} />
            {addition === "" ? null : <Name name={addition} />}
          </h2>
          <p class="quiet">
            Paired differences in {unitOf(first)} on the same questions of <Name name={first.suiteName} />,{" "}
            {first.interval === null ? "" : `${first.interval.level}% intervals, `}
            {first.test}
          </p>
        </div>
        <DataTools tables={group.flatMap((view) => comparisonTables(view, `${view.candidate}: `))} />
      </header>
      <DataTable
        class="board forest"
        rows={group}
        columns={[
          { head: "Model", cellClass: "model", rowHead: (view) => <Name name={view.candidate} /> },
          {
            head: (
              <>
                <span class="unseen">Drawing of difference and interval</span>
                <AxisDrawing axis={axis} percent={false} />
              </>
            ),
            class: "drawn",
            cell: (view) => (
              <DifferenceDrawing
                delta={view.delta}
                interval={view.interval}
                axis={axis}
                marks={marksOf(view)}
              />
            ),
          },
          { head: "Difference", class: "headline", cell: (view) => <Figure figure={view.delta} /> },
          { head: "Interval", class: "interval", between: (view) => view.interval },
          {
            head: <span class="unseen">Outcome</span>,
            class: "adjusted",
            cell: (view) => <Outcome outcome={view.outcome} />,
          },
        ]}
      />
      {group.length <= OPEN_DETAILS ? (
        <Details group={group} />
      ) : (
        <details class="full">
          <summary>Each of the {group.length} comparisons in detail</summary>
          <Details group={group} />
        </details>
      )}
    </article>
  );
}

/** Comparisons that share suite, protocol and base, in the order given. */
function groupsOf(comparisons: readonly ComparisonView[]): readonly (readonly ComparisonView[])[] {
  const groups = new Map<string, ComparisonView[]>();
  for (const view of comparisons) {
    const key = compositeKey(view.suite, view.protocol, view.base);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [view]);
    else group.push(view);
  }
  return [...groups.values()];
}

/** What tells a group's card from others: those of one candidate by both models, those of several by their base. */
function groupAdditions(groups: readonly (readonly ComparisonView[])[]): readonly string[] {
  return titleAdditions(
    groups.map(([first, ...more]) => ({
      title:
        first === undefined ? "" : compositeKey(more.length > 0 ? undefined : first.candidate, first.base),
      details: first === undefined ? [] : comparisonDetails(first),
    })),
  );
}

/** Paired comparisons: one as a card of its own, several against the same base on one axis. */
export function Comparisons({
  comparisons,
  findings,
}: {
  readonly comparisons: readonly ComparisonView[];
  readonly findings: readonly VerdictView[];
}): VNode {
  const groups = groupsOf(comparisons);
  const additions = groupAdditions(groups);
  return (
    <>
      {groups.map((group, index) => {
        const [only, ...more] = group;
        const addition = additions[index] ?? "";
        if (only === undefined) return null;
        if (more.length > 0) return <ComparisonGroup key={only.id} group={group} addition={addition} />;
        const finding = findings.find((verdict) => verdict.about === only.id);
        return <ComparisonCard key={only.id} view={only} addition={addition} finding={finding} />;
      })}
    </>
  );
}
