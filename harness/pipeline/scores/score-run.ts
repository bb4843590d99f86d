import type { PeoplesWord } from "../../core/answer-rating.js";
import type { Scores } from "../../core/board.js";
import type { ChecksOf } from "../../core/check.js";
import { countOf, nounFor } from "../../core/count-of.js";
import { DataError } from "../../core/errors.js";
import {
  type BoardJudge,
  type JudgeCard,
  joinCards,
  judgeQuality,
  judgingDigest,
} from "../../core/judge-card.js";
import type { JuryRules } from "../../core/jury.js";
import type { Manifest, ManifestProtocol } from "../../core/manifest.js";
import { presentFields } from "../../core/present-fields.js";
import type { Judgment, Suite, Warning } from "../../core/records.js";
import type { StyleReference } from "../../core/style-reference.js";
import { partOf } from "../../core/suite-part.js";
import type { TokenCounter } from "../../core/token-counter.js";
import type { FoldOrder } from "../../stats/length-controlled.js";
import type { AnswerFacts } from "../../store/answer-facts.js";
import { askedBy } from "../../store/asked.js";
import { BaselineTexts, baselineDigest } from "../../store/baseline-answers.js";
import { readRunContamination } from "../../store/contamination-file.js";
import type { ReportedRecords } from "../../store/counting-records.js";
import { readRunCard } from "../../store/judge-card-file.js";
import { readManifest, readSuites, runPaths } from "../../store/run-folder.js";
import { SecondDraws } from "../../store/second-draws.js";
import { readStatedFigures } from "../../store/stated-figures.js";
import { readRunReference } from "../../store/style-reference-file.js";
import { type RecordVisitor, type Standing, visitRecords } from "../../store/visit-records.js";
import { readVotes, standingVotes } from "../../store/votes.js";
import { AnswerTracer } from "../audit/audit-input.js";
import { auditOfRun, markUnchecked } from "../audit/audit-run.js";
import { familiesOf } from "../jury/family-guard.js";
import { withJuries } from "../jury/with-juries.js";
import { withVotes } from "../people/votes-of-board.js";
import { withSecondJudges } from "../second/second-board.js";
import { withSequence } from "../sequence/shown-sequence.js";
import { type MarksOf, MarkTracer } from "./answer-marks.js";
import { BestOfN } from "./best-of-n.js";
import { stylesOfTraces } from "./board-styles.js";
import type { BoardInput } from "./build-board.js";
import { chanceLevel } from "./chance-level.js";
import { CheckTracer } from "./check-tracer.js";
import { CONTROLLED_REPLICATES } from "./controlled-win-rate.js";
import { CriterionTracer } from "./criterion-tracer.js";
import { ImportedRows } from "./imported-rows.js";
import { NormTracer } from "./norm-tracer.js";
import type { PreferenceCalibration, PreferenceOptions } from "./preference-rows.js";
import { frameOfRankings } from "./ranking-frame.js";
import { type PlacedRanking, RankingTracer } from "./ranking-tracer.js";
import { RefusalTracer } from "./refusal-tracer.js";
import { ReplacementTracer } from "./replacement-tracer.js";
import { RewardTracer } from "./reward-dots.js";
import { RewardRange } from "./reward-range.js";
import { boardSequence } from "./sequenced-board.js";
import { VerdictGrid } from "./verdict-grid/grid.js";
import { type BoardFrame, type ExpectedSlot, type VerdictRow, verdictRows } from "./verdict-grid/row.js";
import { scoresOf, type Verdicts } from "./verdicts.js";

/** Places of a suite where a verdict is expected. */
function expectedSlots(suite: Suite, turns: "each" | "last"): ExpectedSlot[] {
  return suite.questions.flatMap((question) => {
    const all = question.turns.map((_, index) => index + 1);
    const judged = turns === "each" ? all : all.slice(-1);
    return judged.map((turn) => ({ questionId: question.id, category: question.category, turn }));
  });
}

/** What scoring may be given besides the run folder. */
export interface ScoringOptions {
  /** Published calibration for the length-controlled win rate, by suite id. */
  readonly calibration?: (suite: string) => PreferenceCalibration | undefined;
  /** As the original tools compute it, defects included. */
  readonly compat?: boolean;
  /** {@link PreferenceOptions.foldOrder}. */
  readonly foldOrder?: FoldOrder;
  /** Which answers could have moved a verdict; left out, no board says it. */
  readonly marksOf?: MarksOf;
  /** Read the judges of a suite as one, too. */
  readonly jury?: JuryRules;
  /** People's votes, in place of the run folder's own. */
  readonly peopleVotes?: readonly PeoplesWord[];
  /** What checks answers; left out, none is checked. */
  readonly checksOf?: ChecksOf;
  /** Counts the tokens of judged answers, so that pairwise boards control for style; left out, none does. */
  readonly tokens?: TokenCounter;
  /** Frozen styles; left out, those that the run folder keeps. */
  readonly styleReference?: StyleReference;
  /** Resamples of the length-controlled interval; default 500. */
  readonly bootstrapReplicates?: number;
  /** What is known of judges; goes before what the run folder's own card says. */
  readonly judgeCard?: JudgeCard;
}

/** Baselines of a run's protocols, by suite. */
function baselinesOf(protocols: readonly ManifestProtocol[]): Map<string, Set<string>> {
  const bySuite = new Map<string, Set<string>>();
  for (const { suite, baseline } of protocols)
    if (baseline !== undefined) bySuite.set(suite, (bySuite.get(suite) ?? new Set()).add(baseline));
  return bySuite;
}

/** The verdicts that count: the last of each place, and only those given on the answers that count now. */
class VerdictCollector implements RecordVisitor {
  /** Protocols whose repeats a rule asks for: of each the last record counts. */
  private readonly repeated: ReadonlySet<string>;
  readonly byProtocol = new Map<string, VerdictGrid>();
  readonly rewards = new Map<string, RewardRange>();
  readonly imported: ImportedRows;
  records = 0;

  constructor(protocols: readonly ManifestProtocol[]) {
    this.imported = new ImportedRows(protocols);
    this.repeated = new Set(protocols.flatMap(({ id, repeats }) => (repeats === undefined ? [] : [id])));
  }

  judgment(judgment: Judgment, standing: Standing): void {
    this.records++;
    if (standing === "not-asked") return;
    this.imported.add(judgment);
    const { protocol } = judgment;
    let grid = this.byProtocol.get(protocol);
    if (grid === undefined) {
      grid = new VerdictGrid();
      this.byProtocol.set(protocol, grid);
    }
    const isStale = standing === "stale";
    if (!isStale) this.rangeOf(protocol).add(judgment);
    // Nearly all are one row, and look like it already.
    const isRow = judgment.status === "judged" && judgment.ranked === undefined;
    for (const row of isRow ? [judgment] : verdictRows(judgment)) {
      if (judgment.repeat === undefined) grid.put(row, isStale);
      else if (this.repeated.has(protocol)) grid.put(row, isStale, judgment.repeat);
      else if (!isStale) grid.add(row);
    }
  }

  private rangeOf(protocol: string): RewardRange {
    const range = this.rewards.get(protocol) ?? new RewardRange();
    this.rewards.set(protocol, range);
    return range;
  }

  /** Judgments of answers that have been replaced since. */
  get stale(): number {
    return [...this.byProtocol.values()].reduce((sum, grid) => sum + grid.stale, 0);
  }
}

/** Shows a reader that knows one verdict of a place (its criteria, its label) the first of its repeats alone. */
function firstVerdicts(reader: RecordVisitor): RecordVisitor {
  return {
    ...presentFields({ needs: reader.needs, needsTraces: reader.needsTraces }),
    answer: (answer, isAsked, traces) => reader.answer?.(answer, isAsked, traces),
    judgment: (judgment, standing) => {
      if (judgment.repeat === undefined) reader.judgment?.(judgment, standing);
    },
  };
}

/** The harness whose verdicts a protocol holds, where they were imported. */
function recordedBy({ imported, tool }: ManifestProtocol["identity"]): string | undefined {
  return imported !== undefined && typeof tool === "string" ? tool : undefined;
}

/** The judge of a protocol, as a card knows it. */
function boardJudge(
  { id, judgeModel, identity, figure }: ManifestProtocol,
  { judgeModels }: Manifest,
): BoardJudge {
  const model = judgeModels.find((one) => one.id === judgeModel);
  const named = model?.identity.model;
  return {
    protocol: id,
    ...presentFields({ figure, recordedBy: recordedBy(identity) }),
    modelNames: [judgeModel, ...(typeof named === "string" ? [named] : [])],
    ...(model === undefined
      ? {}
      : { judging: judgingDigest({ judge: identity, model: model.identity, parameters: model.parameters }) }),
  };
}

/** What one board is computed from, as far as the manifest and the suite tell it. */
export function boardInput(
  planned: ManifestProtocol,
  suite: Suite,
  manifest: Manifest,
  rows: Iterable<VerdictRow>,
  facts: ReadonlyMap<string, AnswerFacts>,
  preference: PreferenceOptions,
  rankings: () => readonly PlacedRanking[],
): BoardInput {
  const frame: BoardFrame = {
    slots: expectedSlots(suite, planned.turns),
    trials: manifest.trials,
    ...frameOfRankings(planned, rankings),
    ...(planned.repeats === undefined ? {} : { isRepeated: true as const }),
    categories: suite.categories.filter((one) =>
      suite.questions.some((question) => question.category === one),
    ),
  };
  return {
    head: {
      suite: suite.id,
      mode: planned.mode,
      judge: planned.judgeModel,
      protocol: planned.id,
      ...presentFields({ baseline: planned.baseline, notice: suite.notice, part: partOf(suite) }),
      ...presentFields({ sequence: boardSequence(manifest.sequence) }),
      assets: [...suite.assets, ...planned.assets],
    },
    metric: planned.metric,
    ...presentFields({
      scoring: suite.scoring,
      scale: planned.scale,
      figure: planned.figure,
      former: planned.former,
      repeats: planned.repeats,
    }),
    ...(planned.figure === undefined ? {} : presentFields({ chance: chanceLevel(suite) })),
    ...(planned.outcomes === undefined
      ? {}
      : {
          outcomes: {
            rule: planned.outcomes,
            compat: preference.compat,
            seed: manifest.seed,
            games: planned.orders === "seeded" ? (1 as const) : (2 as const),
          },
        }),
    subjects: planned.subjects,
    frame,
    rows,
    preference,
    facts,
  };
}

function cardOf(run: string, known: JudgeCard | undefined): JudgeCard {
  return joinCards([readRunCard(run), known].filter((card) => card !== undefined));
}

/** A run folder whose records are still to be read. */
export interface UnreadRun {
  /** Its folder. */
  readonly run: string;
  readonly manifest: Manifest;
  readonly suites: readonly Suite[];
}

/**
 * Gathers the verdicts of a run in one reading of its records.
 * @param visitors Others who want something of the records.
 * @throws DataError for damaged files.
 */
export function verdictsOf(
  { run, manifest, suites: snapshots }: UnreadRun,
  options: ScoringOptions = {},
  visitors: readonly RecordVisitor[] = [],
): Verdicts {
  const suites = new Map(snapshots.map((suite) => [suite.id, suite]));
  const collector = new VerdictCollector(manifest.protocols);
  const baselines = new BaselineTexts(baselinesOf(manifest.protocols));
  const isPairwise = manifest.protocols.some(({ metric }) => metric !== "rating");
  const tokens = isPairwise ? options.tokens : undefined;
  const styleReference = tokens && (options.styleReference ?? readRunReference(run));
  const tracer = new AnswerTracer(tokens?.count);
  const marks = new MarkTracer(manifest.protocols, options.marksOf);
  const criteria = new CriterionTracer();
  const norms = new NormTracer();
  const rankings = new RankingTracer();
  const rewards = new RewardTracer();
  const refusals = new RefusalTracer();
  const checks = new CheckTracer(snapshots, options.checksOf);
  const replacements = new ReplacementTracer(manifest.protocols);
  const bestOf = new BestOfN(manifest.protocols, manifest.trials, (id) => collector.byProtocol.get(id));
  const seconds = new SecondDraws(manifest.protocols, manifest.seed);
  const ofPlaces = [marks, checks, criteria, norms, rankings, rewards, refusals, replacements, bestOf];
  const isRepeated = manifest.protocols.some(({ repeats }) => repeats !== undefined);
  const readers = [
    collector,
    baselines,
    tracer,
    ...(isRepeated ? ofPlaces.map(firstVerdicts) : ofPlaces),
    seconds,
    ...visitors,
  ];
  const answers = visitRecords(run, askedBy(manifest, snapshots), readers);
  const { byProtocol, imported, records, stale } = collector;
  const card = cardOf(run, options.judgeCard);
  const boards = manifest.protocols.flatMap((planned) => {
    const suite = suites.get(planned.suite);
    if (suite === undefined) {
      // A shard may hold no question of a suite that others have.
      if (manifest.suites.every((one) => one.id !== planned.suite)) return [];
      const remedy = "Restore it, or run `assay run` with the same options: it writes suites/ again.";
      const file = runPaths.suite(run, planned.suite);
      throw new DataError("is missing", { code: "suite-missing", file, remedy });
    }
    const calibration = options.calibration?.(suite.id);
    const lengthOf = (model: string, questionId: string, trial = 1) =>
      answers.lengthOf(suite.id, model, questionId, trial);
    const preference: PreferenceOptions = {
      lengthOf,
      publishedRows: (model) => imported.of(planned.id, model, lengthOf),
      ...presentFields({ calibration, foldOrder: options.foldOrder }),
      compat: options.compat ?? false,
      seed: manifest.seed,
      bootstrapReplicates: options.bootstrapReplicates ?? CONTROLLED_REPLICATES,
    };
    const rows = byProtocol.get(planned.id) ?? new VerdictGrid();
    const input: BoardInput = {
      ...boardInput(planned, suite, manifest, rows, answers.factsOf(suite.id), preference, () =>
        rankings.of(planned.id),
      ),
      ...presentFields({
        marks: marks.of(planned.id),
        criteria: criteria.of(planned.id),
        norms: norms.of(planned.id),
        rewards: rewards.of(planned.id),
        rankings: planned.ranked && { planned: planned.planned, rankings: rankings.of(planned.id) },
        refusals: refusals.of(planned.id),
        replacement: replacements.of(planned.id),
        styles: tokens && stylesOfTraces(suite.id, tracer.traces, tokens),
        styleReference,
      }),
    };
    const head = {
      ...input.head,
      judgeQuality: judgeQuality(boardJudge(planned, manifest), card),
      ...presentFields({ bestOf: bestOf.rowsOf(planned.id, suite) }),
    };
    const baselineAnswers = baselines.of(suite.id, planned.baseline);
    if (baselineAnswers === undefined) return [{ ...input, head }];
    const digested = { ...head, baselineAnswers: baselineDigest(baselineAnswers) };
    return [{ ...input, head: digested, baselineAnswers }];
  });
  const { votes: ownVotes, ratings, stale: staleVotes } = standingVotes(readVotes(run), answers);
  const votes = options.peopleVotes ?? [...ownVotes, ...ratings];
  const own = withSecondJudges(boards, manifest.protocols, seconds);
  const voted = votes.length === 0 ? own : withVotes(own, votes);
  const inputs = markUnchecked(voted, tracer.traces);
  const sources = [{ path: run, format: "assay-run", records }];
  const findings = auditOfRun(manifest, inputs, tracer.traces);
  const warnings = [
    ...(manifest.warnings ?? []),
    ...staleWarning("verdict", "judgments", stale),
    ...staleWarning("vote", "votes", staleVotes),
    ...manifest.protocols.flatMap(({ id, suite }) => collector.rewards.get(id)?.warning(suite) ?? []),
  ];
  const all = withJuries(inputs, options.jury, familiesOf([...manifest.judgeModels, ...manifest.models]));
  return {
    inputs: all.inputs,
    suites,
    sources,
    warnings: [...warnings, ...all.warnings],
    findings,
    checked: checks.checked,
    figures: readStatedFigures(run),
    ...presentFields({ contamination: readRunContamination(run) }),
  };
}

function staleWarning(noun: "verdict" | "vote", code: "judgments" | "votes", count: number): Warning[] {
  if (count === 0) return [];
  const message = `${countOf(count, `${noun} was`, `${noun}s were`)} given on answers that have been replaced since, and ${nounFor(count, "does", "do")} not count`;
  return [{ code: `stale-${code}`, message, count }];
}

/**
 * Gathers the verdicts of a run folder from its files alone; never calls a model.
 * @throws ConfigError when it is not a run folder; DataError for damaged files.
 */
export function readRunVerdicts(run: string, options: ScoringOptions = {}): Verdicts {
  const manifest = readManifest(run);
  return withSequence(verdictsOf({ run, manifest, suites: readSuites(run) }, options), manifest, run);
}

/** A run folder read once: what its gates and its report are made from. */
export interface ScoredRun extends UnreadRun {
  readonly verdicts: Verdicts;
  readonly scores: Scores;
  /** The records that count, as reports show them, where they were kept. */
  readonly records?: ReportedRecords;
}

/**
 * Scores a run folder.
 * @throws ConfigError when it is not a run folder; DataError for damaged files.
 */
export function scoreRun(run: string, options: ScoringOptions = {}): Scores {
  return scoresOf(readRunVerdicts(run, options));
}
