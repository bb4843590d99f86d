import { compositeKey } from "../../core/composite-key.js";
import { contentId } from "../../core/hash.js";
import type { Json } from "../../core/json.js";
import type { JuryRules } from "../../core/jury.js";
import { presentFields } from "../../core/present-fields.js";
import { protocolId } from "../../core/protocol-id.js";
import type { Verdict } from "../../core/records.js";
import { meanOf } from "../../stats/estimate.js";
import type { BoardInput } from "../scores/build-board.js";
import type { VerdictRow } from "../scores/verdict-grid/row.js";
import { combinedVerdict } from "./combine.js";
import { type Families, relativesOf } from "./family-guard.js";
import { type JuryWeights, weightsWithout } from "./weights.js";

/** What the judges say of one item, in the order of the members; undefined where one gives nothing that can be used. */
export interface JuryItem {
  readonly row: Omit<VerdictRow, "verdict">;
  readonly values: readonly (number | undefined)[];
  /** In the same order: whether the value is that of the judge's replacement. */
  readonly replaced: readonly boolean[];
  /** In the same order: whether the judge said that it cannot decide. */
  readonly abstained: readonly boolean[];
  /** Whether any judge gave a verdict that cannot be read. */
  readonly hasUnreadable: boolean;
}

/** What the judges said themselves: how far they agree is no matter of who stands in. */
export function ownValues({ values, replaced }: JuryItem): readonly (number | undefined)[] {
  return values.map((value, member) => (replaced[member] === true ? undefined : value));
}

/** Several boards of one suite and kind, read as one. */
export interface Jury {
  readonly rules: JuryRules;
  readonly weights: JuryWeights;
  /** Under a family guard: the families. */
  readonly families?: Families;
  readonly members: readonly BoardInput[];
  readonly items: readonly JuryItem[];
}

/** The number of a verdict: the rating, or the weight on the second answer. */
function numberIn(verdict: Verdict | undefined): number | undefined {
  if (verdict?.kind === "rating") return verdict.rating;
  return verdict?.kind === "preference" ? verdict.weightB : undefined;
}

/** One verdict of those that were given; abstentions count for nothing. */
function verdictOf(item: JuryItem, { rules: { method }, weights }: Jury): Verdict | undefined {
  const { row, values, abstained, hasUnreadable } = item;
  const isPair = row.b !== undefined;
  const verdict = combinedVerdict(values, weights.on(row.questionId), { method, isPair });
  if (verdict !== undefined) return verdict;
  if (hasUnreadable) return { kind: "unreadable", reason: "no judge gave a verdict that can be used" };
  return abstained.some((one) => one) ? { kind: "abstained", reason: "no judge decided" } : undefined;
}

/** A comparison of one game, the same way round for every judge: each is shown answers in an order of its own. */
function oriented(row: VerdictRow): VerdictRow {
  const { a, b, verdict } = row;
  if (b === undefined || a <= b) return row;
  if (verdict?.kind !== "preference") return { ...row, a: b, b: a };
  const winner = verdict.winner === "tie" ? "tie" : verdict.winner === "a" ? "b" : "a";
  return { ...row, a: b, b: a, verdict: { ...verdict, winner, weightB: 1 - verdict.weightB } };
}

/** An item whose verdicts are still gathered: of each judge, and of those that stand in. */
interface OpenItem {
  readonly row: VerdictRow;
  readonly values: number[][];
  readonly instead: (number | undefined)[];
  readonly abstained: boolean[];
  hasUnreadable: boolean;
}

class Items {
  private readonly found = new Map<string, OpenItem>();

  constructor(
    private readonly members: readonly BoardInput[],
    private readonly families: Families | undefined,
  ) {}

  /** Gathers the verdicts of all judges, then those of who stands in. */
  gather(): JuryItem[] {
    for (const [member, { rows, frame, head }] of this.members.entries())
      for (const given of rows) this.add(member, given, frame.games === undefined, head.judge);
    for (const [member, { replacement, frame, head }] of this.members.entries())
      for (const given of replacement?.rows ?? [])
        if (given.verdict !== undefined)
          this.addReplaced(member, given, frame.games === undefined, [head.judge, replacement?.judge ?? ""]);
    return Array.from(this.found.values(), (item) => this.closed(item));
  }

  private itemOf(
    given: VerdictRow,
    hasOrders: boolean,
  ): { readonly item: OpenItem; readonly row: VerdictRow } {
    const row = hasOrders ? given : oriented(given);
    const key = compositeKey(row.questionId, row.turn, row.trial, row.a, row.b, row.order);
    const { members } = this;
    const none = {
      row,
      values: members.map(() => []),
      instead: members.map(() => undefined),
      abstained: members.map(() => false),
    };
    const item = this.found.get(key) ?? { ...none, hasUnreadable: false };
    this.found.set(key, item);
    return { item, row };
  }

  private isGuarded(judge: string, row: VerdictRow): boolean {
    return this.families !== undefined && relativesOf(judge, row, this.families).length > 0;
  }

  private add(member: number, given: VerdictRow, hasOrders: boolean, judge: string): void {
    const { item, row } = this.itemOf(given, hasOrders);
    if (this.isGuarded(judge, row)) return;
    const value = numberIn(row.verdict);
    if (value !== undefined) item.values[member]?.push(value);
    else if (row.verdict?.kind === "abstained") item.abstained[member] = true;
    else if (row.verdict !== undefined) item.hasUnreadable = true;
  }

  private addReplaced(
    member: number,
    given: VerdictRow,
    hasOrders: boolean,
    judges: readonly string[],
  ): void {
    const { item, row } = this.itemOf(given, hasOrders);
    if (judges.some((judge) => this.isGuarded(judge, row))) return;
    if ((item.values[member]?.length ?? 0) > 0) return;
    // Who stands in for two judges is one judge still.
    const substitute = this.members[member]?.replacement?.protocol;
    const hasSpoken = item.instead.some(
      (value, other) => value !== undefined && this.members[other]?.replacement?.protocol === substitute,
    );
    if (!hasSpoken) item.instead[member] = numberIn(row.verdict);
  }

  private closed({
    row: { verdict: _, ...row },
    values,
    instead,
    abstained,
    hasUnreadable,
  }: OpenItem): JuryItem {
    // A judge that was asked several times counts once.
    const own = values.map((given) => (given.length === 0 ? undefined : meanOf(given)));
    return {
      row,
      values: own.map((value, member) => value ?? instead[member]),
      replaced: own.map((value, member) => value === undefined && instead[member] !== undefined),
      abstained: own.map((value, member) => value === undefined && abstained[member] === true),
      hasUnreadable,
    };
  }
}

/** What tells this jury from others, besides its judges. Ids of juries without weights are those they always had. */
function identityOf({ rules: { method, familyGuard }, weights, members }: Jury): Json {
  const protocols = members.map((member) => member.head.protocol).sort();
  const guard = presentFields({ familyGuard });
  if (method !== "weighted" && method !== "learned") return { method, protocols, ...guard };
  const own = members.map(({ head }, judge) => [head.protocol, weights.overall[judge] ?? 0] as const);
  return { method, protocols, ...guard, weights: Object.fromEntries(own) };
}

/** The board of a jury: ordinary verdicts in ordinary places, so that every figure is the one of its kind. */
export function juryInput(jury: Jury): BoardInput | undefined {
  const { rules, members, items } = jury;
  const [first] = members;
  if (first === undefined) return undefined;
  const {
    head,
    preference,
    marks: _,
    criteria: _criteria,
    rankings: _ranked,
    rewards: _rewards,
    replacement: _replacement,
    former: _former,
    ...others
  } = first;
  // Frozen styles are those of a protocol, and the jury's is another one.
  const { styleReference: _style, ...rest } = others;
  const { judgeQuality: _quality, assets: _assets, ...own } = head;
  const { publishedRows: _rows, ...options } = preference ?? {
    lengthOf: () => undefined,
    compat: false,
    seed: 1,
    bootstrapReplicates: 0,
  };
  return {
    ...rest,
    head: {
      ...own,
      judge: `jury of ${members.length}`,
      protocol: protocolId(`jury-${rules.method}`, "jury", contentId(identityOf(jury))),
    },
    ...(preference === undefined ? {} : { preference: options }),
    rows: items.map((item) => ({ ...item.row, verdict: verdictOf(item, jury) })),
  };
}

/** The same jury without one of its judges. */
export function withoutMember(jury: Jury, member: number): Jury {
  const others = <Value>(list: readonly Value[]) => list.filter((_, index) => index !== member);
  return {
    ...jury,
    members: others(jury.members),
    weights: weightsWithout(jury.weights, member),
    items: jury.items.map((item) => ({
      ...item,
      values: others(item.values),
      replaced: others(item.replaced),
      abstained: others(item.abstained),
    })),
  };
}

/**
 * The boards that are read as one: those of one suite, mode, kind, baseline and scale with two judges or more. A jury is a
 * reading of verdicts that are there, so adding a judge judges nothing again but for that judge.
 */
export function juryGroups(inputs: readonly BoardInput[]): (readonly BoardInput[])[] {
  const groups = new Map<string, BoardInput[]>();
  for (const input of inputs) {
    // Arena-Hard's outcomes weigh strong verdicts, which a mean of weights does not know.
    if (input.metric === "outcomes") continue;
    const { suite, mode, baseline } = input.head;
    const { low, high } = input.scale ?? { low: 1, high: 10 };
    const orders = input.metric === "rating" ? `${low}..${high}` : input.metric;
    const key = compositeKey(suite, mode, input.metric, baseline, orders);
    groups.set(key, [...(groups.get(key) ?? []), input]);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}

/** A jury of these judges. */
export function juryOf(
  members: readonly BoardInput[],
  rules: JuryRules,
  weights: JuryWeights,
  families: Families,
): Jury {
  const guard = rules.familyGuard === true ? families : undefined;
  return {
    rules,
    weights,
    members,
    items: new Items(members, guard).gather(),
    ...presentFields({ families: guard }),
  };
}
