import { countOf } from "../../core/count-of.js";
import { ConfigError } from "../../core/errors.js";
import { canonicalJson } from "../../core/hash.js";
import type { Manifest, ManifestModel, ManifestProtocol, ManifestSuite } from "../../core/manifest.js";
import { presentFields } from "../../core/present-fields.js";
import { rankingsPerTurn } from "../../core/ranking.js";
import type { Suite, Warning } from "../../core/records.js";
import { manifestSuite, newManifest } from "../../store/new-manifest.js";
import { joinConfigs, modelsNamedIn } from "./join-configs.js";
import { joinSuites, verdictsPerSubject } from "./join-suites.js";
import { mergeWarnings, type RunToMerge } from "./run-to-merge.js";

/** What several manifests come to. */
export interface JoinedRuns {
  /** Counts and totals are still to be made from the records. */
  readonly manifest: Manifest;
  readonly suites: readonly Suite[];
  readonly warnings: readonly Warning[];
}

function refusal(code: string, message: string, remedy: string): ConfigError {
  return new ConfigError(message, { code, remedy });
}

/** The first of each id; a later one must agree in what `facts` picks. */
function joinById<Item extends { readonly id: string }>(
  runs: readonly RunToMerge[],
  itemsOf: (manifest: Manifest) => readonly Item[],
  facts: (item: Item) => unknown,
  refuse: (id: string, first: string, other: string) => ConfigError,
): Item[] {
  const found = new Map<string, { item: Item; facts: string; path: string }>();
  for (const { path, manifest } of runs) {
    for (const item of itemsOf(manifest)) {
      const said = canonicalJson(facts(item));
      const earlier = found.get(item.id);
      if (earlier === undefined) found.set(item.id, { item, facts: said, path });
      else if (earlier.facts !== said) throw refuse(item.id, earlier.path, path);
    }
  }
  return [...found.values()].map(({ item }) => item);
}

function joinModels(
  runs: readonly RunToMerge[],
  what: string,
  itemsOf: (manifest: Manifest) => readonly ManifestModel[],
): ManifestModel[] {
  return joinById(
    runs,
    itemsOf,
    ({ identity, parameters, system }) => [identity, parameters ?? null, system ?? null],
    (id, first, other) =>
      refusal(
        "different-models",
        `${what} "${id}" is not the same in ${first} and ${other}: adapter, name, parameters or system message differ`,
        "Merge runs of one configuration, or give different models different ids.",
      ),
  );
}

function joinProtocols(runs: readonly RunToMerge[]): ManifestProtocol[] {
  const first = joinById(
    runs,
    (manifest) => manifest.protocols,
    ({ subjects: _, planned: __, assets: ___, ranked: ____, ...rest }) => rest,
    (id, one, other) =>
      refusal(
        "different-protocols",
        `protocol ${id} is not the same in ${one} and ${other}`,
        "Judge both with one version of assay and one configuration.",
      ),
  );
  return first.map((protocol) => {
    const subjects = new Map<string, readonly string[]>();
    for (const { manifest } of runs) {
      const same = manifest.protocols.find((one) => one.id === protocol.id);
      for (const subject of same?.subjects ?? []) subjects.set(canonicalJson(subject), subject);
    }
    for (const subject of subjects.values()) {
      if (subject.length === 2 && subjects.has(canonicalJson([...subject].reverse()))) {
        throw refusal(
          "pair-named-twice",
          `the pair ${subject.join(", ")} is named in both orders`,
          "Name the models in the same order in every run.",
        );
      }
    }
    return {
      ...protocol,
      subjects: [...subjects.values()],
      ...presentFields({ ranked: joinPools(protocol, runs) }),
    };
  });
}

/** Whom any of the runs ranks together; runs over the same models are one pool. */
function joinPools(
  { id, ranked }: ManifestProtocol,
  runs: readonly RunToMerge[],
): ManifestProtocol["ranked"] {
  if (ranked === undefined) return undefined;
  const pools = new Map<string, readonly string[]>();
  for (const { manifest } of runs) {
    const same = manifest.protocols.find((one) => one.id === id);
    for (const pool of same?.ranked?.pools ?? []) pools.set(canonicalJson([...pool].sort()), pool);
  }
  return { ...ranked, pools: [...pools.values()] };
}

/** Runs that share a suite must have judged it by the same protocols, or whole columns of verdicts would be missing. */
function checkProtocols(runs: readonly RunToMerge[]): void {
  const seen = new Map<string, { ids: string; path: string }>();
  for (const { path, manifest } of runs) {
    for (const suite of manifest.suites) {
      const own = manifest.protocols.filter((one) => one.suite === suite.id).map((one) => one.id);
      const ids = [...own].sort().join(", ") || "none";
      const earlier = seen.get(suite.id);
      if (earlier === undefined) seen.set(suite.id, { ids, path });
      else if (earlier.ids !== ids) {
        throw refusal(
          "different-protocols",
          `suite ${suite.id} is judged by different protocols: ${earlier.ids} in ${earlier.path}, ${ids} in ${path}`,
          "Judge all of them alike with `assay judge RUN --judge …` first; judges, their parameters and the baseline decide a protocol.",
        );
      }
    }
  }
}

/** Models that answer a suite in a run: all measured ones, and the opponent of the suite's own protocols. */
function answeringModels({ manifest }: RunToMerge, suite: string): string[] {
  const named = modelsNamedIn(manifest.config);
  const opponents = new Set(manifest.protocols.flatMap((one) => one.baseline ?? []));
  const own = new Set(
    manifest.protocols.filter((one) => one.suite === suite).flatMap((one) => one.baseline ?? []),
  );
  return manifest.models
    .map((model) => model.id)
    .filter((id) => named.has(id) || !opponents.has(id) || own.has(id));
}

function plannedAnswers(runs: readonly RunToMerge[], suites: readonly Suite[], trials: number): number {
  return suites.reduce((sum, suite) => {
    const asking = runs.filter(({ manifest }) => manifest.suites.some((one) => one.id === suite.id));
    const models = new Set(asking.flatMap((run) => answeringModels(run, suite.id)));
    return sum + models.size * suite.questions.length * trials;
  }, 0);
}

function plannedVerdicts(protocol: ManifestProtocol, suites: readonly Suite[], trials: number): number {
  const suite = suites.find((one) => one.id === protocol.suite);
  if (suite === undefined) return 0;
  const orders = protocol.orders === "both" ? 2 : 1;
  const asked = protocol.ranked === undefined ? protocol.subjects.length : rankingsPerTurn(protocol.ranked);
  return asked * verdictsPerSubject(suite, protocol) * orders * trials;
}

function joinManifestSuites(runs: readonly RunToMerge[], suites: readonly Suite[]): ManifestSuite[] {
  const known = joinById(
    runs,
    (manifest) => manifest.suites,
    ({ hash }) => hash,
    (id, first, other) =>
      refusal(
        "different-suites",
        `suite ${id} is not the same in ${first} and ${other}`,
        "Merge runs of one and the same suite; its files changed between the two.",
      ),
  );
  return suites.map((suite) => ({
    ...manifestSuite(suite),
    assets: known.find((one) => one.id === suite.id)?.assets ?? suite.assets,
  }));
}

/** A second judge's draws come from the seed: with several seeds nobody could tell what is still to be asked. */
function refuseOtherDraws(runs: readonly RunToMerge[]): void {
  const drawn = runs.filter(({ manifest }) => manifest.protocols.some(({ second }) => second !== undefined));
  const [first] = drawn;
  const other = drawn.find(({ manifest }) => manifest.seed !== first?.manifest.seed);
  if (first === undefined || other === undefined) return;
  throw refusal(
    "different-seeds",
    `the second judge of ${first.path} was drawn by the seed ${first.manifest.seed}, that of ${other.path} by ${other.manifest.seed}`,
    "Merge runs of one --seed.",
  );
}

/**
 * Joins what run folders say of themselves: suites, models, judge models and protocols by id, configuration, times,
 * and the answers and verdicts that an undivided run would have asked for.
 * @throws ConfigError when the runs are not parts of one evaluation: other suites, models, protocols or trials.
 */
export function joinManifests(runs: readonly RunToMerge[], version: string): JoinedRuns {
  const [first] = runs;
  if (first === undefined) throw new Error("nothing to merge");
  const { trials, seed } = first.manifest;
  const other = runs.find(({ manifest }) => manifest.trials !== trials);
  if (other !== undefined) {
    throw refusal(
      "different-trials",
      `${first.path} has ${countOf(trials, "trial")}, ${other.path} has ${other.manifest.trials}`,
      "Merge runs of one configuration.",
    );
  }
  refuseOtherDraws(runs);
  const { suites, warnings } = joinSuites(runs);
  const manifestSuites = joinManifestSuites(runs, suites);
  const models = joinModels(runs, "model", (manifest) => manifest.models);
  const judgeModels = joinModels(runs, "judge model", (manifest) => manifest.judgeModels);
  checkProtocols(runs);
  const protocols = joinProtocols(runs).map((protocol) => ({
    ...protocol,
    planned: plannedVerdicts(protocol, suites, trials),
  }));
  const starts = runs.map(({ manifest }) => manifest.startedAt).sort();
  const ends = runs.flatMap(({ manifest }) => manifest.finishedAt ?? []).sort();
  const opened = newManifest({
    version,
    config: joinConfigs(runs.map((run) => run.manifest.config)),
    seed,
    trials,
    suites: manifestSuites,
    models,
    judgeModels,
    protocols,
    plannedAnswers: plannedAnswers(runs, suites, trials),
    startedAt: starts[0] ?? first.manifest.startedAt,
    recordedSamples: runs.some((run) => run.manifest.recordedSamples),
    mergedFrom: runs.map(({ path }) => path),
    sentinels: runs.flatMap((run) => run.manifest.sentinel ?? []),
    warnings: runs.flatMap((run) => run.manifest.warnings ?? []),
  });
  const manifest: Manifest = {
    ...opened,
    finishedAt: ends.at(-1) ?? null,
    durationMs: runs.reduce((sum, run) => sum + run.manifest.durationMs, 0),
  };
  return { manifest, suites, warnings: [...warnings, ...mergeWarnings(runs)] };
}
