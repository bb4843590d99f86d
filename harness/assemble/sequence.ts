import type { RunConfig } from "../config/resolve.js";
import type { Board } from "../core/board.js";
import { ConfigError } from "../core/errors.js";
import type { Policy } from "../core/policy.js";
import { presentFields } from "../core/present-fields.js";
import type { Suite } from "../core/records.js";
import { pairedMeans, questionMeans } from "../pipeline/compare/paired-values.js";
import { comparedModels } from "../pipeline/compare/question-values.js";
import { type GateSituation, gateBoard } from "../pipeline/gates/gate-board.js";
import { slotsOf } from "../pipeline/gates/gate-figures.js";
import {
  boardHasMetric,
  ESTIMATED_METRICS,
  type GateRequest,
  gateName,
  levelOf,
} from "../pipeline/gates/gate-request.js";
import type { Plan, PlannedProtocol } from "../pipeline/plan.js";
import { metricOf } from "../pipeline/run-manifest.js";
import type { BoardInput } from "../pipeline/scores/build-board.js";
import { percentScale, ratingScale } from "../pipeline/scores/scale.js";
import type { ScoringOptions } from "../pipeline/scores/score-run.js";
import type { MeasuredAim, SequenceSettings } from "../pipeline/sequence/sequence-settings.js";
import { differenceScale, type ValueScale } from "../stats/bounded-mean.js";
import { baseFinder, checkBase, withoutFigures } from "./gates.js";
import { policyBaseOf } from "./policy.js";
import { gatesOfPolicy } from "./policy-aims.js";

/** Chance of a decision below which going on is futile. */
const FUTILITY_CHANCE = 0.05;
/** Questions under way where the number of calls is found as the run goes. */
const AHEAD_AUTO = 8;

/** A gate whose figure every question has a value of its own for. */
type DecidableGate = GateRequest & { readonly metric: "score" | "winRate" };

function isDecidable(gate: GateRequest): gate is DecidableGate {
  return (
    ESTIMATED_METRICS.has(gate.metric) && gate.metric !== "lengthControlledWinRate" && gate.corrected !== true
  );
}

function refuse(problem: string, code: string, remedy: string): never {
  throw new ConfigError(problem, { code, remedy });
}

function checkTogether(config: RunConfig, isBatched: boolean): void {
  const { precision, stopWhen, queue, shard, policy, design, population, futility } = config;
  if (stopWhen === "decided" && precision !== undefined)
    refuse(
      "--stop-when decided and --precision are two reasons to stop",
      "two-reasons-to-stop",
      "Give one of them: a decision, or a width.",
    );
  const other = isBatched
    ? "--batch"
    : queue !== undefined
      ? "--queue"
      : shard !== undefined
        ? "--shard"
        : "";
  if (other !== "")
    refuse(
      `a run that may stop early does not go together with ${other}, which asks everything at once or elsewhere`,
      "stop-when-and-other",
      `Leave out ${other}, or --stop-when and --precision.`,
    );
  if (policy !== undefined && precision !== undefined)
    refuse(
      "--policy decides, and --precision asks for a width",
      "precision-and-policy",
      "Give --stop-when decided instead of --precision: the run then stops when the policy is decided.",
    );
  if (design !== "anytime" && (precision !== undefined || population === "suite"))
    refuse(
      `the design ${design} holds a figure of questions like these to a limit`,
      "design-and-other",
      "Leave --design out: anytime takes --precision and --population suite too.",
    );
  if (futility && precision !== undefined)
    refuse(
      "futility is about a decision, and --precision asks for a width",
      "futility-and-precision",
      "Leave --futility out.",
    );
  if (config.stratify && population === "suite")
    refuse(
      "blocks by category and a suite drawn without replacement do not go together",
      "stratify-and-suite",
      "Leave --stratify or --population suite out.",
    );
}

/**
 * How a run may end before its last question, by its configuration; undefined where it may not.
 * @param measured Display ids of the models that are measured.
 * @param scoring Of runs that gates compare with.
 * @param policy Its required limits are decided as gates are.
 * @throws ConfigError for what does not go together, and where there is nothing to decide.
 */
export function sequenceOf(
  config: RunConfig,
  plan: Plan,
  measured: readonly string[],
  scoring: ScoringOptions,
  isBatched: boolean,
  policy?: Policy,
): SequenceSettings | undefined {
  const { stopWhen, precision, design, population, looks, futility, stratify, ahead } = config;
  if (stopWhen !== "decided" && precision === undefined) return undefined;
  checkTogether(config, isBatched);
  if (plan.protocols.some(({ ranked }) => ranked !== undefined))
    refuse(
      "a ranking of several answers is no comparison of two, and is not looked at question by question",
      "stop-when-and-ranking",
      "Leave --stop-when and --precision out with --mode ranking.",
    );
  const gates = config.gates.filter(isDecidable);
  const baseFor = baseFinder(measured, scoring);
  const aims = gates.flatMap((gate) => aimsOfGate(gate, plan, measured, baseFor, precision));
  if (policy !== undefined) aims.push(...aimsOfPolicy(policy, config, plan, measured, baseFor));
  if (gates.length === 0 && precision !== undefined) aims.push(...aimsOfBoards(plan, precision));
  if (aims.length === 0)
    refuse(
      "--stop-when decided has nothing to decide: no gate and no required limit of a policy holds a score or a win rate to anything",
      "nothing-to-decide",
      "Add one, such as --gate score,against=runs/main,maxRegression=0.2 or --gate winRate,min=50, or give --precision instead.",
    );
  return {
    design,
    population,
    looks: design === "anytime" ? undefined : looks,
    futility: futility ? FUTILITY_CHANCE : undefined,
    stratified: stratify,
    aims,
    ahead: ahead ?? aheadOf(config.concurrency, plan),
  };
}

/** As many questions as keep the calls busy. */
function aheadOf(concurrency: RunConfig["concurrency"], plan: Plan): number {
  if (concurrency === "auto") return AHEAD_AUTO;
  return Math.max(1, Math.ceil(concurrency / (plan.models.size * plan.trials)));
}

function questionsOf(suite: Suite, category: string | undefined): number {
  return suite.questions.filter((one) => category === undefined || one.category === category).length;
}

function scaleOf({ judge, suite }: PlannedProtocol): ValueScale {
  return metricOf(judge) === "rating" ? (judge.scale?.(suite.questions) ?? ratingScale) : percentScale;
}

/** Models of a protocol that are measured, in the order of the run. */
function subjectsOf({ subjects, baseline }: PlannedProtocol): readonly string[] {
  return [...new Set(subjects.flatMap((one) => (baseline === undefined ? one : one.slice(0, 1))))];
}

function aimsOfGate(
  gate: DecidableGate,
  plan: Plan,
  measured: readonly string[],
  baseFor: GateSituation["baseFor"],
  precision: number | undefined,
): MeasuredAim[] {
  const { metric, suite: named } = gate;
  const protocols = plan.protocols.filter(
    ({ judge, suite }) =>
      boardHasMetric(metricOf(judge), metric) && (named === undefined || suite.id === named),
  );
  return protocols.flatMap((planned) => {
    const name = protocols.length > 1 ? `${gateName(gate)} (${planned.protocol.id})` : gateName(gate);
    return aimsOnProtocol(gate, planned, measured, baseFor).map(({ limit, ...aim }) => ({
      ...aim,
      name,
      ...(precision === undefined ? presentFields({ limit }) : { halfWidth: precision }),
    }));
  });
}

/** A gate on one protocol, for each model that it is about. */
function aimsOnProtocol(
  gate: DecidableGate,
  planned: PlannedProtocol,
  measured: readonly string[],
  baseFor: GateSituation["baseFor"],
): MeasuredAim[] {
  const { metric, against, category } = gate;
  if (against !== undefined && against === planned.baseline) throw withoutFigures(against);
  const candidates = subjectsOf(planned).filter((model) => measured.includes(model) && model !== against);
  const models = candidates.filter((model) => gate.model === undefined || model === gate.model);
  const own = scaleOf(planned);
  return models.map((model) => ({
    name: gateName(gate),
    metric,
    model,
    suite: planned.suite.id,
    protocol: planned.protocol.id,
    ...presentFields({ against, category }),
    limit: against === undefined ? (gate.min ?? 0) : limitOf(gate),
    level: levelOf(gate),
    horizon: questionsOf(planned.suite, category),
    scale: against === undefined ? own : differenceScale(own),
    valueOn: (input, suite) => gateValue(gate, model, input, suite, baseFor),
  }));
}

/** The required limits of a policy, for each model but its base. */
function aimsOfPolicy(
  policy: Policy,
  { policyBase }: Pick<RunConfig, "policyBase">,
  plan: Plan,
  measured: readonly string[],
  baseFor: GateSituation["baseFor"],
): MeasuredAim[] {
  const base = policyBaseOf(policy, policyBase, measured);
  const candidates = measured.filter((model) => model !== base);
  const figureOf = (planned: PlannedProtocol) => {
    const metric = metricOf(planned.judge) === "rating" ? ("score" as const) : ("winRate" as const);
    return { metric, name: planned.judge.figure ?? metric, scale: scaleOf(planned) };
  };
  return gatesOfPolicy(policy, base, plan, figureOf).flatMap(({ planned, gate }) => {
    // Before the first call, not at the first look.
    checkBase(gate, plan, measured);
    return aimsOnProtocol(gate, planned, candidates, baseFor).map((aim) => ({
      ...aim,
      name: `policy, ${planned.suite.id}: ${gateName(gate)}`,
      source: "policy" as const,
    }));
  });
}

function limitOf({ maxRegression = 0 }: GateRequest): number {
  return maxRegression === 0 ? 0 : -maxRegression;
}

/** Each model's own figure on each board, where no gate says what is of interest. */
function aimsOfBoards(plan: Plan, halfWidth: number): MeasuredAim[] {
  return plan.protocols.flatMap((planned) => {
    const metric = metricOf(planned.judge) === "rating" ? "score" : "winRate";
    return subjectsOf(planned).map((model) => ({
      name: `${metric} within ±${halfWidth}`,
      metric,
      model,
      suite: planned.suite.id,
      protocol: planned.protocol.id,
      halfWidth,
      level: 95,
      horizon: planned.suite.questions.length,
      scale: scaleOf(planned),
      valueOn: (input, suite) => ownValue(model, undefined, input, suite),
    }));
  });
}

function ownValue(
  model: string,
  category: string | undefined,
  input: BoardInput,
  suite: Suite,
): number | undefined {
  const slots = comparedModels(input, suite).find((one) => one.model === model)?.slots ?? [];
  const [mean] = questionMeans(slotsOf(slots, category)).values();
  return mean?.mean;
}

/** A gate's value on the one question of a board. */
function gateValue(
  gate: GateRequest,
  model: string,
  input: BoardInput,
  suite: Suite,
  baseFor: GateSituation["baseFor"],
): number | undefined {
  const { against, category } = gate;
  if (against === undefined) return ownValue(model, category, input, suite);
  // Length-controlled rates, which alone are read from the board's rows, have no value on a question.
  const board = { ...input.head, metric: input.metric, models: [] } as unknown as Board;
  const { base, candidate } = baseFor(against, model, gateBoard(board, input, suite));
  return pairedMeans(slotsOf(base.slots, category), slotsOf(candidate.slots, category)).differences[0];
}
