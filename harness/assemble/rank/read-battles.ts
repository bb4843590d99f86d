import type { StyleCounts } from "../../core/answer-style.js";
import { countOf, nounFor } from "../../core/count-of.js";
import { ConfigError } from "../../core/errors.js";
import { namedPath } from "../../core/named-path.js";
import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import { tokenCounter } from "../../core/token-counter.js";
import { voteFor } from "../../core/vote.js";
import type { AssetFinder } from "../../data/asset-finder.js";
import { isVoteFile } from "../../interop/preference-votes.js";
import { readFileVerdicts } from "../../interop/score-files.js";
import type { BoardInput } from "../../pipeline/scores/build-board.js";
import { readRunVerdicts } from "../../pipeline/scores/score-run.js";
import { battlesOf, styledBattles } from "../../pipeline/scores/style-board.js";
import type { Battle } from "../../stats/battles.js";
import { isRunFolder } from "../../store/run-folder.js";
import { readVoteFile, votesBy } from "../people-votes.js";

/** A battle as a source holds it; what counts several times is there as often. */
export interface RankedBattle extends Battle {
  readonly cluster: string;
  readonly styleA?: StyleCounts;
  readonly styleB?: StyleCounts;
}

/** Battles of some sources. */
export interface FoundBattles {
  readonly battles: readonly RankedBattle[];
  readonly sources: readonly { readonly path: string; readonly battles: number }[];
  readonly warnings: readonly Warning[];
}

/** How battles are read. */
export interface ReadBattlesOptions {
  readonly voters: string | undefined;
  /** Arena-Hard v0.1: what the files do not name. */
  readonly baseline: string | undefined;
  /** Id of the protocol that is meant, or its beginning, where a source holds several. */
  readonly protocol: string | undefined;
  readonly styled: boolean;
  readonly finder: AssetFinder;
}

/**
 * People's battles out of files of votes, a person's second vote on a comparison too, as the package counts it. Votes on
 * answers whose models were shown are left out, and counted.
 */
export function votedBattles(paths: readonly string[], voters: string | undefined): FoundBattles {
  const sources: { path: string; battles: number }[] = [];
  let named = 0;
  const battles = paths.flatMap((path) => {
    const votes = votesBy(readVoteFile(path), voters, path);
    const blind = votes.filter(({ anonymous }) => anonymous !== false);
    named += votes.length - blind.length;
    sources.push({ path, battles: blind.length });
    return blind.map((vote): RankedBattle => {
      const { modelA: a, modelB: b, questionId: cluster } = vote;
      return { a, b, shareA: voteFor(vote, a), cluster };
    });
  });
  const message = `${countOf(named, "vote")} by people who saw the models' names ${nounFor(named, "is", "are")} left out`;
  return { battles, sources, warnings: named === 0 ? [] : [{ code: "named-votes", message, count: named }] };
}

/** The boards that are meant: of one judge protocol. @throws ConfigError where there are several, or none. */
function chosenBoards(inputs: readonly BoardInput[], protocol: string | undefined): readonly BoardInput[] {
  const compared = inputs.filter(({ metric }) => metric !== "rating");
  const isMeant = ({ head }: BoardInput) => protocol === undefined || head.protocol.startsWith(protocol);
  const found = compared.filter(isMeant);
  const names = [...new Set((found.length === 0 ? compared : found).map(({ head }) => head.protocol))];
  if (compared.length === 0)
    throw new ConfigError("the sources hold no comparisons of two models", {
      code: "no-battles",
      remedy: "Name a run with --mode pairwise-all or pairwise-baseline, or a file of battles.",
    });
  if (found.length === 0 || names.length > 1) {
    throw new ConfigError(
      found.length === 0
        ? `no comparisons are of protocol ${protocol}`
        : `the sources hold comparisons by ${countOf(names.length, "protocol")}`,
      { code: "protocol-not-chosen", remedy: `Name one of them with --protocol: ${names.join(", ")}.` },
    );
  }
  return found;
}

/** A ranking of comparisons knows no chances with which a second judge was asked. */
function refuseSecond(boards: readonly BoardInput[]): void {
  const found = boards.find(({ second }) => second !== undefined);
  if (found === undefined) return;
  throw new ConfigError(
    `a second judge (${found.second?.judge}) corrects the figures of ${found.head.protocol}, and ratings by comparisons cannot be corrected to it`,
    {
      code: "second-judge-not-ranked",
      remedy:
        "See the corrected figures with `assay score RUN` and `assay compare`, or rank a run that one judge judged whole.",
    },
  );
}

function battlesOfBoard(input: BoardInput, styled: boolean): RankedBattle[] {
  const found = styled && input.styles !== undefined ? styledBattles(input, input.styles) : battlesOf(input);
  return found.flatMap(({ weight = 1, ...battle }) =>
    // arena-rank knows no weights: a double arrow is three battles.
    Array.from({ length: Math.round(weight) }, () => ({ ...battle, cluster: battle.cluster as string })),
  );
}

/**
 * Reads battles from run folders, judgment files and files of votes.
 * @throws ConfigError, DataError.
 */
export async function readBattles(
  paths: readonly string[],
  options: ReadBattlesOptions,
): Promise<FoundBattles> {
  const runs = paths.filter((path) => isRunFolder(namedPath(path).path));
  const votes = paths.filter((path) => !runs.includes(path) && isVoteFile(namedPath(path).path));
  const files = paths.filter((path) => !runs.includes(path) && !votes.includes(path));
  if (options.voters !== undefined && votes.length === 0)
    throw new ConfigError("--voters chooses among people's votes, and no file of them is named", {
      code: "no-votes",
      remedy: "Name a file of votes, or leave --voters out.",
    });
  const voted = votedBattles(votes, options.voters);
  if (runs.length + files.length === 0) return voted;
  const { baseline, finder, styled } = options;
  const tokens = styled ? tokenCounter() : undefined;
  const read = { compat: false, baseline, lengthControl: false, finder, seed: 1, tokens };
  const verdicts = [
    ...runs.map((run) => readRunVerdicts(run, presentFields({ tokens }))),
    ...(files.length === 0 ? [] : [await readFileVerdicts(files, read)]),
  ];
  const inputs = verdicts.flatMap((one) => one.inputs);
  const boards = chosenBoards(inputs, options.protocol);
  refuseSecond(boards);
  const battles = boards.flatMap((input) => battlesOfBoard(input, styled));
  const judged = { path: [...runs, ...files].join(", "), battles: battles.length };
  return {
    battles: [...voted.battles, ...battles],
    sources: [...voted.sources, judged],
    warnings: [...voted.warnings, ...verdicts.flatMap(({ warnings }) => warnings)],
  };
}
