import { countOf } from "../../core/count-of.js";
import { formatFixed } from "../../core/shown-number.js";
import { clusteredMean } from "../../stats/clustered-mean.js";
import { compareGroupMeans } from "../../stats/proportions.js";
import { separateDifference } from "../../stats/separate-difference.js";
import { PairTable, PlaceTable } from "../agreement/place-table.js";
import type { BoardInput } from "../scores/build-board.js";
import { boardRankings } from "../scores/ranking-board.js";
import type { BoardRankingRecords } from "../scores/ranking-tracer.js";
import { percentScale } from "../scores/scale.js";
import type { VerdictRow } from "../scores/verdict-grid/row.js";
import { ACCEPTABLE, type AuditFinding, decideOnInterval } from "./finding.js";

/** Games of a board's pairs, made as they are asked for: there may be a million. */
function gamesOf(input: BoardInput): Iterable<VerdictRow> {
  const partners = new Map<string, Set<string>>();
  for (const [a = "", b = ""] of input.subjects) {
    partners.set(a, (partners.get(a) ?? new Set()).add(b));
    partners.set(b, (partners.get(b) ?? new Set()).add(a));
  }
  return {
    *[Symbol.iterator]() {
      for (const row of input.rows)
        if (row.verdict?.kind === "preference" && partners.get(row.a)?.has(row.b ?? "") === true) yield row;
    },
  };
}

/** Whether some comparison was judged in both orders. */
export function hasBothOrders(rows: Iterable<VerdictRow>): boolean {
  /** Places at which each pair was seen, by who was shown first. */
  const seen = new PairTable(() => new PlaceTable<true>());
  const turned = new PairTable((a, b) => seen.of(b, a));
  for (const row of rows) {
    const { a, b } = row;
    if (b === undefined) continue;
    seen.of(a, b).set(row, true);
    if (turned.of(a, b).get(row) === true) return true;
  }
  return false;
}

type Figures = Pick<AuditFinding, "value" | "unit" | "interval" | "acceptable" | "n" | "sentence">;

/** Both orders judged: an unbiased judge gives the first slot half of the decided games. */
function firstSlotShare(games: Iterable<VerdictRow>): Figures {
  const points: number[] = [];
  const questions: string[] = [];
  for (const { verdict, questionId } of games) {
    if (verdict?.kind !== "preference" || verdict.weightB === 0.5) continue;
    points.push(100 * (1 - verdict.weightB));
    questions.push(questionId);
  }
  const { mean, interval } = clusteredMean(points, questions, { scale: percentScale });
  const acceptable = ACCEPTABLE.firstSlot;
  const sentence =
    mean === null
      ? "No game was decided, so nothing can be said about the order."
      : `The answer shown first took ${formatFixed(mean, 1)}% of ${points.length} decided games, where an even-handed judge gives 50%.`;
  return { value: mean, unit: "percent", interval, acceptable, n: points.length, sentence };
}

/** Rankings, slots drawn: an even-handed judge puts the answer shown earlier above in half of its comparisons. */
function rankedSlots(games: Iterable<VerdictRow>, records: BoardRankingRecords): Figures {
  const { value, ...figures } = firstSlotShare(games);
  const { slots, positionAlarm } = boardRankings(records);
  if (value === null) return { value, ...figures };
  const ranks = slots.map(({ meanRank }) => formatFixed(meanRank, 2)).join(", ");
  const alarm =
    positionAlarm === null
      ? "; no slot differs beyond chance"
      : `; slot ${positionAlarm.slot} differs beyond chance (z ${formatFixed(positionAlarm.z, 2)})`;
  const sentence = `The answer shown earlier ranked above in ${formatFixed(value, 1)}% of ${countOf(figures.n, "comparison")}, where an even-handed judge gives 50%; mean rank by slot ${ranks}${alarm}.`;
  return { value, ...figures, sentence };
}

/** One order per question: preference by slot, questions compared with questions. */
function slotDifference(games: Iterable<VerdictRow>, input: BoardInput): Figures {
  const candidates = new Set(input.subjects.map(([model]) => model));
  const byQuestion = new Map<string, { first: number[]; second: number[] }>();
  let n = 0;
  for (const { verdict, a, questionId } of games) {
    if (verdict?.kind !== "preference") continue;
    n++;
    const isFirst = candidates.has(a);
    const entry = byQuestion.get(questionId) ?? { first: [], second: [] };
    byQuestion.set(questionId, entry);
    if (isFirst) entry.first.push(100 * (1 - verdict.weightB));
    else entry.second.push(100 * verdict.weightB);
  }
  const pointsIn = (slot: "first" | "second") =>
    [...byQuestion].map(([id, entry]) => [id, entry[slot]] as const);
  const [first, second] = [pointsIn("first"), pointsIn("second")].map((points) => ({
    ids: points.flatMap(([id, some]) => (some.length === 0 ? [] : [id])),
    means: points.flatMap(([, some]) =>
      some.length === 0 ? [] : [some.reduce((sum, one) => sum + one, 0) / some.length],
    ),
  }));
  const meanOf = (group: typeof first) =>
    clusteredMean(group?.means ?? [], group?.ids ?? [], { scale: percentScale });
  const { z } = compareGroupMeans(first?.means ?? [], second?.means ?? []);
  const { difference, interval } = separateDifference(meanOf(second), meanOf(first));
  const sentence =
    difference === null
      ? "All answers stood in the same slot, so nothing can be said about the order."
      : `The same models did ${formatFixed(Math.abs(difference), 1)} percentage points ${difference < 0 ? "worse" : "better"} when shown second than when shown first (z ${z === null ? "unknown" : formatFixed(z, 2)}); judging both orders (--orders both) takes this out.`;
  return {
    value: difference,
    unit: "percentage points, second slot minus first",
    interval,
    acceptable: ACCEPTABLE.slotDifference,
    n,
    sentence,
  };
}

/** Whether the order in which answers are shown moves the judge; nothing for boards of ratings. */
export function positionEffect(input: BoardInput): AuditFinding[] {
  if (input.metric === "rating" || input.frame.isOrderUnknown === true) return [];
  const games = gamesOf(input);
  const figures =
    input.rankings !== undefined
      ? rankedSlots(games, input.rankings)
      : hasBothOrders(games)
        ? firstSlotShare(games)
        : slotDifference(games, input);
  const { suite, protocol } = input.head;
  const outcome = decideOnInterval(figures.interval, figures.acceptable);
  return [{ check: "position-effect", suite, protocol, outcome, ...figures }];
}
