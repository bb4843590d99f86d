import type { BlindRow } from "../../../harness/core/ballot.js";
import { countOf } from "../../../harness/core/count-of.js";
import type { PageBallot } from "../ballot-data.js";
import type { SaidRow } from "./session.js";
import { CHOICES } from "./vote-bar.js";

/** What a file of votes adds to a page, or why it adds nothing. */
export interface LoadedVotes {
  readonly rows: readonly SaidRow[];
  /** For the voter. */
  readonly message: string;
}

const LONGEST_TEXT = 200;
const LARGEST_SEED = 2 ** 32 - 1;
const MOST_MS = 86_400_000;

function isWhole(value: unknown, most: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most;
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "" && value.length <= LONGEST_TEXT;
}

/** Whether a parsed line is a vote of this ballot, as this page writes it. */
function isRowOf({ id, items }: PageBallot, value: unknown): value is SaidRow {
  if (typeof value !== "object" || value === null) return false;
  const row = value as Readonly<Record<string, unknown>>;
  return (
    row.ballot === id &&
    items.some(({ item, turns }) => item === row.item && turns.some((turn) => turn === row.turn)) &&
    CHOICES.some(({ said }) => said === row.winner) &&
    isText(row.judge) &&
    typeof row.vote_id === "string" &&
    /^[\w-]{1,80}$/.test(row.vote_id) &&
    typeof row.tstamp === "number" &&
    isWhole(row.slot_seed, LARGEST_SEED) &&
    isWhole(row.ms, MOST_MS)
  );
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/**
 * The votes of a file that this page saved, in this browser or another one.
 * @param known what the page has already
 */
export function loadedVotes(text: string, ballot: PageBallot, known: readonly BlindRow[]): LoadedVotes {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const found = lines.map(parsed).filter((value) => isRowOf(ballot, value));
  if (found.length === 0) return { rows: [], message: "This file holds no votes on these pairs." };
  const ids = new Set(known.map((row) => row.vote_id));
  const rows = found.filter(({ vote_id }) => !ids.has(vote_id));
  const others = lines.length - found.length;
  const left = others === 0 ? "" : `, ${countOf(others, "line")} of something else left out`;
  return { rows, message: `${countOf(rows.length, "vote")} loaded${left}.` };
}
