import type { VNode } from "preact";
import type { ReportView } from "../view/records.js";
import { displayName } from "../view/text.js";
import { AnswersSection } from "./answers.js";
import { CategoriesSection, hasCategories } from "./categories.js";
import { MOST_ROWS } from "./long-table.js";
import { hasPairs, PairsSection } from "./pairs.js";
import { hasPeople, PeopleSection } from "./people.js";
import { StatedSection } from "./stated.js";
import { SummarySection } from "./summary.js";
import { TrendsSection, trendsTitle } from "./trends.js";
import { TrustSection } from "./trust.js";

function Navigation({ view }: { readonly view: ReportView }): VNode {
  const places: readonly (readonly [string, string, boolean])[] = [
    ["summary", "Summary", true],
    ["categories", "Categories", hasCategories(view)],
    ["pairs", "Pairwise", hasPairs(view)],
    ["people", "People", hasPeople(view)],
    ["trends", trendsTitle(view), view.trends.length > 0],
    ["stated", "Elsewhere", view.stated.length > 0],
    ["answers", "Answers", view.reading.length > 0],
    ["trust", "Trust", true],
  ];
  return (
    <nav aria-label="Sections">
      <ul>
        {places
          .filter(([, , present]) => present)
          .map(([id, label]) => (
            <li key={id}>
              <a href={`#${id}`}>{label}</a>
            </li>
          ))}
      </ul>
    </nav>
  );
}

/** Body of the page: everything that is there before any script runs. */
export function PageBody({ view }: { readonly view: ReportView }): VNode {
  const isLong = view.boards.some(({ rows }) => rows.length > MOST_ROWS);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the report
      </a>
      <header class="top">
        <p class="brand">assay</p>
        <Navigation view={view} />
        <div class="top-tools js-only">
          <button type="button" data-action="theme" aria-label="Colours: as the system">
            <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" focusable="false">
              <circle cx="10" cy="10" r="7.25" fill="none" stroke="currentColor" stroke-width="1.5" />
              <path d="M10 2.75a7.25 7.25 0 0 1 0 14.5z" fill="currentColor" />
            </svg>
          </button>
          <button type="button" data-action="help" aria-label="Keyboard shortcuts">
            ?
          </button>
        </div>
      </header>
      <main id="main" tabIndex={-1} class={isLong ? "long" : undefined}>
        <SummarySection view={view} />
        <CategoriesSection view={view} />
        <PairsSection view={view} />
        <PeopleSection view={view} />
        <TrendsSection view={view} />
        <StatedSection view={view} />
        <AnswersSection view={view} />
        <TrustSection view={view} />
      </main>
      <footer class="foot">
        <p>
          Made by assay {displayName(view.version)}. This page is one file; it asks the network for nothing
          and keeps nothing but your choice of colours.
        </p>
      </footer>
      <div id="status" class="unseen" role="status" aria-live="polite" />
    </>
  );
}
