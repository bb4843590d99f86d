import type { VNode } from "preact";
import { countOf } from "../../harness/core/count-of.js";
import type { Interval } from "../../harness/core/interval.js";
import type {
  Bridge,
  BridgeEnd,
  BridgeFigure,
  BridgeLine,
  DriftFigure,
  ItemDrift,
  RestatedModel,
} from "../../harness/core/judge-bridge.js";
import { formatFixed } from "../../harness/core/shown-number.js";
import { NumberHead } from "../html/parts.js";
import { Name, PageFrame, shown, TableRegion, Verdict } from "../site/page-parts.js";
import { NO_FIGURE } from "../view/format.js";
import { BridgeChart } from "./chart.js";

function number(value: number | null, digits = 2): string {
  return value === null ? NO_FIGURE : formatFixed(value, digits);
}

function between(interval: Interval | null, digits = 1): string {
  return interval === null
    ? ""
    : `${formatFixed(interval.low, digits)} to ${formatFixed(interval.high, digits)}`;
}

function End({ word, end }: { readonly word: string; readonly end: BridgeEnd }): VNode {
  return (
    <tr>
      <th scope="row">{word}</th>
      <td>
        <Name name={end.judge} />
      </td>
      <td>
        <Name name={end.protocol} />
      </td>
      <td>{end.baseline === undefined ? NO_FIGURE : <Name name={end.baseline} />}</td>
      <td class="number">{end.models}</td>
    </tr>
  );
}

function Ends({ bridge }: { readonly bridge: Bridge }): VNode {
  return (
    <TableRegion label="The two judges">
      <table>
        <thead>
          <tr>
            <th scope="col">Side</th>
            <th scope="col">Judge</th>
            <th scope="col">Protocol</th>
            <th scope="col">Baseline</th>
            <NumberHead>Models</NumberHead>
          </tr>
        </thead>
        <tbody>
          <End word="Old" end={bridge.old} />
          <End word="New" end={bridge.new} />
        </tbody>
      </table>
    </TableRegion>
  );
}

function LineRow({ word, line }: { readonly word: string; readonly line: BridgeLine }): VNode {
  return (
    <tr>
      <th scope="row">{word}</th>
      <td class="number">{`${number(line.slope, 4)} ± ${number(line.slopeStandardError, 4)}`}</td>
      <td class="number">{number(line.intercept, 4)}</td>
      <td class="number">{number(line.leaveOneOutError)}</td>
      <td class="number">{`${line.covered} of ${line.predictions.length}`}</td>
    </tr>
  );
}

function Lines({ bridge }: { readonly bridge: Bridge }): VNode | null {
  const { fit, back, ols } = bridge;
  if (fit === null) return <p class="notice">No line: {shown(bridge.reasons.fit ?? "")}.</p>;
  return (
    <>
      <TableRegion label="The lines">
        <table>
          <thead>
            <tr>
              <th scope="col">Line between logits</th>
              <NumberHead>Slope</NumberHead>
              <NumberHead>Intercept</NumberHead>
              <NumberHead>Error, left out one by one</NumberHead>
              <NumberHead>Inside their interval</NumberHead>
            </tr>
          </thead>
          <tbody>
            <LineRow word="Old → new" line={fit} />
            {back === null ? null : <LineRow word="New → old" line={back} />}
            {ols === null ? null : (
              <tr>
                <th scope="row">Old → new, least squares</th>
                <td class="number">{number(ols.slope, 4)}</td>
                <td class="number">{number(ols.intercept, 4)}</td>
                <td class="number">{number(ols.leaveOneOutError)}</td>
                <td class="number">{NO_FIGURE}</td>
              </tr>
            )}
            <tr>
              <th scope="row">Carried over unchanged</th>
              <td class="number">1</td>
              <td class="number">0</td>
              <td class="number">{number(bridge.naiveError)}</td>
              <td class="number">{NO_FIGURE}</td>
            </tr>
          </tbody>
        </table>
      </TableRegion>
      <p class="quiet">
        Rank correlation of the anchors: {number(bridge.spearman)}. Estimator: {fit.estimator}.
      </p>
    </>
  );
}

function FigureCell({ figure }: { readonly figure: BridgeFigure }): VNode {
  if (figure.value === null) return <td class="quiet">{shown(figure.reason ?? "not known")}</td>;
  const isCarried = figure.origin === "predicted";
  return (
    <td class={isCarried ? "carried" : undefined}>
      {isCarried ? "≈ " : ""}
      {number(figure.value)} <span class="quiet">{between(figure.interval)}</span>
    </td>
  );
}

const ROLES: Readonly<Record<RestatedModel["role"], string>> = {
  predict: "asked for",
  new: "new judge only",
  old: "old judge only",
  anchor: "both judges",
};

function Restated({ models }: { readonly models: readonly RestatedModel[] }): VNode {
  return (
    <section class="card" aria-labelledby="scales">
      <h2 id="scales">Both scales</h2>
      <p class="quiet">
        Upright figures were judged. Figures after ≈ were carried over the line, with a 95% prediction
        interval; they are no measurement and share no column with one.
      </p>
      <TableRegion label="Every model under both judges">
        <table>
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col">Judged by</th>
              <th scope="col">Old judge</th>
              <th scope="col">New judge</th>
            </tr>
          </thead>
          <tbody>
            {models.map(({ model, role, old, new: fresh }) => (
              <tr key={`${role}/${model}`}>
                <th scope="row">
                  <Name name={model} />
                </th>
                <td>{ROLES[role]}</td>
                <FigureCell figure={old} />
                <FigureCell figure={fresh} />
              </tr>
            ))}
          </tbody>
        </table>
      </TableRegion>
    </section>
  );
}

function DriftRow({ name, drift }: { readonly name: string; readonly drift: DriftFigure }): VNode {
  return (
    <tr>
      <th scope="row">
        <Name name={name} />
      </th>
      <td class="number">{number(drift.difference)}</td>
      <td class="number">{number(drift.standardError)}</td>
      <td class="number">{between(drift.interval, 2)}</td>
      <td class="number">{drift.questions}</td>
    </tr>
  );
}

function Items({ items }: { readonly items: ItemDrift }): VNode {
  const { slotEffect } = items;
  const why = items.overall.difference === null ? (items.overall.reason ?? "") : "";
  const groups = [...Object.entries(items.categories), ...Object.entries(items.models)];
  return (
    <section class="card" aria-labelledby="items">
      <h2 id="items">Item by item</h2>
      <p>
        Both judges gave the same side (or the same rating) on {number(items.sameSide, 1)}% of{" "}
        {items.overall.items} items; κ {number(items.kappa)}, correlation {number(items.correlation)}.
        {slotEffect === null
          ? ""
          : ` An answer gains ${number(slotEffect.old)} points by being shown second under the old judge and ${number(slotEffect.new)} under the new one: a change of ${number(slotEffect.change)} ± ${number(slotEffect.standardError)}.`}
        {why === "" ? "" : ` There is no drift over all models: ${why}.`}
      </p>
      <TableRegion label="New minus old">
        <table>
          <thead>
            <tr>
              <th scope="col">New − old</th>
              <NumberHead>Difference</NumberHead>
              <NumberHead>Standard error</NumberHead>
              <NumberHead>95% interval</NumberHead>
              <NumberHead>Questions</NumberHead>
            </tr>
          </thead>
          <tbody>
            {items.overall.difference === null ? null : <DriftRow name="all items" drift={items.overall} />}
            {groups.map(([name, drift], index) => (
              <DriftRow key={index} name={name} drift={drift} />
            ))}
          </tbody>
        </table>
      </TableRegion>
    </section>
  );
}

function Next({ bridge }: { readonly bridge: Bridge }): VNode | null {
  if (bridge.next.length === 0) return null;
  return (
    <section class="card" aria-labelledby="next">
      <h2 id="next">What to judge next</h2>
      <ol>
        {bridge.next.map(({ model, calls, costUsd, widthNow, widthThen }) => (
          <li key={model}>
            <Name name={model} />: {countOf(calls, "verdict")}
            {costUsd === null ? "" : `, about $${formatFixed(costUsd, 2)}`}; with those above, intervals{" "}
            {number(100 * (1 - widthThen / widthNow), 1)}% narrower than now
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Body of the page of a bridge. */
export function BridgeBody({ bridge, title }: { readonly bridge: Bridge; readonly title: string }): VNode {
  return (
    <PageFrame to="figures">
      <h1>{shown(title)}</h1>
      <Verdict sentence={bridge.sentence} warnings={bridge.warnings} />
      <section class="card" aria-labelledby="line">
        <h2 id="line">The bridge</h2>
        <Ends bridge={bridge} />
        <BridgeChart bridge={bridge} />
        <Lines bridge={bridge} />
      </section>
      <Restated models={bridge.restated} />
      {bridge.items === null ? null : <Items items={bridge.items} />}
      <Next bridge={bridge} />
    </PageFrame>
  );
}
