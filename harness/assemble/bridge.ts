import { existsSync, readFileSync, statSync } from "node:fs";
import { extname, resolve } from "node:path";
import { ConfigError } from "../core/errors.js";
import type { Bridge } from "../core/judge-bridge.js";
import type { Manifest } from "../core/manifest.js";
import { namedPath } from "../core/named-path.js";
import { presentFields } from "../core/present-fields.js";
import type { Warning } from "../core/records.js";
import { parseLeaderboard } from "../interop/alpaca-eval/leaderboard.js";
import { filesBelow } from "../interop/files-below.js";
import { readFileVerdicts, requireVerdicts, type ScoreFilesOptions } from "../interop/score-files.js";
import { bridgeJudges } from "../pipeline/bridge/bridge-judges.js";
import { type BridgeSide, sideOfVerdicts } from "../pipeline/bridge/bridge-side.js";
import type { BoardInput } from "../pipeline/scores/build-board.js";
import { percentScale } from "../pipeline/scores/scale.js";
import { readRunVerdicts } from "../pipeline/scores/score-run.js";
import type { Verdicts } from "../pipeline/scores/verdicts.js";
import { isRunFolder, readManifest } from "../store/run-folder.js";
import { modelsAnsweredAlike } from "./answered-alike.js";
import { namedBoards } from "./named-boards.js";

/** A leaderboard's baseline stands on it at 50%, without an error. */
const EVEN = 50;

function sideOfLeaderboard(name: string, path: string): BridgeSide {
  const { annotator, rows } = parseLeaderboard(readFileSync(path, "utf8"), path);
  const baseline = rows.find(
    ({ winRate, standardError }) => winRate === EVEN && (standardError ?? 0) === 0,
  )?.model;
  return {
    end: {
      name,
      judge: annotator,
      protocol: annotator,
      mode: "pairwise-baseline",
      ...presentFields({ baseline }),
    },
    metric: "winRate",
    scale: percentScale,
    scores: new Map(
      rows.flatMap(({ model, winRate, standardError }) =>
        winRate === null || model === baseline ? [] : [[model, { value: winRate, standardError }] as const],
      ),
    ),
    // The baseline's own row, and some model's, lack no verdict, however often the judge could not be read.
    verdictsPerModel: rows.reduce((most, { n }) => Math.max(most, n), 0),
  };
}

/** Judgment files in a folder that is no run: alpaca_eval's annotations, else FastChat's judgments. */
function judgmentFiles(folder: string): readonly string[] {
  const found = filesBelow(folder, "annotations.json");
  const files = found.length > 0 ? found : filesBelow(folder, ".jsonl");
  if (files.length > 0) return files;
  throw new ConfigError(`${folder} is neither a run folder nor holds judgment files`, {
    code: "not-a-run-folder",
    remedy: "Name a run folder, judgment files, a folder of them, or a leaderboard's CSV file.",
  });
}

function readVerdicts(text: string, request: ScoreFilesOptions): Promise<Verdicts> | Verdicts {
  const options = { ...request, lengthControl: false };
  const { path, renamed } = namedPath(text);
  if (isRunFolder(path)) return readRunVerdicts(path);
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  if (isFolder) return readFileVerdicts(judgmentFiles(path), options);
  return readFileVerdicts([renamed === undefined ? path : `${renamed}=${path}`], options);
}

function onlyBoard(text: string, inputs: readonly BoardInput[]): BoardInput {
  const [only, second] = inputs;
  const { path } = namedPath(text);
  if (only === undefined) {
    throw new ConfigError(`${path} holds no verdicts`, {
      code: "nothing-scored",
      remedy: "Name a run or file with verdicts.",
    });
  }
  if (second === undefined) return only;
  throw new ConfigError(`${path} holds verdicts of several judges or suites`, {
    code: "protocol-not-chosen",
    remedy: `Choose one: ${inputs.map(({ head }) => `${path}#${head.protocol}`).join(" or ")}`,
  });
}

/** What a verdict of a judge model cost in a run, in dollars. */
function costPerVerdict({ totals }: Manifest, judge: string): number | undefined {
  const own = totals.filter((one) => one.stage === "judgments" && one.model === judge && one.calls > 0);
  const calls = own.reduce((sum, one) => sum + one.calls, 0);
  if (calls === 0 || own.some(({ costUsd }) => costUsd === null)) return undefined;
  return own.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0) / calls;
}

/** @throws ConfigError, DataError. */
async function readSide(text: string, options: ScoreFilesOptions): Promise<BridgeSide> {
  const { path, picked } = namedPath(text);
  if (extname(path).toLowerCase() === ".csv" && existsSync(path)) return sideOfLeaderboard(text, path);
  const verdicts = await readVerdicts(text, options);
  requireVerdicts(path, verdicts);
  const inputs = picked === undefined ? verdicts.inputs : namedBoards(path, verdicts.inputs, picked);
  const input = onlyBoard(text, inputs);
  const side = sideOfVerdicts(text, input, verdicts.suites.get(input.head.suite));
  if (!isRunFolder(path)) return side;
  return {
    ...side,
    ...presentFields({ costPerVerdict: costPerVerdict(readManifest(path), input.head.judge) }),
  };
}

/** Leaves out models whose answers differ between two runs: what two judges say of them is no comparison of judges. */
function withoutOtherAnswers(old: BridgeSide, fresh: BridgeSide): { fresh: BridgeSide; warnings: Warning[] } {
  const [one, other] = [old, fresh].map(({ end }) => namedPath(end.name).path) as [string, string];
  const suite = old.end.suite;
  if (one === other || suite === undefined || ![one, other].every(isRunFolder))
    return { fresh, warnings: [] };
  const shared = [...old.scores.keys()].filter((model) => fresh.scores.has(model));
  const alike = modelsAnsweredAlike(one, other, suite, shared);
  const different = shared.filter((model) => !alike.has(model));
  if (different.length === 0) return { fresh, warnings: [] };
  if (alike.size === 0) {
    throw new ConfigError(
      `${old.end.name} and ${fresh.end.name} are different comparisons: their judges graded different answers`,
      {
        code: "different-answers",
        remedy: "Let the new judge grade the old run's answers: assay judge RUN --judge NAME.",
      },
    );
  }
  const message = `${different.join(", ")}: the two judges graded different answers of the same model, so that it is no anchor`;
  const scores = new Map([...fresh.scores].filter(([model]) => !different.includes(model)));
  return {
    fresh: { ...fresh, scores, leftOut: new Set(different) },
    warnings: [{ code: "different-answers", message, count: different.length }],
  };
}

function refuseOtherJudge(fresh: BridgeSide, predict: BridgeSide): void {
  if (fresh.end.protocol === predict.end.protocol && fresh.end.suite === predict.end.suite) return;
  throw new ConfigError(
    `${predict.end.name} was judged by ${predict.end.protocol}, the bridge leads from ${fresh.end.protocol}`,
    {
      code: "different-protocols",
      remedy: "Name a run that the new judge graded, by the same protocol and with the same questions.",
    },
  );
}

/** One board is no bridge: it would lead from a judge to itself, without an error. */
function refuseOneBoard(old: BridgeSide, fresh: BridgeSide): void {
  const [one, other] = [old, fresh].map(({ end }) => resolve(namedPath(end.name).path));
  if (one !== other || old.end.protocol !== fresh.end.protocol) return;
  throw new ConfigError(`${old.end.name} and ${fresh.end.name} are the same verdicts`, {
    code: "same-verdicts",
    remedy: "Name the old judge's verdicts first and the new one's second; PATH#judge picks one of several.",
  });
}

/** How a bridge is built. */
export interface BridgeRequest extends ScoreFilesOptions {
  /** Figures of the new judge that are to be stated in the old one's units. */
  readonly predict?: string | undefined;
}

/**
 * A bridge between two judges, from run folders, judgment files, folders of them, or leaderboards; `PATH#judge` picks one
 * of several judges.
 * @throws ConfigError, DataError.
 */
export async function bridgeOf(old: string, fresh: string, request: BridgeRequest): Promise<Bridge> {
  const left = await readSide(old, request);
  const second = await readSide(fresh, request);
  refuseOneBoard(left, second);
  const right = withoutOtherAnswers(left, second);
  const predict = request.predict === undefined ? undefined : await readSide(request.predict, request);
  if (predict !== undefined) refuseOtherJudge(right.fresh, predict);
  const bridge = bridgeJudges(left, right.fresh, predict);
  return { ...bridge, warnings: [...right.warnings, ...bridge.warnings] };
}
