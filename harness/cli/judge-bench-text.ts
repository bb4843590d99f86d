import type { Interval } from "../core/board.js";
import { countOf } from "../core/count-of.js";
import { formatFixed } from "../core/shown-number.js";
import { printable } from "../core/text.js";
import type {
  CountedFigure,
  JudgeBench,
  JudgeComparison,
  SetResult,
  VoteAgreement,
} from "../pipeline/judge-bench/bench-result.js";
import { cell, type Terminal } from "./terminal.js";

/** More sets than that are shown as one line each. */
const MOST_IN_FULL = 6;
/** Flips that are listed on the terminal; `--json` has all. */
const MOST_FLIPS = 20;

function percent(value: number | null | undefined, digits = 1): string {
  return value === null || value === undefined ? "–" : `${formatFixed(value, digits)}%`;
}

function plain(value: number | null | undefined, digits = 3): string {
  return value === null || value === undefined ? "–" : formatFixed(value, digits);
}

function between(interval: Interval | null | undefined): string {
  return interval === null || interval === undefined
    ? ""
    : ` [${formatFixed(interval.low, 1)}, ${formatFixed(interval.high, 1)}]`;
}

function counted({ value, interval, n }: CountedFigure): string {
  return `${percent(value)}${between(interval)} of ${n}`;
}

function titleOf({ judge, judgeName, strategy, set, answersBy }: SetResult): string {
  const how = judgeName ?? strategy;
  const by = answersBy === null ? "" : `, answers by ${cell(answersBy, 80)}`;
  return `${cell(judge)}${how === undefined ? "" : ` (${cell(how, 40)})`} on ${cell(set)}${by}`;
}

const RULES: Readonly<Record<SetResult["rule"], string>> = {
  judgebench: "right in both games together (JudgeBench's rule)",
  llmbar: "mean accuracy of the two orders (LLMBar)",
  "best-of-n": "prompts on which every right answer beats every wrong one",
  votes: "agrees with people's votes, ties as a choice (S1)",
};

/** Youden's J up to which no figure can be corrected by a judge's rates. */
const WEAKEST = 0.1;

function pText(value: number | null): string {
  if (value === null) return "p –";
  return value < 0.0001 ? "p < 0.0001" : `p ${formatFixed(value, 4)}`;
}

type Line = readonly [name: string, text: string];

function scoreLines(result: SetResult): Line[] {
  const { score, interval, n, correct, incorrect, ties, missing, groups, rule } = result;
  const lost = missing === 0 ? "" : `; ${missing} without a verdict`;
  const counts = `${correct} right, ${incorrect} wrong, ${ties} neither, of ${n}${lost}`;
  const parts = Object.entries(groups).map(
    ([name, group]) => `${cell(name, 40)} ${percent(group.score)} of ${group.n}`,
  );
  return [
    ["score", `${percent(score)}${between(interval)}  ${RULES[rule]}`],
    ["", counts],
    ...(parts.length < 2 ? [] : [["by group", parts.join(" · ")] as const]),
  ];
}

function gameLines(result: SetResult): Line[] {
  const { endings, consistency, firstSlotRate, kappa, labelKappa } = result;
  if (endings === undefined || consistency === undefined || firstSlotRate === undefined) return [];
  const split = `one right, one wrong ${endings.split}`;
  const told = `both right ${endings.bothRight} · one right, one tie ${endings.oneRight} · ${split} · both tie ${endings.bothTie} · one wrong, one tie ${endings.oneWrong} · both wrong ${endings.bothWrong} · not read ${endings.unreadable}`;
  const { z, pValue } = firstSlotRate;
  const test = z === null ? "" : `, z ${formatFixed(z, 2)}, ${pText(pValue)}`;
  return [
    ["two games", told],
    [
      "accuracy",
      `${result.original ?? 0} in the given order, ${result.swapped ?? 0} swapped, ${result.both ?? 0} both`,
    ],
    ["same verdict", `${counted(consistency)} in both orders; ${result.inconsistent ?? 0} changed`],
    ["first slot", `${counted(firstSlotRate)} decided games${test}`],
    ["ties", `${percent(result.tieRate)} of games; unreadable ${percent(result.unreadableRate)}`],
    ["κ", `${plain(kappa)} between the orders; ${plain(labelKappa?.merged)} against the label`],
  ];
}

function biasLines({ sensitivity, length, reasons }: SetResult): Line[] {
  if (sensitivity === undefined) return [];
  const { a, b, youden, tiesAsHalf } = sensitivity;
  const half = tiesAsHalf.youden;
  const weak = half !== null && half <= WEAKEST ? ": too little to correct figures by" : "";
  const rates = `${counted(a)} where the first is better, ${counted(b)} where the second is; Youden's J ${plain(youden, 2)}, with a tie as half ${plain(half, 2)}${weak}`;
  if (length === null || length === undefined)
    return [
      ["names it", rates],
      ["length", cell(reasons.length ?? "–", 100)],
    ];
  const { longer, shorter, difference } = length;
  const change = difference.value === null ? "–" : formatFixed(difference.value, 1);
  return [
    ["names it", rates],
    [
      "length",
      `right ${counted(longer)} where the better answer is longer, ${counted(shorter)} where it is shorter: ${change}${between(difference.interval)} points`,
    ],
  ];
}

const VOTERS: Readonly<Record<VoteAgreement["between"], string>> = {
  "judge–human": "judge and people",
  "human–human": "people and people",
  "judge–author": "judge and authors",
  "author–human": "authors and people",
};

function voteLines({ agreement = [] }: SetResult): Line[] {
  return agreement.map(({ between: who, turn, setup, agreed, n, percent: share, interval }) => [
    setup === "S1" ? (turn === "all" ? "all turns" : `turn ${turn}`) : "",
    `${VOTERS[who].padEnd(19)} ${setup}${setup === "S1" ? ", ties count" : ", no ties   "}  ${agreed}/${n} = ${percent(share)}${between(interval)}`,
  ]);
}

function costLines({ cost }: SetResult): Line[] {
  if (cost === undefined) return [];
  const { usdPer1000, secondsPer1000, costUsd, verdicts } = cost;
  const money = usdPer1000 === null ? "no price known" : `$${formatFixed(usdPer1000, 2)} per 1000 pairs`;
  const time = secondsPer1000 === null ? "" : `, ${formatFixed(secondsPer1000, 0)} s of calls per 1000 pairs`;
  const spent = costUsd === null ? "" : `; ${countOf(verdicts, "verdict")} cost $${formatFixed(costUsd, 4)}`;
  return [["cost", `${money}${time}${spent}`]];
}

function showInFull(result: SetResult, terminal: Terminal): void {
  terminal.say(terminal.colors.bold(titleOf(result)));
  const lines = [
    ...scoreLines(result),
    ...gameLines(result),
    ...biasLines(result),
    ...voteLines(result),
    ...costLines(result),
  ];
  for (const [name, text] of lines) terminal.say(`  ${name.padEnd(13)} ${text}`);
  const { publishedKappa, isPublishedKappaDefined } = result;
  if (publishedKappa !== undefined && isPublishedKappaDefined === false)
    terminal.say(`                published κ ${plain(publishedKappa)} counts an unreadable winner as "2"`);
  terminal.say("");
}

function showInBrief(results: readonly SetResult[], terminal: Terminal): void {
  terminal.say(
    "set                       judge, prompt                  n   score  given  swapped  both  same  κ",
  );
  for (const {
    set,
    judge,
    judgeName,
    strategy,
    n,
    score,
    original,
    swapped,
    both,
    equal,
    kappa,
  } of results) {
    const who = `${judge}${(judgeName ?? strategy) === undefined ? "" : ` ${judgeName ?? strategy}`}`;
    const counts = [original, swapped, both, equal].map((one, index) =>
      String(one ?? "–").padStart([6, 8, 5, 5][index] ?? 5),
    );
    terminal.say(
      `${cell(set, 25).padEnd(25)} ${cell(who, 26).padEnd(26)} ${String(n).padStart(5)}  ${percent(score).padStart(6)} ${counts.join(" ")}  ${plain(kappa)}`,
    );
  }
  terminal.say("");
}

function showComparison(comparison: JudgeComparison, terminal: Terminal): void {
  const { set, first, second, n, bothRight, neitherRight, onlyFirst, onlySecond, pValue, flips } = comparison;
  terminal.say(
    terminal.colors.bold(
      `${cell(first, 80)} against ${cell(second, 80)} on ${cell(set)}, ${countOf(n, "pair")}`,
    ),
  );
  terminal.say(
    `  right         both ${bothRight}, the first alone ${onlyFirst}, the second alone ${onlySecond}, neither ${neitherRight}`,
  );
  const { value, interval } = comparison.difference;
  const change = value === null ? "–" : formatFixed(value, 1);
  terminal.say(`  difference    ${change}${between(interval)} points, McNemar's exact ${pText(pValue)}`);
  const shown = terminal.verbose ? flips : flips.slice(0, MOST_FLIPS);
  for (const { id, group, right } of shown)
    terminal.say(
      `    ${right === "first" ? "first " : "second"} right  ${cell(id)}${group === undefined ? "" : `  ${cell(group, 40)}`}`,
    );
  if (shown.length < flips.length)
    terminal.say(`    … ${flips.length - shown.length} more; --verbose or --json lists all`);
  terminal.say("");
}

/** Shows what is known of judges on labelled pairs. */
export function showJudgeBench({ sets, comparisons = [], warnings }: JudgeBench, terminal: Terminal): void {
  if (sets.length > MOST_IN_FULL && !terminal.verbose) showInBrief(sets, terminal);
  else for (const result of sets) showInFull(result, terminal);
  for (const comparison of comparisons) showComparison(comparison, terminal);
  terminal.say("In brackets: 95% intervals over prompts; docs/judge-quality.md says what the figures mean.");
  for (const warning of warnings)
    terminal.say(terminal.colors.yellow(`! ${printable(warning.message, { oneLine: true })}`));
}
