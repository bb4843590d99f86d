import { compositeKey } from "../../core/composite-key.js";
import { rankingGroups } from "../../core/ranks.js";
import type { Judgment, RankedPair } from "../../core/records.js";
import type { RecordVisitor, Standing } from "../../store/visit-records.js";

/** A ranking that counts; undefined groups: it could not be read, or is missing. */
export interface PlacedRanking {
  readonly questionId: string;
  readonly category: string;
  readonly turn: number;
  readonly trial: number;
  /** In the order in which their answers were shown, where that is known. */
  readonly models: readonly string[];
  /** Models from best to worst, equal ones together. */
  readonly groups: readonly (readonly string[])[] | undefined;
  readonly isOrderKnown: boolean;
  /** Whether the judge gave a verdict that cannot be used. */
  readonly isUnreadable: boolean;
  /** Whether it said that it cannot rank them. */
  readonly isAbstained?: true;
  /** What was said of pairs before, in models. */
  readonly lines: readonly RankedPair[];
}

/** The rankings of a board that count, by place, and how many of them are planned. */
export interface BoardRankingRecords {
  readonly planned: number;
  readonly rankings: readonly PlacedRanking[];
}

function placedRanking(judgment: Judgment, isStale: boolean): PlacedRanking {
  const { questionId, category, turn, trial, ranked } = judgment;
  const { models = [], labels = [], seed } = ranked ?? {};
  const verdict = !isStale && judgment.status === "judged" ? judgment.verdict : undefined;
  const named = (label: string) => models[labels.indexOf(label)] ?? "";
  const isUnreadable = verdict?.kind === "unreadable";
  const common = {
    questionId,
    category,
    turn,
    trial,
    models,
    isOrderKnown: seed !== undefined,
    isUnreadable,
    ...(verdict?.kind === "abstained" ? ({ isAbstained: true } as const) : {}),
  };
  if (verdict?.kind !== "ranking") return { ...common, groups: undefined, lines: [] };
  const lines = verdict.pairs ?? [];
  return {
    ...common,
    groups: rankingGroups(verdict).map((group) => group.map(named)),
    lines: lines.map(({ pair: [one, other], better }) => ({
      pair: [named(one), named(other)],
      better: better === null ? null : named(better),
    })),
  };
}

/** Keeps the rankings that count: comparisons alone do not tell how many answers stood together. */
export class RankingTracer implements RecordVisitor {
  private readonly byProtocol = new Map<string, Map<string, PlacedRanking>>();

  judgment(judgment: Judgment, standing: Standing): void {
    const { ranked, protocol, questionId, turn, trial } = judgment;
    if (standing === "not-asked" || ranked === undefined) return;
    const own = this.byProtocol.get(protocol) ?? new Map<string, PlacedRanking>();
    this.byProtocol.set(protocol, own);
    const place = compositeKey(questionId, turn, trial, ...[...ranked.models].sort());
    own.set(place, placedRanking(judgment, standing === "stale"));
  }

  /** In an order of their own: sums must not depend on the order in which records were appended or merged. */
  of(protocol: string): readonly PlacedRanking[] {
    const own = [...(this.byProtocol.get(protocol) ?? [])];
    return own.sort(([x], [y]) => (x < y ? -1 : x > y ? 1 : 0)).map(([, ranking]) => ranking);
  }
}
