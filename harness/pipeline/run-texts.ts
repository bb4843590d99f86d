import type { Generation, TokenLogprob } from "../core/records.js";
import { sizeOfText } from "../core/text-garbage.js";
import { type Kept, Scratch } from "../store/scratch.js";
import { type GiveBack, TextRoom } from "./text-room.js";

/** Characters that a token with its log-probability takes about as much memory as. */
const TOKEN_CHARACTERS = 100;

/** What a reply says, as its generation and its record hold it. */
type ReplyTexts = Pick<Generation, "text" | "reasoning" | "logprobs" | "toolCalls">;

/**
 * Where the texts of a run are between the calls that give them and those that need them. Ordinary ones stay in memory;
 * long ones are on disk, and few of them are in memory at once. Two rooms, so that nobody waits for ever: what holds room for
 * what is judged may wait for other verdicts, what holds the other room waits for an endpoint or for the disk alone.
 */
export class RunTexts {
  private readonly judged: TextRoom;
  private readonly sent: TextRoom;
  private readonly scratch: Scratch;

  /**
   * @param folder the run folder
   * @param most characters of long texts in memory at once in either room
   */
  constructor(folder: string, most?: number) {
    this.scratch = new Scratch(folder);
    this.judged = new TextRoom(most);
    this.sent = new TextRoom(most);
  }

  /** Keeps a value of plain JSON until the run is over. @param size its characters */
  keep<Value>(value: Value, size: number): Kept<Value> {
    return this.scratch.keep(value, size);
  }

  /** Keeps a value of plain JSON for a moment. @param size its characters */
  keepBriefly<Value>(value: Value, size: number): Kept<Value> {
    return this.scratch.keepBriefly(value, size);
  }

  /** Keeps one reply until the record that it belongs to is written. */
  keepReply<Reply extends ReplyTexts>(reply: Reply): KeptReply<Reply> {
    const size = sizeOf(reply);
    return { size, read: this.scratch.keepBriefly(reply, size) };
  }

  /** Room for answers that are judged together; nothing else of the kind may be held. */
  forJudging(size: number): Promise<GiveBack> | GiveBack {
    return this.judged.claim(size);
  }

  /** Room for one call that repeats texts of so many characters, or for a record until it is on disk; likewise. */
  room(size: number): Promise<GiveBack> | GiveBack {
    return this.sent.claim(size);
  }

  /** Makes something of texts of so many characters while no call or record has that room. */
  async inRoom<Value>(size: number, make: () => Value): Promise<Value> {
    const giveBack = await this.room(size);
    try {
      return make();
    } finally {
      giveBack();
    }
  }

  close(): void {
    this.scratch.close();
  }
}

/** A reply that was put aside. */
export interface KeptReply<Reply> {
  /** Characters. */
  readonly size: number;
  readonly read: Kept<Reply>;
}

function countOfTokens(logprobs: readonly TokenLogprob[] = []): number {
  return logprobs.reduce((sum, { top }) => sum + 1 + top.length, 0);
}

function sizeOf({ text, reasoning = "", logprobs, toolCalls = [] }: ReplyTexts): number {
  const called = toolCalls.reduce((sum, call) => sum + call.arguments.length, 0);
  return lengthOf([text, reasoning]) + called + TOKEN_CHARACTERS * countOfTokens(logprobs);
}

/** Characters of several texts, as {@link sizeOfText} counts them. */
export function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + sizeOfText(text), 0);
}

/** Characters of several replies. */
export function sizeOfAll(replies: readonly KeptReply<unknown>[]): number {
  return replies.reduce((sum, { size }) => sum + size, 0);
}
