import { prepareEvaluation } from "../../assemble/evaluation.js";
import { type BoardPlan, planFromRuns } from "../../assemble/plan-runs.js";
import { countOf } from "../../core/count-of.js";
import { ConfigError } from "../../core/errors.js";
import { formatFixed, formatSigned } from "../../core/shown-number.js";
import { estimatePlan, type PlanEstimate } from "../../pipeline/estimate.js";
import { USUAL_HALF_WIDTH } from "../../pipeline/people/correct-pairs.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { foldingTerminal } from "../fold-lines.js";
import { loadConfig } from "../load-config.js";
import { openServices } from "../open-services.js";
import { showPeople, showSpread } from "../shown-spending.js";
import { cell, type Terminal } from "../terminal.js";

const DEFAULT_REPETITIONS = 400;
/** Pairs that are shown without `--json`. */
const SHOWN_PAIRS = 12;

/** `assay plan`: what a decision will cost, simulated from earlier runs, and where to spend next. Calls no model. */
export async function plan(given: Given<"plan">, terminal: Terminal): Promise<number> {
  const config = await loadConfig(given, process.env);
  const isPlanned = config.suites.length > 0 && config.models.length > 0;
  const { from = [], repetitions = DEFAULT_REPETITIONS } = given;
  if (!isPlanned && from.length === 0)
    throw new ConfigError(
      "there is nothing to plan: no config names suites and models, and no earlier run is given",
      {
        code: "nothing-to-plan",
        remedy: "Name a config (or --suite and --model), earlier runs with --from RUN, or both.",
      },
    );
  const opened = openServices(terminal, { endsAtOnce: true });
  const prepared = isPlanned ? await prepareEvaluation(config, opened.services) : undefined;
  try {
    const estimate = prepared && estimatePlan(prepared.plan, prepared.prices);
    const suites = prepared?.plan.suites ?? [];
    const boards = planFromRuns(from, {
      questions: new Map(suites.map(({ id, questions }) => [id, questions.length])),
      marginOf: (metric) =>
        config.gates.find((gate) => gate.metric === metric && gate.maxRegression !== undefined)
          ?.maxRegression,
      repetitions,
      seed: config.seed,
      halfWidth: given.halfWidth ?? USUAL_HALF_WIDTH,
      budget: config.budget,
      prices: { vote: given.votePrice, answers: given.answersPrice, verdicts: given.verdictsPrice },
    });
    terminal.document({ schema: "assay.plan/1", ...estimate, boards });
    const folding = foldingTerminal(terminal);
    if (estimate !== undefined) showEstimate(estimate, folding);
    for (const board of boards) showBoard(board, estimate, folding);
    if (from.length > 0 && boards.length === 0)
      terminal.say(
        "The earlier runs hold no two models of one protocol, so that nothing can be simulated from them.",
      );
    if (from.length === 0)
      terminal.say(
        "Earlier runs (--from RUN) would say what a decision takes; docs/deciding-early.md has a table.",
      );
    return exitCodes.done;
  } finally {
    await prepared?.close();
    opened.release();
  }
}

function showEstimate({ calls, costUsd }: PlanEstimate, terminal: Terminal): void {
  const { low, high } = costUsd;
  const money = low === null || high === null ? "no price known" : `$${low.toFixed(2)}–$${high.toFixed(2)}`;
  terminal.say(`A full run: ${countOf(calls, "call")}, ${money} (nothing is called now).`);
}

function costOf(questions: number, of: number, estimate: PlanEstimate | undefined): string {
  const { low = null, high = null } = estimate?.costUsd ?? {};
  if (low === null || high === null || high === 0) return "";
  return `, $${((low * questions) / of).toFixed(2)}–$${((high * questions) / of).toFixed(2)}`;
}

function showBoard(board: BoardPlan, estimate: PlanEstimate | undefined, terminal: Terminal): void {
  const { suite, protocol, questions, pairs, simulated, designs, elimination, next } = board;
  terminal.say("");
  terminal.say(`${terminal.colors.bold(cell(suite))}, protocol ${cell(protocol, 90)}`);
  for (const pair of pairs.slice(0, SHOWN_PAIRS)) {
    const { base, candidate, delta, interval, state, questionsToDecide: needed } = pair;
    const between =
      interval === null ? "" : ` [${formatFixed(interval.low, 2)}, ${formatFixed(interval.high, 2)}]`;
    const more =
      state === "undecided" && needed !== null
        ? `; ${countOf(needed, "question")} would decide it if it stays so`
        : "";
    terminal.say(
      `  ${cell(candidate, 40)} against ${cell(base, 40)}: ${delta === null ? "–" : formatSigned(delta, 2)}${between}, ${state}${more}`,
    );
  }
  if (pairs.length > SHOWN_PAIRS)
    terminal.say(`  and ${pairs.length - SHOWN_PAIRS} more (--json has them all)`);
  if (simulated !== null)
    terminal.say(
      `  What a decision takes on ${countOf(questions, "question")}, simulated from ${cell(simulated.candidate, 40)} against ${cell(simulated.base, 40)}:`,
    );
  for (const one of designs) {
    const futile = one.futile > 0 ? `, futile ${formatFixed(one.futile, 1)}%` : "";
    terminal.say(
      `    ${one.effect.padEnd(14)} ${one.design.padEnd(18)} ${countOf(Math.round(one.questions), "question")}${costOf(one.questions, questions, estimate)}; pass ${formatFixed(one.pass, 1)}%, fail ${formatFixed(one.fail, 1)}%${futile}`,
    );
  }
  showSpread(pairs, terminal);
  for (const { model, by, after } of elimination.eliminated)
    terminal.say(
      `  ${cell(model, 40)} is not the best: ${cell(by, 40)} is better, known after ${countOf(after, "question")}`,
    );
  if (elimination.eliminated.length > 0)
    terminal.say(`  (error over all models at most ${formatFixed(100 - elimination.level, 0)}%)`);
  showPeople(board.people, terminal);
  if (next !== null) {
    const widest =
      next.widestCategory === null
        ? ""
        : `; least is known of ${cell(next.widestCategory.category, 40)} (±${formatFixed(next.widestCategory.halfWidth, 2)})`;
    terminal.say(`  Spend next on ${cell(next.candidate, 40)} against ${cell(next.base, 40)}${widest}.`);
  }
}
