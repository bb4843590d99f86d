import type { RunConfig } from "../../config/resolve.js";
import { isoTime } from "../../core/clock.js";
import { ConfigError } from "../../core/errors.js";
import { judgingDigest } from "../../core/judge-card.js";
import type { GameOutcome, LabelledPair } from "../../core/labelled-pair.js";
import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import type { Services } from "../../core/services.js";
import type { ShownJudgment } from "../../core/shown-judgment.js";
import { codePointLength } from "../../core/text.js";
import { votedPairId } from "../../interop/judge-bench/votes.js";
import type { AnswerChoice } from "../../pipeline/agreement/verdict-set.js";
import {
  type BenchCalls,
  type JudgedSet,
  judgedPair,
  type LabelledSet,
} from "../../pipeline/judge-bench/bench-set.js";
import type { PlannedProtocol } from "../../pipeline/plan.js";
import { heldProtocols } from "../../store/run-folder.js";
import type { AnswerSource } from "../answer-source.js";
import { type Evaluation, prepare } from "../evaluation.js";
import { benchConfig, refuseOwnAnswers } from "./own-answers.js";
import { type PairSuite, pairSide, pairSuites, SIDES } from "./pair-suites.js";

/** A judge on labelled pairs, ready; nothing is called yet. Close it when done. */
export interface PreparedBench extends Evaluation {
  readonly suites: readonly PairSuite[];
}

/** How a judge is measured. */
export interface LiveOptions {
  /** Run folder. */
  readonly run: string;
  /** Also where the judge wrote some of the answers. */
  readonly allowSelf: boolean;
  /** What must be said of the sets. */
  readonly warnings?: readonly Warning[];
}

/**
 * Prepares a judge on labelled pairs: each pair is a question, its two answers are recorded, and the judge is asked in both
 * orders as in any run.
 * @throws ConfigError, DataError for what cannot be run.
 */
export async function prepareBench(
  sets: readonly LabelledSet[],
  config: RunConfig,
  options: LiveOptions,
  services: Services,
): Promise<PreparedBench> {
  if (config.judges.length === 0) {
    throw new ConfigError("no judge is named", {
      code: "judge-missing",
      remedy: "Name one with --judge, or published decisions with --replay.",
    });
  }
  const suites = pairSuites(sets, config.limit);
  const own = benchConfig(config, options.run);
  const source: AnswerSource = {
    suites: suites.map(({ suite }) => suite),
    models: SIDES.map((side) => pairSide(side, suites)),
    asked: [],
    trials: 1,
    judgedOnce: true,
    kept: [],
    held: heldProtocols(options.run),
    judgedTurns: "last",
    findOpponents: () =>
      Promise.resolve({ models: {}, answers: new Map(), names: new Map(), asked: [], warnings: [] }),
  };
  const evaluation = await prepare(source, own, services);
  try {
    const judges = evaluation.plan.protocols.map(({ judgeModel }) => judgeModel);
    const asked = suites.map(({ set }) => set);
    const self = refuseOwnAnswers([...new Set(judges)], asked, options.allowSelf);
    return {
      ...evaluation,
      suites,
      warnings: [...(options.warnings ?? []), ...self, ...evaluation.warnings],
    };
  } catch (error) {
    await evaluation.close();
    throw error;
  }
}

/** What a game said, seen from the pair. */
function outcomeOf(judgment: ShownJudgment | undefined): GameOutcome {
  if (judgment?.status !== "judged") return "missing";
  const { verdict, a } = judgment;
  if (verdict.kind !== "preference") return "unreadable";
  if (verdict.winner === "tie") return "tie";
  const isFirstShown = verdict.winner === "a";
  return isFirstShown === (a === SIDES[0]) ? "a" : "b";
}

/** What was asked of the endpoint; replies from the cache or a recording cost nothing and took no time. */
function callsOf(judgments: readonly ShownJudgment[]): BenchCalls {
  let [verdicts, priced, costUsd, timed, seconds] = [0, 0, 0, 0, 0];
  for (const judgment of judgments) {
    if (judgment.status !== "judged") continue;
    verdicts++;
    const asked = judgment.replies.filter(({ source }) => source === undefined);
    if (asked.length === 0 || asked.length < judgment.replies.length) continue;
    timed++;
    seconds += asked.reduce((sum, { latencyMs }) => sum + latencyMs, 0) / 1000;
    if (asked.some((reply) => reply.costUsd === undefined)) continue;
    priced++;
    costUsd += asked.reduce((sum, reply) => sum + (reply.costUsd ?? 0), 0);
  }
  return { verdicts, priced, costUsd, timed, seconds };
}

/** The judge's verdicts as votes: both orders must agree, or it is a tie (MT-Bench). */
function verdictsAsVotes(set: LabelledSet, judged: JudgedSet["pairs"]): JudgedSet["votes"] {
  if (set.votes === undefined) return undefined;
  const places = new Map(set.votes.map((vote) => [votedPairId(vote), vote]));
  const verdicts = judged.flatMap(({ id, games: [one, two] }): AnswerChoice[] => {
    const place = places.get(id);
    const isRead = [one, two].every((game) => game !== "unreadable" && game !== "missing");
    if (place === undefined || !isRead) return [];
    const choice = one === two && one !== "tie" ? (one === "a" ? "first" : "second") : "tie";
    return [{ ...place, rater: "judge", choice }];
  });
  return { people: set.votes, verdicts };
}

function judgedSet(
  { set, suite }: PairSuite,
  { protocol, judge, judgeModel }: PlannedProtocol,
  all: readonly ShownJudgment[],
): JudgedSet {
  const own = all.filter((one) => one.protocol === protocol.id && one.suite === suite.id);
  const games = new Map(own.map((one) => [`${one.order ?? 1} ${one.questionId}`, one]));
  const gameOf = ({ id }: LabelledPair, order: 1 | 2) => outcomeOf(games.get(`${order} ${id}`));
  const pairs = set.pairs.map((pair) =>
    judgedPair(pair, [gameOf(pair, 1), gameOf(pair, 2)], codePointLength),
  );
  return {
    set: set.name,
    rule: set.rule,
    judge: judgeModel.id,
    judgeName: judge.name,
    protocol: protocol.id,
    judging: judgingDigest({
      judge: judge.identity,
      model: judgeModel.identity,
      parameters: judgeModel.parameters,
    }),
    answersBy: [...new Set(set.pairs.flatMap(({ answersBy = [] }) => answersBy))],
    pairs,
    calls: callsOf(own),
    ...presentFields({ votes: verdictsAsVotes(set, pairs) }),
  };
}

/** What the judges said, out of the records of the run folder. */
export function judgedSets(
  { plan, suites }: PreparedBench,
  judgments: readonly ShownJudgment[],
): JudgedSet[] {
  return plan.protocols.flatMap((planned) => {
    const own = suites.find(({ suite }) => suite.id === planned.suite.id);
    return own === undefined ? [] : [judgedSet(own, planned, judgments)];
  });
}

/** Run folder of a bench that names none: what is judged, and by whom. */
export function defaultBenchFolder(sets: readonly string[], config: RunConfig): string {
  const judges = config.judges.map(({ id, model }) => id ?? model ?? "judge");
  const base = (word: string) =>
    word
      .split(/[\\/]/)
      .at(-1)
      ?.replace(/\.jsonl?$/i, "") ?? word;
  const name = ["judge-bench", ...sets.map(base), ...judges.map(base)].join("-");
  return `runs/${name.replace(/[^A-Za-z0-9._-]+/g, "_").slice(0, 100)}`;
}

/** The time now, for the card. */
export function benchTime({ clock }: Pick<Services, "clock">): string {
  return isoTime(clock.now());
}
