import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import type { ContaminationScan } from "../../harness/core/contamination.js";
import { plainPage } from "../site/plain-page.js";
import { SITE_STYLE } from "../site/style.js";
import { ContaminationBody } from "./page.js";

/** Styles of quoted passages. */
const STYLE = `
.place { margin: 0.125rem 0 0; font-size: 0.8125rem; font-weight: normal; max-width: 18ch; overflow-wrap: anywhere; }
.found { border-top: 1px solid var(--line); padding-top: 0.5rem; }
.found blockquote { margin: 0.25rem 0 0.75rem; padding-left: 0.75rem; border-left: 3px solid var(--doubt); color: var(--muted); }
`;

/** A page of one file that shows which questions a corpus holds, with the passages quoted. */
export function renderContaminationPage(scan: ContaminationScan): string {
  const title = `Contamination of ${scan.suites.map(({ suite }) => suite).join(", ")}`;
  return plainPage(title, `${SITE_STYLE}${STYLE}`, renderToString(h(ContaminationBody, { scan, title })));
}
