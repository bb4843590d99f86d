import { countOf } from "../core/count-of.js";
import type { Judgment } from "../core/records.js";
import { excerpt } from "../core/text.js";
import { type UnreadableVerdict, unreadableVerdictOf } from "../core/unreadable-verdict.js";

/** So many unreadable verdicts without one that can be read show that a judge gives none. */
export const MOST_UNREADABLE = 20;
/** Code points of the reply that is shown. */
const SAMPLE_LENGTH = 200;

interface ProtocolState {
  isReadable: boolean;
  unreadable: number;
  underWay: number;
  /** Wake those that wait until it is known whether the judge can be read. */
  readonly waiting: (() => void)[];
  isTold: boolean;
  latest: (UnreadableVerdict & { readonly sample: string }) | undefined;
}

/**
 * Asks a judge for no more verdicts once the first {@link MOST_UNREADABLE} could not be read and none could: it would
 * be paid for to the end. Until a first verdict was read no more than that are asked for at once.
 */
export class ReadableVerdicts {
  private readonly byProtocol = new Map<string, ProtocolState>();

  /** Takes in a verdict that was there before. */
  noteKept(judgment: Judgment): void {
    this.note(this.stateOf(judgment.protocol), judgment);
  }

  /**
   * @param seek Seeks the verdict; undefined when the run was stopped before there was one.
   * @param onGivenUp Told once, with the reason, when the other verdicts of the protocol are left out.
   */
  async seek(
    protocol: string,
    seek: () => Promise<Judgment | undefined>,
    onGivenUp: (reason: string) => void,
  ): Promise<Judgment | undefined> {
    const state = this.stateOf(protocol);
    while (!state.isReadable && state.unreadable + state.underWay >= MOST_UNREADABLE) {
      if (state.unreadable >= MOST_UNREADABLE) {
        if (!state.isTold) onGivenUp(reasonOf(state));
        state.isTold = true;
        return undefined;
      }
      await new Promise<void>((resolve) => state.waiting.push(resolve));
    }
    state.underWay++;
    try {
      const judgment = await seek();
      this.note(state, judgment);
      return judgment;
    } finally {
      state.underWay--;
      if (state.isReadable || state.unreadable >= MOST_UNREADABLE) wakeAll(state);
      else state.waiting.shift()?.();
    }
  }

  private note(state: ProtocolState, judgment: Judgment | undefined): void {
    // Settled verdicts, without a reply, say nothing of the judge.
    if (judgment?.status !== "judged" || judgment.replies.length === 0) return;
    const problem = unreadableVerdictOf(judgment.verdict, judgment.replies.at(-1));
    if (problem === undefined) {
      this.readable(state);
      return;
    }
    state.unreadable++;
    state.latest = { ...problem, sample: excerpt(judgment.replies.at(-1)?.text ?? "", SAMPLE_LENGTH) };
  }

  private readable(state: ProtocolState): void {
    state.isReadable = true;
    wakeAll(state);
  }

  private stateOf(protocol: string): ProtocolState {
    const known = this.byProtocol.get(protocol);
    if (known !== undefined) return known;
    const state: ProtocolState = {
      isReadable: false,
      unreadable: 0,
      underWay: 0,
      waiting: [],
      isTold: false,
      latest: undefined,
    };
    this.byProtocol.set(protocol, state);
    return state;
  }
}

function wakeAll(state: ProtocolState): void {
  for (const wake of state.waiting.splice(0)) wake();
}

function reasonOf({ unreadable, latest }: ProtocolState): string {
  const count = `none of the first ${countOf(unreadable, "verdict")} could be read`;
  if (latest === undefined) return count;
  return `${count}: ${latest.message}. A reply: "${latest.sample}" ${latest.remedy}`;
}
