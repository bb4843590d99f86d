import type { Scores } from "../../harness/core/board.js";
import { countOf } from "../../harness/core/count-of.js";
import type { SequenceStanding, ShownLook, ShownSequence } from "../../harness/core/sequence.js";
import { axisTicks, type FigureFormat, showFigure, showInterval } from "./format.js";
import type { TrendLine, TrendView } from "./records.js";
import type { TrendCourse } from "./trend-course.js";

/** How the figures of a run that was looked at as it went moved with the questions, one view for each aim. */
export function sequenceTrends({ sequence }: Scores): TrendView[] {
  if (sequence === undefined) return [];
  return sequence.aims.flatMap((aim, index) => {
    const looks = sequence.looks.flatMap((look, place) =>
      look.aim === index ? [{ look, from: `/scores/sequence/looks/${place}` }] : [],
    );
    return looks.length < 2 ? [] : [sequenceTrend(sequence, aim, index, looks)];
  });
}

/** How a sequence ended, in as few words as a picture holds. */
const ENDS: Readonly<Record<NonNullable<SequenceStanding["outcome"]>, string>> = {
  pass: "above the limit",
  fail: "below the limit",
  futile: "hardly to be decided",
  precise: "precise enough",
};

function courseOf(
  { state, used, of, sentences }: ShownSequence,
  aim: SequenceStanding,
  index: number,
  [line, limit]: readonly [TrendLine, TrendLine | undefined],
): TrendCourse {
  const said = (place: number) => {
    const point = line.points.at(place);
    if (point == null) return "";
    const { interval } = point;
    const between = interval === null ? "" : ` (${interval.low.text} to ${interval.high.text})`;
    return `${point.figure.text}${between}`;
  };
  const stand = aim.outcome === undefined ? "not decided" : ENDS[aim.outcome];
  const end =
    state === "stopped"
      ? `stopped: ${stand}`
      : state === "exhausted"
        ? `all used: ${stand}`
        : `so far: ${stand}`;
  return {
    across: `questions with a value, of ${of}`,
    upward:
      aim.metric !== "winRate"
        ? `${line.name}, points`
        : aim.against === undefined
          ? `${line.name}, win rate`
          : `${line.name}, percentage points`,
    end,
    sentence: sentences[index] ?? "",
    description: `${line.name} question by question, with the interval that holds at all looks: at first ${said(0)}, in the end ${said(-1)}${limit === undefined ? "" : `; ${limit.name}`}; ${end} after ${used} of ${countOf(of, "question")}`,
  };
}

interface PlacedLook {
  readonly look: ShownLook;
  readonly from: string;
}

function sequenceTrend(
  sequence: ShownSequence,
  aim: SequenceStanding,
  index: number,
  looks: readonly PlacedLook[],
): TrendView {
  const { model, against, limit } = aim;
  const isRate = aim.metric === "winRate";
  const format: FigureFormat = isRate
    ? against === undefined
      ? "percent"
      : "delta-percent"
    : against === undefined
      ? "points"
      : "delta-points";
  const name = against === undefined ? model : `${model} − ${against}`;
  const line: TrendLine = {
    name,
    points: looks.map(({ look, from }) => ({
      model,
      figure: showFigure(look.estimate, format, `${from}/estimate`),
      interval: showInterval(look.interval, format, `${from}/interval`),
    })),
  };
  const from = `/scores/sequence/aims/${index}/limit`;
  const atLimit = { model, figure: showFigure(limit, format, from), interval: null };
  const limitLine: TrendLine | undefined =
    limit === undefined
      ? undefined
      : { isLimit: true, name: `limit ${atLimit.figure.text}`, points: looks.map(() => atLimit) };
  const ends = looks.flatMap(({ look }) =>
    look.interval === null ? [look.estimate] : [look.interval.low, look.interval.high],
  );
  const all = limit === undefined ? ends : [...ends, limit];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const ticks = axisTicks(low, high, 5);
  return {
    id: `sequence-${index + 1}`,
    title: `${name} as the questions came`,
    scale: {
      unit: isRate ? "percent" : "points",
      low,
      high,
      axisLow: Math.min(ticks[0] ?? low, low),
      axisHigh: Math.max(ticks.at(-1) ?? high, high),
      ticks,
    },
    headlineLabel: `${aim.name}; intervals that hold at all looks`,
    course: courseOf(sequence, aim, index, [line, limitLine]),
    points: looks.map(({ look }) => ({ label: String(look.n), at: null })),
    overall: limitLine === undefined ? [line] : [line, limitLine],
    categories: [],
  };
}
