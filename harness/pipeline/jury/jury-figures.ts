import type { JuryFigures, JuryMember, JurySplit } from "../../core/jury.js";
import { presentFields } from "../../core/present-fields.js";
import { cohenKappa, crossTabulate } from "../../stats/agreement.js";
import type { Estimate } from "../../stats/estimate.js";
import { correlationOf, effectiveJudges } from "../../stats/judge-dependence.js";
import { krippendorffAlpha } from "../../stats/krippendorff-alpha.js";
import { buildBoard } from "../scores/build-board.js";
import { guardedOf, relativesOf } from "./family-guard.js";
import { headlines } from "./headlines.js";
import { type Jury, type JuryItem, juryInput, ownValues, withoutMember } from "./jury-input.js";
import { levelledJury } from "./one-level.js";

/** Items that are listed; the records have the others. */
const MOST_SPLITS = 20;

/** Whether a judge gave no verdict and did not abstain either. */
function hasFailed(item: JuryItem, member: number): boolean {
  return ownValues(item)[member] === undefined && item.abstained[member] !== true;
}

/** Mean over the pairs of judges for which a figure can be had. */
function overPairs(jury: Jury, figure: (first: number[], second: number[]) => Estimate): Estimate {
  const values: number[] = [];
  let reason = "no two judges gave verdicts on the same items";
  for (let one = 0; one < jury.members.length; one++)
    for (let other = one + 1; other < jury.members.length; other++) {
      const shared = jury.items.flatMap((item) => {
        const own = ownValues(item);
        const [x, y] = [own[one], own[other]];
        return x === undefined || y === undefined ? [] : [[x, y] as const];
      });
      const found = figure(
        shared.map(([x]) => x),
        shared.map(([, y]) => y),
      );
      if (found.value === null) reason = found.reason;
      else values.push(found.value);
    }
  if (values.length === 0) return { value: null, reason };
  return { value: values.reduce((sum, value) => sum + value, 0) / values.length, reason: null };
}

function splitsOf({ items, members }: Jury): JurySplit[] {
  const spread = ({ values }: JuryItem) => {
    const given = values.filter((value) => value !== undefined);
    return given.length < 2 ? 0 : Math.max(...given) - Math.min(...given);
  };
  return items
    .map((item) => ({ item, spread: spread(item) }))
    .filter((one) => one.spread > 0)
    .sort((x, y) => y.spread - x.spread)
    .slice(0, MOST_SPLITS)
    .map(({ item: { row, values }, spread: width }) => {
      const { questionId, turn, trial, a, b } = row;
      const verdicts = members.map(({ head }, index) => [head.protocol, values[index] ?? null] as const);
      return {
        questionId,
        turn,
        trial,
        a,
        ...presentFields({ b }),
        spread: width,
        verdicts: Object.fromEntries(verdicts),
      };
    });
}

/** The judges, with what each weighs where they weigh differently. */
function membersOf({ members, items, rules, families, weights: { overall, learned } }: Jury): JuryMember[] {
  const all = overall.reduce((sum, weight) => sum + weight, 0);
  const isWeighed = rules.method === "weighted" || rules.method === "learned";
  const given = items.filter(({ values }) => values.some((value) => value !== undefined));
  return members.map(({ head, replacement }, index) => {
    const isLeftOut = ({ row }: JuryItem) =>
      families !== undefined && relativesOf(head.judge, row, families).length > 0;
    const verdicts = items.filter((item) => ownValues(item)[index] !== undefined).length;
    const instead = replacement && {
      judge: replacement.judge,
      protocol: replacement.protocol,
      verdicts: items.filter(({ replaced }) => replaced[index] === true).length,
    };
    const weight = all === 0 ? 1 / members.length : (overall[index] ?? 0) / all;
    const { labels, accuracy } = learned?.judges[index] ?? {};
    return {
      judge: head.judge,
      protocol: head.protocol,
      verdicts,
      abstained: items.filter(({ abstained }) => abstained[index] === true).length,
      failed: given.filter((item) => hasFailed(item, index) && !isLeftOut(item)).length,
      ...presentFields({ replacement: instead }),
      ...presentFields({ weight: isWeighed ? weight : undefined, labels, accuracy }),
    };
  });
}

/** What is to be said of a jury's judges. */
export function juryFigures(jury: Jury): JuryFigures {
  const { members, items, rules, weights, families } = jury;
  const isShared = (item: JuryItem) => ownValues(item).filter((value) => value !== undefined).length > 1;
  const shared = items.filter(isShared);
  const alpha = krippendorffAlpha(
    shared.map((item) => ownValues(item).map((value) => value ?? null)),
    "interval",
  );
  const kappa = overPairs(jury, (first, second) => {
    const labels = [...new Set([...first, ...second])].sort((x, y) => x - y);
    return cohenKappa(crossTabulate(first, second, labels));
  });
  const correlation = overPairs(jury, correlationOf);
  const rho = correlation.value;
  const rows = items.map(({ row }) => row);
  const guarded = families && guardedOf(members, rows, families);
  return {
    method: rules.method,
    members: membersOf(jury),
    ...presentFields({
      guarded,
      levelled: levelledJury(jury, guarded !== undefined && guarded.length > 0),
      learned: weights.learned?.from,
    }),
    items: shared.length,
    alpha: alpha.value,
    kappa: kappa.value,
    correlation: rho,
    effectiveJudges: rho === null ? null : effectiveJudges(members.length, rho),
    reason: alpha.reason ?? kappa.reason ?? correlation.reason,
    leftOut: members.flatMap(({ head }, index) => {
      const input = juryInput(withoutMember(jury, index));
      return input === undefined
        ? []
        : [{ protocol: head.protocol, models: headlines(buildBoard(input).board) }];
    }),
    splits: splitsOf(jury),
  };
}
