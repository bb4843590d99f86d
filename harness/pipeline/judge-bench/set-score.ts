import type { JudgedPair } from "../../core/labelled-pair.js";
import { judgeBenchPoint } from "../../stats/two-games.js";
import { meanFigureOf } from "../agreement/agreement.js";
import { percentScale } from "../scores/scale.js";
import type { GroupScore, SetScore } from "./bench-result.js";
import type { SetRule } from "./bench-set.js";
import { clusterOf } from "./pair-figures.js";

/** What a rule counts: a pair, or a prompt with all of its pairs. */
interface Unit {
  readonly group: string | undefined;
  readonly cluster: string;
  /** 1 right, −1 wrong, 0 neither. */
  readonly point: -1 | 0 | 1;
  /** Percent. */
  readonly value: number;
}

function pairUnit(pair: JudgedPair, rule: SetRule): Unit {
  const point = judgeBenchPoint(pair);
  const right = pair.games.filter((outcome) => outcome === pair.label).length;
  const value = rule === "llmbar" ? 50 * right : point === 1 ? 100 : 0;
  return { group: pair.group, cluster: clusterOf(pair), point, value };
}

/** A prompt is right where every right answer beats every wrong one, wrong where one of them loses. */
function promptUnits(pairs: readonly JudgedPair[]): Unit[] {
  const prompts = new Map<string, JudgedPair[]>();
  for (const pair of pairs) {
    const there = prompts.get(clusterOf(pair));
    if (there === undefined) prompts.set(clusterOf(pair), [pair]);
    else there.push(pair);
  }
  return [...prompts].map(([cluster, there]) => {
    const points = there.map(judgeBenchPoint);
    const point = points.every((one) => one === 1) ? 1 : points.includes(-1) ? -1 : 0;
    return { group: there[0]?.group, cluster, point, value: point === 1 ? 100 : 0 };
  });
}

function scoreOf(units: readonly Unit[]): GroupScore {
  const { value, interval } = meanFigureOf(
    units.map((unit) => unit.value),
    units.map(({ cluster }) => cluster),
    { scale: percentScale },
  );
  return {
    n: units.length,
    correct: units.filter(({ point }) => point === 1).length,
    score: value,
    interval,
  };
}

/** Score of judged pairs under a set's rule, together and by group, with intervals over prompts. */
export function scorePairs(
  pairs: readonly JudgedPair[],
  rule: SetRule,
): { readonly score: Omit<SetScore, "missing">; readonly groups: Readonly<Record<string, GroupScore>> } {
  const units = rule === "best-of-n" ? promptUnits(pairs) : pairs.map((pair) => pairUnit(pair, rule));
  const names = [...new Set(units.flatMap(({ group }) => group ?? []))];
  const count = (point: number) => units.filter((unit) => unit.point === point).length;
  return {
    score: { ...scoreOf(units), incorrect: count(-1), ties: count(0) },
    groups: Object.fromEntries(
      names.map((name) => [name, scoreOf(units.filter(({ group }) => group === name))]),
    ),
  };
}
