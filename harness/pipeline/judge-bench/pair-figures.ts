import type { Figure } from "../../core/board.js";
import type { JudgedPair, PairChoice } from "../../core/labelled-pair.js";
import { cohenKappa, crossTabulate } from "../../stats/agreement.js";
import { differenceScale } from "../../stats/bounded-mean.js";
import type { Estimate } from "../../stats/estimate.js";
import { separateDifference } from "../../stats/separate-difference.js";
import {
  endingOf,
  isRead,
  judgeBenchPoint,
  mergedChoice,
  type PairEnding,
  pairEndings,
  type ReadPair,
  readPairs,
  slotCounts,
  slotTest,
} from "../../stats/two-games.js";
import { meanFigureOf } from "../agreement/agreement.js";
import { percentScale } from "../scores/scale.js";
import type { CountedFigure, LabelSensitivity, LengthBias, PairFigures } from "./bench-result.js";

/** Pairs of one prompt depend on each other; a pair whose prompt is not told stands for itself. */
export function clusterOf({ id, cluster = id }: Pick<JudgedPair, "id" | "cluster">): string {
  return cluster;
}

/** Percent of pairs for which something holds, with its interval over prompts. */
function shareOf<Pair extends JudgedPair>(
  pairs: readonly Pair[],
  holds: (pair: Pair) => boolean,
): CountedFigure {
  const values = pairs.map((pair) => (holds(pair) ? 100 : 0));
  return { ...meanFigureOf(values, pairs.map(clusterOf), { scale: percentScale }), n: pairs.length };
}

const LABELS: readonly PairChoice[] = ["a", "b", "tie"];

/** Collects why figures are null. */
export class Reasons {
  readonly told: Record<string, string> = {};

  /** The value; where there is none, the reason is noted under the figure's name. */
  figure(name: string, { value, reason }: Estimate): Figure {
    if (value === null) this.told[name] = reason;
    return value;
  }
}

function kappaOf(first: readonly PairChoice[], second: readonly PairChoice[]): Estimate {
  return cohenKappa(crossTabulate(first, second, LABELS));
}

function firstSlotRate(pairs: readonly JudgedPair[]): PairFigures["firstSlotRate"] {
  const games = pairs.flatMap((pair) =>
    pair.games.flatMap((outcome, game) => {
      if (outcome !== "a" && outcome !== "b") return [];
      const isFirst = (outcome === "a") === (game === 0);
      return [{ points: isFirst ? 100 : 0, cluster: clusterOf(pair) }];
    }),
  );
  const figure = meanFigureOf(
    games.map(({ points }) => points),
    games.map(({ cluster }) => cluster),
    { scale: percentScale },
  );
  return { ...figure, n: games.length, ...slotTest(pairs) };
}

function sensitivityOf(pairs: readonly ReadPair[]): LabelSensitivity {
  const [a, b] = (["a", "b"] as const).map((label) => {
    const labelled = pairs.filter((pair) => pair.label === label);
    const named = shareOf(labelled, (pair) => mergedChoice(pair) === label);
    const tied = labelled.filter((pair) => mergedChoice(pair) === "tie").length;
    const half = named.value === null ? null : named.value + (50 * tied) / labelled.length;
    return { named, half };
  });
  if (a === undefined || b === undefined) throw new Error("there are two labels");
  const youden = (x: Figure, y: Figure) => (x === null || y === null ? null : (x + y) / 100 - 1);
  return {
    a: a.named,
    b: b.named,
    youden: youden(a.named.value, b.named.value),
    tiesAsHalf: { a: a.half, b: b.half, youden: youden(a.half, b.half) },
  };
}

function whyNoLength(pairs: readonly JudgedPair[]): string {
  if (pairs.length === 0) return "there are no judged pairs";
  return pairs.some(({ lengths }) => lengths !== undefined)
    ? "no pair has a better answer of another length than the worse one"
    : "the texts of the answers are not known; name the set beside the decisions";
}

function lengthBias(pairs: readonly JudgedPair[], reasons: Reasons): LengthBias | null {
  const told = pairs.flatMap((pair) => {
    const { lengths, label } = pair;
    if (lengths === undefined || label === "tie" || lengths.a === lengths.b) return [];
    return [{ pair, isLonger: label === "a" ? lengths.a > lengths.b : lengths.b > lengths.a }];
  });
  if (told.length === 0) {
    reasons.told.length = whyNoLength(pairs);
    return null;
  }
  const isRight = (pair: JudgedPair) => judgeBenchPoint(pair) === 1;
  const [longer, shorter] = [true, false].map((side) =>
    shareOf(
      told.filter(({ isLonger }) => isLonger === side).map(({ pair }) => pair),
      isRight,
    ),
  );
  if (longer === undefined || shorter === undefined) throw new Error("there are two sides");
  const asMean = ({ value, interval }: CountedFigure) => ({ mean: value, interval: interval ?? null });
  const { difference, interval, reason } = separateDifference(asMean(longer), asMean(shorter));
  const scale = differenceScale(percentScale);
  const held =
    interval === null
      ? null
      : { ...interval, low: Math.max(scale.low, interval.low), high: Math.min(scale.high, interval.high) };
  return {
    longer,
    shorter,
    difference: { value: difference, interval: held, ...(reason === null ? {} : { reason }) },
  };
}

function tableOf(pairs: readonly JudgedPair[]): PairFigures["table"] {
  const rows = new Map<string, { label: PairChoice; first: string; second: string; count: number }>();
  for (const { label, games } of pairs) {
    const key = [label, ...games].join(" ");
    const row = rows.get(key) ?? { label, first: games[0], second: games[1], count: 0 };
    row.count++;
    rows.set(key, row);
  }
  return [...rows].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, row]) => row);
}

function rate(part: number, whole: number): Figure {
  return whole === 0 ? null : (100 * part) / whole;
}

/**
 * Everything that follows from two games on each pair, none of which is missing. Shares have intervals over prompts.
 * @param reasons Told why a figure is null.
 */
export function pairFigures(pairs: readonly JudgedPair[], reasons: Reasons): PairFigures {
  const read = readPairs(pairs);
  const [first, second] = [read.map(({ games }) => games[0]), read.map(({ games }) => games[1])];
  const labels = read.map(({ label }) => label);
  const games = pairs.flatMap((pair) => pair.games);
  const gamesRead = games.filter(isRead);
  const equal = pairs.filter((pair) => pair.games[0] === pair.games[1]).length;
  const isRight = (game: 0 | 1) => (pair: JudgedPair) => pair.games[game] === pair.label;
  const endings = pairs.map(endingOf);
  const count = (ending: PairEnding) => endings.filter((one) => one === ending).length;
  return {
    inconsistent: pairs.length - equal,
    firstSlot: slotCounts(pairs).first,
    original: pairs.filter(isRight(0)).length,
    swapped: pairs.filter(isRight(1)).length,
    both: count("bothRight"),
    equal,
    kappa: reasons.figure("kappa", kappaOf(first, second)),
    endings: Object.fromEntries(pairEndings.map((ending) => [ending, count(ending)])) as Record<
      PairEnding,
      number
    >,
    table: tableOf(pairs),
    consistency: shareOf(read, (pair) => pair.games[0] === pair.games[1]),
    firstSlotRate: firstSlotRate(pairs),
    tieRate: rate(gamesRead.filter((choice) => choice === "tie").length, gamesRead.length),
    unreadableRate: rate(games.length - gamesRead.length, games.length),
    labelKappa: {
      first: reasons.figure("labelKappa.first", kappaOf(first, labels)),
      second: reasons.figure("labelKappa.second", kappaOf(second, labels)),
      merged: reasons.figure("labelKappa.merged", kappaOf(read.map(mergedChoice), labels)),
    },
    sensitivity: sensitivityOf(read),
    length: lengthBias(pairs, reasons),
  };
}
