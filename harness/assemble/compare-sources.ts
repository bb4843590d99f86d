import type { PeoplesWord } from "../core/answer-rating.js";
import { ConfigError } from "../core/errors.js";
import { namedPath } from "../core/named-path.js";
import type { Suite } from "../core/records.js";
import { suggestName } from "../core/spelling.js";
import { readFileVerdicts, requireVerdicts, type ScoreFilesOptions } from "../interop/score-files.js";
import {
  type ComparedModel,
  comparedModels,
  directPair,
  isSameProtocol,
} from "../pipeline/compare/question-values.js";
import { asBaselineKeeps, baselineModels } from "../pipeline/gates/baseline.js";
import { withVotes } from "../pipeline/people/votes-of-board.js";
import type { BoardInput } from "../pipeline/scores/build-board.js";
import { readRunVerdicts, type ScoringOptions } from "../pipeline/scores/score-run.js";
import { isRunFolder, readManifest } from "../store/run-folder.js";
import { isBaselineFile, readBaseline } from "./baselines.js";

/** One side of a comparison as the command line names it: a run folder or judgment file, and a model of it. */
export interface ComparedSource {
  readonly path: string;
  /** Models on its boards, as the run names them; a baseline alone is not among them. */
  readonly models: readonly string[];
  readonly boards: readonly { readonly input: BoardInput; readonly suite: Suite | undefined }[];
  /** Model after `#`. */
  readonly named: string | undefined;
  /** The figures of a baseline file, which has no boards. */
  readonly baseline?: readonly ComparedModel[];
}

/** How sources are read. */
export type SourceOptions = ScoreFilesOptions & {
  readonly scoring: ScoringOptions;
  /** People's votes on what the sources judged, in place of those that lie in run folders. */
  readonly peopleVotes?: readonly PeoplesWord[] | undefined;
};

/** Reads one side of a comparison. @throws ConfigError, DataError. */
export async function readSource(text: string, options: SourceOptions): Promise<ComparedSource> {
  const source = namedPath(text);
  const { path, picked, renamed } = source;
  const named = renamed ?? picked;
  if (isBaselineFile(path)) {
    const baseline = baselineModels(readBaseline(path));
    return { path, models: [...new Set(baseline.map((one) => one.model))], boards: [], named, baseline };
  }
  const isRun = isRunFolder(path);
  const verdicts = isRun
    ? readRunVerdicts(path, options.scoring)
    : await readFileVerdicts([renamed === undefined ? path : text], { ...options, lengthControl: false });
  requireVerdicts(path, verdicts);
  const { peopleVotes } = options;
  const inputs = peopleVotes === undefined ? verdicts.inputs : withVotes(verdicts.inputs, peopleVotes);
  const boards = inputs.map((input) => ({ input, suite: verdicts.suites.get(input.head.suite) }));
  const subjects = boards.flatMap(({ input }) => input.subjects.map(([model = ""]) => model));
  const seconds = boards.flatMap(({ input }) =>
    input.head.baseline === undefined ? input.subjects.flatMap(([, second]) => second ?? []) : [],
  );
  const found = new Set([...subjects, ...seconds]);
  const models = isRun
    ? readManifest(path)
        .models.map((model) => model.id)
        .filter((id) => found.has(id))
    : [...found];
  if (named !== undefined && !found.has(named)) {
    throw new ConfigError(`${path} has no model "${named}"`, {
      code: "unknown-model",
      remedy: suggestName(named, found),
    });
  }
  return { path, models, boards, named };
}

/** The model that a source means. @throws ConfigError when it holds several and none is named. */
export function chosenModel(source: ComparedSource): string {
  if (source.named !== undefined) return source.named;
  const [only, second] = source.models;
  if (only !== undefined && second === undefined) return only;
  throw new ConfigError(
    only === undefined ? `${source.path} holds no scored model` : `${source.path} holds several models`,
    {
      code: "model-not-chosen",
      remedy: `Choose one: ${source.models
        .slice(0, 20)
        .map((id) => `${source.path}#${id}`)
        .join(" or ")}`,
    },
  );
}

/** A pair of models, ready to be compared, per suite that both sides have. */
export function comparablePairs(
  base: ComparedSource,
  candidate: ComparedSource,
): { readonly base: ComparedModel; readonly candidate: ComparedModel }[] {
  const [baseId, candidateId] = [chosenModel(base), chosenModel(candidate)];
  const isRounded = base.baseline !== undefined || candidate.baseline !== undefined;
  const sideOf = (source: ComparedSource, id: string) => {
    const models =
      source.baseline ?? source.boards.flatMap(({ input, suite }) => comparedModels(input, suite));
    const chosen = models.filter((one) => one.model === id);
    return isRounded && source.baseline === undefined ? chosen.map(asBaselineKeeps) : chosen;
  };
  if (base.path === candidate.path && baseId !== candidateId) {
    const direct = base.boards.flatMap(
      ({ input, suite }) => directPair(input, baseId, candidateId, suite) ?? [],
    );
    const others = matchSides(sideOf(base, baseId), sideOf(candidate, candidateId)).filter((pair) =>
      direct.every((one) => one.base.protocol !== pair.base.protocol),
    );
    return [...others, ...direct];
  }
  return matchSides(sideOf(base, baseId), sideOf(candidate, candidateId));
}

/** Boards of the same protocol belong together; where none is the same, those of the same suite and mode, for the comparison to refuse or explain. */
function matchSides(base: readonly ComparedModel[], candidate: readonly ComparedModel[]) {
  const same = base.flatMap((one) =>
    candidate
      .filter((other) => isSameProtocol(other, one) && other.suite === one.suite)
      .map((other) => ({ base: one, candidate: other })),
  );
  if (same.length > 0) return same;
  const alike = base.flatMap((one) =>
    candidate.filter((other) => other.mode === one.mode).map((other) => ({ base: one, candidate: other })),
  );
  const [first] =
    alike.length > 0
      ? alike
      : base.flatMap((one) => candidate.map((other) => ({ base: one, candidate: other })));
  if (first !== undefined) return [first];
  throw new ConfigError("the two sides have no board in common", {
    code: "nothing-to-compare",
    remedy: "Judge both with the same suite and judge.",
  });
}
