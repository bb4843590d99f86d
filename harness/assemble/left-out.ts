import type { RunConfig } from "../config/resolve.js";
import { ConfigError } from "../core/errors.js";
import { leftOutBy } from "../pipeline/left-out.js";
import type { Plan } from "../pipeline/plan.js";
import { isRunFolder } from "../store/run-folder.js";
import type { KeptProtocols } from "./answer-source.js";

/** As many parts as an error names. */
const NAMED_PARTS = 4;

/**
 * Refuses a run whose folder holds answers or verdicts that would fall out of its report, unless that was asked for.
 * @throws ConfigError `folder-holds-more`; DataError for damaged files.
 */
export function refuseLeavingOut(
  { out: run, replace }: Pick<RunConfig, "out" | "replace">,
  plan: Plan,
  kept: KeptProtocols,
): void {
  if (run === undefined || replace || !isRunFolder(run)) return;
  const found = leftOutBy(plan, run, new Set(kept.map(({ id }) => id)));
  if (found.length === 0) return;
  const named = found.slice(0, NAMED_PARTS).map(({ what }) => what);
  const more = found.length - named.length;
  const all = [...named, ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
  throw new ConfigError(`${run} holds what this run does not ask for, and its report would lose it: ${all}`, {
    code: "folder-holds-more",
    remedy:
      "Choose another folder with --out, or ask for that too (`assay judge RUN` adds a judge to a run); --replace runs all the same, and keeps the records.",
  });
}
