import type { VNode } from "preact";
import { countOf } from "../../harness/core/count-of.js";
import { ScrolledTable } from "../html/data-table.js";
import { formatMoment, formatUsd } from "../view/format.js";
import { BoardPart } from "./board-part.js";
import type { SitePage } from "./page-parts.js";
import { Name, PageFrame, RunLink, shown } from "./page-parts.js";
import type { SiteRun } from "./site-records.js";

function RunsTable({ page }: { readonly page: SitePage }): VNode {
  return (
    <section class="card" aria-labelledby="runs">
      <h2 id="runs">All runs</h2>
      <ScrolledTable
        label="All runs, newest first"
        class="stacked"
        caption="All runs, newest first"
        rows={page.runs.toReversed()}
        columns={[
          { head: "Run", rowHead: (run) => <RunLink run={run} page={page} /> },
          {
            head: "Started",
            label: "Started",
            cellClass: "date",
            cell: (run) => shown(formatMoment(run.at)),
          },
          {
            head: "What it says",
            cellClass: "sentence",
            cell: (run) => [
              <Name key="verdict" name={run.verdict === "" ? run.title : run.verdict} />,
              ...run.notices.map((notice) => (
                <span key={notice} class="doubt">
                  {shown(notice)}
                </span>
              )),
            ],
          },
          { head: "Doubts", label: "Doubts", class: "number", cell: (run) => run.doubts },
          {
            head: "Cost",
            label: "Cost",
            class: "number",
            cell: ({ costUsd }) =>
              costUsd === null ? <span class="quiet">unknown</span> : formatUsd(costUsd),
          },
        ]}
      />
    </section>
  );
}

/** When a run started, where its name does not say it. */
function RunMoment({ run }: { readonly run: SiteRun }): VNode | null {
  const moment = formatMoment(run.at);
  return run.label.includes(moment) ? null : <span class="quiet">, {shown(moment)}</span>;
}

function Newest({ page }: { readonly page: SitePage }): VNode | null {
  const run = page.runs.at(-1);
  if (run === undefined) return null;
  return (
    <section class="newest" aria-labelledby="newest">
      <h2 id="newest" class="unseen">
        Newest run
      </h2>
      {run.notices.map((notice) => (
        <p key={notice} class="notice">
          {shown(notice)}
        </p>
      ))}
      {run.verdict === "" ? null : (
        <p class="verdict">
          <Name name={run.verdict} />
        </p>
      )}
      <p>
        Newest run: <RunLink run={run} page={page} />
        <RunMoment run={run} />
      </p>
    </section>
  );
}

/** Body of the site's page; there is no script. */
export function SiteBody({ page }: { readonly page: SitePage }): VNode {
  const newest = page.runs.at(-1);
  const counted = countOf(page.runs.length, "run");
  return (
    <>
      <PageFrame to="figures">
        <h1>{shown(page.title)}</h1>
        <p class="quiet">
          {counted}
          {newest === undefined ? null : `, newest ${shown(formatMoment(newest.at))}`}
        </p>
        <Newest page={page} />
        {page.boards.map((followed, index) => (
          <BoardPart key={index} followed={followed} page={page} id={`board-${index + 1}`} />
        ))}
        <RunsTable page={page} />
      </PageFrame>
      <footer>
        <p>
          Made by assay {shown(newest?.version ?? "")}. The figures of all runs are in{" "}
          <a href="site.json">site.json</a>.
        </p>
      </footer>
    </>
  );
}
