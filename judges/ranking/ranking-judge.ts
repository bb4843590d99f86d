import { countOf } from "../../harness/core/count-of.js";
import { ConfigError } from "../../harness/core/errors.js";
import { sha256 } from "../../harness/core/hash.js";
import { presentFields } from "../../harness/core/present-fields.js";
import { rankingLabels } from "../../harness/core/ranking.js";
import { RANKED_TOGETHER } from "../../harness/core/ranks.js";
import type { Generation, Judge, JudgeItem, JudgeRequest, Verdict } from "../../harness/core/records.js";
import { block, contextBlocks, referenceBlock, systemBlock } from "../assay-material.js";
import { GROUND_RULES, opening, REMINDER } from "../assay-prompts.js";
import { SAMPLE_IN_CONTEXT } from "../sample-question.js";
import { comparisonOrder } from "./ranking-labels.js";
import { type RankingReading, readRanking } from "./read-ranking.js";

/** Answers that are ranked together, in the order shown. */
export type RankedItem = Extract<JudgeItem, { kind: "ranking" }>;

/** How answers are to be ranked. */
export interface RankingOptions {
  /** Whether answers may be called equal. Default false. */
  readonly ties?: boolean;
  /** Most answers of one ranking, 2 to 9. Default 9. */
  readonly together?: number;
}

const SYSTEM = `You rank the answers that several AI assistants gave to the same user. You know the subject of the question well, and you are exact and fair.

${GROUND_RULES}
- The letters and the order are arbitrary. Judge as you would if they were dealt out again.

## The ranking
Compare the answers two by two before you rank them. The answer that serves the user better ranks above the other; where one is right and the other wrong on what the question turns on, the right one ranks above, however well the other is written.`;

/** Nine answers have 36 pairs, with a line and a reason each. */
const PARAMETERS = { temperature: 0, maxTokens: 4096 } as const;

function materialOf({ question, turn, answers, nonce }: RankedItem): readonly string[] {
  const turns = Array.from({ length: turn }, (_, index) => index + 1);
  return [
    ...systemBlock(question, nonce),
    ...contextBlocks(question, nonce),
    ...turns.flatMap((one) => [
      block(`USER TURN ${one}`, question.turns[one - 1] ?? "", nonce),
      ...referenceBlock(question, one, nonce),
    ]),
    ...rankingLabels(answers.length).flatMap((label, slot) =>
      turns.map((one) =>
        block(
          `${one === turn ? "ANSWER" : "EARLIER ANSWER"} OF ${label} TO TURN ${one}`,
          answers[slot]?.[one - 1] ?? "",
          nonce,
        ),
      ),
    ),
  ];
}

/** How to reply: every pair in the order drawn, then the ranking. */
function replyForm({ answers, seed, nonce }: RankedItem, ties: boolean): string {
  const labels = rankingLabels(answers.length);
  const pairs = comparisonOrder(labels, seed);
  const [first = "A", second = "B"] = labels;
  const equal = ties ? ` or = where no difference would matter to the user` : "";
  const sign = ties ? `, with > between them, or = between equal ones` : `, with > between them`;
  return `First compare every pair below, in this order, each on a line of exactly this form, with the letter of the better answer${equal} after the second colon, and a reason of at most 15 words on the line after it:
PAIR [${nonce}]: ${first}, ${second}: ${first}
The pairs are: ${pairs.map(([one, other]) => `${one}, ${other}`).join("; ")}.
Then end with one line of exactly this form, on its own, with nothing after it, which holds each of ${labels.join(", ")} once, best first${sign}:
RANKING [${nonce}]: ${labels.join(" > ")}
The letters of these two examples mean nothing.`;
}

/** @throws ConfigError for an item of another kind; RangeError unless 2 to 9 answers are ranked. */
function rankedItem(item: JudgeItem): RankedItem {
  if (item.kind !== "ranking") {
    throw new ConfigError(`the judge ranking was given a ${item.kind} item`, {
      code: "judge-mode-mismatch",
      remedy: "Use --mode ranking.",
    });
  }
  const { least, most } = RANKED_TOGETHER;
  const { length } = item.answers;
  if (length < least || length > most)
    throw new RangeError(`the answers of a ranking are ${least} to ${most}, not ${length}`);
  return item;
}

function requestOf(given: JudgeItem, ties: boolean): JudgeRequest {
  const item = rankedItem(given);
  const labels = rankingLabels(item.answers.length);
  const material = [
    opening(item.nonce),
    ...materialOf(item),
    `${REMINDER} Rank the answers to turn ${item.turn}: ${labels.join(", ")}.`,
    replyForm(item, ties),
  ];
  return {
    messages: [
      { role: "system", content: SYSTEM },
      { role: "user", content: material.join("\n\n") },
    ],
    parameters: PARAMETERS,
  };
}

function verdictOf(reading: RankingReading): Verdict {
  if (reading.kind === "unreadable") return reading;
  const { groups, lines } = reading;
  const hasTies = groups.some((group) => group.length > 1);
  return {
    kind: "ranking",
    ranking: groups.flat(),
    ...presentFields({ groups: hasTies ? groups : undefined }),
    pairs: lines,
  };
}

/** An item that uses every part of the layout: what it renders to stands for the prompts in the protocol's identity. */
const SAMPLE: RankedItem = {
  kind: "ranking",
  question: SAMPLE_IN_CONTEXT,
  turn: 2,
  answers: [
    ["first answer of A", "second answer of A"],
    ["first answer of B", "second answer of B"],
    ["first answer of C", "second answer of C"],
  ],
  seed: "sample",
  nonce: "code",
};

/** @throws ConfigError for a number of answers that cannot be ranked at once. */
function checkTogether(together: number): void {
  const { least, most } = RANKED_TOGETHER;
  if (Number.isInteger(together) && together >= least && together <= most) return;
  throw new ConfigError(`a ranking holds ${least} to ${countOf(most, "answer")}, not ${together}`, {
    code: "invalid-ranking-size",
    remedy: `Give --rank-together a whole number from ${least} to ${most}.`,
  });
}

/**
 * A judge that ranks 2 to 9 answers, hardened as assay's own protocol is: answers stand between markers with the call's
 * code, and only lines that carry it count. All pairs are compared first, in an order drawn from the item's seed, and the
 * ranking follows: a permutation of exactly the labels, or it is unreadable.
 * @throws ConfigError unless `together` is 2 to 9.
 */
export function createRankingJudge({
  ties = false,
  together = RANKED_TOGETHER.most,
}: RankingOptions = {}): Judge {
  checkTogether(together);
  return {
    name: "ranking",
    kind: "ranking",
    protocolPrefix: `ranking${ties ? "-ties" : ""}`,
    identity: {
      judge: "ranking",
      version: 1,
      ties,
      together,
      prompts: sha256(JSON.stringify(requestOf(SAMPLE, ties).messages)),
      parser: "ranking-lines/1",
    },
    parameters: PARAMETERS,
    together,
    turns: "each",
    request: (item) => requestOf(item, ties),
    read: (generation: Generation, item) => {
      const { answers, nonce } = rankedItem(item);
      return verdictOf(readRanking(generation, { labels: rankingLabels(answers.length), code: nonce, ties }));
    },
  };
}
