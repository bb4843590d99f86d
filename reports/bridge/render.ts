import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Bridge } from "../../harness/core/judge-bridge.js";
import { plainPage } from "../site/plain-page.js";
import { SITE_STYLE } from "../site/style.js";
import { BridgeBody } from "./page.js";

/** Styles of the chart of two scales. */
const CHART_STYLE = `
.bridge-chart { width: 100%; max-width: 44rem; height: auto; }
.bridge-chart text { font-size: 13px; }
.bridge-chart .band { fill: var(--accent); opacity: 0.14; stroke: none; }
.bridge-chart .line { stroke: var(--accent); stroke-width: 2; fill: none; }
.bridge-chart .unchanged { stroke: var(--muted); stroke-width: 1.5; stroke-dasharray: 5 4; }
.bridge-chart .anchor { fill: var(--ink); }
.bridge-chart .asked { fill: var(--surface); stroke: var(--doubt); stroke-width: 2.5; }
.bridge-chart .reach { stroke: var(--doubt); stroke-width: 2; }
.carried { font-style: italic; }
`;

/** A page of one file that shows both judges' scales: the anchors, the line with its prediction band, every model. */
export function renderBridgePage(bridge: Bridge): string {
  const title = `From ${bridge.old.judge} to ${bridge.new.judge}`;
  return plainPage(title, `${SITE_STYLE}${CHART_STYLE}`, renderToString(h(BridgeBody, { bridge, title })));
}
