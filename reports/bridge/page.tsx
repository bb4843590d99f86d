import type { VNode } from "preact";
import { countOf } from "../../harness/core/count-of.js";
import type { Interval } from "../../harness/core/interval.js";
import type {
  Bridge,
  BridgeFigure,
  BridgeLine,
  DriftFigure,
  ItemDrift,
  RestatedModel,
} from "../../harness/core/judge-bridge.js";
import { formatFixed } from "../../harness/core/shown-number.js";
import { ScrolledTable } from "../html/data-table.js";
import { Name, PageFrame, shown, Verdict } from "../site/page-parts.js";
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

function Ends({ bridge }: { readonly bridge: Bridge }): VNode {
  return (
    <ScrolledTable
      label="The two judges"
      class=""
      rows={[
        { word: "Old", end: bridge.old },
        { word: "New", end: bridge.new },
      ]}
      columns={[
        { head: "Side", rowHead: ({ word }) => word },
        { head: "Judge", cell: ({ end }) => <Name name={end.judge} /> },
        { head: "Protocol", cell: ({ end }) => <Name name={end.protocol} /> },
        {
          head: "Baseline",
          cell: ({ end }) => (end.baseline === undefined ? NO_FIGURE : <Name name={end.baseline} />),
        },
        { head: "Models", class: "number", cell: ({ end }) => end.models },
      ]}
    />
  );
}

/** A line as its table shows it. */
interface LineRow {
  readonly word: string;
  readonly slope: string;
  readonly intercept: string;
  readonly error: number | null;
  readonly covered?: string;
}

function lineRow(word: string, line: BridgeLine): LineRow {
  return {
    word,
    slope: `${number(line.slope, 4)} ± ${number(line.slopeStandardError, 4)}`,
    intercept: number(line.intercept, 4),
    error: line.leaveOneOutError,
    covered: `${line.covered} of ${line.predictions.length}`,
  };
}

function lineRows({ fit, back, ols, naiveError }: Bridge): readonly LineRow[] {
  return [
    ...(fit === null ? [] : [lineRow("Old → new", fit)]),
    ...(back === null ? [] : [lineRow("New → old", back)]),
    ...(ols === null
      ? []
      : [
          {
            word: "Old → new, least squares",
            slope: number(ols.slope, 4),
            intercept: number(ols.intercept, 4),
            error: ols.leaveOneOutError,
          },
        ]),
    { word: "Carried over unchanged", slope: "1", intercept: "0", error: naiveError },
  ];
}

function Lines({ bridge }: { readonly bridge: Bridge }): VNode | null {
  const { fit } = bridge;
  if (fit === null) return <p class="notice">No line: {shown(bridge.reasons.fit ?? "")}.</p>;
  return (
    <>
      <ScrolledTable
        label="The lines"
        class=""
        rows={lineRows(bridge)}
        columns={[
          { head: "Line between logits", rowHead: (line) => line.word },
          { head: "Slope", class: "number", cell: (line) => line.slope },
          { head: "Intercept", class: "number", cell: (line) => line.intercept },
          { head: "Error, left out one by one", class: "number", cell: (line) => number(line.error) },
          { head: "Inside their interval", class: "number", cell: (line) => line.covered ?? NO_FIGURE },
        ]}
      />
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
      <ScrolledTable
        label="Every model under both judges"
        class=""
        rows={models}
        columns={[
          { head: "Model", rowHead: ({ model }) => <Name name={model} /> },
          { head: "Judged by", cell: ({ role }) => ROLES[role] },
          { head: "Old judge", wholeCell: (model) => <FigureCell figure={model.old} /> },
          { head: "New judge", wholeCell: (model) => <FigureCell figure={model.new} /> },
        ]}
      />
    </section>
  );
}

function Items({ items }: { readonly items: ItemDrift }): VNode {
  const { slotEffect } = items;
  const why = items.overall.difference === null ? (items.overall.reason ?? "") : "";
  const groups: readonly (readonly [string, DriftFigure])[] = [
    ...(items.overall.difference === null ? [] : [["all items", items.overall] as const]),
    ...Object.entries(items.categories),
    ...Object.entries(items.models),
  ];
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
      <ScrolledTable
        label="New minus old"
        class=""
        rows={groups}
        columns={[
          { head: "New − old", rowHead: ([name]) => <Name name={name} /> },
          { head: "Difference", class: "number", cell: ([, drift]) => number(drift.difference) },
          { head: "Standard error", class: "number", cell: ([, drift]) => number(drift.standardError) },
          { head: "95% interval", class: "number", cell: ([, drift]) => between(drift.interval, 2) },
          { head: "Questions", class: "number", cell: ([, drift]) => drift.questions },
        ]}
      />
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
