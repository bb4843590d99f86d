import { existsSync, statSync } from "node:fs";
import { countOf } from "../core/count-of.js";
import { ConfigError } from "../core/errors.js";
import { namedPath } from "../core/named-path.js";
import type { Warning } from "../core/records.js";
import type { CountedVote } from "../core/vote.js";
import { isVoteFile, readPreferenceVotes } from "../interop/preference-votes.js";
import {
  type Correction,
  type CorrectPairsOptions,
  correctPairs,
  USUAL_HALF_WIDTH,
} from "../pipeline/people/correct-pairs.js";
import { judgedPairsOf, judgedPairsOn } from "../pipeline/people/judged-pairs.js";
import {
  type JudgedPair,
  labelsOf,
  modelsKey,
  type PairLabel,
  placeKey,
} from "../pipeline/people/pair-labels.js";
import { isUneven } from "../pipeline/people/people-labels.js";
import type { BoardInput } from "../pipeline/scores/build-board.js";
import { votesWithoutPilot } from "../stats/correction/votes-needed.js";
import { isRunFolder } from "../store/run-folder.js";
import { readSource, type SourceOptions } from "./compare-sources.js";
import { pickedBoards } from "./named-boards.js";
import { readVoteFile, votesBy } from "./people-votes.js";

/** What is corrected by whom. */
export interface CorrectionRequest extends SourceOptions, CorrectPairsOptions {
  /** Run folder, `RUN#protocol`, judgment file, or a judge's verdicts in the layout of votes. */
  readonly judged: string;
  /** File of votes; left out: the run folder's own. */
  readonly votes: string | undefined;
  /** Those whose names start so. */
  readonly voters: string | undefined;
}

interface Judged {
  /** Comparisons of some pairs of models. */
  readonly pairs: (wanted: ReadonlySet<string>) => readonly JudgedPair[];
  /** The run folder's own votes. */
  readonly votes: readonly CountedVote[];
  readonly warnings: readonly Warning[];
}

function ratingsLeftOut(path: string, { head }: BoardInput): Warning {
  const message = `the judge's pairs are corrected; what its ratings imply is corrected by ${path}#${head.protocol}`;
  return { code: "ratings-left-out", message };
}

async function readJudged(request: CorrectionRequest): Promise<Judged> {
  const { path, picked } = namedPath(request.judged);
  const isFile = existsSync(path) && statSync(path).isFile();
  if (isFile && !isRunFolder(path) && isVoteFile(path)) {
    const verdicts = votesBy(readPreferenceVotes(path), picked, path);
    const raters = new Set(verdicts.map(({ voter }) => voter));
    if (raters.size > 1) {
      throw new ConfigError(`${path} holds verdicts of ${countOf(raters.size, "judge")}`, {
        code: "judge-not-chosen",
        remedy: `Choose one: ${[...raters]
          .slice(0, 5)
          .map((one) => `${path}#${one}`)
          .join(" or ")}.`,
      });
    }
    const pairs = judgedPairsOf(verdicts);
    return {
      pairs: (wanted) => pairs.filter((pair) => wanted.has(modelsKey(pair))),
      votes: [],
      warnings: [],
    };
  }
  const source = await readSource(path, request);
  const boards = pickedBoards(path, picked, source);
  // One verdict for each comparison: what ratings imply counts only where nothing was compared directly.
  const compared = boards.filter(({ metric }) => metric !== "rating");
  const inputs = compared.length > 0 ? compared : boards;
  const unused = boards.find((board) => !inputs.includes(board));
  return {
    pairs: (wanted) => inputs.flatMap((input) => judgedPairsOn(input, wanted)),
    votes: inputs[0]?.votes ?? [],
    warnings: unused === undefined ? [] : [ratingsLeftOut(path, unused)],
  };
}

function ownVotes(judged: Judged, request: CorrectionRequest): readonly CountedVote[] {
  if (judged.votes.length > 0) return judged.votes;
  const { halfWidth = USUAL_HALF_WIDTH, level } = request;
  const votes = votesWithoutPilot(halfWidth / 100, level);
  throw new ConfigError(`${request.judged} holds no votes`, {
    code: "votes-missing",
    remedy: `Name a file of them with --votes, or let people vote with \`assay vote\`: ${votes} voted comparisons of a pair give ±${halfWidth} points at worst.`,
  });
}

function warningsOf(
  labels: ReadonlyMap<string, PairLabel>,
  judged: readonly JudgedPair[],
  request: CorrectionRequest,
): Warning[] {
  const places = new Set(judged.map(placeKey));
  const lost = [...labels.keys()].filter((key) => !places.has(key)).length;
  const warnings: Warning[] = [];
  if (lost > 0) {
    const message = `${lost} of ${labels.size} voted comparisons have no verdict of this judge; they do not count`;
    warnings.push({ code: "votes-without-verdict", message, count: lost });
  }
  if (request.cluster === "none" && isUneven(labels.values())) {
    const message =
      "votes were asked for with different probabilities, which the published formulas do not know: leave --cluster none away";
    warnings.push({ code: "uneven-votes", message });
  }
  const all = [...labels.values()];
  const untold = all.filter(({ probability }) => probability === undefined).length;
  if (isUneven(all) && untold > 0) {
    const message = `${untold} voted comparisons do not say how likely they were to be asked for, others do; they are taken as drawn evenly`;
    warnings.push({ code: "mixed-probabilities", message, count: untold });
  }
  return warnings;
}

/**
 * Corrects a judge's win rates by people's votes on some of what it judged; never calls a model.
 * @throws ConfigError, DataError.
 */
export async function correctionOf(request: CorrectionRequest): Promise<Correction> {
  const judged = await readJudged(request);
  const given = request.votes === undefined ? ownVotes(judged, request) : readVoteFile(request.votes);
  const votes = votesBy(given, request.voters, request.votes ?? request.judged);
  const labels = labelsOf(votes);
  const pairs = judged.pairs(new Set([...labels.values()].map(modelsKey)));
  const corrected = correctPairs(pairs, labels, request);
  if (corrected.length === 0) {
    throw new ConfigError(`no vote is on a comparison that ${request.judged} holds a verdict of`, {
      code: "nothing-to-correct",
      remedy: "Check that both name the same models, questions and turns.",
    });
  }
  return {
    schema: "assay.correct/1",
    judged: request.judged,
    votes: request.votes ?? request.judged,
    voters: [...new Set(votes.map(({ voter }) => voter))].sort(),
    cluster: request.cluster,
    level: request.level,
    pairs: corrected,
    warnings: [...judged.warnings, ...warningsOf(labels, pairs, request)],
  };
}
