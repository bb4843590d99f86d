import { countOf } from "../../core/count-of.js";
import { scaleInterval } from "../../stats/intervals.js";
import { wilsonInterval } from "../../stats/proportions.js";
import type { BoardInput } from "../scores/build-board.js";
import type { VerdictRow } from "../scores/verdict-grid/row.js";
import { ACCEPTABLE, type AuditFinding, decideOnCount } from "./finding.js";
import { hasBothOrders } from "./position-effect.js";

/** Verdicts below which equal ones may be chance. */
const FEWEST_VERDICTS = 20;

const FIRST = "the win to the answer shown first";
const SECOND = "the win to the answer shown second";

/** Ratings in words, made once for each. */
class RatingWords {
  private readonly byRating = new Map<number, string>();

  of(rating: number): string {
    const known = this.byRating.get(rating);
    if (known !== undefined) return known;
    const words = `the rating ${rating}`;
    this.byRating.set(rating, words);
    return words;
  }
}

/** A choice between two answers in words; undefined for a verdict that cannot be used. */
function wordsOf(verdict: VerdictRow["verdict"]): string | undefined {
  if (verdict?.kind !== "preference") return undefined;
  if (verdict.weightB === 0.5) return "a tie";
  return verdict.weightB < 0.5 ? FIRST : SECOND;
}

/**
 * Share of verdicts that are the most frequent one: a judge that rates everything alike, calls every game a tie, or always
 * takes the same place where each pair is shown in both orders, has not told the answers apart, whatever they hold. Of
 * one model's answers nothing follows, they may deserve the same; nor of places where one order was shown.
 */
export function verdictVariety({ head, rows, subjects, metric }: BoardInput): AuditFinding[] {
  const areTurned = metric !== "rating" && hasBothOrders(rows);
  const counts = new Map<string, number>();
  let n = 0;
  const words = new RatingWords();
  for (const { verdict } of rows) {
    const said = verdict?.kind === "rating" ? words.of(verdict.rating) : wordsOf(verdict);
    if (said === undefined) continue;
    n++;
    const isPlace = said === FIRST || said === SECOND;
    if (areTurned || !isPlace) counts.set(said, (counts.get(said) ?? 0) + 1);
  }
  const [[most, count] = ["the same verdict", 0]] = [...counts].sort(([, one], [, other]) => other - one);
  const { value, interval } = wilsonInterval(count, n);
  const acceptable = ACCEPTABLE.sameVerdicts;
  const percent = value === null ? null : 100 * value;
  const isTold = new Set(subjects.flat()).size > 1 && n >= FEWEST_VERDICTS;
  const outcome = isTold ? decideOnCount(percent, acceptable) : "unknown";
  const doubt = outcome === "flagged" ? ": it does not tell the answers apart" : "";
  return [
    {
      check: "verdict-variety",
      suite: head.suite,
      protocol: head.protocol,
      outcome,
      value: percent,
      unit: "percent",
      interval: interval === null ? null : scaleInterval(interval, 100),
      acceptable,
      n,
      sentence: `The judge ${head.judge} gave ${most} in ${count} of ${countOf(n, "verdict")}${doubt}.`,
    },
  ];
}
