import { sha256 } from "../../harness/core/hash.js";
import type { Generation, Json, JudgeRequest, Question } from "../../harness/core/records.js";
import { block, contextBlocks, referenceBlock, systemBlock } from "../assay-material.js";
import { GROUND_RULES, opening, REMINDER } from "../assay-prompts.js";
import { type RankingOrder, rankingOrder } from "./ranking-labels.js";
import { type PairDisagreement, pairDisagreement, type RankingReading, readRanking } from "./read-ranking.js";

/** Answers that are ranked together. */
export interface RankingItem {
  readonly question: Question;
  /** Turn that is judged, from 1. */
  readonly turn: number;
  /** Models with their answers to turns 1…turn; 2 to 9 of them. */
  readonly answers: readonly { readonly model: string; readonly texts: readonly string[] }[];
  /** Text that no answer can contain by design: it delimits the answers, and the lines that count carry it. */
  readonly nonce: string;
}

/** A ranking with models in the place of labels. */
export type RankingVerdict =
  | {
      readonly kind: "ranking";
      /** Models from best to worst; equal ones in one group. */
      readonly groups: readonly (readonly string[])[];
      /** Models in the order in which they were shown. */
      readonly slots: readonly string[];
      /** Preferences that the reply stated pair by pair, before it ranked; `better` is null for equal ones. */
      readonly pairs: readonly {
        readonly models: readonly [string, string];
        readonly better: string | null;
      }[];
      /** How far those contradict the ranking. */
      readonly disagreement: PairDisagreement;
    }
  | { readonly kind: "unreadable"; readonly reason: string };

/** A judge that ranks several answers at once: a request, and the reading of its reply; both pure. */
export interface RankingProtocol {
  /** Everything besides the judge model that decides a ranking. */
  readonly identity: { readonly [key: string]: Json };
  /** @throws RangeError unless 2 to 9 answers are ranked. */
  request(item: RankingItem): JudgeRequest;
  read(generation: Generation, item: RankingItem): RankingVerdict;
}

/** How answers are to be ranked. */
export interface RankingOptions {
  /** Whether answers may be called equal. Default false. */
  readonly ties?: boolean;
}

const SYSTEM = `You rank the answers that several AI assistants gave to the same user. You know the subject of the question well, and you are exact and fair.

${GROUND_RULES}
- The letters and the order are arbitrary. Judge as you would if they were dealt out again.

## The ranking
Compare the answers two by two before you rank them. The answer that serves the user better ranks above the other; where one is right and the other wrong on what the question turns on, the right one ranks above, however well the other is written.`;

const PARAMETERS = { temperature: 0, maxTokens: 2048 };

function blocks(item: RankingItem, { labels, positions }: RankingOrder): readonly string[] {
  const { question, turn, answers, nonce } = item;
  const turns = Array.from({ length: turn }, (_, index) => index + 1);
  return [
    ...systemBlock(question, nonce),
    ...contextBlocks(question, nonce),
    ...turns.flatMap((one) => [
      block(`USER TURN ${one}`, question.turns[one - 1] ?? "", nonce),
      ...referenceBlock(question, one, nonce),
    ]),
    ...labels.flatMap((label, slot) => {
      const texts = answers[positions[slot] ?? 0]?.texts ?? [];
      return turns.map((one) =>
        block(
          `${one === turn ? "ANSWER" : "EARLIER ANSWER"} OF ${label} TO TURN ${one}`,
          texts[one - 1] ?? "",
          nonce,
        ),
      );
    }),
  ];
}

/** How to reply: every pair in the order drawn, then the ranking. */
function replyForm({ labels, pairs }: RankingOrder, code: string, ties: boolean): string {
  const [first = "A", second = "B"] = labels;
  const equal = ties ? ` or = where no difference would matter to the user` : "";
  const sign = ties ? `, with > between them, or = between equal ones` : `, with > between them`;
  return `First compare every pair below, in this order, each on a line of exactly this form, with the letter of the better answer${equal} after the second colon, and a reason of at most 15 words on the line after it:
PAIR [${code}]: ${first}, ${second}: ${first}
The pairs are: ${pairs.map(([one, other]) => `${one}, ${other}`).join("; ")}.
Then end with one line of exactly this form, on its own, with nothing after it, which holds each of ${labels.join(", ")} once, best first${sign}:
RANKING [${code}]: ${labels.join(" > ")}
The letters of these two examples mean nothing.`;
}

/** Who stands behind a label. */
function modelOf(item: RankingItem, { labels, positions }: RankingOrder, label: string): string {
  return item.answers[positions[labels.indexOf(label)] ?? -1]?.model ?? "";
}

function withModels(reading: RankingReading, item: RankingItem, order: RankingOrder): RankingVerdict {
  if (reading.kind === "unreadable") return reading;
  const named = (label: string) => modelOf(item, order, label);
  return {
    kind: "ranking",
    groups: reading.groups.map((group) => group.map(named)),
    slots: order.labels.map(named),
    pairs: reading.lines.map(({ pair: [one, other], better }) => ({
      models: [named(one), named(other)],
      better: better === null ? null : named(better),
    })),
    disagreement: pairDisagreement(reading),
  };
}

/**
 * A judge that ranks 2 to 9 answers, hardened as assay's own protocol is: answers stand between markers with the call's
 * code, and only lines that carry it count. Slots, and the order of the comparisons that come first, are drawn from protocol
 * and question.
 */
export function rankingProtocol({ ties = false }: RankingOptions = {}): RankingProtocol {
  const identity = { judge: "ranking", version: 1, ties, prompt: sha256(SYSTEM), ...PARAMETERS };
  const seed = sha256(JSON.stringify(identity));
  const orderOf = ({ answers, question }: RankingItem) => rankingOrder(answers.length, seed, question.id);
  return {
    identity,
    request: (item) => {
      const order = orderOf(item);
      const material = [
        opening(item.nonce),
        ...blocks(item, order),
        `${REMINDER} Rank the answers to turn ${item.turn}: ${order.labels.join(", ")}.`,
        replyForm(order, item.nonce, ties),
      ];
      return {
        messages: [
          { role: "system", content: SYSTEM },
          { role: "user", content: material.join("\n\n") },
        ],
        parameters: PARAMETERS,
      };
    },
    read: (generation, item) => {
      const order = orderOf(item);
      const form = { labels: order.labels, code: item.nonce, ties };
      return withModels(readRanking(generation, form), item, order);
    },
  };
}
