import { ConfigError } from "../../core/errors.js";
import type { Interval } from "../../core/interval.js";
import type { BridgeEnd } from "../../core/judge-bridge.js";
import type { Suite } from "../../core/records.js";
import type { ValueScale } from "../../stats/bounded-mean.js";
import type { JudgedScore } from "../../stats/bridge/judge-bridge.js";
import { clusteredMean } from "../../stats/clustered-mean.js";
import { type ComparedModel, comparedModels } from "../compare/question-values.js";
import { type BoardInput, referenceOf } from "../scores/build-board.js";

/** A score as its board has it; a leaderboard tells no interval. */
export interface SideScore extends JudgedScore {
  readonly interval?: Interval | null;
}

/** The figures of one judge, from verdicts or from a leaderboard. */
export interface BridgeSide {
  readonly end: Omit<BridgeEnd, "models">;
  readonly metric: "score" | "winRate";
  readonly scale: ValueScale;
  /** By model, the baseline left out. */
  readonly scores: ReadonlyMap<string, SideScore>;
  /** Verdicts that grading one model takes. */
  readonly verdictsPerModel: number;
  /** What one verdict cost in dollars, where that is known. */
  readonly costPerVerdict?: number | undefined;
  /** Models whose answers are other ones than on the other side. */
  readonly leftOut?: ReadonlySet<string>;
  /** Its verdicts; undefined for a leaderboard. */
  readonly verdicts?: {
    readonly input: BoardInput;
    readonly suite: Suite | undefined;
  };
}

/** Usable values of a model and the questions they belong to. */
function scoreOf({ slots, scale }: ComparedModel): SideScore | undefined {
  const usable = slots.filter(({ value }) => value !== undefined);
  const { mean, standardError, interval } = clusteredMean(
    usable.map(({ value }) => value as number),
    usable.map(({ slot }) => slot.questionId),
    { scale },
  );
  return mean === null ? undefined : { value: mean, standardError, interval };
}

/** Verdicts on a subject of a board, as many as its places and orders want. */
function verdictsOn({ frame, metric, subjects, rows }: BoardInput): number {
  const places = frame.slots.length * frame.trials;
  if (metric === "rating" || places === 0) return places;
  const [a, b] = subjects[0] ?? [];
  let found = 0;
  for (const row of rows) if ((row.a === a && row.b === b) || (row.a === b && row.b === a)) found++;
  return places * Math.max(1, Math.round(found / places));
}

/** The figures of one board of verdicts. */
export function sideOfVerdicts(name: string, input: BoardInput, suite: Suite | undefined): BridgeSide {
  const { head } = input;
  const baseline = referenceOf(head) ?? head.baseline;
  const models = new Map(
    comparedModels(input, suite)
      .filter(({ model }) => model !== baseline)
      .map((one) => [one.model, one]),
  );
  const [first] = models.values();
  if (first === undefined) {
    throw new ConfigError(`${name} holds no scored model`, {
      code: "nothing-scored",
      remedy: "Name a run or file with verdicts.",
    });
  }
  return {
    end: {
      name,
      judge: head.judge,
      protocol: head.protocol,
      suite: head.suite,
      mode: head.mode,
      ...(baseline === undefined ? {} : { baseline }),
    },
    metric: first.metric,
    scale: first.scale,
    scores: new Map(
      [...models].flatMap(([model, one]) => {
        const score = scoreOf(one);
        return score === undefined ? [] : [[model, score] as const];
      }),
    ),
    verdictsPerModel: verdictsOn(input),
    verdicts: { input, suite },
  };
}
