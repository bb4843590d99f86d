import { countOf } from "../../core/count-of.js";
import { scaleInterval } from "../../stats/intervals.js";
import { wilsonInterval } from "../../stats/proportions.js";
import type { BoardInput } from "../scores/build-board.js";
import { VerdictGrid } from "../scores/verdict-grid/grid.js";
import { ACCEPTABLE, type AuditFinding, decideOnCount } from "./finding.js";
import { hasBothOrders } from "./position-effect.js";

/** Verdicts below which equal ones may be chance. */
const FEWEST_VERDICTS = 20;

const FIRST = "the win to the answer shown first";
const SECOND = "the win to the answer shown second";

/** What a choice between two answers is counted as. */
function choiceOf(weightB: number): string {
  if (weightB === 0.5) return "a tie";
  return weightB < 0.5 ? FIRST : SECOND;
}

/**
 * Share of verdicts that are the most frequent one: a judge that rates everything alike, calls every game a tie, or always
 * takes the same place where each pair is shown in both orders, has not told the answers apart, whatever they hold. Of
 * one model's answers nothing follows, they may deserve the same; nor of places where one order was shown.
 */
export function verdictVariety({ head, rows, subjects, metric }: BoardInput): AuditFinding[] {
  const areTurned = metric !== "rating" && hasBothOrders(rows);
  const counts = new Map<number | string, { count: number }>();
  let n = 0;
  const count = (said: number | string) => {
    n++;
    if (!areTurned && (said === FIRST || said === SECOND)) return;
    const known = counts.get(said);
    if (known === undefined) counts.set(said, { count: 1 });
    else known.count++;
  };
  for (const column of VerdictGrid.of(rows).columns)
    column.forEach((_, __, kind, value) => {
      if (kind === "rating") count(value);
      else if (kind === "preference") count(choiceOf(value));
    });
  const [[said, { count: most }] = ["the same verdict", { count: 0 }]] = [...counts].sort(
    ([, one], [, other]) => other.count - one.count,
  );
  const told = typeof said === "number" ? `the rating ${said}` : said;
  const { value, interval } = wilsonInterval(most, n);
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
      sentence: `The judge ${head.judge} gave ${told} in ${most} of ${countOf(n, "verdict")}${doubt}.`,
    },
  ];
}
