/** Styles of a card, over those of the site. Gains and losses differ in colour, word and place. */
export const CARD_STYLE = `
:root { --gain: var(--line-2); --loss: var(--doubt); }
.eyebrow { color: var(--muted); margin: 1.25rem 0 0; font-size: 0.95rem; }
.beside { color: var(--muted); font-weight: 400; font-size: 0.6em; }
.verdict { max-width: 56rem; margin-top: 0.5rem; }
.small { display: block; color: var(--muted); font-weight: 400; font-size: 0.85rem; }
.first { display: grid; gap: 0 1.5rem; }
.first > .card { min-width: 0; }
@media (min-width: 62rem) { .first.two { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); } .first.two > .card { margin-bottom: 0; } }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); gap: 1rem; margin-top: 0.75rem; }
.side { border-left: 4px solid var(--line); padding: 0.1rem 0 0.1rem 0.9rem; min-width: 0; }
.side h3 { margin: 0 0 0.35rem; }
.side ul { margin: 0; padding-left: 1.1rem; } .side li { margin-bottom: 0.3rem; }
.side p { margin: 0; }
.side-bought { border-left-color: var(--gain); } .side-cost { border-left-color: var(--loss); }
.radar { width: 100%; max-width: 27rem; height: auto; margin: 0 auto; }
.radar text { font-size: 11.5px; } .radar .spoke { fill: var(--ink); font-weight: 600; }
.ring { fill: none; stroke: var(--grid); stroke-width: 1; }
.of-base { fill: none; stroke: var(--muted); stroke-width: 1.75; stroke-dasharray: 5 4; }
.of-candidate { fill: var(--accent); fill-opacity: 0.12; stroke: var(--accent); stroke-width: 2.25; stroke-linejoin: round; }
.tip { fill: var(--accent); }
.change .own { stroke: currentColor; stroke-width: 5; stroke-linecap: round; opacity: 0.5; }
.change .joint { stroke: currentColor; stroke-width: 1.5; }
.change .dot { fill: currentColor; stroke: var(--surface); stroke-width: 1.5; }
.change .hollow { fill: var(--surface); stroke: currentColor; stroke-width: 2; }
.change { color: var(--muted); } .change-gain { color: var(--gain); } .change-loss { color: var(--loss); }
.changes tbody th { min-width: 11rem; }
.changes .drawn { width: 30%; min-width: 11rem; }
.area th { padding-top: 1.1rem; max-width: none; font-size: 1.02rem; border-bottom: 1px solid var(--line); }
.area .small { display: inline; margin-left: 0.6rem; }
.finding, .outcome { display: inline-block; white-space: nowrap; border: 1px solid currentColor; border-radius: 999px; padding: 0.1rem 0.6rem; font-size: 0.82rem; font-weight: 600; color: var(--muted); }
.finding-gain, .outcome-pass { color: var(--gain); } .finding-loss, .outcome-fail { color: var(--loss); }
.side-unsettled, .side-figures { grid-column: 1 / -1; }
.glance-head { margin: 1.25rem 0 0; padding-top: 0.9rem; border-top: 1px solid var(--line); }
.glance { margin: 0.4rem 0 0; }
.glance > div { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; padding: 0.15rem 0; }
.glance dt { font-weight: 600; } .glance dd { margin: 0; color: var(--muted); font-variant-numeric: tabular-nums; }
.card-head { max-width: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; justify-content: space-between; align-items: flex-start; gap: 0.5rem 1rem; }
.trajectory .path { stroke: var(--accent); stroke-width: 2; }
.trajectory .own { stroke: var(--accent); stroke-width: 4; stroke-linecap: round; opacity: 0.35; }
.trajectory .dot { fill: var(--accent); stroke: var(--surface); stroke-width: 1.5; }
.open { margin: 0.5rem 0 0; }
.open > div { padding: 0.75rem 0; border-top: 1px solid var(--line); }
.open > div:first-child { border-top: 0; }
.open dt { font-weight: 600; } .open dd { margin: 0.15rem 0 0; }
.takes { display: block; color: var(--muted); margin-top: 0.15rem; }
.sources { padding-left: 1.1rem; }
@media (min-width: 48rem) { .open > div { display: grid; grid-template-columns: 14rem minmax(0, 1fr); gap: 1.25rem; } }
@media (max-width: 62rem) { .changes th, .changes td { padding-left: 0.35rem; padding-right: 0.35rem; } .changes tbody th { min-width: 7.5rem; } .changes .drawn { min-width: 7rem; } .changes .number { white-space: normal; } .changes .strong { white-space: nowrap; } }
@media (max-width: 36rem) { .stacked .area { display: block; padding: 0.9rem 0 0.2rem; } .stacked tbody tr.area th { display: block; }
.changes tbody th { min-width: 0; } .changes .drawn { width: auto; min-width: 0; } .changes .strong { white-space: nowrap; } .changes .number { white-space: normal; } }
`.trim();
