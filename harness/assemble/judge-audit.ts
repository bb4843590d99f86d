import { loadSuite } from "../../suites/registry.js";
import type { RunConfig } from "../config/resolve.js";
import { countOf } from "../core/count-of.js";
import { ConfigError } from "../core/errors.js";
import { readJsonLines } from "../core/jsonl.js";
import { unaskedModel } from "../core/model-facts.js";
import { packageFile } from "../core/package-files.js";
import type { Question, Suite, Warning } from "../core/records.js";
import type { Services } from "../core/services.js";
import { totalCostUsd } from "../core/total-cost.js";
import { assetFinder } from "../data/asset-finder.js";
import { Battery, type Bench, HONEST } from "../pipeline/audit/attack-battery.js";
import { type AttackTry, attackResult, type JudgeAudit } from "../pipeline/audit/attack-outcome.js";
import { ATTACKS, type Attack, AUDIT_RUBRIC, RUBRIC_ATTACK } from "../pipeline/audit/attacks.js";
import { createDispatcher } from "../pipeline/dispatch/dispatcher.js";
import type { PriceTable } from "../pipeline/dispatch/prices.js";
import { produceJudgment } from "../pipeline/judgments.js";
import type { PlannedProtocol } from "../pipeline/plan.js";
import type { AnswerSource } from "./answer-source.js";
import { prepare } from "./evaluation.js";
import { dispatchOptions, limitsOf } from "./limits.js";

/** How a judge is to be attacked. */
export interface JudgeAuditOptions {
  readonly mode: JudgeAudit["mode"];
  /** Questions, at most 24; default 8, one of each category. */
  readonly questions?: number;
  /** Told after each verdict: how many of how many are there. */
  readonly onProgress?: (done: number, planned: number) => void;
}

/** A judge and the battery against it, ready; nothing is called yet. Close it when done. */
export interface PreparedJudgeAudit {
  readonly protocol: PlannedProtocol;
  readonly questions: readonly Question[];
  readonly attacks: readonly Attack[];
  /** Calls that the battery makes when every verdict can be read at once. */
  readonly calls: number;
  readonly prices: PriceTable;
  /** What must be said before it begins, such as that the judge model is retired. */
  readonly warnings: readonly Warning[];
  /** Carries it out. */
  run(): Promise<JudgeAudit>;
  close(): Promise<void>;
}

const DEFAULT_QUESTIONS = 8;

/** The first question of every category, then the second, …: few questions cover all categories. */
function inTurns(suite: Suite): Question[] {
  const columns = suite.categories.map((category) =>
    suite.questions.filter((question) => question.category === category),
  );
  const longest = Math.max(0, ...columns.map((column) => column.length));
  return Array.from({ length: longest }, (_, row) => columns.flatMap((column) => column[row] ?? [])).flat();
}

/** A question's first turn alone. */
function firstTurnOf(question: Question): Question {
  const { reference, ...rest } = question;
  return {
    ...rest,
    turns: question.turns.slice(0, 1),
    ...(reference === undefined ? {} : { reference: reference.slice(0, 1) }),
  };
}

/** Bundled answers to the first turns, by question. */
function honestAnswers(): ReadonlyMap<string, string> {
  const file = packageFile("suites", "data", "quickstart", "answers", "sample-large.jsonl");
  const answers = new Map<string, string>();
  for (const { value } of readJsonLines(file)) {
    const { questionId, turns } = value as { readonly questionId: string; readonly turns: readonly string[] };
    answers.set(questionId, turns[0] ?? "");
  }
  return answers;
}

/** The battery's questions, with answers under the names of the attacks; never asked. */
function craftedAnswers(suite: Suite, attacks: readonly Attack[]): AnswerSource {
  const models = [HONEST, ...attacks.map((attack) => attack.name)].map((id) =>
    unaskedModel(
      { id, identity: { adapter: "crafted", attack: id }, endpoint: "crafted" },
      "is crafted, not asked",
    ),
  );
  return {
    suites: [suite],
    models,
    asked: [],
    trials: 1,
    judgedOnce: true,
    kept: [],
    held: new Set(),
    findOpponents: () =>
      Promise.resolve({
        models: {},
        answers: new Map(),
        names: new Map([[suite.id, HONEST]]),
        asked: [],
        warnings: [],
      }),
  };
}

function auditSuite(
  suite: Suite,
  limit: number,
): { readonly suite: Suite; readonly order: readonly Question[] } {
  const order = inTurns(suite).map(firstTurnOf);
  if (!Number.isInteger(limit) || limit < 1 || limit > order.length) {
    throw new ConfigError(`the battery has 1 to ${countOf(order.length, "question")}, not ${limit}`, {
      code: "invalid-limit",
      remedy: `Give --limit a whole number from 1 to ${order.length}.`,
    });
  }
  const { notice: _, ...rest } = suite;
  return { suite: { ...rest, questions: order.slice(0, limit) }, order };
}

function withRubric(question: Question): Question {
  return { ...question, rubric: AUDIT_RUBRIC };
}

function onlyJudge(config: RunConfig) {
  const [entry, second] = config.judges;
  if (entry !== undefined && second === undefined) return entry;
  throw new ConfigError(entry === undefined ? "no judge is named" : "several judges are named", {
    code: entry === undefined ? "judge-missing" : "judge-not-chosen",
    remedy: "Name the judge to attack: assay audit --judge NAME --judge-base-url URL.",
  });
}

/**
 * Prepares the attack battery against one judge: questions of assay-80, bundled honest answers, crafted attacks. The
 * judge is asked as in a run, with the same prompts, parser and limits, but never from the cache.
 * @throws ConfigError, DataError for what cannot be run.
 */
export async function prepareJudgeAudit(
  config: RunConfig,
  options: JudgeAuditOptions,
  services: Services,
): Promise<PreparedJudgeAudit> {
  const loaded = await loadSuite("quickstart", assetFinder(services));
  const drawn = auditSuite(loaded, options.questions ?? DEFAULT_QUESTIONS);
  // Whoever judges by rubric needs one; others do not look at it.
  const suite = { ...drawn.suite, questions: drawn.suite.questions.map(withRubric) };
  const order = drawn.order.map(withRubric);
  const isSingle = options.mode === "single";
  const mode = options.mode === "pairwise" ? "pairwise-baseline" : options.mode;
  // An answer against itself would show the order's effect alone.
  const common = ATTACKS.filter((attack) => isSingle || attack.kind !== "again");
  // A battery is asked call by call, and one judge is no jury.
  const { jury: _jury, juryWeights: _weights, familyGuard: _guard, ...alone } = config;
  const { replacement: _replacement, ...entry } = onlyJudge(config);
  const own = { ...alone, judges: [{ ...entry, mode } as const], gates: [], batch: false };
  const evaluation = await prepare(craftedAnswers(suite, [...common, RUBRIC_ATTACK]), own, services);
  const { plan, prices, warnings, close } = evaluation;
  const [protocol] = plan.protocols;
  if (protocol === undefined) throw new Error("a plan with one judge has one protocol");
  const attacks = protocol.judge.name === "rubric" ? [...common, RUBRIC_ATTACK] : common;
  const verdicts = suite.questions.length * (isSingle ? attacks.length + 1 : 2 * attacks.length);
  const calls = verdicts * (protocol.judge.parted === undefined ? 1 : AUDIT_RUBRIC.criteria.length);
  const prepared = { protocol, questions: suite.questions, attacks, calls, verdicts, prices, warnings };
  return { ...prepared, run: () => attackJudge({ ...prepared, order }, own, options, services), close };
}

type Prepared = Omit<PreparedJudgeAudit, "run" | "close"> & {
  readonly order: readonly Question[];
  readonly verdicts: number;
};

async function attackJudge(
  prepared: Prepared,
  config: RunConfig,
  options: JudgeAuditOptions,
  services: Services,
): Promise<JudgeAudit> {
  const { protocol, questions, order, attacks } = prepared;
  const answers = honestAnswers();
  const answerTo = (question: Question | undefined) => answers.get(question?.id ?? "") ?? "";
  const benches = questions.map(
    (question, index): Bench => ({
      question,
      honest: answerTo(question),
      foreign: answerTo(order[(index + 1) % order.length]),
    }),
  );
  const dispatcher = createDispatcher({
    ...dispatchOptions(services, limitsOf(config)),
    prices: prepared.prices,
  });
  try {
    const context = { dispatcher, clock: services.clock, judgeAttempts: config.judgeAttempts };
    const battery = new Battery(
      protocol,
      attacks,
      async (task) => (await produceJudgment(task, protocol, context))?.judgment,
      (done) => options.onProgress?.(done, prepared.verdicts),
    );
    const tries = await Promise.all(benches.map((bench) => battery.tries(bench)));
    const results = attacks.map((attack, index) =>
      attackResult(
        attack,
        tries.flatMap((one) => one[index] ?? []),
        options.mode,
      ),
    );
    const totals = dispatcher.totals();
    return {
      schema: "assay.audit/1",
      kind: "judge",
      protocol: protocol.protocol.id,
      judge: protocol.judge.name,
      judgeModel: protocol.judgeModel.id,
      mode: options.mode,
      questions: questions.map((question) => question.id),
      honestRating: options.mode === "single" ? meanHonest(tries) : null,
      attacks: results,
      calls: totals.reduce((sum, one) => sum + one.calls, 0),
      costUsd: totalCostUsd(totals),
      warnings: battery.warnings(),
    };
  } finally {
    await dispatcher.close();
  }
}

/** Mean rating of the honest answers; each question's stands beside all of its attacks. */
function meanHonest(tries: readonly (readonly AttackTry[])[]): number | null {
  const ratings = tries.flatMap((one) => one[0]?.honest ?? []);
  return ratings.length === 0 ? null : ratings.reduce((sum, one) => sum + one, 0) / ratings.length;
}
