import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { htmlFile } from "../html/html-file.js";
import { type PageAssets, pageAssets } from "../html/page-assets.js";

/** What is there before the script runs, and all that is there without one. */
function Shell(): VNode {
  return (
    <>
      <div id="live">
        <noscript>
          <p class="no-script">The viewer needs JavaScript, which is switched off in this browser.</p>
        </noscript>
      </div>
      <div id="status" class="unseen" role="status" aria-live="polite" />
    </>
  );
}

/**
 * The viewer's page: it holds no record, and asks the server that it came from for all that it shows.
 * @param version Of assay.
 * @throws ReportError `page-not-built`
 */
export function renderLivePage(version: string, assets: PageAssets = pageAssets("live")): string {
  return htmlFile({
    version,
    title: "assay view",
    body: renderToString(<Shell />),
    data: [],
    assets,
    reach: "own-server",
  });
}
