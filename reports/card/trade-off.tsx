import type { ComponentChildren, VNode } from "preact";
import type { Area } from "../../harness/core/area.js";
import type { Card } from "../../harness/core/card.js";
import { AREA_WORDS } from "../../harness/core/measured-words.js";
import { ScrolledTable } from "../html/data-table.js";
import { Name, shown } from "../site/page-parts.js";
import { capital, meanText, percentText } from "./card-view.js";
import { Radar } from "./drawings.js";

function Lines({ lines, none }: { readonly lines: readonly string[]; readonly none: string }): VNode {
  if (lines.length === 0) return <p class="quiet">{none}</p>;
  return (
    <ul>
      {lines.map((line, index) => (
        <li key={index}>{shown(line)}</li>
      ))}
    </ul>
  );
}

function Side({
  id,
  title,
  children,
}: {
  readonly id: string;
  readonly title: string;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <section class={`side side-${id}`} aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {children}
    </section>
  );
}

/** What the training bought, what it cost, and what is known of each area. */
export function TradeOff({ card }: { readonly card: Card }): VNode {
  const { bought, cost, open, figures } = card.tradeOff;
  return (
    <section class="card" aria-labelledby="trade-off">
      <h2 id="trade-off">The trade-off</h2>
      <div class="sides">
        <Side id="bought" title="What the training bought">
          <Lines lines={bought} none="No gain that the data can show." />
        </Side>
        <Side id="cost" title="What it cost">
          <Lines lines={cost} none="No loss that the data can show." />
        </Side>
        {open.length === 0 ? null : (
          <Side id="unsettled" title="Measured, and not settled">
            <Lines lines={open} none="" />
          </Side>
        )}
        {figures.length === 0 ? null : (
          <Side id="figures" title="Figures alone, which decide nothing">
            <Lines lines={figures} none="" />
          </Side>
        )}
      </div>
      <Glance card={card} />
    </section>
  );
}

/** Areas that a card tells of even where nothing was measured. */
const GLANCE: readonly Area[] = ["chat", "people", "knowledge", "reasoning", "maths", "coding", "safety"];

function glanceText(area: Area, card: Card): string {
  const mean = card.areas.find((one) => one.area === area);
  if (mean === undefined) return "not measured";
  if (mean.change !== null) return meanText(mean);
  const own = card.changes.filter((one) => one.area === area);
  if (own.some(({ basis }) => basis === "figures")) return "figures alone";
  return "not on both";
}

/** Every area in one line each. */
function Glance({ card }: { readonly card: Card }): VNode {
  const more: readonly Area[] = card.areas.some(({ area }) => area === "other") ? ["other"] : [];
  return (
    <>
      <h3 class="glance-head">By area</h3>
      <p class="small">Mean change of what was measured on both, each with its own 95% interval</p>
      <dl class="glance">
        {[...GLANCE, ...more].map((area) => (
          <div key={area}>
            <dt>{capital(AREA_WORDS[area])}</dt>
            <dd>{glanceText(area, card)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** The candidate over the base, with the same as a table; nothing where there are too few quantities. */
export function RadarCard({ card }: { readonly card: Card }): VNode | null {
  if (card.radar.length === 0) return null;
  return (
    <section class="card" aria-labelledby="shape">
      <h2 id="shape">Before and after</h2>
      <figure>
        <Radar spokes={card.radar} />
        <ul class="legend" aria-label="Colours">
          <li>
            <svg class="key" width="30" height="14" aria-hidden="true" focusable="false">
              <line class="of-candidate" x1="1" x2="29" y1="7" y2="7" />
            </svg>
            <Name name={card.candidate} />
          </li>
          <li>
            <svg class="key" width="30" height="14" aria-hidden="true" focusable="false">
              <line class="of-base" x1="1" x2="29" y1="7" y2="7" />
            </svg>
            <Name name={card.base} />
          </li>
        </ul>
      </figure>
      <details>
        <summary>The same as a table</summary>
        <ScrolledTable
          label="Before and after"
          class=""
          rows={card.radar}
          columns={[
            { head: "What", rowHead: (spoke) => <Name name={spoke.name} /> },
            { head: "Before", class: "number", cell: (spoke) => spoke.shownBase },
            { head: "After", class: "number", cell: (spoke) => spoke.shownCandidate },
            {
              head: "Of the scale",
              class: "number",
              cell: (spoke) => `${percentText(spoke.base)} → ${percentText(spoke.candidate)}`,
            },
          ]}
        />
      </details>
    </section>
  );
}
