import type { GateEntry } from "../config/schema.js";
import type { Board } from "../core/board.js";
import { ConfigError, DataError } from "../core/errors.js";
import type { GateResult } from "../core/gate.js";
import { namedPath } from "../core/named-path.js";
import { presentFields } from "../core/present-fields.js";
import { suggestName } from "../core/spelling.js";
import { type ComparedModel, comparedModels, isSameProtocol } from "../pipeline/compare/question-values.js";
import { asBaselineKeeps, baselineModels } from "../pipeline/gates/baseline.js";
import { checkGates, gateError } from "../pipeline/gates/check-gates.js";
import { decideAllGates } from "../pipeline/gates/evaluate-gates.js";
import {
  type GateBase,
  type GateBoard,
  type GateSituation,
  gateBoard,
  type LengthControlledFigure,
  lengthControlledOn,
} from "../pipeline/gates/gate-board.js";
import { boardHasMetric, type GateRequest } from "../pipeline/gates/gate-request.js";
import type { Plan } from "../pipeline/plan.js";
import { metricOf } from "../pipeline/run-manifest.js";
import { buildBoard } from "../pipeline/scores/build-board.js";
import { readRunVerdicts, type ScoredRun, type ScoringOptions } from "../pipeline/scores/score-run.js";
import type { Verdicts } from "../pipeline/scores/verdicts.js";
import { secondMissing } from "../pipeline/second/second-figures.js";
import { isRunFolder, readManifest } from "../store/run-folder.js";
import { chooseModel, measuredOn, readBaseline } from "./baselines.js";

/** Something outside the run that gates compare with. */
interface BaseSource {
  readonly path: string;
  /** Model after `#`. */
  readonly named: string | undefined;
  readonly isBaselineFile: boolean;
  readonly models: readonly string[];
  readonly compared: readonly ComparedModel[];
  controlled(model: string, protocol: string): LengthControlledFigure | null;
}

function runSource(path: string, named: string | undefined, scoring: ScoringOptions): BaseSource {
  const verdicts = readRunVerdicts(path, scoring);
  return {
    path,
    named,
    isBaselineFile: false,
    models: measuredOn(verdicts.inputs),
    compared: verdicts.inputs.flatMap((input) =>
      comparedModels(input, verdicts.suites.get(input.head.suite)),
    ),
    controlled: (model, protocol) => {
      const input = verdicts.inputs.find((one) => one.head.protocol === protocol);
      return input === undefined ? null : lengthControlledOn(buildBoard(input).board, model);
    },
  };
}

function baselineSource(path: string, named: string | undefined): BaseSource {
  const baseline = readBaseline(path);
  return {
    path,
    named,
    isBaselineFile: true,
    models: [baseline.model],
    compared: baselineModels(baseline),
    controlled: (_, protocol) => {
      const board = baseline.boards.find((one) => one.protocol === protocol);
      const figure = board?.lengthControlledWinRate;
      return board === undefined || figure === undefined ? null : { ...figure, questions: board.n };
    },
  };
}

function unknownBase(against: string, models: readonly string[]): ConfigError {
  return new ConfigError(
    `"${against}" is neither a model of this run, nor a run folder, nor a baseline file`,
    {
      code: "unknown-base",
      remedy: `Name a run folder, PATH#model, or a file of \`assay baseline write\`. ${suggestName(against, models)}`,
    },
  );
}

/** Where `against` points to outside the run: the path and the model after `#`. */
function placeOf(
  against: string,
  models: readonly string[],
): { readonly path: string; readonly named?: string } {
  const { path, picked } = namedPath(against);
  if (isRunFolder(path) || path.endsWith(".json")) return { path, ...presentFields({ named: picked }) };
  throw unknownBase(against, models);
}

function differentProtocols(
  source: Pick<BaseSource, "path">,
  wanted: string,
  there: readonly string[],
): ConfigError {
  return new ConfigError(
    `${source.path} has no figures of protocol ${wanted}; it holds ${there.join(", ") || "none"}`,
    {
      code: "different-protocols",
      remedy:
        "Judge both with the same suite, judge model, prompts and parameters (`assay judge RUN` adds a judge to an older run), or write the baseline again.",
    },
  );
}

function baseOutside(source: BaseSource, candidate: string, board: GateBoard): GateBase {
  const chosen = chooseModel(source, candidate);
  const own = board.models.find((one) => one.model === candidate);
  const { protocol, suite } = board.board;
  const base = source.compared.find(
    (one) => one.model === chosen && one.suite === suite && own !== undefined && isSameProtocol(one, own),
  );
  if (own === undefined || base === undefined) {
    throw differentProtocols(source, protocol, [...new Set(source.compared.map((one) => one.protocol))]);
  }
  return {
    base,
    candidate: source.isBaselineFile ? asBaselineKeeps(own) : own,
    lengthControlled: source.controlled(chosen, base.protocol),
  };
}

function baseWithin(against: string, candidate: string, board: GateBoard): GateBase {
  const lengthControlled = lengthControlledOn(board.board, against);
  const direct = board.direct(against, candidate);
  if (direct !== undefined) return { ...direct, lengthControlled };
  const [base, own] = [against, candidate].map((id) => board.models.find((one) => one.model === id));
  if (base !== undefined && own !== undefined) return { base, candidate: own, lengthControlled };
  throw withoutFigures(against);
}

/** The error for a base that the models are compared with on a board, so that it has no win rate there. */
export function withoutFigures(against: string): ConfigError {
  return new ConfigError(`${against} has no figures of its own on this board`, {
    code: "base-without-figures",
    remedy: "It is the opponent there: hold the win rate to `min: 50` instead.",
  });
}

function boardsOf(verdicts: Verdicts, boards: readonly Board[]): GateBoard[] {
  return verdicts.inputs.flatMap((input) => {
    const { protocol, suite } = input.head;
    const board = boards.find((one) => one.protocol === protocol && one.suite === suite);
    return board === undefined ? [] : [gateBoard(board, input, verdicts.suites.get(suite))];
  });
}

/** What `against` means for a candidate on a board of a run; what lies outside is read once. */
export function baseFinder(ids: readonly string[], scoring: ScoringOptions): GateSituation["baseFor"] {
  const sources = new Map<string, BaseSource>();
  const sourceOf = (against: string): BaseSource => {
    let source = sources.get(against);
    if (source === undefined) {
      const { path, named } = placeOf(against, ids);
      source = isRunFolder(path) ? runSource(path, named, scoring) : baselineSource(path, named);
      sources.set(against, source);
    }
    return source;
  };
  return (against, candidate, board) =>
    ids.includes(against)
      ? baseWithin(against, candidate, board)
      : baseOutside(sourceOf(against), candidate, board);
}

/**
 * Decides the gates of a finished run; see `decideAllGates`. Calls no model. A base that cannot be read or compared
 * makes its gate fail, with the reason in its message.
 * @param scoring Of runs that gates compare with.
 */
export async function evaluateGates(
  entries: readonly GateEntry[],
  run: Pick<ScoredRun, "manifest" | "verdicts" | "scores">,
  scoring: ScoringOptions = {},
): Promise<readonly GateResult[]> {
  const { manifest, verdicts, scores } = run;
  const { sequence } = manifest;
  return decideAllGates(entries, {
    boards: boardsOf(verdicts, scores.boards),
    totals: manifest.totals,
    seed: manifest.seed,
    ...(sequence === undefined || sequence.continued === true ? {} : { sequence }),
    baseFor: baseFinder(
      manifest.models.map((model) => model.id),
      scoring,
    ),
  });
}

/** What a base says of itself without its verdicts being read. */
function baseFacts(against: string, ids: readonly string[]) {
  const { path, named } = placeOf(against, ids);
  if (!isRunFolder(path)) {
    const baseline = readBaseline(path);
    const protocols = baseline.boards.map(({ protocol, former }) => ({
      protocol,
      ...presentFields({ former }),
      models: [baseline.model],
    }));
    return { path, named, models: [baseline.model], protocols };
  }
  const protocols = readManifest(path).protocols.map((protocol) => ({
    protocol: protocol.id,
    ...presentFields({ former: protocol.former }),
    models: [
      ...new Set(
        protocol.subjects.flatMap((one) => (protocol.baseline === undefined ? one : one.slice(0, 1))),
      ),
    ],
  }));
  return { path, named, models: [...new Set(protocols.flatMap((protocol) => protocol.models))], protocols };
}

/**
 * Checks that what a gate compares with is there, has the model that is meant and was measured by the same protocol.
 * @throws ConfigError, DataError.
 */
export function checkBase(gate: GateRequest, plan: Plan, measured: readonly string[]): void {
  const { against } = gate;
  if (against === undefined || measured.includes(against) || plan.models.has(against)) return;
  const base = baseFacts(against, measured);
  for (const candidate of gate.model === undefined ? measured : [gate.model]) chooseModel(base, candidate);
  for (const planned of plan.protocols) {
    const { id, suite, former } = planned.protocol;
    if (planned.second !== undefined && !base.protocols.some(({ protocol }) => protocol === id))
      throw secondMissing(base.path, planned.judgeModel.id);
    const wanted = { protocol: id, ...presentFields({ former }) };
    if (
      (gate.suite !== undefined && gate.suite !== suite) ||
      !boardHasMetric(metricOf(planned.judge), gate.metric)
    )
      continue;
    if (base.protocols.some((one) => isSameProtocol(one, wanted))) continue;
    throw differentProtocols(
      base,
      id,
      base.protocols.map((one) => one.protocol),
    );
  }
}

/**
 * Checks gates before the first call: their form and names, and that what they compare with is there, has the model
 * that is meant and was measured by the same protocol.
 * @param measured Display ids of the models that are measured.
 * @throws ConfigError `invalid-gate` naming the key path.
 */
export function checkGatesOfPlan(
  entries: readonly GateEntry[],
  plan: Plan,
  measured: readonly string[],
): void {
  checkGates(entries, {
    models: measured,
    judgeModels: plan.protocols.map((planned) => planned.judgeModel.id),
    suites: plan.suites.map(({ id, categories, questions }) => ({
      id,
      categories: categories.filter((category) =>
        questions.some((question) => question.category === category),
      ),
    })),
    protocols: plan.protocols
      .filter(({ second }) => second === undefined)
      .map((planned) => ({
        suite: planned.suite.id,
        second: plan.protocols.find(({ second }) => second?.first === planned.protocol.id)?.judgeModel.id,
        metric: metricOf(planned.judge),
        orders: planned.judge.orders,
        scale: planned.judge.scale?.(planned.suite.questions),
      })),
  });
  entries.forEach((gate, index) => {
    try {
      checkBase(gate, plan, measured);
    } catch (error) {
      if (!(error instanceof ConfigError || error instanceof DataError)) throw error;
      throw gateError(index, "against", error.message, error.remedy ?? "Name another base.");
    }
  });
}
