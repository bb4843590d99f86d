import type { BestOfRow } from "../../core/best-of.js";
import { compositeKey } from "../../core/composite-key.js";
import type { ManifestProtocol } from "../../core/manifest.js";
import type { Judgment, Suite, Verdict } from "../../core/records.js";
import { clusteredMean } from "../../stats/clustered-mean.js";
import type { RecordVisitor, Standing } from "../../store/visit-records.js";
import { percentScale } from "./scale.js";
import type { VerdictColumn } from "./verdict-grid/column.js";
import type { VerdictGrid } from "./verdict-grid/grid.js";

/** One judged turn of a question. */
interface Place {
  readonly questionId: string;
  readonly turn: number;
}

/** The rewards of one model at one place, by trial: the records that count, one per opponent and order. */
interface Trials extends Place {
  readonly byTrial: Map<number, Map<string, number>>;
}

/** Of one protocol: by model, by place. */
type Values = Map<string, Map<string, Trials>>;

const meanOf = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

/** Value of each trial: the mean over opponents and orders. */
function meansOf(byTrial: ReadonlyMap<number, readonly number[]>): Map<number, number> {
  return new Map(Array.from(byTrial, ([trial, values]) => [trial, meanOf(values)]));
}

function trialMeans({ byTrial }: Trials): Map<number, number> {
  return meansOf(new Map(Array.from(byTrial, ([trial, values]) => [trial, [...values.values()]])));
}

/** The trial with the highest reward; the first of equal ones. */
function bestTrial(rewards: ReadonlyMap<number, number>): number | undefined {
  const sorted = [...rewards].sort(([one, x], [two, y]) => y - x || one - two);
  return sorted[0]?.[0];
}

/** The verdicts on one model as values: its rating, or its share of a win in percent. */
class ModelVerdicts {
  private readonly columns: readonly VerdictColumn[];

  constructor(
    private readonly grid: VerdictGrid,
    private readonly model: string,
  ) {
    this.columns = grid.columns.filter(({ a, b }) => a === model || b === model);
  }

  /** By trial: one value per opponent and order. */
  at({ questionId, turn }: Place): ReadonlyMap<number, readonly number[]> {
    const slot = this.grid.slots.find(questionId, turn);
    const byTrial = new Map<number, number[]>();
    for (const column of this.columns) {
      for (const trial of column.trials) {
        // Of repeats the last one.
        const value = column
          .at(trial, slot)
          .reduce<number | undefined>((last, verdict) => this.valueOf(column, verdict) ?? last, undefined);
        if (value === undefined) continue;
        const values = byTrial.get(trial);
        if (values === undefined) byTrial.set(trial, [value]);
        else values.push(value);
      }
    }
    return byTrial;
  }

  private valueOf({ a, b }: VerdictColumn, verdict: Verdict | undefined): number | undefined {
    if (verdict?.kind === "rating") return a === this.model ? verdict.rating : undefined;
    if (verdict?.kind !== "preference" || b === undefined) return undefined;
    return 100 * (a === this.model ? 1 - verdict.weightB : verdict.weightB);
  }
}

/**
 * Best of n: which of several trials a reward model would pick, and what the other judges of the same answers think of the
 * picks. The gain is the value of the picked trial minus the mean over all trials, clustered by question.
 */
export class BestOfN implements RecordVisitor {
  private readonly rewards = new Map<string, Values>();

  constructor(
    private readonly protocols: readonly ManifestProtocol[],
    /** With one trial there is nothing to pick, and nothing is kept. */
    private readonly trials: number,
    /** The verdicts of a protocol that count; asked for when all are there. */
    private readonly verdictsOf: (protocol: string) => VerdictGrid | undefined,
  ) {}

  judgment(judgment: Judgment, standing: Standing): void {
    if (this.trials < 2 || standing !== "counts" || judgment.status !== "judged") return;
    const { verdict, a, b } = judgment;
    if (verdict.kind !== "preference" || b === undefined || verdict.rewards === undefined) return;
    this.put(judgment, a, verdict.rewards[0]);
    this.put(judgment, b, verdict.rewards[1]);
  }

  private put(judgment: Judgment, model: string, value: number): void {
    const { protocol, questionId, turn, trial, a, b, order } = judgment;
    const values: Values = this.rewards.get(protocol) ?? new Map();
    this.rewards.set(protocol, values);
    const places = values.get(model) ?? new Map<string, Trials>();
    values.set(model, places);
    const key = compositeKey(questionId, turn);
    const place = places.get(key) ?? { questionId, turn, byTrial: new Map<number, Map<string, number>>() };
    places.set(key, place);
    const given = place.byTrial.get(trial) ?? new Map<string, number>();
    place.byTrial.set(trial, given);
    given.set(compositeKey(a, b, order), value);
  }

  /**
   * Rows of a protocol that gives rewards; undefined for any other, and for runs of one trial. Models and picks stand in the
   * order of the protocol and of its suite: records stand in that of their arrival.
   */
  rowsOf(protocol: string, { questions }: Pick<Suite, "questions">): readonly BestOfRow[] | undefined {
    const values = this.rewards.get(protocol);
    if (values === undefined) return undefined;
    const own = this.protocols.find(({ id }) => id === protocol);
    const others = this.protocols.filter(({ id, suite }) => id !== protocol && suite === own?.suite);
    const placeOf = new Map(questions.map(({ id }, place) => [id, place]));
    const inOrder = (one: Trials, other: Trials) =>
      (placeOf.get(one.questionId) ?? -1) - (placeOf.get(other.questionId) ?? -1) || one.turn - other.turn;
    const models = new Set([...(own?.subjects.flat() ?? []), ...values.keys()]);
    return [...models].flatMap((model) => {
      const places = values.get(model);
      return places === undefined ? [] : [this.row(model, [...places.values()].sort(inOrder), others)];
    });
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
    { id, judgeModel, metric, scale, ranked }: ManifestProtocol,
  ): BestOfRow["judges"] {
    const grid = this.verdictsOf(id);
    // The comparisons that a ranking implies are no verdicts on a trial of one model against another's.
    if (grid === undefined || ranked !== undefined) return [];
    const verdicts = new ModelVerdicts(grid, model);
    const rows = picks.flatMap(({ questionId, turn, trial }) => {
      const values = meansOf(verdicts.at({ questionId, turn }));
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
