import { compositeKey } from "../../core/composite-key.js";
import { presentFields } from "../../core/present-fields.js";
import type { Counted } from "../../core/vote.js";
import type { KeyedThing } from "../../stats/correction/corrected-difference.js";
import { type DrawnPlace, jointProbabilities } from "./joint-probabilities.js";

/** What people say of one thing that a judge judged. */
export interface PeopleLabel {
  /** One text for what it is a label of, the same wherever it is gathered. */
  readonly thing: string;
  readonly questionId: string;
  /** Votes or ratings that it is the mean of. */
  readonly votes: number;
  readonly voters: readonly string[];
  /** Chance with which it was drawn to be asked about, where people's votes say it. */
  readonly probability?: number;
}

/** What a vote or a rating says of which thing. */
interface Said<Place> {
  readonly key: string;
  /** What it was drawn from: {@link DrawnPlace.population}. */
  readonly population: string;
  readonly place: Place;
  readonly value: number;
}

/** A label with the mean of what was said. */
interface GatheredLabel<Place> extends PeopleLabel {
  readonly place: Place;
  readonly mean: number;
}

/** Of a vote or rating, whatever it says. */
interface Word extends Counted {
  readonly questionId: string;
  readonly voter: string;
  readonly inclusionProbability?: number;
  readonly ballot?: string;
}

/**
 * What people said, gathered by what they said it of: one label for each thing, the mean of what was said. A repeat does
 * not count. Where several ballots asked, a label has the chance of having been drawn by any of them.
 *
 * @param words those of one suite.
 */
export function gatherLabels<Given extends Word, Place>(
  words: Iterable<Given>,
  saidIn: (word: Given) => Said<Place>,
): Map<string, GatheredLabel<Place>> {
  const labels = new Map<string, GatheredLabel<Place>>();
  const drawn = new Map<string, DrawnPlace>();
  for (const word of words) {
    if (word.repeat > 0) continue;
    const { questionId, voter, inclusionProbability, ballot = "" } = word;
    const { key, population, place, value } = saidIn(word);
    const before = labels.get(key);
    const votes = before?.votes ?? 0;
    labels.set(key, {
      place,
      thing: compositeKey(population, key),
      questionId,
      mean: ((before?.mean ?? 0) * votes + value) / (votes + 1),
      votes: votes + 1,
      voters: [...new Set([...(before?.voters ?? []), voter])],
    });
    if (inclusionProbability === undefined) continue;
    const there = drawn.get(key) ?? { population, ballots: new Map<string, number>() };
    drawn.set(key, there);
    there.ballots.set(ballot, inclusionProbability);
  }
  for (const [key, probability] of jointProbabilities(drawn)) {
    const label = labels.get(key);
    if (label !== undefined) labels.set(key, { ...label, probability });
  }
  return labels;
}

/** Whether votes were asked for unevenly, so that they must weigh differently. */
export function isUneven(labels: Iterable<PeopleLabel>): boolean {
  const all = [...labels].map(({ probability }) => probability);
  return new Set(all.filter((one) => one !== undefined)).size > 1;
}

/** A label's chance of having been drawn; where others are uneven and it says none, as if drawn evenly. */
function chanceOf(label: PeopleLabel | undefined, uneven: boolean, even: number): number | undefined {
  return label === undefined || !uneven ? undefined : (label.probability ?? even);
}

/** Something judged, on the scale of the figure that is to be corrected. */
interface JudgedPlace {
  /** By which the label is found. */
  readonly label: string;
  /** By which the place is known on the other side of a paired difference. */
  readonly key: string;
  readonly cluster: string;
  readonly judged: number;
}

/** Things judged with people's labels on some of them, ready to be corrected. */
export interface JoinedLabels<Label> {
  readonly things: readonly KeyedThing[];
  /** Labels that fell on something judged. */
  readonly labels: readonly Label[];
}

/** Joins what a judge judged with people's labels. @param labelValue a label on the scale of the verdicts */
export function joinLabels<Label extends PeopleLabel>(
  places: readonly JudgedPlace[],
  labels: ReadonlyMap<string, Label>,
  labelValue: (label: Label) => number,
): JoinedLabels<Label> {
  const found = places.map((place) => labels.get(place.label));
  const there = found.filter((label) => label !== undefined);
  const uneven = isUneven(there);
  const even = there.length / Math.max(1, places.length);
  const things = places.map(({ key, cluster, judged }, at) => {
    const label = found[at];
    const voted = label === undefined ? undefined : labelValue(label);
    return presentFields({ key, cluster, judged, voted, probability: chanceOf(label, uneven, even) });
  });
  return { things, labels: there };
}
