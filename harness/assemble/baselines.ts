import { readFileSync } from "node:fs";
import { ConfigError, DataError, messageOf } from "../core/errors.js";
import { suggestName } from "../core/spelling.js";
import { comparedModels } from "../pipeline/compare/question-values.js";
import { type Baseline, baselineBoard, isBaseline, parseBaseline } from "../pipeline/gates/baseline.js";
import { lengthControlledOn } from "../pipeline/gates/gate-board.js";
import { type BoardInput, buildBoard } from "../pipeline/scores/build-board.js";
import { readRunVerdicts, type ScoringOptions } from "../pipeline/scores/score-run.js";

/** Something with models of which one is meant. */
export interface ModelSource {
  readonly path: string;
  /** Model that the user named. */
  readonly named: string | undefined;
  readonly models: readonly string[];
}

/**
 * Reads a baseline file.
 * @throws DataError when it cannot be read or is none.
 */
export function readBaseline(file: string): Baseline {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new DataError(`cannot be read (${messageOf(cause)})`, { code: "unreadable-file", file, cause });
  }
  return parseBaseline(text, file);
}

/** Whether a path is a file that says of itself that it is a baseline. */
export function isBaselineFile(path: string): boolean {
  if (!path.endsWith(".json")) return false;
  try {
    return isBaseline(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return false;
  }
}

/** Models that stand for themselves on a run's boards: all but an opponent that is not measured. */
export function measuredOn(inputs: readonly BoardInput[]): string[] {
  const ids = inputs.flatMap(({ subjects, head }) =>
    subjects.flatMap((subject) => (head.baseline === undefined ? subject : subject.slice(0, 1))),
  );
  return [...new Set(ids)];
}

/** The model of a base that a candidate is compared with: the one named, the one of the same id, or the only one. */
export function chooseModel(source: ModelSource, candidate?: string): string {
  const { path, named, models } = source;
  if (named !== undefined) {
    if (models.includes(named)) return named;
    throw new ConfigError(`${path} has no model "${named}"`, {
      code: "unknown-model",
      remedy: suggestName(named, models),
    });
  }
  const [only, second] = models;
  if (candidate !== undefined && models.includes(candidate)) return candidate;
  if (only !== undefined && second === undefined) return only;
  throw new ConfigError(
    only === undefined
      ? `${path} holds no scored model`
      : `${path} holds several models${candidate === undefined ? "" : `, none of them ${candidate}`}`,
    {
      code: "model-not-chosen",
      remedy: `Choose one with PATH#model: ${models.slice(0, 20).join(", ")}.`,
    },
  );
}

/** A file of means by question has no room for the chances with which a second judge was asked. */
function refuseSecond(run: string, { second, head }: BoardInput): void {
  if (second === undefined) return;
  throw new ConfigError(
    `the figures of ${head.protocol} are corrected to the second judge ${second.judge}, and a baseline file could keep those of ${head.judge} alone`,
    {
      code: "second-judge-no-baseline",
      remedy: `Name the run folder itself in gates (against: ${run}), or write the baseline of a run that one judge judged whole.`,
    },
  );
}

/**
 * The baseline of one model of a run: its figures on every board.
 * @param model Display id; may be left out where the run measures one model.
 * @throws ConfigError when the run has no such model or no figures, or a second judge that corrects them.
 */
export function baselineOf(run: string, model: string | undefined, scoring: ScoringOptions = {}): Baseline {
  const verdicts = readRunVerdicts(run, scoring);
  const models = measuredOn(verdicts.inputs);
  const source = { path: run, models, named: model };
  const chosen = chooseModel(source);
  const boards = verdicts.inputs.flatMap((input) => {
    const compared = comparedModels(input, verdicts.suites.get(input.head.suite)).find(
      (one) => one.model === chosen,
    );
    if (compared === undefined || compared.slots.every(({ value }) => value === undefined)) return [];
    refuseSecond(run, input);
    const controlled =
      input.metric === "preference" ? lengthControlledOn(buildBoard(input).board, chosen) : null;
    return [baselineBoard(compared, controlled)];
  });
  if (boards.length > 0) return { schema: "assay.baseline/1", model: chosen, boards };
  throw new ConfigError(`${chosen} has no usable verdict in ${run}`, {
    code: "nothing-scored",
    remedy: "Judge the run first: assay judge RUN --judge NAME.",
  });
}
