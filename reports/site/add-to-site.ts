import { existsSync } from "node:fs";
import { join } from "node:path";
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { ReportError } from "../../harness/core/errors.js";
import { fileNameFor } from "../../harness/core/text.js";
import { formatMoment } from "../view/format.js";
import type { ReportInput } from "../view/records.js";
import { displayName } from "../view/text.js";
import { reportView } from "../view/view.js";
import { followBoards } from "./follow-boards.js";
import { SiteBody } from "./page.js";
import { plainPage } from "./plain-page.js";
import { readSiteRuns, sitePaths, writeSiteFile } from "./site-folder.js";
import type { Site, SiteRun } from "./site-records.js";
import { SITE_STYLE } from "./style.js";
import { runIdOf, summarizeRun } from "./summarize-run.js";

/** How a run is added to a site. */
export interface SiteOptions {
  /** Identity of the run: adding the same one again replaces it. Default: made from how the run was started. */
  readonly runId?: string;
  /** How the run is named on the site. Default: its label among `input.runs`, else the time it was started. */
  readonly label?: string;
  /** Heading of the site's page. Default `Evaluations`. */
  readonly title?: string;
  /** The run's own page. Default: the HTML report of `input`. */
  readonly page?: string;
}

/** The site's page: one file without script, styles by hash, no request to anything. */
function renderSitePage(
  runs: readonly SiteRun[],
  title: string,
  hasReport: (run: SiteRun) => boolean,
): string {
  const reportOf = (run: SiteRun) =>
    hasReport(run) ? `runs/${encodeURIComponent(fileNameFor(run.id))}/index.html` : null;
  const page = { title, runs, boards: followBoards(runs), reportOf };
  return plainPage(title, SITE_STYLE, renderToString(h(SiteBody, { page })));
}

/** Runs that `input` has besides the one that it shows; only their scores are known. */
function earlierRuns(input: ReportInput): readonly SiteRun[] {
  const runs = input.runs ?? [];
  if (runs.length !== input.manifests.length) return [];
  return runs.slice(0, -1).map(({ label, at, scores }, index) => {
    const manifest = input.manifests[index];
    const { runs: _, ...rest } = input;
    const asked = new Set(manifest?.suites.map((suite) => suite.id));
    const alone = {
      ...rest,
      // What the shown run's suites give notice of is no word on a run that did not ask them.
      suites: input.suites.filter((suite) => asked.has(suite.id)),
      scores,
      manifests: manifest === undefined ? [] : [manifest],
      answers: [],
      judgments: [],
      comparisons: [],
    };
    return summarizeRun(reportView(alone), manifest, { id: runIdOf(manifest, alone), label, at });
  });
}

function mainRun(input: ReportInput, options: SiteOptions): SiteRun {
  const manifest = input.manifests.at(-1);
  const at = manifest?.startedAt ?? input.generatedAt;
  const label = options.label ?? input.runs?.at(-1)?.label ?? formatMoment(at);
  const { runs: _, ...alone } = input;
  const view = reportView({ ...alone, manifests: manifest === undefined ? [] : [manifest] });
  return summarizeRun(view, manifest, { id: options.runId ?? runIdOf(manifest, input), label, at });
}

/** Two ids may not share a folder, as they would where file names ignore case. */
function refuseSharedFolder(run: SiteRun, runs: readonly SiteRun[]): void {
  const folder = (id: string) => fileNameFor(id).toLowerCase();
  const other = runs.find((one) => one.id !== run.id && folder(one.id) === folder(run.id));
  if (other === undefined) return;
  throw new ReportError(
    `run "${displayName(run.id)}" would overwrite run "${displayName(other.id)}" of the site`,
    {
      code: "run-id-taken",
      remedy: "Give the run an id that differs in more than upper and lower case.",
    },
  );
}

/** Writes what stands for all runs, again where another process has added a run in the meantime. */
async function writeSharedFiles(folder: string, title: string): Promise<readonly string[]> {
  const hasReport = (run: SiteRun) => existsSync(join(folder, sitePaths.report(run.id)));
  await writeSiteFile(folder, sitePaths.noJekyll, "");
  let written = "";
  for (;;) {
    const runs = readSiteRuns(folder);
    const site: Site = { schema: "assay.site/1", runs: [...runs] };
    const text = `${JSON.stringify(site)}\n`;
    if (text === written) return [sitePaths.noJekyll, sitePaths.site, sitePaths.index];
    await writeSiteFile(folder, sitePaths.site, text);
    await writeSiteFile(folder, sitePaths.index, renderSitePage(runs, title, hasReport));
    written = text;
  }
}

/**
 * Adds a run to a static site in `folder` (made where it is missing): the run's report under `runs/RUN/`, a summary of
 * it, `site.json`, and `index.html` with a board over all runs, trends and the list of runs. Older runs are shown from
 * their summaries; their raw data is never needed. Adding the same run again replaces it. Each file is replaced whole,
 * the page last.
 * @returns Paths of the files written.
 * @throws DataError `broken-site`; ReportError `cannot-write`, `run-id-taken`, `page-not-built`.
 */
export async function addToSite(
  folder: string,
  input: ReportInput,
  options: SiteOptions = {},
): Promise<string[]> {
  const before = readSiteRuns(folder);
  const run = mainRun(input, options);
  const known = new Set(before.map((one) => one.id));
  const earlier = earlierRuns(input).filter((one) => one.id !== run.id && !known.has(one.id));
  for (const one of [run, ...earlier]) refuseSharedFolder(one, before);
  const page = options.page ?? (await (await import("../html/render.js")).renderHtml(reportView(input)));
  const files: [name: string, content: string][] = [
    [sitePaths.report(run.id), page],
    ...[run, ...earlier].map((one): [string, string] => [
      sitePaths.summary(one.id),
      `${JSON.stringify(one, null, 1)}\n`,
    ]),
  ];
  for (const [name, content] of files) await writeSiteFile(folder, name, content);
  const shared = await writeSharedFiles(folder, options.title ?? "Evaluations");
  return [...files.map(([name]) => name), ...shared].map((name) => join(folder, name));
}
