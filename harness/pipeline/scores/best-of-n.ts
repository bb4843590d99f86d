import type { BestOfRow } from "../../core/best-of.js";
import { compositeKey } from "../../core/composite-key.js";
import type { ManifestProtocol } from "../../core/manifest.js";
import type { Judgment } from "../../core/records.js";
import { clusteredMean } from "../../stats/clustered-mean.js";
import type { RecordVisitor, Standing } from "../../store/visit-records.js";
import { percentScale } from "./scale.js";

/** One judged turn of a question. */
interface Place {
  readonly questionId: string;
  readonly turn: number;
}

/** What a protocol says of one model at one place, by trial: the records that count, one per opponent and order. */
interface Trials extends Place {
  readonly byTrial: Map<number, Map<string, number>>;
}

/** Of one protocol: by model, by place. */
type Values = Map<string, Map<string, Trials>>;

const meanOf = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

/** Value of each trial: the mean over opponents and orders. */
function trialMeans({ byTrial }: Trials): Map<number, number> {
  return new Map(Array.from(byTrial, ([trial, values]) => [trial, meanOf([...values.values()])]));
}

/** The trial with the highest reward; the first of equal ones. */
function bestTrial(rewards: ReadonlyMap<number, number>): number | undefined {
  const sorted = [...rewards].sort(([one, x], [two, y]) => y - x || one - two);
  return sorted[0]?.[0];
}

/**
 * Best of n: which of several trials a reward model would pick, and what the other judges of the same answers think of the
 * picks. The gain is the value of the picked trial minus the mean over all trials, clustered by question.
 */
export class BestOfN implements RecordVisitor {
  private readonly rewards = new Map<string, Values>();
  private readonly verdicts = new Map<string, Values>();

  constructor(
    private readonly protocols: readonly ManifestProtocol[],
    /** With one trial there is nothing to pick, and nothing is kept. */
    private readonly trials: number,
  ) {}

  judgment(judgment: Judgment, standing: Standing): void {
    if (this.trials < 2 || standing !== "counts" || judgment.status !== "judged") return;
    const { verdict, a, b } = judgment;
    if (verdict.kind === "rating") this.put(this.verdicts, judgment, a, verdict.rating);
    if (verdict.kind !== "preference" || b === undefined) return;
    const { rewards, weightB } = verdict;
    if (rewards !== undefined) {
      this.put(this.rewards, judgment, a, rewards[0]);
      this.put(this.rewards, judgment, b, rewards[1]);
    }
    this.put(this.verdicts, judgment, a, 100 * (1 - weightB));
    this.put(this.verdicts, judgment, b, 100 * weightB);
  }

  private put(into: Map<string, Values>, judgment: Judgment, model: string, value: number): void {
    const { protocol, questionId, turn, trial, a, b, order } = judgment;
    const values: Values = into.get(protocol) ?? new Map();
    into.set(protocol, values);
    const places = values.get(model) ?? new Map<string, Trials>();
    values.set(model, places);
    const key = compositeKey(questionId, turn);
    const place = places.get(key) ?? { questionId, turn, byTrial: new Map<number, Map<string, number>>() };
    places.set(key, place);
    const given = place.byTrial.get(trial) ?? new Map<string, number>();
    place.byTrial.set(trial, given);
    given.set(compositeKey(a, b, order), value);
  }

  /** Rows of a protocol that gives rewards; undefined for any other, and for runs of one trial. */
  rowsOf(protocol: string): readonly BestOfRow[] | undefined {
    const values = this.rewards.get(protocol);
    if (values === undefined) return undefined;
    const own = this.protocols.find(({ id }) => id === protocol);
    const others = this.protocols.filter(({ id, suite }) => id !== protocol && suite === own?.suite);
    return Array.from(values, ([model, places]) => this.row(model, [...places.values()], others));
  }

  private row(model: string, places: readonly Trials[], others: readonly ManifestProtocol[]): BestOfRow {
    const picks = places.flatMap((place) => {
      const rewards = trialMeans(place);
      const trial = bestTrial(rewards);
      if (trial === undefined || rewards.size < 2) return [];
      const { questionId, turn } = place;
      return [{ questionId, turn, trial, reward: rewards.get(trial) ?? Number.NaN, of: rewards.size }];
    });
    const judges = others.flatMap((one) => this.judged(model, picks, one));
    return { model, picks, judges };
  }

  private judged(
    model: string,
    picks: BestOfRow["picks"],
    { id, judgeModel, metric, scale }: ManifestProtocol,
  ): BestOfRow["judges"] {
    const places = this.verdicts.get(id)?.get(model);
    if (places === undefined) return [];
    const rows = picks.flatMap(({ questionId, turn, trial }) => {
      const place = places.get(compositeKey(questionId, turn));
      const values = place === undefined ? new Map<number, number>() : trialMeans(place);
      const picked = values.get(trial);
      if (picked === undefined || values.size < 2) return [];
      return [{ questionId, picked, mean: meanOf([...values.values()]) }];
    });
    if (rows.length === 0) return [];
    const { low, high } = metric === "rating" ? (scale ?? { low: 1, high: 10 }) : percentScale;
    const gain = clusteredMean(
      rows.map(({ picked, mean }) => picked - mean),
      rows.map(({ questionId }) => questionId),
      { scale: { low: low - high, high: high - low } },
    );
    const questions = new Set(rows.map(({ questionId }) => questionId)).size;
    return [
      {
        protocol: id,
        judge: judgeModel,
        picked: meanOf(rows.map(({ picked }) => picked)),
        mean: meanOf(rows.map(({ mean }) => mean)),
        gain: gain.mean,
        interval: gain.interval,
        n: rows.length,
        questions,
        ...(gain.reason === null ? {} : { reason: gain.reason }),
      },
    ];
  }
}
