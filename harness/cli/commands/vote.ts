import { existsSync } from "node:fs";
import type { BallotRequest, DrawnBallot } from "../../assemble/vote-ballot.js";
import { countOf } from "../../core/count-of.js";
import { ConfigError } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import { printable } from "../../core/text.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { cell, type Terminal } from "../terminal.js";

const ACTIONS = ["serve", "import", "status"] as const;
type Action = (typeof ACTIONS)[number];

const DEFAULT_PAIRS = 30;
const DEFAULT_REPEATS = 0.2;
const DEFAULT_HOST = "0.0.0.0";
const DEFAULT_PORT = 8420;

const isAction = (word: string): word is Action => ACTIONS.some((action) => action === word);

/** Which pairs the flags ask for. */
function ballotRequest(given: Given<"vote">): BallotRequest {
  return {
    pairs: given.pairs ?? DEFAULT_PAIRS,
    repeats: given.repeats ?? DEFAULT_REPEATS,
    design: given.active ? "active" : "uniform",
    models: given.model ?? [],
    ...presentFields({ seed: given.seed }),
  };
}

/** What was drawn, for people. */
function describeBallot({ ballot, notes }: DrawnBallot, terminal: Terminal): string {
  for (const { message } of notes) terminal.note(`note: ${printable(message, { oneLine: true })}`);
  const { items, population, design } = ballot;
  const categories = new Set(items.map(({ suite, category }) => `${suite} ${category}`)).size;
  const how = design === "active" ? ", more where the judge and the models disagree" : "";
  return `${countOf(items.length, "pair")} of ${population}, ${countOf(categories, "category", "categories")}${how}`;
}

async function writePage(run: string, given: Given<"vote">, terminal: Terminal): Promise<number> {
  const { drawBallot } = await import("../../assemble/vote-ballot.js");
  const { writeVotePage } = await import("../../assemble/vote-page.js");
  const drawn = await drawBallot(run, ballotRequest(given));
  const file = await writeVotePage(run, drawn, given.out);
  const { shownPath } = await import("../run-end.js");
  const { id, design, population, seed, items } = drawn.ballot;
  terminal.document({
    schema: "assay.vote-page/1",
    file,
    ballot: id,
    design,
    seed,
    pairs: items.length,
    population,
    notes: drawn.notes,
  });
  terminal.say(`${shownPath(file)}: ${describeBallot(drawn, terminal)}`);
  terminal.say(
    "Give it to your voters: it opens from a mail or a file share, asks no server, and names no model.",
  );
  terminal.say(`Then: assay vote import ${shownPath(run)} FILE…`);
  return exitCodes.done;
}

async function importFiles(run: string, given: Given<"vote">, terminal: Terminal): Promise<number> {
  const { files = [] } = given;
  if (files.length === 0) {
    throw new ConfigError("no file of votes is named", {
      code: "usage",
      remedy: `Such as: assay vote import ${run} anna.jsonl`,
    });
  }
  const { importVotes } = await import("../../assemble/vote-import.js");
  const { voteStatus } = await import("../../assemble/vote-status.js");
  const { systemClock } = await import("../../core/clock.js");
  const ignoreOthers = given.ignoreOthers === true;
  const imported = await importVotes(run, files, { ignoreOthers, nowMs: systemClock.now() });
  const status = voteStatus(run);
  terminal.document({ schema: "assay.vote-import/1", run, imported, status });
  const { votes, ratings, skips, known, left, voters } = imported;
  const said = `${countOf(votes, "vote")} and ${countOf(skips, "skip")}`;
  const rated = countOf(ratings, "rating");
  const parts = [
    `${ratings === 0 ? said : votes + skips === 0 ? rated : `${said} and ${rated}`} of ${countOf(voters.length, "voter")} taken`,
    ...(known > 0 ? [`${known} known already`] : []),
    ...(left > 0 ? [`${left} left out: they are on other questions or models`] : []),
  ];
  terminal.say(parts.join(", "));
  const { showVotes } = await import("../show-votes.js");
  showVotes(status, terminal);
  return exitCodes.done;
}

/** Votes between two notes of how far a voter is. */
const NOTE_EVERY = 10;

/** Says who votes, now and then. */
function voterNotes(terminal: Terminal): (voter: string, kind: string) => void {
  const counts = new Map<string, number>();
  return (voter, kind) => {
    if (kind === "withdrawal") return;
    const count = (counts.get(voter) ?? 0) + 1;
    counts.set(voter, count);
    if (count === 1) terminal.note(`vote: ${cell(voter)} has begun`);
    else if (count % NOTE_EVERY === 0) terminal.note(`vote: ${cell(voter)}, ${countOf(count, "vote")}`);
  };
}

async function serve(run: string, given: Given<"vote">, terminal: Terminal): Promise<number> {
  const { drawBallot } = await import("../../assemble/vote-ballot.js");
  const { serveBallot } = await import("../../assemble/vote-serve.js");
  const { voteStatus } = await import("../../assemble/vote-status.js");
  const { openServices } = await import("../open-services.js");
  const open = openServices(terminal, { stopping: "assay: stopping; votes under way are saved first" });
  try {
    const drawn = await drawBallot(run, ballotRequest(given));
    const { host = DEFAULT_HOST, port = DEFAULT_PORT, allowHost: names = [] } = given;
    const served = await serveBallot(run, drawn, {
      host,
      port,
      names,
      nowMs: open.services.clock.now(),
      onEntry: voterNotes(terminal),
      onRefused: (reason) => terminal.detail(`vote: refused ${cell(reason, 200)}`),
    });
    terminal.note(`vote: ${describeBallot(drawn, terminal)}. Votes are saved in ${run}; Ctrl-C stops.`);
    // Without an address nobody can vote: it is said with --quiet too.
    for (const address of served.addresses) terminal.complain(`vote: open ${address}`);
    const { stop } = open.services;
    await new Promise<void>((resolve) => {
      if (stop === undefined || stop.aborted) resolve();
      else stop.addEventListener("abort", () => resolve(), { once: true });
    });
    await served.close();
    const status = voteStatus(run);
    terminal.document({ schema: "assay.votes/1", run, ...status });
    const { showVotes } = await import("../show-votes.js");
    showVotes(status, terminal);
    return open.signalCode() ?? exitCodes.done;
  } finally {
    open.release();
  }
}

async function showStatus(run: string, terminal: Terminal): Promise<number> {
  const { voteStatus } = await import("../../assemble/vote-status.js");
  const status = voteStatus(run);
  terminal.document({ schema: "assay.votes/1", run, ...status });
  const { showVotes } = await import("../show-votes.js");
  showVotes(status, terminal);
  return exitCodes.done;
}

/** Flags that say which pairs are drawn, and where a page is written. */
const DRAWING = ["pairs", "repeats", "active", "model", "seed"] as const;

/** A flag that the action passes over would look as if it had been honoured. */
function refuseIdleFlags(action: Action | undefined, given: Given<"vote">): void {
  const idle =
    action === undefined ? [] : action === "serve" ? (["out"] as const) : ([...DRAWING, "out"] as const);
  const wrong = idle.find((key) => given[key] !== undefined);
  if (wrong === undefined) return;
  throw new ConfigError(`--${wrong} does nothing in \`assay vote ${action}\``, {
    code: "usage",
    remedy: `Leave it out${action === "serve" ? "" : ": pairs are drawn when the page is made"}.`,
  });
}

/** What the words after `vote` mean: an action and a run, or a run alone. */
function readWords({ action: word, run, files = [] }: Given<"vote">): {
  readonly action: Action | undefined;
  readonly run: string;
} {
  if (isAction(word)) {
    if (run !== undefined) return { action: word, run };
    throw new ConfigError(`assay vote ${word} needs a run folder`, {
      code: "usage",
      remedy: `Name it after the action, as in \`assay vote import runs/ckpt-1200 anna.jsonl\`.`,
    });
  }
  const extra = run ?? files[0];
  if (extra === undefined) return { action: undefined, run: word };
  if (existsSync(word)) {
    throw new ConfigError(`unexpected argument "${extra}"`, {
      code: "usage",
      remedy: `To take in votes: assay vote import ${word} ${extra}`,
    });
  }
  throw new ConfigError(`action cannot be "${word.slice(0, 100)}"`, {
    code: "invalid-value",
    remedy: `Choose one of ${ACTIONS.join(", ")}, or name the run folder alone.`,
  });
}

/** `assay vote RUN`, `vote serve RUN`, `vote import RUN FILE…`, `vote status RUN`: people's votes on a run's answers. */
export async function vote(given: Given<"vote">, terminal: Terminal): Promise<number> {
  const { action, run } = readWords(given);
  refuseIdleFlags(action, given);
  if (action === "import") return importFiles(run, given, terminal);
  if (action === "status") return showStatus(run, terminal);
  if (action === "serve") return serve(run, given, terminal);
  return writePage(run, given, terminal);
}
