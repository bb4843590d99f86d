import type { Paint } from "../../reports/console/terminal-text.js";
import { Pace } from "../core/pace.js";
import { spanText } from "../core/span-text.js";
import type { StageCounts } from "./progress-text.js";

/** Columns of a bar at most and at least; where there is less room, there is none. */
const WIDEST_BAR = 32;
const NARROWEST_BAR = 6;
const FULL = "█";
const EMPTY = "░";

/** A text of a live line, and how it is painted. */
export interface Piece {
  readonly text: string;
  readonly paint?: keyof Paint;
}

/** Pieces as one text, painted, cut off at a width: a line that the terminal breaks could not be written over. */
export function paintLine(pieces: readonly Piece[], width: number, colors: Paint): string {
  let left = width;
  let line = "";
  for (const { text, paint } of pieces) {
    const shown = text.slice(0, Math.max(0, left));
    left -= shown.length;
    line += paint === undefined || shown === "" ? shown : colors[paint](shown);
  }
  return line;
}

/** Columns of parts, each after two blanks. */
function lengthOf(parts: readonly Piece[]): number {
  return parts.reduce((sum, { text }) => sum + 2 + text.length, 0);
}

/** One stage of a run as its line shows it: how far it is, how quickly it goes, and what it cost. */
export class StageProgress implements StageCounts {
  planned = 0;
  done = 0;
  failed = 0;
  /** Dollars that its records cost. */
  costUsd = 0;
  private readonly pace = new Pace();

  /** Counts a record. @param nowMs When it came; undefined for one that was there before. */
  add(isFailed: boolean, costUsd: number, nowMs: number | undefined): void {
    this.done++;
    if (isFailed) this.failed++;
    this.costUsd += costUsd;
    if (nowMs !== undefined) this.pace.add(nowMs);
  }

  private get isDone(): boolean {
    return this.done >= this.planned;
  }

  private rate(nowMs: number): number | undefined {
    return this.isDone ? undefined : this.pace.perSecond(nowMs);
  }

  /** Parts behind the bar, the first to go where the line is narrow last. */
  private parts(nowMs: number): Piece[] {
    const rate = this.rate(nowMs);
    const left = rate === undefined || rate === 0 ? undefined : (this.planned - this.done) / rate;
    return [
      { text: `${String(this.done).padStart(String(this.planned).length)}/${this.planned}` },
      ...(this.failed > 0 ? [{ text: `${this.failed} failed`, paint: "yellow" as const }] : []),
      ...(left === undefined ? [] : [{ text: `${spanText(left)} left` }]),
      ...(rate === undefined ? [] : [{ text: `${rate.toFixed(1)}/s`, paint: "dim" as const }]),
      ...(this.costUsd > 0 ? [{ text: `$${this.costUsd.toFixed(2)}`, paint: "dim" as const }] : []),
    ];
  }

  /** What is said of the stage in so many columns, besides its name and its bar. */
  said(width: number, nowMs: number): Piece[] {
    const parts = this.parts(nowMs);
    const kept = this.failed > 0 ? 2 : 1;
    while (parts.length > kept && lengthOf(parts) + 2 + NARROWEST_BAR > width) parts.pop();
    return parts;
  }

  /** How far it is, in so many columns. */
  bar(width: number): Piece[] {
    const share = this.planned === 0 ? 1 : Math.min(1, this.done / this.planned);
    // Only what is done to the last record is full.
    const full = Math.floor(share * width);
    return [
      { text: FULL.repeat(full), paint: this.isDone ? "green" : "bold" },
      { text: EMPTY.repeat(width - full), paint: "dim" },
    ];
  }
}

/**
 * A line for each stage, at most so many columns wide, with bars of one width. Where it is narrow, cost, pace and time left
 * go first, then the bar; how far it is and what failed stay.
 */
export function stageLines(
  stages: readonly (readonly [string, StageProgress])[],
  width: number,
  nowMs: number,
): Piece[][] {
  const nameWidth = Math.max(...stages.map(([name]) => name.length));
  const said = stages.map(([, stage]) => stage.said(width - nameWidth, nowMs));
  const room = Math.min(WIDEST_BAR, ...said.map((parts) => width - nameWidth - lengthOf(parts) - 2));
  return stages.map(([name, stage], index) => [
    { text: name.padEnd(nameWidth) },
    ...(room < NARROWEST_BAR ? [] : [{ text: "  " }, ...stage.bar(room)]),
    ...(said[index] ?? []).flatMap((part) => [{ text: "  " }, part]),
  ]);
}
