import type { Random } from "../../../harness/core/random.js";
import type { KeyedThing } from "../../../harness/stats/correction/corrected-difference.js";

/** How people and a judge see the comparisons of a population of questions. */
export interface JudgedPopulation {
  readonly name: string;
  /** People's mean share of the point, a tie being half of it. */
  readonly people: number;
  readonly ties: number;
  /** How often the judge says what people say; else it wins for the candidate with this chance. */
  readonly skill: number;
  readonly favour: number;
  /** How often a comparison goes as its question's others do. */
  readonly alike: number;
}

/** From an even match to a near certain one, with judges that favour the candidate. */
export const populations: readonly JudgedPopulation[] = [
  {
    name: "even, a fair judge with a favourite",
    people: 0.5,
    ties: 0.2,
    skill: 0.6,
    favour: 0.9,
    alike: 0.5,
  },
  { name: "close, a judge that adds little", people: 0.6, ties: 0.2, skill: 0.15, favour: 0.9, alike: 0.5 },
  { name: "clear, a good judge", people: 0.75, ties: 0.1, skill: 0.8, favour: 0.7, alike: 0.3 },
  { name: "overwhelming", people: 0.9, ties: 0.05, skill: 0.6, favour: 0.6, alike: 0.3 },
  { name: "even, no ties, questions decide", people: 0.5, ties: 0, skill: 0.7, favour: 1, alike: 0.8 },
];

/** Which comparisons people are asked about: any, all of some questions, or more where the judge sees no win. */
export type Asking = "any" | "whole questions" | "active";

interface Comparison {
  readonly key: string;
  readonly cluster: string;
  readonly judged: number;
  readonly people: number;
}

type Place = Pick<Comparison, "key" | "cluster">;
const places: Place[][] = [];

/** The four places of a question, the same for all samples: names take longer to make than what is drawn. */
function placesOf(question: number): readonly Place[] {
  places[question] ??= [0, 1, 2, 3].map((place) => ({
    key: `${question}/${place}`,
    cluster: String(question),
  }));
  return places[question];
}

/** Comparisons at four places of each question. */
export function drawComparisons(
  population: JudgedPopulation,
  questions: number,
  random: Random,
): Comparison[] {
  const { people, ties, skill, favour, alike } = population;
  const decided = (people - ties / 2) / (1 - ties);
  const outcome = (chance: number) => (random.next() < ties ? 0.5 : random.next() < chance ? 1 : 0);
  return Array.from({ length: questions }, (_, question) => {
    const shared = outcome(decided);
    return placesOf(question).map(({ key, cluster }) => {
      const said = random.next() < alike ? shared : outcome(decided);
      const judged = random.next() < skill ? said : outcome(favour);
      return { key, cluster, judged, people: said };
    });
  }).flat();
}

/** What people are asked for about this many votes; with `active` every comparison keeps a tenth of an even chance. */
export function askPeople(
  comparisons: readonly Comparison[],
  votes: number,
  asking: Asking,
  random: Random,
): KeyedThing[] {
  if (asking === "active") {
    const wish = comparisons.map(({ judged }) => (judged === 1 ? 0.4 : judged === 0.5 ? 2 : 1.5));
    const total = wish.reduce((sum, one) => sum + one, 0);
    const even = votes / comparisons.length;
    return comparisons.map(({ key, cluster, judged, people }, at) => {
      const probability = Math.min(1, Math.max(even / 10, (votes * (wish[at] ?? 0)) / total));
      const isAsked = random.next() < probability;
      return isAsked
        ? { key, cluster, judged, probability, voted: people }
        : { key, cluster, judged, probability };
    });
  }
  const order = [...comparisons.keys()];
  if (asking === "any")
    for (let at = 0; at < votes; at++) {
      const other = at + Math.floor(random.next() * (order.length - at));
      [order[at], order[other]] = [order[other] as number, order[at] as number];
    }
  const asked = new Uint8Array(comparisons.length);
  for (const at of order.slice(0, votes)) asked[at] = 1;
  return comparisons.map(({ key, cluster, judged, people }, at) =>
    asked[at] === 1 ? { key, cluster, judged, voted: people } : { key, cluster, judged },
  );
}
