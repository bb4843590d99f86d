import type { ManifestProtocol } from "../core/manifest.js";
import type { CallRecord, Judgment } from "../core/records.js";
import {
  drawForSecond,
  isUnclear,
  type Reading,
  readingOf,
  type SecondJudging,
  type SecondPlace,
  secondKey,
} from "../core/second-judging.js";
import { stands } from "./resume.js";
import type { RecordVisitor, Standing } from "./visit-records.js";

/** What calls of one judge cost, as far as it is known. */
export interface KnownCost {
  /** Calls that were answered by an endpoint, and what the priced ones of them cost. */
  readonly calls: number;
  readonly priced: number;
  readonly usd: number;
}

/** What a second judge was and is to be asked, over the first one's verdicts. */
export interface SecondCount {
  /** What the first judge has said something of: comparisons, or answers. */
  readonly places: number;
  /** Of them unclear, and drawn, those among them. */
  readonly unclear: number;
  readonly drawn: number;
  /** Verdicts of the second judge that are due. */
  readonly due: number;
  /** Verdicts that it would have given on everything. */
  readonly full: number;
  /** Chance with which a place was drawn, by its key; those alone that have a verdict of the second judge. */
  readonly chances: ReadonlyMap<string, number>;
  readonly cost: { readonly first: KnownCost; readonly second: KnownCost };
}

interface Seen {
  readonly place: SecondPlace;
  readonly readings: Map<string, Reading>;
  /** Of the second judge; a record without a chance was given on everything. */
  chance?: number;
}

const NOTHING_PAID = { calls: 0, priced: 0, usd: 0 };

/** One second judge with the protocol that it follows. */
interface Followed {
  readonly rules: SecondJudging;
  readonly first: ManifestProtocol;
  readonly second: ManifestProtocol;
  readonly seen: Map<string, Seen>;
  readonly cost: { first: KnownCost; second: KnownCost };
}

const ordersOf = ({ orders }: ManifestProtocol): number => (orders === "both" ? 2 : 1);

function withCall(cost: KnownCost, { source, costUsd }: CallRecord): KnownCost {
  if (source === "cache" || source === "recording") return cost;
  const { calls, priced, usd } = cost;
  return costUsd === undefined
    ? { ...cost, calls: calls + 1 }
    : { calls: calls + 1, priced: priced + 1, usd: usd + costUsd };
}

/** Follows the second judges of a run through its records. */
export class SecondDraws implements RecordVisitor {
  private readonly bySecond = new Map<string, Followed>();
  private readonly byFirst = new Map<string, Followed>();

  constructor(
    protocols: readonly ManifestProtocol[],
    private readonly seed: number,
  ) {
    for (const second of protocols) {
      const { second: rules } = second;
      const first = protocols.find(({ id }) => id === rules?.first);
      if (rules === undefined || first === undefined) continue;
      const cost = { first: NOTHING_PAID, second: NOTHING_PAID };
      const followed: Followed = { rules, first, second, seen: new Map(), cost };
      this.bySecond.set(second.id, followed);
      this.byFirst.set(first.id, followed);
    }
  }

  judgment(judgment: Judgment, standing: Standing): void {
    const asFirst = this.byFirst.get(judgment.protocol);
    const asSecond = this.bySecond.get(judgment.protocol);
    const followed = asFirst ?? asSecond;
    if (followed === undefined) return;
    const side = asFirst === undefined ? "second" : "first";
    for (const reply of judgment.status === "skipped" ? [] : judgment.replies)
      followed.cost[side] = withCall(followed.cost[side], reply);
    if (standing === "not-asked") return;
    const { questionId, turn, trial, a, b } = judgment;
    const place = { questionId, turn, trial, models: b === undefined ? [a] : [a, b] };
    const key = secondKey(place);
    const seen: Seen = followed.seen.get(key) ?? { place, readings: new Map() };
    followed.seen.set(key, seen);
    if (side === "first") noteFirst(seen, judgment, standing, followed.first);
    else if (standing === "counts") seen.chance = judgment.drawn?.probability ?? 1;
  }

  /** What of a second judge's verdicts is there and due; undefined for any other protocol. */
  count(protocol: string): SecondCount | undefined {
    const followed = this.bySecond.get(protocol);
    if (followed === undefined) return undefined;
    const { rules, first, second, seen, cost } = followed;
    const complete = [...seen].filter(([, { readings }]) => readings.size >= ordersOf(first));
    let [unclear, drawn] = [0, 0];
    const chances = new Map<string, number>();
    for (const [key, { place, readings, chance }] of complete) {
      const read = [...readings.values()];
      if (isUnclear(read, rules.margin)) unclear++;
      if (chance !== undefined) chances.set(key, chance);
      if (chance !== undefined || drawForSecond(rules, place, read, this.seed) !== undefined) drawn++;
    }
    const places = complete.length;
    const orders = ordersOf(second);
    return { places, unclear, drawn, due: drawn * orders, full: places * orders, chances, cost };
  }
}

function noteFirst(
  { readings }: Seen,
  judgment: Judgment,
  standing: Standing,
  { scale }: ManifestProtocol,
): void {
  // Who was shown first tells the two games of a pair apart, whatever the configuration's order of the models.
  const { a: game, order } = judgment;
  readings.delete(game);
  if (standing !== "counts") return;
  if (judgment.status === "judged") readings.set(game, readingOf(judgment.verdict, order !== 2, scale));
  else if (judgment.status === "failed" && stands(judgment, { retryFailed: false })) readings.set(game, null);
}
