import { authorsBaseline } from "../../core/arena-hard-baselines.js";
import { compositeKey } from "../../core/composite-key.js";
import { countOf } from "../../core/count-of.js";
import type { Verdict, Warning } from "../../core/records.js";

/** The games of one question as a file's row tells them, without their texts. */
export interface BattleRow {
  readonly questionId: string;
  readonly model: string;
  /** Where the file names it. */
  readonly baseline: string | undefined;
  /** Game 1 shows the baseline first, game 2 the model; undefined for a game that is not there. */
  readonly games: readonly [Verdict | undefined, Verdict | undefined];
}

/** Rows of one judge on one set of questions. */
export interface BattleGroup {
  readonly judge: string;
  /** Judge models that are pooled; one for most boards. */
  readonly judges: readonly string[];
  readonly layout: "v0.1" | "v2" | "battles";
  readonly suite: string;
  readonly rows: BattleRow[];
}

/** Decided questions below which nothing is concluded from how often both games name one winner. */
const FEWEST_DECIDED = 20;
/** Two games between equal texts name the same winner no more often than chance; those of two models do most often. */
const MOST_CONSISTENT = 0.15;

const TURNED = { a: "b", b: "a", tie: "tie" } as const;

function winnerIn(verdict: Verdict | undefined): "a" | "b" | "tie" | undefined {
  return verdict?.kind === "preference" ? verdict.winner : undefined;
}

/** Whether a model's games look like games against itself: mostly ties, and hardly ever one winner in both orders. */
function looksLikeSelf(rows: readonly BattleRow[]): boolean {
  let [decided, consistent, ties] = [0, 0, 0];
  for (const { games } of rows) {
    const [first, second] = games.map(winnerIn);
    if (first === undefined || second === undefined) continue;
    if (first === "tie" && second === "tie") ties++;
    else {
      decided++;
      if (first !== "tie" && TURNED[first] === second) consistent++;
    }
  }
  return decided >= FEWEST_DECIDED && ties > decided && consistent < MOST_CONSISTENT * decided;
}

/** A baseline and what must be said of how it was found. */
interface FoundBaseline {
  readonly baseline: string;
  readonly warnings: readonly Warning[];
}

function byModel(rows: readonly BattleRow[]): Map<string, BattleRow[]> {
  const models = new Map<string, BattleRow[]>();
  for (const row of rows) {
    const own = models.get(row.model) ?? [];
    models.set(row.model, own);
    own.push(row);
  }
  return models;
}

/**
 * The baseline of rows that do not name one: the one model among several whose own games look like games against itself,
 * as files of a whole board hold them; else the authors' for this suite.
 */
export function findBaseline(rows: readonly BattleRow[], suite: string): FoundBaseline {
  const models = byModel(rows);
  const alike = [...models].filter(([, own]) => looksLikeSelf(own));
  const [[self, own] = []] = alike;
  if (models.size > 2 && alike.length === 1 && self !== undefined && own !== undefined) {
    const message = `the files do not name a baseline; ${self} is taken for it, since its own ${countOf(own.length, "row")} look like battles against itself (--baseline NAME says it)`;
    return { baseline: self, warnings: [{ code: "assumed-baseline", message }] };
  }
  const authors = authorsBaseline(suite);
  const message = `the files do not name a baseline; ${authors}, with which Arena-Hard's authors compare, is taken for it (--baseline NAME says it)`;
  return { baseline: authors, warnings: [{ code: "assumed-baseline", message }] };
}

/** Groups as they are met. */
export class BattleGroups {
  private readonly groups = new Map<string, BattleGroup>();

  /** Adds a row to the group of its judge, questions and layout. */
  add(group: Pick<BattleGroup, "judge" | "layout" | "suite">, row: BattleRow): void {
    const { judge, layout, suite } = group;
    const key = compositeKey(judge, layout, suite);
    const known = this.groups.get(key) ?? { judge, judges: [judge], layout, suite, rows: [] };
    this.groups.set(key, known);
    known.rows.push(row);
  }

  /**
   * The groups, and where several judges read one set of v2's creative prompts, one that pools them, as the original's
   * board of that set does.
   * @param isPooled whether a suite's judges are pooled
   */
  all(isPooled: (suite: string) => boolean): BattleGroup[] {
    const groups = [...this.groups.values()];
    const pooled = new Map<string, BattleGroup[]>();
    for (const group of groups) {
      if (group.layout !== "v2" || !isPooled(group.suite)) continue;
      const those = pooled.get(group.suite) ?? [];
      pooled.set(group.suite, those);
      those.push(group);
    }
    const joined = [...pooled.values()].flatMap((parts): BattleGroup[] => {
      const [first] = parts;
      if (first === undefined || parts.length < 2) return [];
      const judges = parts.map(({ judge }) => judge).sort();
      return [{ ...first, judge: judges.join(" + "), judges, rows: parts.flatMap(({ rows }) => rows) }];
    });
    return [...groups, ...joined];
  }
}

/** Rows by the baseline that they were played against; those that name none against `fallback`. */
export function rowsByBaseline(
  rows: readonly BattleRow[],
  fallback: string,
): Map<string, readonly BattleRow[]> {
  const parts = new Map<string, BattleRow[]>();
  for (const row of rows) {
    const baseline = row.baseline ?? fallback;
    const part = parts.get(baseline) ?? [];
    parts.set(baseline, part);
    part.push(row);
  }
  return parts;
}
