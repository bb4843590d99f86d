import type { Generation, Verdict } from "../harness/core/records.js";
import { type Criterion, kindOf, leavesOf, type Rubric, rubricScore } from "../harness/core/rubric.js";
import { plainLine, statedValue } from "./assay-verdict.js";
import { CUT_OFF, unreadable } from "./verdicts.js";

/** What a decision is worth, 0 to 1; undefined for what is none. */
function worthOf(criterion: Criterion, value: string): number | undefined {
  const kind = kindOf(criterion);
  if (kind.kind === "binary") {
    const said = value.toUpperCase();
    if (said !== "MET" && said !== "NOT MET") return undefined;
    return (said === "MET") === (criterion.wanted !== false) ? 1 : 0;
  }
  if (kind.kind === "scale") {
    const { min, max } = kind;
    const number = /^-?\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    return number >= min && number <= max ? (number - min) / (max - min) : undefined;
  }
  const level = Object.keys(kind.levels).find((name) => name.toLowerCase() === value.toLowerCase());
  return level === undefined ? undefined : kind.levels[level];
}

/** The decisions of a reply by number of the criterion, or why they cannot be used. */
function decisionsOf(
  text: string,
  leaves: readonly Criterion[],
  code: string,
): ReadonlyMap<number, number> | string {
  const found = new Map<number, number>();
  for (const line of text.split(/\r\n|[\n\r\u2028\u2029\u0085\v\f]/)) {
    const plain = plainLine(line);
    const number = Number(/^CRITERION (\d{1,4})(?!\d)/.exec(plain)?.[1] ?? Number.NaN);
    const criterion = leaves[number - 1];
    const value = Number.isNaN(number) ? undefined : statedValue(plain, `CRITERION ${number}`, code);
    if (value === undefined) continue;
    if (criterion === undefined) return `there is no criterion ${number}`;
    const worth = worthOf(criterion, value);
    if (worth === undefined) return `criterion ${number} has a decision that its kind does not know`;
    const earlier = found.get(number);
    if (earlier !== undefined && earlier !== worth)
      return `criterion ${number} is decided twice, differently`;
    found.set(number, worth);
  }
  return found;
}

/**
 * Reads a reply by rubric: a line `CRITERION K [code]: DECISION` for each criterion, wherever they stand. Only the judge
 * can write the call's code, so an answer that claims decisions decides nothing. A criterion without a decision makes the
 * whole reply unreadable: it is neither met nor unmet.
 */
export function readRubricVerdict({ text, finishReason }: Generation, rubric: Rubric, code: string): Verdict {
  if (text.trim() === "") return unreadable("the reply is empty");
  if (finishReason === "length") return unreadable(CUT_OFF);
  const leaves = leavesOf(rubric.criteria);
  const decisions = decisionsOf(text, leaves, code);
  if (typeof decisions === "string") return unreadable(decisions);
  const worths = leaves.map((_, index) => decisions.get(index + 1));
  const open = worths.indexOf(undefined);
  if (open !== -1) return unreadable(`no line is "CRITERION ${open + 1} [code]: …"`);
  const decided = worths.map((worth) => worth ?? 0);
  const score = rubricScore(rubric, decided);
  if (score === null) return unreadable("no criterion has positive points");
  return { kind: "rating", rating: 100 * score, criteria: decided };
}
