import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { replaceFile } from "../../harness/core/atomic-file.js";
import { cannotWrite, DataError, ReportError } from "../../harness/core/errors.js";
import { fileNameFor } from "../../harness/core/text.js";
import type { SiteRun } from "./site-records.js";
import { siteRunSchema, siteSchema } from "./site-records.js";

/** Where things lie in a site's folder. */
export const sitePaths = {
  index: "index.html",
  site: "site.json",
  /** Tells GitHub Pages to serve the files as they are. */
  noJekyll: ".nojekyll",
  runFolder: (id: string) => join("runs", fileNameFor(id)),
  summary: (id: string) => join("runs", fileNameFor(id), "summary.json"),
  report: (id: string) => join("runs", fileNameFor(id), "index.html"),
} as const;

/**
 * Writes a whole file so that a reader, or a crash, sees the old or the new content and nothing between.
 * @throws ReportError `cannot-write`
 */
export function writeSiteFile(folder: string, name: string, content: string): Promise<void> {
  const path = join(folder, name);
  const remedy = "Free disk space or choose a writable folder with --site.";
  return replaceFile(path, content, (cause) => cannotWrite(path, remedy, cause, ReportError));
}

function readRecord<Record>(file: string, schema: z.ZodType<Record>): Record {
  const remedy = "Delete the file, or restore it from the site's history; then add the run again.";
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new DataError("is not a site's record of its runs", { code: "broken-site", file, remedy, cause });
  }
}

/**
 * Runs that a site has, oldest first: the record in each run's folder, and from `site.json` those whose folder was
 * deleted to save space. So two processes that add runs at the same time lose none.
 * @throws DataError `broken-site`
 */
export function readSiteRuns(folder: string): readonly SiteRun[] {
  const runs = new Map<string, SiteRun>();
  const list = join(folder, sitePaths.site);
  if (existsSync(list)) for (const run of readRecord(list, siteSchema).runs) runs.set(run.id, run);
  const place = join(folder, "runs");
  for (const name of existsSync(place) ? readdirSync(place).sort() : []) {
    const file = join(place, name, "summary.json");
    if (!existsSync(file)) continue;
    const run = readRecord(file, siteRunSchema);
    runs.set(run.id, run);
  }
  return sortRuns([...runs.values()]);
}

/** Oldest first; equal times by id. */
function sortRuns(runs: readonly SiteRun[]): readonly SiteRun[] {
  return [...runs].sort((x, y) => (x.at < y.at ? -1 : x.at > y.at ? 1 : x.id < y.id ? -1 : 1));
}
