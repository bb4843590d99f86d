import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { htmlFile } from "../html/html-file.js";
import { pack } from "../html/packed-data.js";
import { type PageAssets, pageAssets } from "../html/page-assets.js";
import { BALLOT_PART, type PageBallot } from "./ballot-data.js";

/** What is there before the script runs, and all that is there without one. */
function Shell(): VNode {
  return (
    <>
      <div id="vote">
        <noscript>
          <p class="no-script">Voting needs JavaScript, which is switched off in this browser.</p>
        </noscript>
      </div>
      <div id="status" class="unseen" role="status" aria-live="polite" />
    </>
  );
}

/**
 * The page on which people vote, as one self-contained HTML file. It holds texts and no model's name; which answer is
 * whose stays in the run's folder.
 * @throws ReportError `page-not-built`
 */
export async function renderVotePage(
  ballot: PageBallot,
  assets: PageAssets = pageAssets("vote"),
): Promise<string> {
  return htmlFile({
    version: ballot.version,
    title: `Vote: ${ballot.title}`,
    body: renderToString(<Shell />),
    data: [await pack(BALLOT_PART, JSON.stringify(ballot))],
    assets,
    reach: ballot.toServer ? "own-server" : "nobody",
  });
}
