import type { VNode } from "preact";
import type { FactGroup, ReportView } from "../view/records.js";
import { displayName, displayText } from "../view/text.js";
import { Name } from "./parts.js";

function Facts({ group, open }: { readonly group: FactGroup; readonly open: boolean }): VNode {
  return (
    <details class="fact-group" open={open}>
      <summary>
        <Name name={group.title} />
      </summary>
      <dl class="fact-list">
        {group.facts.map((fact, index) => (
          <div key={index}>
            <dt>{displayName(fact.label)}</dt>
            <dd>
              {fact.code === true ? (
                <code class="wrap">{displayText(fact.value)}</code>
              ) : (
                <Name name={fact.value} />
              )}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Computed({ view }: { readonly view: ReportView }): VNode {
  return (
    <article class="card" id="computed">
      <header class="card-head">
        <h3>How each figure was computed</h3>
      </header>
      {view.boards.map((board) => (
        <div key={board.id} class="part">
          <h4>
            <Name name={board.title} />
          </h4>
          <dl class="computed">
            {board.computed.map(({ figure, how }) => (
              <div key={figure}>
                <dt>{figure}</dt>
                <dd>
                  <Name name={how} />
                </dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
      {view.comparisons.length === 0 ? null : (
        <div class="part">
          <h4>Comparisons</h4>
          <p>
            Both models are compared question by question; only questions that both have a usable verdict on
            count. The smallest difference that could be seen is the one that a test at 5% finds in four of
            five cases with this many questions.
          </p>
        </div>
      )}
    </article>
  );
}

/** Trust: how figures were computed, the manifest in full, warnings. */
export function TrustSection({ view }: { readonly view: ReportView }): VNode {
  const { trust } = view;
  return (
    <section id="trust" aria-labelledby="trust-title">
      <h2 class="section-title" id="trust-title">
        Trust
      </h2>
      <Computed view={view} />
      <article class="card" id="manifest">
        <header class="card-head">
          <div>
            <h3>Manifest</h3>
            <p class="quiet">What was run, with what, and when: enough to run it again.</p>
          </div>
        </header>
        {trust.groups.length === 0 ? <p>No manifest came with these figures.</p> : null}
        {trust.groups.map((group, index) => (
          <Facts key={index} group={group} open={index === 0} />
        ))}
        {trust.configs.map((config) => (
          <details key={config.title} class="fact-group">
            <summary>
              <Name name={config.title} />
            </summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: text that scrolls must be reachable by keyboard */}
            <pre tabIndex={0}>{displayText(config.json)}</pre>
          </details>
        ))}
      </article>
      <article class="card js-only" id="downloads">
        <header class="card-head">
          <div>
            <h3>All data of this report</h3>
            <p class="quiet">Everything that the tables and charts show, in full precision.</p>
          </div>
          <div class="tools">
            <button type="button" data-action="scores">
              scores.json
            </button>
            <button type="button" data-action="all-csv">
              All tables as CSV
            </button>
          </div>
        </header>
      </article>
    </section>
  );
}
