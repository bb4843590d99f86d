import { countOf } from "./count-of.js";
import { contentId } from "./hash.js";
import type { Interval } from "./interval.js";
import type { GenerationParameters, Json } from "./records.js";
import { formatFixed } from "./shown-number.js";

/** What is known of a judge on one set of labelled pairs. Rates in percent. */
export interface CardSet {
  readonly set: string;
  /** Who wrote the answers; null where it is not known. */
  readonly answersBy: string | null;
  /** The set's own rule, such as `judgebench`. */
  readonly rule: string;
  /** Pairs, prompts or votes behind the score. */
  readonly n: number;
  readonly score: number | null;
  readonly interval: Interval | null;
  /** Agreement with people's votes where neither side says tie (MT-Bench's S2). */
  readonly agreesWithPeople?: { readonly percent: number; readonly n: number };
  /** Of the pairs that both orders could be read on, those with the same verdict in both. */
  readonly consistency?: { readonly percent: number; readonly n: number };
  /** Share of decided games that the answer shown first won. */
  readonly firstSlot?: { readonly percent: number; readonly n: number };
  readonly unreadable?: number;
  /** Youden's J with a tie as half a verdict, −1 to 1. */
  readonly youden?: number;
  readonly usdPer1000?: number;
  readonly secondsPer1000?: number;
  /** When it was measured or taken from a file, ISO 8601 in UTC. */
  readonly at: string;
}

/** What is known of one judge: a protocol, or another author's prompt with a judge model. */
export interface CardEntry {
  readonly judgeModel: string;
  /** Name of the judge or prompt; null where it is not known. */
  readonly judge: string | null;
  /** {@link judgingDigest}; absent where decisions of others were read. */
  readonly judging?: string;
  readonly sets: readonly CardSet[];
}

/** `judge-card.json`: what is known of judges, by protocol id. */
export interface JudgeCard {
  readonly schema: "assay.judge-card/1";
  readonly judges: Readonly<Record<string, CardEntry>>;
}

/** A judge as a board knows it. */
export interface BoardJudge {
  /** Another harness whose verdicts were taken over. */
  readonly recordedBy?: string;
  readonly protocol: string;
  /** Display id and the name that its endpoint knows, as far as they are known. */
  readonly modelNames: readonly string[];
  readonly judging?: string;
  /** {@link Judge.figure}: an accuracy rests on right answers, and on no judge. */
  readonly figure?: "accuracy";
}

/** What a board says of its judge. */
export interface JudgeQuality {
  /**
   * Whether that is of this very way of judging, of the same judge model under another one, or nothing; `answer-key` where
   * answers are compared with the right ones.
   */
  readonly known: "protocol" | "model" | "nothing" | "answer-key";
  readonly sentence: string;
  /** Key into the card. */
  readonly card?: string;
  readonly sets?: readonly CardSet[];
}

/** What decides a verdict apart from what is judged: two protocols that differ in suite or baseline alone have the same. */
export function judgingDigest(parts: {
  readonly judge: { readonly [key: string]: Json };
  readonly model: { readonly [key: string]: Json };
  readonly parameters: GenerationParameters | undefined;
}): string {
  return contentId({ kind: "judging", ...parts, parameters: parts.parameters ?? null });
}

/** Several cards as one; later ones replace what earlier ones say of the same judge and set. */
export function joinCards(cards: readonly JudgeCard[]): JudgeCard {
  const judges = new Map<string, CardEntry>();
  for (const card of cards) {
    for (const [key, entry] of Object.entries(card.judges)) {
      const before = judges.get(key);
      const isNew = (one: CardSet) =>
        !entry.sets.some(({ set, answersBy }) => set === one.set && answersBy === one.answersBy);
      judges.set(key, { ...entry, sets: [...(before?.sets.filter(isNew) ?? []), ...entry.sets] });
    }
  }
  return { schema: "assay.judge-card/1", judges: Object.fromEntries(judges) };
}

/** Below so many pairs a figure says little, and the sentence says how few they were. */
const FEW = 100;
/** Percent of unreadable verdicts from which on a sentence says so. */
const MUCH_UNREADABLE = 5;
/** Sets that a sentence names; the card has the others. */
const MOST_NAMED = 3;

function percent(value: number): string {
  return `${formatFixed(value, Number.isInteger(value) ? 0 : 1)}%`;
}

/** Says how few verdicts a figure rests on, where they are few. */
function few(n: number): string {
  return n < FEW ? `, ${n} only` : "";
}

function setPhrase({ set, rule, score, n, agreesWithPeople }: CardSet): string[] {
  if (agreesWithPeople !== undefined) {
    const share = `${formatFixed(agreesWithPeople.percent, 0)}%`;
    return [`agrees with people ${share} where neither ties (${set}${few(agreesWithPeople.n)})`];
  }
  if (score === null) return [];
  if (rule === "votes") return [`agrees with people ${percent(score)} (${set}${few(n)})`];
  return [`${percent(score)} on ${set}${n < FEW ? ` (${n} only)` : ""}`];
}

/** `65.7% on judgebench, agrees with people 85% where neither ties, changes its mind in 31% of swapped pairs`. */
function phraseOf(sets: readonly CardSet[]): string {
  const told = sets.flatMap(setPhrase);
  const rest = told.length - MOST_NAMED;
  const swapped = sets.flatMap(({ consistency }) => consistency ?? []);
  const pairs = swapped.reduce((sum, { n }) => sum + n, 0);
  const kept = swapped.reduce((sum, { percent: share, n }) => sum + share * n, 0);
  const change =
    pairs === 0 ? [] : [`changes its mind in ${formatFixed(100 - kept / pairs, 0)}% of swapped pairs`];
  const unread = Math.max(0, ...sets.map(({ unreadable = 0 }) => unreadable));
  return [
    ...told.slice(0, MOST_NAMED),
    ...(rest > 0 ? [`${countOf(rest, "more set")}`] : []),
    ...change,
    ...(unread < MUCH_UNREADABLE ? [] : [`${formatFixed(unread, 0)}% of its verdicts cannot be read`]),
  ].join(", ");
}

const UNKNOWN: JudgeQuality = {
  known: "nothing",
  sentence: "Nothing is known of how good this judge is; assay judge-bench measures it.",
};

const COMPARED: JudgeQuality = {
  known: "answer-key",
  sentence: "Answers are compared with the right ones; no judge model has a say.",
};

/**
 * What a card says of a board's judge, in one sentence: of the same prompts, parser, model and parameters where they were
 * measured, else of the same judge model under another protocol, else that nothing is known.
 */
export function judgeQuality(judge: BoardJudge, card: JudgeCard | undefined): JudgeQuality {
  if (judge.recordedBy !== undefined) {
    const sentence = `Verdicts are as ${judge.recordedBy} recorded them; assay gave none.`;
    return { known: "nothing", sentence };
  }
  if (judge.figure === "accuracy") return COMPARED;
  const entries = Object.entries(card?.judges ?? {}).filter(([, { sets }]) => phraseOf(sets) !== "");
  const same = entries.find(
    ([key, { judging }]) => key === judge.protocol || (judging !== undefined && judging === judge.judging),
  );
  if (same !== undefined) {
    const [key, { sets }] = same;
    return { known: "protocol", sentence: `This judge: ${phraseOf(sets)}.`, card: key, sets };
  }
  const model = entries.find(([, { judgeModel }]) => judge.modelNames.includes(judgeModel));
  if (model === undefined) return UNKNOWN;
  const [key, { sets }] = model;
  const sentence = `Nothing is known of this judge under this protocol; the same judge model under ${key}: ${phraseOf(sets)}.`;
  return { known: "model", sentence, card: key, sets };
}
