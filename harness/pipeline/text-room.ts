import { isLong } from "../core/text-garbage.js";

/** Characters of long texts that are in memory at once; each is there several times while it is sent. */
const MOST_CHARACTERS = 16_000_000;

/** Gives back what was claimed. */
export type GiveBack = () => void;

interface Claim {
  readonly size: number;
  readonly go: (giveBack: GiveBack) => void;
}

const nothing: GiveBack = () => undefined;

/**
 * Room for long texts in memory, shared by all that a run does at once: who finds none waits in line. A claim that is
 * larger than all the room goes on alone. Short texts claim nothing and never wait.
 */
export class TextRoom {
  private used = 0;
  private readonly line: Claim[] = [];

  constructor(private readonly most = MOST_CHARACTERS) {}

  /**
   * Who holds a claim must not wait for another one of the same room.
   * @param size characters
   * @returns what gives the room back, once
   */
  claim(size: number): Promise<GiveBack> | GiveBack {
    if (!isLong(size)) return nothing;
    if (this.line.length === 0 && this.fits(size)) return this.taken(size);
    return new Promise((go) => this.line.push({ size, go }));
  }

  private fits(size: number): boolean {
    return this.used === 0 || this.used + size <= this.most;
  }

  private taken(size: number): GiveBack {
    this.used += size;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.used -= size;
      for (let next = this.line[0]; next !== undefined && this.fits(next.size); next = this.line[0]) {
        this.line.shift();
        next.go(this.taken(next.size));
      }
    };
  }
}
