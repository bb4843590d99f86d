import { darkTheme, lightTheme } from "../charts/chart-theme.js";

function lineColors(theme: typeof lightTheme): string {
  return theme.series.map((style, index) => `--line-${index}: ${style.color};`).join(" ");
}

function lineRules(): string {
  return lightTheme.series
    .map(({ dash }, index) => {
      const dashes = dash.length === 0 ? "" : ` stroke-dasharray: ${dash.join(" ")};`;
      return `.line-${index} { color: var(--line-${index}); } .line-${index} .stroke {${dashes} }`;
    })
    .join("\n");
}

const LIGHT = `color-scheme: light; --paper: #f7f5f1; --surface: #ffffff; --ink: #1c1b19; --muted: #5f5b53; --line: #ddd8ce; --grid: #e9e5dd; --accent: #1f5fbf; --doubt: #9a3b0a; --doubt-soft: #fbeee5; ${lineColors(lightTheme)}`;
const DARK = `color-scheme: dark; --paper: #141312; --surface: #1d1c1a; --ink: #eceae5; --muted: #b0aba1; --line: #3a3733; --grid: #302e2a; --accent: #7db4ff; --doubt: #ffa872; --doubt-soft: #38261b; ${lineColors(darkTheme)}`;

/** Styles of the site's page: light and dark as the system has it, phone, paper. */
export const SITE_STYLE = `
:root { ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
html { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif; line-height: 1.55; color: var(--ink); background: var(--paper); -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; overflow-wrap: anywhere; }
header, main, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.25rem; }
footer { padding-bottom: 2.5rem; color: var(--muted); font-size: 0.9rem; }
main:focus { outline: none; }
h1 { font-size: clamp(1.6rem, 4vw, 2.2rem); line-height: 1.2; margin: 0.75rem 0 0.25rem; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 0 0 0.35rem; }
h3 { font-size: 1.05rem; margin: 1.75rem 0 0.5rem; }
p { margin: 0 0 0.75rem; }
a { color: var(--accent); text-underline-offset: 0.15em; }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.9em; }
.brand { margin: 0; font-weight: 700; letter-spacing: 0.02em; color: var(--muted); }
.quiet { color: var(--muted); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -100vw; top: 0.5rem; padding: 0.5rem 0.9rem; background: var(--surface); }
.skip:focus { left: 0.5rem; z-index: 1; }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem; margin: 1.5rem 0; }
.newest { margin: 1.25rem 0; }
.verdict { font-size: 1.25rem; line-height: 1.4; max-width: 48rem; }
.notice { background: var(--doubt-soft); color: var(--doubt); border-radius: 8px; padding: 0.6rem 0.9rem; font-weight: 600; }
.doubt { display: block; color: var(--doubt); font-weight: 400; font-size: 0.85rem; }
.scroll { overflow-x: auto; position: relative; }
table { border-collapse: collapse; width: 100%; font-size: 0.95rem; }
th, td { padding: 0.5rem 0.75rem; text-align: left; vertical-align: middle; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
td { min-width: 5rem; max-width: 34rem; }
thead th { color: var(--muted); font-weight: 600; font-size: 0.85rem; vertical-align: bottom; }
tbody th { font-weight: 600; min-width: 9rem; max-width: 22rem; }
tbody tr:last-child > * { border-bottom: 0; }
th:first-child, td:first-child { padding-left: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; overflow-wrap: normal; min-width: 0; }
thead .number { white-space: normal; min-width: 4.5rem; }
.strong { font-weight: 700; }
.drawn { width: 30%; min-width: 9rem; padding-left: 0.25rem; padding-right: 0.25rem; }
.date { white-space: nowrap; }
.run { min-width: 8rem; }
.sentence { min-width: 16rem; }
details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--accent); padding: 0.35rem 0; }
figure { margin: 0; }
svg { display: block; overflow: visible; }
svg text { fill: var(--muted); font-size: 12px; }
.grid { stroke: var(--grid); stroke-width: 1; }
.even { stroke: var(--muted); stroke-width: 1; }
.interval .whisker { stroke: var(--accent); stroke-width: 3; stroke-linecap: round; opacity: 0.45; }
.interval .dot { fill: var(--accent); }
.stroke { stroke: currentColor; stroke-width: 2; fill: none; }
.mark { stroke: currentColor; stroke-width: 2; fill: var(--surface); }
.mark .whisker { stroke-width: 1.5; opacity: 0.5; }
${lineRules()}
.legend { list-style: none; margin: 0.75rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.4rem 1.4rem; font-size: 0.95rem; }
.legend li { display: flex; align-items: center; gap: 0.5rem; min-width: 0; }
.key { flex: none; }
.small-multiples { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); gap: 1.5rem; margin-top: 0.75rem; }
.small-multiples figcaption { font-weight: 600; margin-bottom: 0.35rem; }
@media (max-width: 36rem) { header, main, footer { padding-left: 0.9rem; padding-right: 0.9rem; } .card { padding: 1rem 0.9rem; } th, td { padding: 0.45rem 0.5rem; }
.stacked { min-width: 0; display: block; } .stacked thead, .stacked tbody { display: block; }
.stacked thead th:not(.drawn) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.stacked tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0.15rem 0.75rem; padding: 0.6rem 0; border-top: 1px solid var(--line); }
.stacked thead tr { padding: 0; border: 0; }
.stacked th, .stacked td { padding: 0; border: 0; min-width: 0; max-width: none; text-align: left; }
.stacked tbody th { grid-column: 1; } .stacked .strong { grid-column: 2; text-align: right; }
.stacked .drawn, .stacked .sentence, .stacked [data-label] { grid-column: 1 / -1; width: auto; }
.stacked [data-label]::before { content: attr(data-label) ": "; color: var(--muted); } }
@media print { :root { ${LIGHT} } .card { break-inside: avoid; border: 0; padding: 0; } .skip { display: none; } }
`.trim();
