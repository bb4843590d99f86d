import { AREAS, type Area } from "../../core/area.js";
import type { AreaChange, RadarSpoke, Trajectory } from "../../core/card.js";
import type { Change } from "../../core/change.js";
import { measuredName, percentOfScale, shownMeasure } from "../../core/measured-words.js";
import { meanOf } from "../../stats/estimate.js";
import { scaleInterval } from "../../stats/intervals.js";
import { type MeanWithReach, meanOfSeparate, reachOf } from "../../stats/separate-mean.js";
import { ownFigure } from "./change-figures.js";
import { categoriesOf, type MeasuredPair, measuredPart, measureOf } from "./measured.js";

const LEVEL = 95;

/** A gain with the reach of its interval, in percent of the scale; better above 0. */
interface ScaledGain {
  readonly name: string;
  readonly gain: MeanWithReach;
}

/** What was gained in percent of the scale, with or without an error; null where it is not known. */
function gainOf(change: Change): number | null {
  const share = percentOfScale(change);
  if (change.delta === null || share === undefined) return null;
  return change.delta * share * (change.lowerIsBetter ? -1 : 1);
}

function scaledGain(change: Change): ScaledGain | undefined {
  const { delta, interval, lowerIsBetter } = change;
  const share = percentOfScale(change);
  if (delta === null || share === undefined || interval === null) return undefined;
  const { mean, below, above, questions } = reachOf(
    delta * share,
    scaleInterval(interval, share),
    Math.min(
      change.base?.questions ?? Number.POSITIVE_INFINITY,
      change.candidate?.questions ?? Number.POSITIVE_INFINITY,
    ),
  );
  const gain = lowerIsBetter
    ? { mean: -mean, below: above, above: below, questions }
    : { mean, below, above, questions };
  return { name: measuredName(change), gain };
}

/** One gain for each suite: those of several judges or metrics share their answers, so that their reach does not shrink. */
function bySuite(gains: readonly ScaledGain[]): ScaledGain[] {
  const names = [...new Set(gains.map(({ name }) => name))];
  return names.map((name) => {
    const own = gains.flatMap((one) => (one.name === name ? [one.gain] : []));
    const average = (of: (gain: MeanWithReach) => number) => meanOf(own.map(of));
    const gain = {
      mean: average(({ mean }) => mean),
      below: average(({ below }) => below),
      above: average(({ above }) => above),
      questions: Math.min(...own.map(({ questions }) => questions)),
    };
    return { name, gain };
  });
}

/** Mean of suites' gains, the suites taken as independent: they ask different questions. */
function meanGain(gains: readonly ScaledGain[]): Pick<AreaChange, "change" | "interval"> {
  if (gains.length === 0) return { change: null, interval: null };
  const { mean, interval } = meanOfSeparate(
    gains.map(({ gain }) => gain),
    LEVEL,
  );
  return {
    change: mean,
    interval: { ...interval, method: `${interval.method}, the suites taken as independent` },
  };
}

function areasOf(changes: readonly Change[]): Area[] {
  return AREAS.filter((area) => changes.some((change) => change.area === area));
}

/** Each area's mean change. */
export function areaChanges(changes: readonly Change[]): AreaChange[] {
  return areasOf(changes).map((area) => {
    const own = changes.filter((change) => change.area === area);
    const gains = bySuite(own.flatMap((change) => scaledGain(change) ?? []));
    const suites = gains.map(({ name }) => name);
    const leftOut = [...new Set(own.map(measuredName))].filter((name) => !suites.includes(name));
    return { area, ...meanGain(gains), suites, leftOut };
  });
}

/** By area, in each the largest gain or loss first; what cannot be said last. */
export function inOrder(changes: readonly Change[]): Change[] {
  const size = (change: Change) => Math.abs(gainOf(change) ?? -1);
  return [...changes].sort((x, y) => AREAS.indexOf(x.area) - AREAS.indexOf(y.area) || size(y) - size(x));
}

/** What was gained where no error is known, as figures without one state it; what it reaches to is never shown. */
function plainGain(change: Change): ScaledGain | undefined {
  const gain = gainOf(change);
  const unknown = { below: 0, above: 0, questions: Number.POSITIVE_INFINITY };
  return gain === null ? undefined : { name: measuredName(change), gain: { mean: gain, ...unknown } };
}

/** Gains of an area's suites that every checkpoint has. */
function gainsOnAll(
  area: Area,
  later: readonly { readonly changes: readonly Change[] }[],
  gainFrom: (change: Change) => ScaledGain | undefined,
): readonly (readonly ScaledGain[])[] {
  const gains = later.map(({ changes }) =>
    bySuite(changes.filter((one) => one.area === area).flatMap((one) => gainFrom(one) ?? [])),
  );
  const isOnAll = (name: string) => gains.every((own) => own.some((one) => one.name === name));
  return gains.map((own) => own.filter(({ name }) => isOnAll(name)));
}

/**
 * Each area over checkpoints, as the mean change from the base of the suites that were measured on all of them. Where no
 * suite of an area has an error on all of them, what is stated without one makes the line, without an interval.
 * @param later Changes from the base to each later checkpoint, in their order.
 */
export function trajectoriesOf(
  base: string,
  later: readonly { readonly checkpoint: string; readonly changes: readonly Change[] }[],
): Trajectory[] {
  if (later.length < 2) return [];
  return AREAS.flatMap((area): Trajectory[] => {
    const known = gainsOnAll(area, later, scaledGain);
    const isKnown = (known[0] ?? []).length > 0;
    const gains = isKnown ? known : gainsOnAll(area, later, plainGain);
    const suites = (gains[0] ?? []).map(({ name }) => name);
    if (suites.length === 0) return [];
    const points = later.map(({ checkpoint }, at) => {
      const { change, interval } = meanGain(gains[at] ?? []);
      return { checkpoint, change, interval: isKnown ? interval : null };
    });
    return [{ area, suites, points: [{ checkpoint: base, change: 0, interval: null }, ...points] }];
  });
}

/** Spokes that a radar needs to have an area. */
const LEAST_SPOKES = 3;
const MOST_SPOKES = 12;

function spokeOf(pair: MeasuredPair): RadarSpoke[] {
  const { base, candidate } = pair;
  const { scale, lowerIsBetter, unit } = measureOf(pair);
  if (base === undefined || candidate === undefined || scale === undefined) return [];
  const [before, after] = [base, candidate].map((one) => ownFigure(one, LEVEL).estimate);
  if (before === null || before === undefined || after === null || after === undefined) return [];
  const share = (value: number) => {
    const percent = (100 * (value - scale.low)) / (scale.high - scale.low);
    return Math.min(100, Math.max(0, lowerIsBetter ? 100 - percent : percent));
  };
  return [
    {
      name: measuredName(measureOf(pair)),
      base: share(before),
      candidate: share(after),
      shownBase: shownMeasure(before, unit),
      shownCandidate: shownMeasure(after, unit),
    },
  ];
}

function categoryPairs(pair: MeasuredPair): MeasuredPair[] {
  return categoriesOf(measureOf(pair)).flatMap((category) => {
    const [base, candidate] = [pair.base, pair.candidate].map(
      (one) => one && measuredPart(one, category, new Set([category])),
    );
    return base && candidate ? [{ base, candidate }] : [];
  });
}

/** A spoke for each quantity of both sides; where these are too few, one for each category. None below three. */
export function radarOf(pairs: readonly MeasuredPair[]): RadarSpoke[] {
  const whole = pairs.flatMap(spokeOf);
  const spokes = whole.length >= LEAST_SPOKES ? whole : pairs.flatMap(categoryPairs).flatMap(spokeOf);
  return spokes.length < LEAST_SPOKES ? [] : spokes.slice(0, MOST_SPOKES);
}
