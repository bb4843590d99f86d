import { rm } from "node:fs/promises";
import { isoTime } from "../core/clock.js";
import type { Manifest } from "../core/manifest.js";
import { presentFields } from "../core/present-fields.js";
import type { Json, Suite } from "../core/records.js";
import type { SentinelHistory } from "../core/sentinel.js";
import { RecordKeeper } from "../store/counting-records.js";
import { ManifestCount, writeManifest } from "../store/manifest-of-records.js";
import {
  prettyJson,
  readSentinelJudgments,
  readSuites,
  runPaths,
  writeFileAtomically,
} from "../store/run-folder.js";
import { lockRunFolder } from "../store/run-lock.js";
import { RunStore } from "../store/run-store.js";
import { joinHistories } from "../store/sentinel-histories.js";
import { ShownRecords } from "../store/shown-records.js";
import { unrecordedSpending } from "../store/spending.js";
import { type ExecuteOptions, executePlan } from "./execute.js";
import type { Plan } from "./plan.js";
import { type ManifestFacts, openManifest } from "./run-manifest.js";
import { type ScoredRun, type ScoringOptions, verdictsOf } from "./scores/score-run.js";
import { scoresOf } from "./scores/verdicts.js";
import type { SentinelSettings } from "./sentinel/rounds-due.js";
import { SentinelWatch } from "./sentinel/watch-judges.js";
import { narrowPlan } from "./sequence/narrow-plan.js";
import { SequenceRun } from "./sequence/sequence-run.js";
import type { SequenceSettings } from "./sequence/sequence-settings.js";
import { withSequence } from "./sequence/shown-sequence.js";

/** What {@link runPlan} works with; everything that touches the world is passed in. */
export interface RunOptions
  extends Pick<
    ExecuteOptions,
    "dispatcher" | "clock" | "judgeAttempts" | "retry" | "stages" | "listener" | "onFatal"
  > {
  /** Run folder; created, or resumed. */
  readonly run: string;
  /** Tells whether the run was asked to stop before its end. */
  readonly wasStopped: () => "interrupted" | "budget" | undefined;
  readonly version: string;
  /** Resolved configuration without secrets, for the manifest. */
  readonly config: Json;
  readonly seed: number;
  readonly scoring?: ScoringOptions;
  /** See {@link ManifestFacts.keepProtocols}. Default false. */
  readonly keepProtocols?: boolean;
  /** Keep the records that count in memory for a report. Default false. */
  readonly keepRecords?: boolean;
  /** Anchors that are judged again first, to see whether a judge has changed. Default: none. */
  readonly sentinel?: SentinelSettings | undefined;
  /** How the run may end before its last question. Default: it does not. */
  readonly sequence?: SequenceSettings | undefined;
  /** How the plan is carried out; {@link executePlan} by default, which makes call by call. */
  readonly execute?: (plan: Plan, options: ExecuteOptions) => Promise<void>;
}

/** How a run ended, and what its gates and its report are made from. */
export interface RunResult extends ScoredRun {
  readonly stopped: "interrupted" | "budget" | undefined;
  readonly gaps: Gaps;
}

/** What should be there and is not. */
export interface Gaps {
  readonly answersMissing: number;
  /** Verdicts that are absent, failed or unreadable, and that no replacement gave. */
  readonly verdictsMissing: number;
  /** Share of all planned answers and verdicts, in percent; the larger of the two. */
  readonly missingPercent: number;
}

/** Counts what a manifest says to be missing; verdicts only where they were to be asked for. */
export function gapsOf(manifest: Manifest, stages: RunOptions["stages"]): Gaps {
  const answersMissing = Math.max(0, manifest.answers.planned - manifest.answers.completed);
  const { planned, judged, replaced = 0, abstained = 0 } = manifest.judgments;
  const verdictsMissing = stages.judgments ? Math.max(0, planned - judged - abstained - replaced) : 0;
  const share = (missing: number, planned: number) => (planned === 0 ? 0 : (100 * missing) / planned);
  const missingPercent = Math.max(
    share(answersMissing, manifest.answers.planned),
    share(verdictsMissing, manifest.judgments.planned),
  );
  return { answersMissing, verdictsMissing, missingPercent };
}

async function writeSnapshots(suites: readonly Suite[], pathOf: (suite: string) => string): Promise<void> {
  for (const suite of suites) {
    const { recordedAnswers: _, ...snapshot } = suite;
    await writeFileAtomically(pathOf(suite.id), prettyJson(snapshot));
  }
}

/**
 * Snapshots make scoring and reporting independent of the assets, and of a later change to a user's suite file.
 * @param whole Suites of the undivided run, when the run is one of its shards.
 */
export async function writeSuites(
  run: string,
  suites: readonly Suite[],
  whole: readonly Suite[] = [],
): Promise<void> {
  const wanted = new Set(suites.map((suite) => suite.id));
  for (const { id } of readSuites(run)) {
    if (!wanted.has(id)) await rm(runPaths.suite(run, id), { force: true });
  }
  await writeSnapshots(suites, (id) => runPaths.suite(run, id));
  if (whole.length === 0) await rm(runPaths.wholeSuites(run), { recursive: true, force: true });
  else await writeSnapshots(whole, (id) => runPaths.wholeSuite(run, id));
}

/**
 * Carries out a plan in a run folder under its lock, then scores it: writes `run.json`, `suites/`, `answers/`,
 * `judgments/` and `scores.json`. Resumes whatever the folder holds.
 * @throws ConfigError `run-folder-in-use`; AssayError `cannot-write`, `run-folder-gone`.
 */
export async function runPlan(plan: Plan, options: RunOptions): Promise<RunResult> {
  const { run, clock, listener } = options;
  const started = clock.monotonic();
  const lock = await lockRunFolder(run, isoTime(clock.now()));
  try {
    const facts = {
      version: options.version,
      config: options.config,
      seed: options.seed,
      startedAt: isoTime(clock.now()),
      keepProtocols: options.keepProtocols ?? false,
    };
    let opened = openManifest(run, plan, facts);
    await writeManifest(run, opened);
    await writeSuites(run, plan.suites, plan.shard?.wholeSuites);
    const store = new RunStore(run, (warning) => listener({ type: "warning", warning }), lock.isHeld);
    let told: readonly SentinelHistory[] = [];
    try {
      const watch = watchOf(plan, options, store, opened.startedAt);
      await watch?.before();
      const sequence = await openSequence(plan, options, opened, store);
      if (sequence !== undefined) {
        opened = { ...opened, sequence: sequence.record() };
        await writeManifest(run, opened);
      }
      await execute(plan, options, store, sequence);
      if (sequence !== undefined) opened = await endedBy(sequence, plan, options, facts, opened);
      told = (await watch?.after()) ?? [];
    } finally {
      await store.close();
    }
    const protocols = new Set(opened.protocols.map(({ id }) => id));
    const sentinels = joinHistories([...(opened.sentinel ?? []), ...told], protocols);
    return await finish(options, { ...opened, ...sentinels }, started, store);
  } finally {
    await lock.release();
  }
}

/** Follows the run question by question, where it may end early. */
async function openSequence(
  plan: Plan,
  options: RunOptions,
  manifest: Manifest,
  store: RunStore,
): Promise<SequenceRun | undefined> {
  const { sequence: settings, seed, clock, stages } = options;
  if (settings === undefined || !stages.judgments) return undefined;
  await store.repair();
  const startedAt = isoTime(clock.now());
  const sequence = new SequenceRun(plan, { settings, store, manifest, seed, startedAt });
  try {
    await sequence.begin();
  } catch (error) {
    await sequence.close();
    throw error;
  }
  return sequence;
}

async function execute(
  plan: Plan,
  options: RunOptions,
  store: RunStore,
  sequence: SequenceRun | undefined,
): Promise<void> {
  const carryOut = options.execute ?? executePlan;
  if (sequence === undefined) return carryOut(plan, { ...options, store });
  try {
    const listener = sequence.listener(options.listener);
    await carryOut(sequence.orderedPlan, { ...options, listener, store, pace: sequence });
  } finally {
    await sequence.close();
  }
}

/** The manifest of a run that may have ended early: of the questions that its figures rest on. */
async function endedBy(
  sequence: SequenceRun,
  plan: Plan,
  options: RunOptions,
  facts: ManifestFacts,
  opened: Manifest,
): Promise<Manifest> {
  const record = sequence.record();
  if (record.state !== "stopped") return { ...opened, sequence: record };
  const narrowed = narrowPlan(plan, sequence.used());
  const manifest = { ...openManifest(options.run, narrowed, facts), sequence: record };
  await writeManifest(options.run, manifest);
  await writeSuites(options.run, narrowed.suites, plan.suites);
  return manifest;
}

/** Watches the judges where that is asked for and verdicts are given. */
function watchOf(
  plan: Plan,
  options: RunOptions,
  store: RunStore,
  startedAt: string,
): SentinelWatch | undefined {
  const { sentinel: settings, stages, dispatcher, clock, judgeAttempts, listener, seed } = options;
  if (settings === undefined || !stages.judgments) return undefined;
  return new SentinelWatch(plan, {
    settings,
    store,
    dispatcher,
    clock,
    judgeAttempts,
    listener,
    seed,
    startedAt,
  });
}

async function finish(
  options: RunOptions,
  opened: Manifest,
  started: number,
  store: RunStore,
): Promise<RunResult> {
  // What is read and written from here on would make a vanished folder again, or take another for it.
  await store.checkThere();
  options.listener({ type: "scoring" });
  const { run, clock, stages } = options;
  const stopped = options.wasStopped();
  const end = { finishedAt: isoTime(clock.now()), elapsedMs: clock.monotonic() - started };
  const suites = readSuites(run);
  const count = new ManifestCount(opened);
  count.addUnplaced(readSentinelJudgments(run));
  const keeper = options.keepRecords === true ? new RecordKeeper(new ShownRecords()) : undefined;
  const visitors = keeper === undefined ? [count] : [count, keeper];
  const unsaid = verdictsOf({ run, manifest: opened, suites }, options.scoring, visitors);
  const counted = count.close({ ...end, status: "complete" });
  const gaps = gapsOf(counted, { ...stages, judgments: stages.judgments && counted.protocols.length > 0 });
  const incomplete = gaps.answersMissing + gaps.verdictsMissing > 0;
  const status =
    stopped === "interrupted"
      ? "interrupted"
      : incomplete || stopped === "budget"
        ? "incomplete"
        : "complete";
  const spentUsd = options.dispatcher.progress.budget?.spentUsd;
  const manifest: Manifest = {
    ...counted,
    ...unrecordedSpending(spentUsd, counted.totals, counted.unrecordedUsd),
    status,
  };
  await writeManifest(run, manifest);
  const verdicts = withSequence(unsaid, manifest, run);
  const scores = scoresOf(verdicts);
  await writeFileAtomically(runPaths.scores(run), prettyJson(scores));
  const records = keeper?.kept();
  return { run, manifest, suites, verdicts, scores, ...presentFields({ records }), stopped, gaps };
}
