import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import type { ReportView } from "../view/records.js";
import { PageBody } from "./document.js";
import { htmlFile } from "./html-file.js";
import { type PackedReading, packReading, packView } from "./packed-data.js";
import { type PageAssets, pageAssets } from "./page-assets.js";

/**
 * A report as one self-contained HTML file: no server, no request, readable without JavaScript up to the answers
 * themselves. `assets` defaults to the built page script and styles.
 * @throws ReportError `page-not-built`
 */
export async function renderHtml(
  view: ReportView,
  assets: PageAssets = pageAssets(),
  reading: PackedReading = packReading(view.reading),
): Promise<string> {
  const body = renderToString(h(PageBody, { view }));
  const data = await packView(view, reading);
  const { version, title } = view;
  return htmlFile({ version, title, body, data, assets, reach: "nobody" });
}
