import { join } from "node:path";
import { renderVotePage } from "../../reports/vote/render.js";
import { writeFileAtomically } from "../store/run-folder.js";
import { votePaths } from "../store/votes.js";
import type { DrawnBallot } from "./vote-ballot.js";

/**
 * Writes the page that voters are sent.
 * @param out File; default `votes/vote.html` in the run's folder.
 * @returns the file.
 * @throws ReportError `page-not-built`; AssayError `cannot-write`.
 */
export async function writeVotePage(run: string, { page }: DrawnBallot, out?: string): Promise<string> {
  const file = out ?? join(votePaths.folder(run), "vote.html");
  await writeFileAtomically(file, await renderVotePage({ ...page, toServer: false }));
  return file;
}
