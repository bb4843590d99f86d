import { presentFields } from "../core/present-fields.js";
import type { Answer, AnswerTurn, JudgeReply, Judgment } from "../core/records.js";
import {
  type CutTexts,
  type ShownAnswer,
  type ShownJudgment,
  type ShownReply,
  type ShownTurn,
  shownJudgment,
} from "../core/shown-judgment.js";
import { codePointLength } from "../core/text.js";
import { runPaths } from "./run-folder.js";

/** Characters of one text that reports keep; an answer of so many fills some thirty screens. */
const MOST_OF_ONE = 100_000;

/** Characters that are kept of all texts together, of which later ones keep their beginnings alone. */
const MOST_OF_ALL = 48_000_000;

/** Characters of the beginnings that are kept of every text, however many there are. */
const LEAST_OF_ONE = 4_000;

interface Texts {
  readonly text: string;
  readonly reasoning?: string;
}

/** The beginning of a text, which does not keep the rest of it in memory as a slice would. */
function beginningOf(text: string, characters: number): string {
  const isPair = /[\ud800-\udbff]/.test(text.charAt(characters - 1));
  return JSON.parse(JSON.stringify(text.slice(0, isPair ? characters - 1 : characters))) as string;
}

/**
 * What reports show of a run's records: short texts whole, and the beginning of long ones with how long they are and where
 * they stand, so that a report of replies of any length fits in memory and opens in a browser.
 */
export class ShownRecords {
  readonly leavesPrompts = true;
  private kept = 0;

  /** @param most Characters of all texts together, of which later ones keep their beginnings alone. */
  constructor(private readonly most = MOST_OF_ALL) {}

  answer(answer: Answer): ShownAnswer {
    const file = () => runPaths.answers("", answer.model);
    const turns = answer.turns.map((turn): ShownTurn => this.shown<AnswerTurn>(turn, file));
    return { ...answer, turns };
  }

  /** A judgment, without its prompt. */
  judgment(judgment: Judgment): ShownJudgment {
    const shown = shownJudgment(judgment);
    if (shown.status === "skipped") return shown;
    const file = () => runPaths.judgments("", judgment.protocol, judgment.a, judgment.b);
    const cut = (replies: readonly JudgeReply[]) =>
      replies.map(
        ({ logprobs: _, toolCalls: __, ...reply }): ShownReply => this.shown<JudgeReply>(reply, file),
      );
    const replies = cut(shown.replies);
    const { replacement } = shown;
    return replacement === undefined
      ? { ...shown, replies }
      : { ...shown, replies, replacement: { ...replacement, replies: cut(replacement.replies) } };
  }

  private shown<Kind extends Texts>(given: Kind, file: () => string): Kind & { readonly cut?: CutTexts } {
    const { text, reasoning } = given;
    const most = this.kept < this.most ? MOST_OF_ONE : LEAST_OF_ONE;
    this.kept += Math.min(most, text.length) + Math.min(most, reasoning?.length ?? 0);
    const isLong = text.length > most;
    if (!isLong && (reasoning?.length ?? 0) <= most) return given;
    const isLongReasoning = reasoning !== undefined && reasoning.length > most;
    return {
      ...given,
      text: isLong ? beginningOf(text, most) : text,
      ...presentFields({ reasoning: isLongReasoning ? beginningOf(reasoning, most) : reasoning }),
      cut: {
        ...presentFields({
          text: isLong ? codePointLength(text) : undefined,
          reasoning: isLongReasoning ? codePointLength(reasoning) : undefined,
        }),
        file: file().replaceAll("\\", "/"),
      },
    };
  }
}
