import { readFileSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import { renderCardPage } from "../../../reports/card/render.js";
import { renderCard } from "../../../reports/console/console-card.js";
import { makeCard } from "../../assemble/card.js";
import { votesGiven } from "../../assemble/people-votes.js";
import { readConfigFile } from "../../config/read-config.js";
import { readPolicy } from "../../config/read-policy.js";
import { resolveConfig } from "../../config/resolve.js";
import type { UserConfig } from "../../config/schema.js";
import { replaceFile } from "../../core/atomic-file.js";
import { systemClock } from "../../core/clock.js";
import { ConfigError, cannotWrite } from "../../core/errors.js";
import { namedPath } from "../../core/named-path.js";
import { assetFinder } from "../../data/asset-finder.js";
import { isRunFolder } from "../../store/run-folder.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { defaultRunFolder, readSettings } from "../load-config.js";
import { openServices } from "../open-services.js";
import { inconclusiveOf, policyExitCode, showPolicies } from "../policy.js";
import { shownPath } from "../run-end.js";
import type { Terminal } from "../terminal.js";
import { scoringOptions } from "./score.js";

/** Page that is written where none is named. */
const PAGE = "card.html";

/** Whether a file is a configuration: by its kind, and a JSON file by what it holds. */
function isConfig(path: string): boolean {
  const extension = extname(path).toLowerCase();
  if ([".yaml", ".yml", ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"].includes(extension)) return true;
  if (extension !== ".json") return false;
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return value !== null && typeof value === "object" && !Array.isArray(value) && "suites" in value;
  } catch {
    return false;
  }
}

/** A configuration stands for its run folder. */
async function placesOf(
  paths: readonly string[],
): Promise<{ readonly places: readonly string[]; readonly configs: readonly UserConfig[] }> {
  const places: string[] = [];
  const configs: UserConfig[] = [];
  for (const path of paths) {
    if (isRunFolder(path) || !isConfig(path)) {
      places.push(path);
      continue;
    }
    const config = await readConfigFile(path);
    const resolved = resolveConfig([config]);
    const run = resolved.out ?? defaultRunFolder(resolved);
    if (!isRunFolder(run))
      throw new ConfigError(`${path} has not been run: there is no run folder ${run}`, {
        code: "run-missing",
        remedy: `Run it first: assay run ${path}`,
      });
    places.push(run);
    configs.push(config);
  }
  return { places, configs };
}

/** `assay card CONFIG|RUN…`: everything known of a checkpoint on one page. */
export async function card(given: Given<"card">, terminal: Terminal): Promise<number> {
  const { places, configs } = await placesOf(given.sources);
  const {
    areas = {},
    inconclusive,
    seed,
    policy: file,
  } = resolveConfig([...(await readSettings(given.settings, process.env)), ...configs]);
  const policy = file === undefined ? undefined : await readPolicy(file);
  const page = given.out ?? PAGE;
  const open = openServices(terminal, { endsAtOnce: true });
  try {
    const runs = [...new Set(places.map((path) => namedPath(path).path))].filter(isRunFolder);
    const made = await makeCard(
      {
        paths: places,
        base: given.base,
        candidates: given.candidate,
        areas,
        policy,
        folder: resolve(dirname(page)),
        clock: systemClock,
      },
      {
        compat: given.compat === true,
        scale: given.scale,
        finder: assetFinder(open.services),
        seed,
        scoring: await scoringOptions(runs, given, terminal),
        peopleVotes: votesGiven(given),
      },
    );
    await replaceFile(page, renderCardPage(made), (cause) =>
      cannotWrite(page, "Name a file that can be written with --out.", cause),
    );
    terminal.document(made);
    const { width, colors } = terminal;
    terminal.say(renderCard(made, { width, colors }));
    const { policies = [] } = made;
    showPolicies(policies, terminal);
    terminal.say("");
    terminal.say(`  ${shownPath(page)}`);
    return policy === undefined
      ? exitCodes.done
      : policyExitCode(policies, inconclusiveOf(policy, inconclusive));
  } finally {
    open.release();
  }
}
