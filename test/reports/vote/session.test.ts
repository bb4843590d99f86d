import { describe, expect, test } from "vitest";
import type { BlindRow } from "../../../harness/core/ballot.js";
import { loadedVotes } from "../../../reports/vote/page/loaded-votes.js";
import {
  lastSaid,
  placeOf,
  rowsFor,
  type Said,
  type Screen,
  screensOf,
  textsInSlots,
  votesFile,
  withdrawalOf,
} from "../../../reports/vote/page/session.js";
import { sampleBallot } from "./sample-ballot.js";

const ballot = sampleBallot(30);

/** Votes on one step after the other; ids and times count up. */
function voter(screens: readonly Screen[]) {
  const rows: BlindRow[] = [];
  let count = 0;
  const facts = () => ({
    ballot: ballot.id,
    voter: "anna",
    nowMs: 1_000 * ++count,
    ms: 5_000,
    newId: () => `v${++count}`,
  });
  return {
    rows,
    place: () => placeOf(screens, rows),
    say: (said: Said) => {
      const { current } = placeOf(screens, rows);
      if (current !== undefined) rows.push(...rowsFor(current, said, facts()));
    },
    undo: () => {
      for (const row of lastSaid(placeOf(screens, rows).said)) rows.push(withdrawalOf(row, 1_000 * ++count));
    },
  };
}

describe("a file of earlier votes", () => {
  test("adds what this ballot asked and the page does not have, whatever else it holds", () => {
    const anna = voter(screensOf(ballot, "anna"));
    for (const said of ["model_a", "tie", "skipped"] as const) anna.say(said);
    const said = anna.place().said;
    const wrong = [
      "not json",
      ...[{ ballot: "other" }, { item: 999 }, { winner: "model_c" }, { vote_id: "../x" }, { ms: -1 }].map(
        (more) => JSON.stringify({ ...said[0], vote_id: "w1", ...more }),
      ),
    ];
    const text = `${votesFile(said)}${wrong.join("\n")}\n`;
    const all = loadedVotes(text, ballot, []);
    expect(all.rows).toEqual(said);
    expect(all.message).toBe(`${said.length} votes loaded, 6 lines of something else left out.`);
    expect(placeOf(screensOf(ballot, "anna"), all.rows)).toEqual(anna.place());
    expect(loadedVotes(text, ballot, said.slice(0, 1)).rows).toEqual(said.slice(1));
    expect(loadedVotes("{}", ballot, [])).toEqual({
      rows: [],
      message: "This file holds no votes on these pairs.",
    });
  });
});

describe("the order of a voter", () => {
  test("is the same each time, and another for another voter", () => {
    const keys = (name: string) => screensOf(ballot, name).map(({ key, slotSeed }) => `${key} ${slotSeed}`);
    expect(keys("anna")).toEqual(keys("anna"));
    expect(keys("anna")).not.toEqual(keys("ben"));
  });

  test("shows every pair once, and a fifth of them again, the other way round and not soon after", () => {
    for (const name of ["anna", "ben", "c", ""]) {
      const screens = screensOf(ballot, name);
      const first = screens.filter(({ isRepeat }) => !isRepeat);
      expect(new Set(first.map(({ item }) => item.item)).size).toBe(30);
      const repeats = screens.filter(({ isRepeat }) => isRepeat);
      expect(new Set(repeats.map(({ item }) => item.item)).size).toBe(6);
      for (const repeat of repeats) {
        const original = first.find(({ item }) => item === repeat.item) as Screen;
        expect(screens.indexOf(repeat) - screens.indexOf(original)).toBeGreaterThanOrEqual(8);
        expect(textsInSlots(repeat)).toEqual([...textsInSlots(original)].reverse());
      }
    }
  });

  test("gives both slots to either answer, and holds for the smallest ballots", () => {
    const many = screensOf(sampleBallot(400, { repeats: 0 }), "anna");
    const odd = many.filter(({ slotSeed }) => slotSeed % 2 === 1).length;
    // Five standard deviations of 400 tosses.
    expect(Math.abs(odd - 200)).toBeLessThan(50);
    const lengths = [1, 2, 3, 4].map(
      (pairs) => screensOf(sampleBallot(pairs, { repeats: 0.5 }), "anna").length,
    );
    expect(lengths).toEqual([1, 2, 4, 6]);
  });
});

describe("a session", () => {
  test("goes turn by turn to its end, and stands where it stood when it is read again", () => {
    const screens = screensOf(ballot, "anna");
    const session = voter(screens);
    expect(session.place()).toMatchObject({ current: { turn: 1 }, pairs: 36, pairsDone: 0 });
    session.say("model_a");
    expect(session.place()).toMatchObject({ current: { screen: screens[0], turn: 2 }, next: screens[1] });
    session.say("tie");
    expect(session.place()).toMatchObject({ current: { screen: screens[1], turn: 1 }, pairsDone: 1 });
    // As another window, or a file, may hold them.
    const shuffled = [...session.rows].reverse();
    expect(placeOf(screens, shuffled)).toEqual(session.place());
    for (let step = 0; step < 100; step++) session.say("model_b");
    expect(session.place()).toMatchObject({ current: undefined, pairsDone: 36 });
    expect(session.place().said.length).toBe(72);
  });

  test("takes back the last vote, and goes back over pairs", () => {
    const session = voter(screensOf(ballot, "anna"));
    for (const said of ["model_a", "model_b", "tie"] as const) session.say(said);
    session.undo();
    session.undo();
    expect(session.place().said.map(({ winner }) => winner)).toEqual(["model_a"]);
    expect(session.place()).toMatchObject({ current: { turn: 2 }, pairsDone: 0 });
    session.say("tie (bothbad)");
    expect(session.place().said.map(({ winner }) => winner)).toEqual(["model_a", "tie (bothbad)"]);
  });

  test("skips the turns that are left of a pair at once, and does not ask about it again", () => {
    const screens = screensOf(ballot, "anna");
    const session = voter(screens);
    const again = screens.find(({ isRepeat }) => isRepeat)?.item;
    while (session.place().current?.screen.item !== again) session.say("model_a");
    session.say("skipped");
    expect(
      session
        .place()
        .said.slice(-2)
        .map(({ winner, turn, ms }) => [winner, turn, ms]),
    ).toEqual([
      ["skipped", 1, 5_000],
      ["skipped", 2, 0],
    ]);
    expect(session.place().pairs).toBe(35);
    session.undo();
    expect(session.place()).toMatchObject({ current: { screen: { item: again }, turn: 1 }, pairs: 36 });
  });

  test("counts a step that two windows decided as it was decided first", () => {
    const screens = screensOf(ballot, "anna");
    const [one, other] = [voter(screens), voter(screens)];
    one.say("model_a");
    other.say("model_b");
    const [late] = other.rows.map((row) => ({ ...row, vote_id: "w1", tstamp: row.tstamp + 60 }));
    expect(placeOf(screens, [late as BlindRow, ...one.rows]).said.map(({ winner }) => winner)).toEqual([
      "model_a",
    ]);
  });
});
