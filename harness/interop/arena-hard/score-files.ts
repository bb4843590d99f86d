import { resolve } from "node:path";
import { arenaHardOutcomes } from "../../core/arena-hard-labels.js";
import type { ScoreSource } from "../../core/board.js";
import { compositeKey } from "../../core/composite-key.js";
import { countOf, nounFor } from "../../core/count-of.js";
import { readJsonLines } from "../../core/jsonl.js";
import { type NamedPath, namedPath } from "../../core/named-path.js";
import type { Suite, Verdict, Warning } from "../../core/records.js";
import type { TokenCounter } from "../../core/token-counter.js";
import { parseVote } from "../../core/vote.js";
import { AnswerTraces } from "../../pipeline/audit/answer-traces.js";
import type { BoardInput } from "../../pipeline/scores/build-board.js";
import { outcomeWeight } from "../../pipeline/scores/outcome-rows.js";
import { VerdictGrid } from "../../pipeline/scores/verdict-grid/grid.js";
import { STYLE_CONTROL_V01 } from "../../stats/contextual/style-options.js";
import type { FileVerdicts } from "../file-verdicts.js";
import { checkNamedModels } from "../named-models.js";
import { ArenaHardStyles } from "./answer-styles.js";
import {
  type BattleGroup,
  BattleGroups,
  type BattleRow,
  findBaseline,
  rowsByBaseline,
} from "./battle-groups.js";
import { arenaHardProtocol, type Bench, Benches, suiteOf } from "./benches.js";
import { readArenaHardJudgments } from "./judgments.js";

/** How Arena-Hard's judgment files are scored. */
export interface ArenaHardScoring {
  /** As the original computes it, defects included. */
  readonly compat: boolean;
  /** Model that the others were compared with, where the files do not name it. */
  readonly baseline?: string | undefined;
  /** Of the original's bootstrap. */
  readonly seed: number;
  /** Counts tokens of answers that lie beside the judgments; left out, no board controls for style. */
  readonly tokens?: TokenCounter | undefined;
}

/** A file with what it holds. */
interface ArenaHardFile {
  readonly named: string;
  readonly format: string;
}

/** A file that was read. */
interface ReadArenaHardFile extends ArenaHardFile {
  readonly records: number;
  /** Models that it names. */
  readonly models: ReadonlySet<string>;
}

/** Reads one file into the groups of its judges. */
function readFile(
  { named, format }: ArenaHardFile,
  benches: Benches,
  groups: BattleGroups,
): ReadArenaHardFile {
  const place = namedPath(named);
  const models = new Set<string>();
  const bench = benches.of(place.path);
  let records = 0;
  const add = (group: Parameters<BattleGroups["add"]>[0], row: BattleRow) => {
    records++;
    models.add(row.model);
    const { picked, renamed } = place;
    if (picked === undefined || picked === row.model)
      groups.add(group, renamed === undefined ? row : { ...row, model: renamed });
  };
  if (format === "arena-hard-battles") {
    for (const { group, row } of battlesIn(place, bench)) add(group, row);
  } else {
    for (const { judge, layout, category, games, ...rest } of readArenaHardJudgments(place.path)) {
      const { questionId, model, baseline } = rest;
      const verdicts = [games[0]?.verdict, games[1]?.verdict] as const;
      const suite = bench.suite(category ?? bench.questions.get(questionId)?.category);
      add({ judge, layout, suite }, { questionId, model, baseline, games: verdicts });
    }
  }
  checkNamedModels(place, [...models]);
  return { named, format, records, models };
}

/** Battle rows `{question_id, model_a, model_b, winner}`, weights written out as copies; model_a is the baseline. */
function* battlesIn({ path }: NamedPath, bench: Bench) {
  for (const { line, value } of readJsonLines(path)) {
    const { questionId, modelA, modelB, winner } = parseVote(path, line, value);
    const won = winner === "a" || winner === "b" ? winner : "tie";
    const verdict: Verdict = { kind: "preference", winner: won, weightB: { a: 0, tie: 0.5, b: 1 }[won] };
    yield {
      group: { judge: "unknown", layout: "battles", suite: bench.suite(undefined) } as const,
      row: { questionId, model: modelB, baseline: modelA, games: [verdict, undefined] as const },
    };
  }
}

interface FoundBoard {
  readonly input: BoardInput;
  readonly warnings: readonly Warning[];
}

/** Stands for a game that is not there where several judges' games are told apart by their place in the row. */
const NO_GAME: Verdict = { kind: "unreadable", reason: "Arena-Hard recorded no game" };

function gridOf(
  rows: readonly BattleRow[],
  baseline: string,
  isPooled: boolean,
  categoryOf: (id: string) => string,
) {
  const grid = new VerdictGrid();
  let repeats = 0;
  for (const { questionId, model, games } of rows) {
    const place = { questionId, category: categoryOf(questionId), turn: 1, trial: 1 };
    const [first, second] = games.map((game) => game ?? (isPooled ? NO_GAME : undefined));
    const arrivals = [
      first && grid.add({ ...place, a: baseline, b: model, order: 2, verdict: first }),
      second && grid.add({ ...place, a: model, b: baseline, order: 1, verdict: second }),
    ];
    // A row without any game is a question that should have two.
    if (first === undefined && second === undefined) grid.slots.add(questionId, 1, place.category);
    if (arrivals.some((arrival) => arrival !== undefined && arrival !== "first")) repeats++;
  }
  return { grid, repeats };
}

function boardOf(
  group: BattleGroup,
  baseline: string,
  rows: readonly BattleRow[],
  bench: { readonly categoryOf: (id: string) => string },
  options: ArenaHardScoring,
): FoundBoard {
  const { layout, judge, judges, suite } = group;
  const battles = rows.filter(({ model }) => model !== baseline);
  const { grid, repeats } = gridOf(battles, baseline, judges.length > 1, bench.categoryOf);
  const slots = grid.slots.slots;
  const original = layout === "v2" ? "v2" : "v0.1";
  const isOneWay = layout !== "v2" && battles.every(({ games: [, second] }) => second === undefined);
  const self = rows.length - battles.length;
  return {
    input: {
      head: {
        suite,
        mode: "pairwise-baseline",
        judge,
        protocol: arenaHardProtocol({ original, judge, judges, baseline, suite }),
        baseline,
      },
      metric: "outcomes",
      subjects: [...new Set(battles.map(({ model }) => model))].map((model) => [model, baseline]),
      frame: { slots, trials: 1, categories: [...new Set(slots.map(({ category }) => category))] },
      rows: grid,
      outcomes: {
        rule: arenaHardOutcomes(original),
        compat: options.compat,
        seed: options.seed,
        games: isOneWay ? 1 : 2,
        ...(options.compat && original === "v0.1"
          ? { style: { ...STYLE_CONTROL_V01, selfBattles: selfBattles(rows, baseline) } }
          : {}),
      },
    },
    warnings: [
      ...(self === 0 ? [] : [selfWarning(baseline, self)]),
      ...(repeats === 0 || layout === "battles" ? [] : [repeatWarning(judge, repeats, judges.length)]),
    ],
  };
}

/** Suites of the boards whose questions are known. */
function suitesOf(boards: readonly BoardInput[], questions: Benches["questions"]): Map<string, Suite> {
  return new Map(
    boards.flatMap(({ head: { suite }, frame: { slots, categories } }) => {
      const known = slots.flatMap(({ questionId }) => questions.get(questionId) ?? []);
      return known.length === 0 ? [] : [[suite, suiteOf(suite, known, categories)] as const];
    }),
  );
}

/** The baseline's games against itself, seen from the side that models stand on: v0.1's style control takes them in. */
function selfBattles(rows: readonly BattleRow[], baseline: string) {
  const rule = arenaHardOutcomes("v0.1");
  return rows
    .filter(({ model }) => model === baseline)
    .flatMap(({ questionId, games }) =>
      games.flatMap((verdict, index) => {
        if (verdict?.kind !== "preference") return [];
        // Game 1 shows the baseline first.
        const share = index === 0 ? verdict.weightB : 1 - verdict.weightB;
        return [{ shareA: share, weight: outcomeWeight(verdict, rule), cluster: questionId }];
      }),
    );
}

function selfWarning(baseline: string, count: number): Warning {
  const message = `${countOf(count, "row")} of ${baseline} against itself ${nounFor(count, "is", "are")} left out: the baseline is 50 by definition`;
  return { code: "self-battles", message, count };
}

function repeatWarning(judge: string, count: number, judges: number): Warning {
  const message =
    judges > 1
      ? `the board of ${judge} pools the verdicts of ${countOf(judges, "judge")}; all of a prompt are one cluster`
      : `${countOf(count, "row")} of ${judge} ${nounFor(count, "repeats", "repeat")} a model's question; all count, in one cluster with the first`;
  return { code: judges > 1 ? "pooled-judges" : "judge-repeats", message, count };
}

/** What a file calls the models of the boards, by the names that those show. */
function ownNames({ named, models }: ReadArenaHardFile, shown: ReadonlySet<string>): Map<string, string> {
  const { renamed } = namedPath(named);
  // Beside a file whose model is shown under another name, its own name may be that of a third one elsewhere.
  const others = [...shown].filter(
    (model) => renamed === undefined || (model !== renamed && !models.has(model)),
  );
  const names = new Map(others.map((model) => [model, model]));
  if (renamed !== undefined) for (const model of models) names.set(renamed, model);
  return names;
}

/** Boards with the style of the answers that lie beside the files. */
function withStyles(
  boards: readonly BoardInput[],
  files: readonly ReadArenaHardFile[],
  { tokens }: ArenaHardScoring,
): readonly BoardInput[] {
  if (tokens === undefined) return boards;
  const found = new ArenaHardStyles(tokens);
  const models = new Set(boards.flatMap(({ subjects }) => subjects.flat()));
  for (const file of files) found.add(namedPath(file.named).path, ownNames(file, models));
  const styles = found.styles();
  return styles === undefined ? boards : boards.map((board) => ({ ...board, styles }));
}

/**
 * Reads Arena-Hard's judgment files of either layout, and battle rows; rows of one judge, set of questions and baseline
 * make one board. Files of two judges make two, and v2's creative prompts a third that pools them.
 *
 * @param files paths, `PATH#MODEL` or `NAME=PATH`, with their formats
 * @throws ConfigError for a model that a file does not hold; DataError naming file and line.
 */
export function arenaHardVerdicts(files: readonly ArenaHardFile[], options: ArenaHardScoring): FileVerdicts {
  const [benches, groups] = [new Benches(), new BattleGroups()];
  const sources: ScoreSource[] = [];
  const warnings: Warning[] = [];
  const seen = new Set<string>();
  const categories = new Map<string, string>();
  const readFiles: ReadArenaHardFile[] = [];
  for (const file of files) {
    const { path, picked, renamed } = namedPath(file.named);
    const key = compositeKey(resolve(path), picked, renamed);
    if (seen.has(key)) {
      warnings.push({ code: "file-named-twice", message: `${path} is named twice; it counts once.` });
      continue;
    }
    seen.add(key);
    const read = readFile(file, benches, groups);
    readFiles.push(read);
    sources.push({ path, format: file.format, records: read.records });
    for (const [id, { category }] of benches.of(path).questions) categories.set(id, category);
  }
  const boards = groups
    .all((suite) => suite.endsWith("creative"))
    .flatMap((group): FoundBoard[] => {
      const named = options.baseline;
      const isTold = named !== undefined || group.rows.every(({ baseline }) => baseline !== undefined);
      const found = isTold ? undefined : findBaseline(group.rows, group.suite);
      warnings.push(...(found?.warnings ?? []));
      const categoryOf = (id: string) => categories.get(id) ?? group.suite;
      return Array.from(rowsByBaseline(group.rows, named ?? found?.baseline ?? ""), ([baseline, rows]) =>
        boardOf(group, baseline, rows, { categoryOf }, options),
      );
    });
  const played = boards.map(({ input }) => input).filter(({ subjects }) => subjects.length > 0);
  const inputs = withStyles(played, readFiles, options);
  return {
    inputs,
    suites: suitesOf(inputs, benches.questions),
    sources,
    answers: new AnswerTraces(),
    warnings: [...warnings, ...boards.flatMap((board) => board.warnings)],
  };
}
