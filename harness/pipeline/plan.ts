import { ConfigError } from "../core/errors.js";
import { contentId, sha256 } from "../core/hash.js";
import { type JudgeRepeats, roundsOn } from "../core/judge-repeats.js";
import { presentFields } from "../core/present-fields.js";
import { protocolId } from "../core/protocol-id.js";
import { groupsOf, pairsOfPools, type RankedPools, rankedAnswers } from "../core/ranking.js";
import { RANKED_TOGETHER } from "../core/ranks.js";
import type {
  AnswerTask,
  GenerationParameters,
  Judge,
  JudgingMode,
  JudgmentTask,
  Model,
  Protocol,
  Question,
  Suite,
} from "../core/records.js";
import type { SecondJudging } from "../core/second-judging.js";
import { checkNames, checkProtocols } from "./check-plan.js";
import { checkScoring } from "./check-scoring.js";
import { checkJudgeable, itemOf, judgedTurns, modesOf, verdictsPlanned } from "./judge-items.js";
import { scoringParameters, textsToScore } from "./scored-turn.js";
import { secondRules } from "./second/second-rules.js";
import type { PlannedShard } from "./shard.js";

/** A judge, the model that plays it, and what it is to judge. */
export interface JudgeBinding {
  readonly suite: string;
  readonly judge: Judge;
  readonly model: Model;
  readonly mode: JudgingMode;
  /** Plays the same judge where the model fails. */
  readonly replacement?: Model;
  /** Opponent of `pairwise-baseline`. */
  readonly baseline?: string;
  /** Hash of its recorded answers, over all questions of the suite. */
  readonly baselineAnswers?: string;
  /** How often it judges the same, by a rule that no verdict decides; left out: once. */
  readonly repeats?: JudgeRepeats;
  /** Set for a second judge: whose verdicts decide where it is asked, and how. */
  readonly second?: Omit<SecondJudging, "first"> & { readonly after: JudgeBinding };
}

/** Everything a plan is made of; all values, no names left to resolve. */
export interface PlanInput {
  /** Suites with the questions that are to be asked; `hash` is that of the whole suite. */
  readonly suites: readonly Suite[];
  /** Models that are measured. */
  readonly models: readonly Model[];
  /** Opponents that are not measured themselves, by suite id. */
  readonly opponents?: Readonly<Record<string, Model>>;
  /** Models that are not measured themselves and are ranked along with those that are, by suite id. */
  readonly rankedAlong?: Readonly<Record<string, readonly Model[]>>;
  readonly judges: readonly JudgeBinding[];
  readonly trials: number;
  /** Models whose recorded answers are taken in also where no model is asked. */
  readonly recorded?: ReadonlySet<string>;
  /** Protocols that the run folder holds already: they keep their ids. */
  readonly heldProtocols?: ReadonlySet<string>;
  /** Set when `suites` hold one shard's questions. */
  readonly shard?: PlannedShard;
  readonly seed?: number;
}

/** A protocol with its judge and the comparisons it asks for. */
export interface PlannedProtocol {
  readonly protocol: Protocol;
  readonly judge: Judge;
  readonly judgeModel: Model;
  /** Who plays the judge where its model fails; the protocol is what it is then. */
  readonly replacement?: { readonly protocol: string; readonly model: Model };
  readonly suite: Suite;
  readonly baseline?: string;
  readonly baselineAnswers?: string;
  /** Models under single grading, or pairs with the candidate (or earlier model) first; rankings: every pair. */
  readonly subjects: readonly (readonly [string] | readonly [string, string])[];
  /** Rankings only: who is ranked together. */
  readonly ranked?: RankedPools;
  /** Where it judges the same several times. */
  readonly repeats?: JudgeRepeats;
  /** Set for a second judge, which is asked on some of what the first one judged. */
  readonly second?: SecondJudging;
  /** Verdicts asked for; of a second judge 0, as long as the first one has said nothing. */
  readonly planned: number;
}

/** Who plays a protocol's judge: its model, and the one that stands in for it. */
export function judgeModelsOf({ judgeModel, replacement }: PlannedProtocol): readonly Model[] {
  return replacement === undefined ? [judgeModel] : [judgeModel, replacement.model];
}

/** What a run will do: all answers, and all verdicts as far as they can be known before the answers are. */
export interface Plan {
  readonly suites: readonly Suite[];
  readonly models: ReadonlyMap<string, Model>;
  readonly answerTasks: readonly AnswerTask[];
  readonly protocols: readonly PlannedProtocol[];
  readonly trials: number;
  /** Models whose recorded answers are taken in also where no model is asked. */
  readonly recorded?: ReadonlySet<string>;
  /** What a second judge's draws come from; needed where there is one. */
  readonly seed?: number;
  readonly shard?: PlannedShard;
  /** What a sentinel will ask for besides, by protocol id. */
  readonly sentinel?: ReadonlyMap<string, { readonly anchors: number; readonly rounds: number }>;
}

function samplingFor(suite: Suite, question: Question, model: Model): GenerationParameters {
  if (question.likelihood !== undefined) return scoringParameters(model);
  const { sampling } = suite;
  return {
    temperature:
      question.requiredTemperature ??
      sampling.temperatureByCategory?.[question.category] ??
      sampling.temperature,
    maxTokens: sampling.maxTokens,
    ...model.parameters,
  };
}

function answerTask(suite: Suite, question: Question, model: Model, trial: number): AnswerTask {
  const parameters = samplingFor(suite, question, model);
  const { turns, system, context, likelihood } = question;
  const id = contentId({
    kind: "answer",
    suite: suite.id,
    question: {
      id: question.id,
      turns,
      system: system ?? model.system ?? null,
      ...presentFields({ context, scored: likelihood && textsToScore(likelihood) }),
    },
    model: model.id,
    identity: model.identity,
    parameters,
    trial,
  });
  return { id, suite: suite.id, question, model: model.id, trial, parameters };
}

/**
 * Id of a protocol: readable prefix, judge model and six hex digits over all that decides a verdict
 * (judge identity, judge model and its parameters, mode, baseline with its recorded answers, the whole suite).
 * @param held Protocols that the run folder holds: one that was named without the baseline's answers keeps its id.
 */
export function protocolOf(binding: JudgeBinding, suite: Suite, held?: ReadonlySet<string>): Protocol {
  const { judge, model, mode, baseline = null, baselineAnswers } = binding;
  const idWith = (answers: { readonly baselineAnswers?: string }) =>
    protocolId(
      judge.protocolPrefix,
      model.id,
      contentId({
        judge: judge.identity,
        model: model.identity,
        parameters: { ...judge.parameters, ...model.parameters },
        mode,
        baseline,
        suite: suite.hash,
        ...answers,
      }),
    );
  const former = idWith({});
  const id = baselineAnswers === undefined ? former : idWith({ baselineAnswers });
  const common = { judge: judge.name, judgeModel: model.id, mode, suite: suite.id };
  const isFormer = id === former || (held?.has(former) === true && !held.has(id));
  return isFormer ? { id: former, ...common } : { id, ...common, former };
}

function subjectsOf(binding: JudgeBinding, ids: readonly string[]): PlannedProtocol["subjects"] {
  if (binding.mode === "single") return ids.map((id) => [id] as const);
  if (binding.mode === "pairwise-all" || binding.mode === "ranking") return pairsOfPools([ids]);
  const { baseline } = binding;
  if (baseline === undefined) {
    throw new ConfigError(`mode pairwise-baseline needs a baseline for suite ${binding.suite}`, {
      code: "baseline-missing",
      remedy: "Name one with --baseline: a model of this run, or a file of recorded answers.",
    });
  }
  return ids.filter((id) => id !== baseline).map((id) => [id, baseline] as const);
}

function replacementOf(
  { replacement: model, ...binding }: JudgeBinding,
  suite: Suite,
  held: PlanInput["heldProtocols"],
): PlannedProtocol["replacement"] {
  return model && { protocol: protocolOf({ ...binding, model }, suite, held).id, model };
}

function plannedProtocol(binding: JudgeBinding, input: PlanInput): PlannedProtocol {
  const suite = input.suites.find((one) => one.id === binding.suite);
  if (suite === undefined) throw new Error(`judge bound to a suite that is not planned: ${binding.suite}`);
  const { judge, mode, repeats } = binding;
  if (!modesOf(judge).includes(mode)) {
    throw new ConfigError(`judge ${judge.name} (${judge.kind}) cannot be used in mode ${mode}`, {
      code: "judge-mode-mismatch",
      remedy: `Use --mode ${modesOf(judge).join(" or ")}.`,
    });
  }
  checkJudgeable(judge, suite);
  const ids = input.models.map((model) => model.id);
  const along = mode === "ranking" ? (input.rankedAlong?.[suite.id] ?? []) : [];
  const pool = [...ids, ...along.map((model) => model.id)];
  const subjects = subjectsOf(binding, pool);
  const ranked =
    judge.kind === "ranking"
      ? { together: judge.together ?? RANKED_TOGETHER.most, pools: [pool] }
      : undefined;
  if (subjects.length === 0) {
    throw new ConfigError(`mode ${mode} has nothing to compare on suite ${suite.id}`, {
      code: "nothing-to-compare",
      remedy:
        mode === "pairwise-all"
          ? "Name at least two models."
          : mode === "ranking"
            ? "Name at least two models, or recorded ones to rank along with --opponents."
            : "Name a model besides the baseline, or another baseline.",
    });
  }
  const idOf = (one: JudgeBinding) => protocolOf(one, suite, input.heldProtocols).id;
  const second = secondRules(binding, suite, idOf);
  const planned =
    second !== undefined
      ? 0
      : verdictsPlanned({ judge, subjects, ...presentFields({ ranked, repeats }) }, suite, input.trials);
  return {
    protocol: protocolOf(binding, suite, input.heldProtocols),
    judge,
    judgeModel: binding.model,
    suite,
    subjects,
    planned,
    ...presentFields({ second, repeats, replacement: replacementOf(binding, suite, input.heldProtocols) }),
    ...presentFields({ ranked, baseline: binding.baseline, baselineAnswers: binding.baselineAnswers }),
  };
}

/** Models of a suite that are not measured themselves. */
function opponentsOn({ opponents, rankedAlong }: PlanInput, suite: string): readonly Model[] {
  const baseline = opponents?.[suite];
  return [...new Set([...(baseline === undefined ? [] : [baseline]), ...(rankedAlong?.[suite] ?? [])])];
}

/** Models whose answers to a question are judged together: the protocol's subjects, or the groups that are ranked. */
export function subjectsOn(
  { subjects, ranked, suite }: PlannedProtocol,
  question: Question,
  trial: number,
): readonly (readonly string[])[] {
  return ranked === undefined
    ? subjects
    : groupsOf(ranked, { suite: suite.id, questionId: question.id, trial });
}

/** What a suite says of its recordings is no word on a run in which nothing is recorded. */
function withoutNotices(suites: readonly Suite[], models: readonly Model[]): readonly Suite[] {
  if (models.some((model) => model.identity.adapter === "replay")) return suites;
  return suites.map(({ notice: _, ...suite }) => suite);
}

/**
 * Lays out a run: every answer to be asked for, in the order question by question so that all models advance together,
 * and every protocol with the number of verdicts.
 * @throws ConfigError for what cannot be run; DataError for a question that its judge cannot judge.
 */
export function createPlan(input: PlanInput): Plan {
  const opposed = new Set([...Object.keys(input.opponents ?? {}), ...Object.keys(input.rankedAlong ?? {})]);
  const extra = [...new Set([...opposed].flatMap((id) => opponentsOn(input, id)))];
  checkScoring(input);
  checkNames(input.suites, [...input.models, ...extra]);
  const protocols = input.judges.map((binding) => plannedProtocol(binding, input));
  checkProtocols(protocols);
  const trials = Array.from({ length: input.trials }, (_, index) => index + 1);
  const answerTasks = input.suites.flatMap((suite) => {
    const models = [...input.models, ...opponentsOn(input, suite.id)];
    return trials.flatMap((trial) =>
      suite.questions.flatMap((question) => models.map((model) => answerTask(suite, question, model, trial))),
    );
  });
  const judgeModels = input.judges.map((binding) => binding.model);
  return {
    suites: withoutNotices(input.suites, [...input.models, ...extra, ...judgeModels]),
    models: new Map([...input.models, ...extra].map((model) => [model.id, model])),
    answerTasks,
    protocols,
    trials: input.trials,
    ...presentFields({ recorded: input.recorded, shard: input.shard, seed: input.seed }),
  };
}

/** An answer as judging needs it. */
export interface JudgedAnswer {
  readonly taskId: string;
  readonly model: string;
  /** Text per turn. */
  readonly texts: readonly string[];
}

function judgmentTask(
  planned: PlannedProtocol,
  question: Question,
  turn: number,
  trial: number,
  shown: readonly JudgedAnswer[],
  drawn: Pick<JudgmentTask, "order" | "ranked" | "repeat"> = {},
): JudgmentTask {
  const texts = shown.map((answer) => answer.texts.slice(0, turn));
  const models = shown.map((answer) => answer.model);
  const id = contentId({
    kind: "judgment",
    protocol: planned.protocol.id,
    question,
    turn,
    trial,
    models,
    texts,
    ...presentFields({ repeat: drawn.repeat }),
  });
  // No answer can hold its own hash, so no answer can forge the delimiter that carries it.
  const nonce = sha256(`nonce:${id}`).slice(0, 12);
  const [first = "", second] = models;
  return {
    id,
    protocol: planned.protocol,
    item: itemOf(planned.judge, question, turn, texts, nonce, drawn.ranked?.seed),
    trial,
    a: first,
    answers: shown.map((answer) => answer.taskId),
    ...presentFields({ b: second, ...drawn }),
  };
}

/** A ranking of some answers, in the order that is drawn for the place. */
function rankingTask(
  planned: PlannedProtocol,
  question: Question,
  turn: number,
  trial: number,
  answers: readonly JudgedAnswer[],
): JudgmentTask {
  const place = { protocol: planned.protocol.id, questionId: question.id, turn, trial };
  const ranked = rankedAnswers(
    answers.map(({ model }) => model),
    place,
  );
  const shown = ranked.models.flatMap((model) => answers.find((answer) => answer.model === model) ?? []);
  return judgmentTask(planned, question, turn, trial, shown, { ranked });
}

/** Once more with the same answers, or for the first time. */
type Round = Pick<JudgmentTask, "repeat">;

/**
 * The verdicts that one subject of a protocol needs on one question, once its answers exist: one per judged turn, for
 * pairs in each order the judge wants, a ranking in the one that is drawn for it.
 * @param answers The subject's answers, in the subject's order.
 * @param round Of the repeats; left out: the first.
 */
export function judgmentTasks(
  planned: PlannedProtocol,
  question: Question,
  trial: number,
  answers: readonly JudgedAnswer[],
  round: Round = {},
): JudgmentTask[] {
  const { judge } = planned;
  const turns = judgedTurns(judge, question);
  if (judge.kind === "single")
    return turns.map((turn) => judgmentTask(planned, question, turn, trial, answers, round));
  if (judge.kind === "ranking")
    return turns.map((turn) => rankingTask(planned, question, turn, trial, answers));
  const orders: readonly (1 | 2)[] =
    judge.orders === "seeded" ? [judge.isSwitched?.(question) ? 2 : 1] : [1, 2];
  return turns.flatMap((turn) =>
    orders.map((order) => {
      const shown = order === 1 ? answers : [...answers].reverse();
      return judgmentTask(planned, question, turn, trial, shown, { order, ...round });
    }),
  );
}

/** The {@link judgmentTasks} of all rounds that the protocol's rule gives the question. */
export function repeatedTasks(
  planned: PlannedProtocol,
  question: Question,
  trial: number,
  answers: readonly JudgedAnswer[],
): JudgmentTask[] {
  const rounds = roundsOn(planned.repeats, planned.suite.id, question);
  return Array.from(
    { length: rounds },
    (_, index): Round => (index === 0 ? {} : { repeat: index + 1 }),
  ).flatMap((round) => judgmentTasks(planned, question, trial, answers, round));
}
