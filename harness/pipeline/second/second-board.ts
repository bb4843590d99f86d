import type { Board } from "../../core/board.js";
import type { BoardSecond, SecondRow } from "../../core/board-second.js";
import { compositeKey } from "../../core/composite-key.js";
import type { ManifestProtocol } from "../../core/manifest.js";
import { presentFields } from "../../core/present-fields.js";
import { type SecondJudging, type SecondPlace, secondKey } from "../../core/second-judging.js";
import type { ValueScale } from "../../stats/bounded-mean.js";
import type { KeyedThing } from "../../stats/correction/corrected-difference.js";
import { correctedMean } from "../../stats/correction/corrected-mean.js";
import { meanOf } from "../../stats/estimate.js";
import type { KnownCost, SecondCount, SecondDraws } from "../../store/second-draws.js";
import { comparisonsOn } from "../agreement/comparisons.js";
import type { BoardInput } from "../scores/build-board.js";
import { boardScale } from "../scores/scale.js";

/** A second judge's verdicts, and what was asked of it. */
interface SecondInput {
  readonly input: BoardInput;
  readonly rules: SecondJudging;
  readonly count: SecondCount;
}

/** A judge's value of a place: a rating, or the percentage of the point that goes to the first of its models. */
interface PlaceValue {
  readonly place: SecondPlace;
  readonly value: number | undefined;
}

/**
 * Boards without those of second judges, whose verdicts are no fair sample and make no figure of their own: each goes to
 * the board of the judge that it follows.
 */
export function withSecondJudges(
  inputs: readonly BoardInput[],
  protocols: readonly ManifestProtocol[],
  draws: SecondDraws,
): BoardInput[] {
  const rules = new Map(protocols.flatMap(({ id, second }) => (second === undefined ? [] : [[id, second]])));
  if (rules.size === 0) return [...inputs];
  const byFirst = new Map<string, SecondInput>();
  for (const input of inputs) {
    const { protocol } = input.head;
    const [own, count] = [rules.get(protocol), draws.count(protocol)];
    if (own !== undefined && count !== undefined) byFirst.set(own.first, { input, rules: own, count });
  }
  return inputs
    .filter(({ head }) => !rules.has(head.protocol))
    .map((input) => ({ ...input, ...withFigures(input, byFirst.get(input.head.protocol)) }));
}

function withFigures(input: BoardInput, second: SecondInput | undefined): Pick<BoardInput, "second"> {
  if (second === undefined) return {};
  let known: Correction | undefined;
  const correction = () => {
    known ??= correctionOf(input, second);
    return known;
  };
  const { judge, protocol } = second.input.head;
  return {
    second: {
      judge,
      protocol,
      figures: (models) => figuresOf(models, second, correction()),
      things: (model, subjects) => judgedOf(model, correction(), subjects).things,
    },
  };
}

function correctionOf(input: BoardInput, second: SecondInput): Correction {
  const [firsts, seconds] = [valuesOf(input), valuesOf(second.input)];
  return { firsts, seconds, chances: second.count.chances, scale: boardScale(input) };
}

/** Values by place; several verdicts of one place count as the last, as in the board's own grid. */
function valuesOf(input: BoardInput): Map<string, PlaceValue> {
  const found: PlaceValue[] =
    input.metric === "rating"
      ? [...input.rows].map(({ questionId, turn, trial, a, verdict }) => ({
          place: { questionId, turn, trial, models: [a] },
          value: verdict?.kind === "rating" ? verdict.rating : undefined,
        }))
      : comparisonsOn(input).map(({ questionId, turn, trial, models, share }) => ({
          place: { questionId, turn, trial, models },
          value: share === undefined ? undefined : 100 * share,
        }));
  return new Map(found.map((one) => [secondKey(one.place), one]));
}

interface Judged {
  readonly model: string;
  readonly things: readonly KeyedThing[];
  readonly first: number | null;
}

/**
 * A model's places as they are to be corrected; what neither judge could say anything of is left out. The key of a place is
 * the same for every model that meets the same opponents.
 * @param subjects Of the pairs alone that are named; left out, of all.
 */
function judgedOf(
  model: string,
  { firsts, seconds, chances, scale }: Correction,
  subjects?: BoardInput["subjects"],
): Judged {
  const named = subjects && new Set(subjects.map((pair) => compositeKey(...[...pair].sort())));
  const isNamed = (models: readonly string[]) => named?.has(compositeKey(...[...models].sort())) !== false;
  const opponentOf = (models: readonly string[]) => models.find((one) => one !== model) ?? "";
  const own = [...firsts].filter(([, { place }]) => place.models.includes(model) && isNamed(place.models));
  const hasOne = new Set(own.map(([, { place }]) => opponentOf(place.models))).size <= 1;
  const seen = (one: PlaceValue | undefined): number | undefined => {
    if (one?.value === undefined) return undefined;
    return one.place.models[0] === model ? one.value : scale.low + scale.high - one.value;
  };
  const middle = (scale.low + scale.high) / 2;
  const values: number[] = [];
  const things = own.flatMap(([key, first]): KeyedThing[] => {
    const value = seen(first);
    const chance = chances.get(key);
    const voted = chance === undefined ? undefined : seen(seconds.get(key));
    if (value !== undefined) values.push(value);
    if (value === undefined && voted === undefined) return [];
    const probability = voted === undefined ? undefined : chance;
    const { questionId, turn, trial, models } = first.place;
    return [
      {
        key: compositeKey(questionId, turn, trial, hasOne ? "" : opponentOf(models)),
        cluster: questionId,
        // A prediction may be anything; where the first judge said nothing it is the middle, and the second was asked for certain.
        judged: value ?? middle,
        ...presentFields({ voted, probability }),
      },
    ];
  });
  return { model, things, first: values.length === 0 ? null : meanOf(values) };
}

/** Both judges' values by place, and the chance with which the second was asked. */
interface Correction {
  readonly firsts: ReadonlyMap<string, PlaceValue>;
  readonly seconds: ReadonlyMap<string, PlaceValue>;
  readonly chances: ReadonlyMap<string, number>;
  readonly scale: ValueScale;
}

function rowOf({ model, things, first }: Judged, scale: ValueScale): SecondRow {
  const { estimate, interval, lambda, voted, clusters, reason } = correctedMean(things, { scale });
  const why = voted === 0 ? "the second judge said nothing of this model" : reason;
  return {
    model,
    first,
    corrected: {
      estimate,
      interval,
      lambda,
      asked: voted,
      questions: clusters,
      ...presentFields({ reason: why ?? undefined }),
    },
  };
}

/** What all calls cost; null where one has no price, or none was made. */
const paid = ({ calls, priced, usd }: KnownCost): number | null =>
  calls === 0 || priced < calls ? null : usd;

function costOf({ cost, full, chances, due, drawn }: SecondCount): BoardSecond["cost"] {
  const [first, second] = [paid(cost.first), paid(cost.second)];
  const given = drawn === 0 ? 0 : (chances.size * due) / drawn;
  const everything = second === null || given === 0 ? null : (second * full) / given;
  const saved = first === null || second === null || everything === null ? null : everything - first - second;
  return { first, second, full: everything, saved };
}

function figuresOf(models: readonly string[], second: SecondInput, correction: Correction): BoardSecond {
  const { rules, count } = second;
  const usable = [...second.input.rows].filter(
    ({ verdict }) => verdict !== undefined && verdict.kind !== "unreadable",
  ).length;
  return {
    judge: second.input.head.judge,
    protocol: second.input.head.protocol,
    share: 100 * rules.share,
    margin: rules.margin,
    judged: count.places,
    unclear: count.unclear,
    asked: count.drawn,
    askedShare: count.places === 0 ? null : (100 * count.drawn) / count.places,
    missing: Math.max(0, count.due - usable),
    cost: costOf(count),
    models: models.map((model) => rowOf(judgedOf(model, correction), correction.scale)),
  };
}

/** A first judge's board with what the second one makes of its figures; unchanged without one. */
export function boardWithSecond(board: Board, { second }: BoardInput): Board {
  if (second === undefined) return board;
  const measured = board.models.filter((row) => !("reference" in row && row.reference === true));
  return { ...board, second: second.figures(measured.map(({ model }) => model)) };
}
