import type { VNode } from "preact";
import { formatMoment } from "../view/format.js";
import type { HealthItem, ReportView, VerdictView } from "../view/records.js";
import { BoardCard } from "./board-card.js";
import { Comparisons } from "./comparisons.js";
import { Outcome } from "./findings.js";
import { Figure, Name, PhraseText } from "./parts.js";
import { PolicyCard } from "./policy-part.js";

function Counts({ view }: { readonly view: ReportView }): VNode | null {
  if (view.counts.length === 0) return null;
  return (
    <ul class="counts" aria-label="What is there and what is not">
      {view.counts.map(({ label, figure, doubtful }) => (
        <li key={label} class={doubtful ? "doubtful" : undefined}>
          <Figure figure={figure} /> {label}
        </li>
      ))}
    </ul>
  );
}

function Hero({
  view,
  headline: first,
}: {
  readonly view: ReportView;
  readonly headline: VerdictView | undefined;
}): VNode {
  return (
    <div class="hero">
      {view.notices.map((notice) => (
        <p key={notice} class="notice">
          <strong>Recorded samples.</strong> <Name name={notice} />
        </p>
      ))}
      <p class="eyebrow">
        {first === undefined ? null : <Outcome outcome={first.outcome} />} <Name name={view.title} />{" "}
        <span aria-hidden="true">·</span>{" "}
        <time dateTime={view.generatedAt}>{formatMoment(view.generatedAt)}</time>
      </p>
      {first === undefined ? null : (
        <>
          <h1 id="verdict">
            <PhraseText phrase={first.sentence} />
          </h1>
          <p class="meaning">
            <PhraseText phrase={first.meaning} />
          </p>
        </>
      )}
      <Counts view={view} />
    </div>
  );
}

const LEVEL_LABELS: Readonly<Record<HealthItem["level"], string>> = {
  good: "Good",
  note: "Note",
  doubt: "Doubtful",
};

function Health({ items }: { readonly items: readonly HealthItem[] }): VNode | null {
  if (items.length === 0) return null;
  const doubts = items.filter((item) => item.level === "doubt").length;
  return (
    <article class="card" id="health">
      <header class="card-head">
        <div>
          <h2>Health of the run</h2>
          <p class="quiet">
            {doubts === 0
              ? "Nothing here gives reason for doubt."
              : "What could mislead comes first; read it before you rely on a figure."}
          </p>
        </div>
      </header>
      <ul class="health">
        {items.map((item, index) => (
          <li key={index} class={`health-${item.level}`}>
            <span class="health-level">{LEVEL_LABELS[item.level]}</span>
            <strong>{item.label}</strong>
            <span class="health-text">
              <PhraseText phrase={item.text} />
            </span>
          </li>
        ))}
      </ul>
    </article>
  );
}

/** The first screen: verdict, first board, comparisons, health; then the other boards. */
export function SummarySection({ view }: { readonly view: ReportView }): VNode {
  const [headline, ...findings] = view.verdicts;
  const cards = view.boards.map((board) => (
    <BoardCard
      key={board.id}
      board={board}
      verdict={findings.find((verdict) => verdict.about === board.id)}
    />
  ));
  return (
    <section id="summary" aria-labelledby="verdict">
      <Hero view={view} headline={headline} />
      {(view.policies ?? []).map((result, index) => (
        <PolicyCard key={index} result={result} />
      ))}
      {cards.slice(0, 1)}
      <Comparisons comparisons={view.comparisons} findings={findings} />
      <Health items={view.health} />
      {cards.slice(1)}
    </section>
  );
}
