import type { VNode } from "preact";
import type { Card, OpenPoint } from "../../harness/core/card.js";
import { countOf } from "../../harness/core/count-of.js";
import { AREA_WORDS, FINDING_WORDS } from "../../harness/core/measured-words.js";
import { type Column, ScrolledTable } from "../html/data-table.js";
import { NumberHead } from "../html/parts.js";
import { PolicyCard } from "../html/policy-part.js";
import { Name, PageFrame, shown, TableRegion } from "../site/page-parts.js";
import { formatMoment } from "../view/format.js";
import {
  type AreaView,
  areaViews,
  axisAround,
  type CardAxis,
  type ChangeView,
  capital,
  drawnValues,
  meanText,
} from "./card-view.js";
import { ChangeAxis, ChangeDrawing, TrajectoryDrawing } from "./drawings.js";
import { RadarCard, TradeOff } from "./trade-off.js";

function flipText({ change }: ChangeView): string {
  const { flips } = change;
  if (flips === undefined) return "";
  return `${flips.broken.length} right → wrong, ${flips.repaired.length} wrong → right`;
}

function ChangeRow({ view, axis }: { readonly view: ChangeView; readonly axis: CardAxis }): VNode {
  const { change, name, fromTo, delta, interval } = view;
  const flips = flipText(view);
  return (
    <tr>
      <th scope="row">
        <Name name={name} />
        {flips === "" ? null : <span class="small">{flips}</span>}
      </th>
      <td class="number strong">{delta}</td>
      <td class="drawn">
        <ChangeDrawing view={view} axis={axis} />
      </td>
      <td class="number" data-label="Interval">
        {interval === "" ? <span class="quiet">none</span> : interval}
      </td>
      <td class="number" data-label="Before and after">
        {fromTo}
      </td>
      <td data-label="Finding">
        <span class={`finding finding-${change.finding}`}>{FINDING_WORDS[change.finding]}</span>
      </td>
    </tr>
  );
}

function AreaRows({ view, axis }: { readonly view: AreaView; readonly axis: CardAxis }): VNode {
  const mean = view.mean === undefined ? "" : meanText(view.mean);
  return (
    <tbody>
      <tr class="area">
        <th scope="rowgroup" colSpan={6}>
          {capital(AREA_WORDS[view.area])}
          {mean === "" || view.rows.length < 2 ? null : <span class="small">mean {mean}</span>}
        </th>
      </tr>
      {view.rows.map((row, index) => (
        <ChangeRow key={index} view={row} axis={axis} />
      ))}
    </tbody>
  );
}

function Changes({ card }: { readonly card: Card }): VNode | null {
  const views = areaViews(card);
  if (views.length === 0) return null;
  const axis = axisAround(drawnValues(views));
  const { together } = card;
  return (
    <section class="card" aria-labelledby="changes">
      <h2 id="changes">Gains and losses</h2>
      <p class="quiet">
        {together.changes === 0
          ? "Nothing here has an interval: hollow points are stated figures, which decide nothing."
          : `Drawn in percent of each scale, better to the right. Thick: the change's own 95% interval. Thin, and in the column: ${together.method}.`}
      </p>
      <TableRegion label="Gains and losses by area">
        <table class="stacked changes">
          <thead>
            <tr>
              <th scope="col">What</th>
              <NumberHead>Change</NumberHead>
              <th scope="col" class="drawn">
                <span class="unseen">Drawing of the change</span>
                <ChangeAxis axis={axis} />
              </th>
              <NumberHead>Interval</NumberHead>
              <NumberHead>Before and after</NumberHead>
              <th scope="col">Finding</th>
            </tr>
          </thead>
          {views.map((view) => (
            <AreaRows key={view.area} view={view} axis={axis} />
          ))}
        </table>
      </TableRegion>
    </section>
  );
}

function Trajectories({ card }: { readonly card: Card }): VNode | null {
  if (card.trajectories.length === 0) return null;
  return (
    <section class="card" aria-labelledby="trajectories">
      <h2 id="trajectories">Over the checkpoints</h2>
      <p class="quiet">
        Mean change from <Name name={card.base} /> in percent of the scale, over the suites that every
        checkpoint has, with 95% intervals.
      </p>
      <div class="small-multiples">
        {card.trajectories.map((trajectory) => (
          <figure key={trajectory.area}>
            <figcaption>
              {capital(AREA_WORDS[trajectory.area])}
              <span class="small">{shown(trajectory.suites.join(", "))}</span>
            </figcaption>
            <TrajectoryDrawing trajectory={trajectory} />
          </figure>
        ))}
      </div>
      <details>
        <summary>The same as a table</summary>
        <ScrolledTable
          label="Changes over the checkpoints"
          class=""
          rows={(card.trajectories[0]?.points ?? []).map(({ checkpoint }, index) => ({ checkpoint, index }))}
          columns={[
            { head: "Checkpoint", rowHead: ({ checkpoint }) => <Name name={checkpoint} /> },
            ...card.trajectories.map(
              ({ area, points }): Column<{ readonly index: number }> => ({
                head: capital(AREA_WORDS[area]),
                cell: ({ index }) => (points[index] === undefined ? "" : meanText(points[index])),
              }),
            ),
          ]}
        />
      </details>
    </section>
  );
}

function Open({ points }: { readonly points: readonly OpenPoint[] }): VNode | null {
  if (points.length === 0) return null;
  return (
    <section class="card" aria-labelledby="open">
      <h2 id="open">What could not be said, and what it would take</h2>
      <dl class="open">
        {points.map(({ about, why, takes }, index) => (
          <div key={index}>
            <dt>
              <Name name={about} />
            </dt>
            <dd>
              {shown(why)}
              {takes === "" ? null : <span class="takes">{shown(takes)}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Contamination({ card }: { readonly card: Card }): VNode | null {
  if (card.contamination.every(({ corpora }) => corpora.length === 0)) return null;
  return (
    <section class="card" aria-labelledby="contamination">
      <h2 id="contamination">Questions in training data</h2>
      <dl class="open">
        {card.contamination.map(({ suite, sentence, command }) => (
          <div key={suite}>
            <dt>
              <Name name={suite} />
            </dt>
            <dd>
              {shown(capital(sentence))}
              {command === null ? null : <span class="takes">{shown(command)}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Behind({ card }: { readonly card: Card }): VNode {
  return (
    <section class="card" aria-labelledby="behind">
      <h2 id="behind">Behind it</h2>
      <ul class="sources">
        {card.sources.map(({ path, kind, models, report }, index) => (
          <li key={index}>
            {report === null ? (
              <Name name={path} />
            ) : (
              <a href={report}>
                <Name name={path} />
              </a>
            )}{" "}
            <span class="quiet">
              {kind === "table" ? "published table" : kind}, {countOf(models.length, "model")}
              {report === null ? "" : "; the link opens its report with every answer"}
            </span>
          </li>
        ))}
      </ul>
      <p class="quiet">
        Paired by question where both sides have records of one protocol; figures that others state are
        compared only where they carry errors. Figures of different protocols are never compared.
      </p>
    </section>
  );
}

/** Body of the page of a checkpoint. */
export function CardBody({ card }: { readonly card: Card }): VNode {
  return (
    <>
      <PageFrame to="card">
        <p class="eyebrow">
          Checkpoint card <span aria-hidden="true">·</span>{" "}
          <time dateTime={card.generatedAt}>{formatMoment(card.generatedAt)}</time>
        </p>
        <h1>
          <Name name={card.candidate} /> <span class="beside">beside</span> <Name name={card.base} />
        </h1>
        <p class="verdict">{shown(card.sentence)}</p>
        {card.notices.map((notice) => (
          <p key={notice} class="notice">
            {shown(notice)}
          </p>
        ))}
        <div class={card.radar.length === 0 ? "first" : "first two"}>
          <TradeOff card={card} />
          <RadarCard card={card} />
        </div>
        {(card.policies ?? []).map((result, index) => (
          <PolicyCard key={index} result={result} />
        ))}
        <Changes card={card} />
        <Trajectories card={card} />
        <Contamination card={card} />
        <Open points={card.open} />
        <Behind card={card} />
      </PageFrame>
      <footer>
        <p>Made by assay {shown(card.version)}. This page is one file; it asks the network for nothing.</p>
      </footer>
    </>
  );
}
