import { AREAS, type Area } from "../../core/area.js";
import type { Card, OpenPoint } from "../../core/card.js";
import type { CardContamination } from "../../core/card-contamination.js";
import type { Change } from "../../core/change.js";
import { countOf } from "../../core/count-of.js";
import {
  AREA_WORDS,
  aboutSize,
  changeName,
  differenceUnit,
  shownChange,
  shownDifference,
  shownSides,
} from "../../core/measured-words.js";
import { formatCount } from "../../core/shown-number.js";
import { wordList } from "../../core/word-list.js";

/** What a card should know of a checkpoint. */
const WANTED: readonly Area[] = ["chat", "people", "knowledge", "maths", "coding", "safety"];

function withChanges(
  found: readonly Change[],
  all: readonly Change[],
  words: (change: Change) => string,
): string[] {
  return AREAS.flatMap((area) => {
    const own = found.filter((change) => change.area === area);
    if (own.length === 0) return [];
    return [`${AREA_WORDS[area]} (${own.map((one) => `${changeName(one, all)} ${words(one)}`).join(", ")})`];
  });
}

function deltaWords({ delta, unit }: Change): string {
  return delta === null ? "" : shownChange(delta, unit);
}

/** Whether a figure rose to the better, whatever its error. */
function rose({ delta, lowerIsBetter }: Change): boolean {
  return delta !== null && (lowerIsBetter ? delta < 0 : delta > 0);
}

/** What stated figures say that have no errors: which areas went up, which did not, and that this is all. */
function figuresSentence(figures: readonly Change[], all: readonly Change[], between: string): string {
  const byArea = (wanted: (own: readonly Change[]) => boolean) =>
    figures.filter((change) => wanted(figures.filter(({ area }) => area === change.area)));
  const up = byArea((own) => own.every(rose));
  const down = byArea((own) => !own.some(rose));
  const mixed = figures.filter((one) => !up.includes(one) && !down.includes(one));
  const parts = [
    [up, "went up"],
    [down, "did not"],
    [mixed, "went both ways"],
  ] as const;
  const said = parts.flatMap(([changes, verb], index) => {
    if (changes.length === 0) return [];
    const listed = wordList(withChanges(changes, all, shownSides));
    // Where nothing went up, "did not" would hang in the air.
    return [`${listed} ${index === 1 && up.length === 0 ? "did not go up" : verb}`];
  });
  return `By stated figures alone${between}, ${wordList(said)}; without intervals or records nothing more can be said: these figures alone decide nothing.`;
}

function decidedSentence(
  { base, candidate }: Pick<Card, "base" | "candidate">,
  changes: readonly Change[],
): string {
  const of = (finding: Change["finding"]) => changes.filter((change) => change.finding === finding);
  const [gains, losses, undecided] = [of("gain"), of("loss"), of("undecided")];
  const gained = wordList(withChanges(gains, changes, deltaWords));
  const lost = wordList(withChanges(losses, changes, deltaWords));
  const open = wordList(withChanges(undecided, changes, deltaWords), "or");
  if (gains.length > 0 && losses.length > 0)
    return `${candidate} gained over ${base} in ${gained} and lost in ${lost}.${open === "" ? "" : ` No change could be shown in ${open}.`}`;
  if (gains.length > 0)
    return `${candidate} gained over ${base} in ${gained}; no loss could be shown${open === "" ? "" : `, nor a change in ${open}`}.`;
  if (losses.length > 0)
    return `${candidate} lost against ${base} in ${lost}; no gain could be shown${open === "" ? "" : `, nor a change in ${open}`}.`;
  return `No change from ${base} to ${candidate} could be shown in ${open}.`;
}

/** The whole card in a few sentences. */
export function cardSentence(names: Pick<Card, "base" | "candidate">, changes: readonly Change[]): string {
  const decided = changes.filter(({ finding }) => finding !== "unknown");
  const figures = changes.filter(({ basis, delta }) => basis === "figures" && delta !== null);
  if (decided.length === 0 && figures.length === 0)
    return `Nothing was measured on both ${names.base} and ${names.candidate}, so that nothing can be said of the change.`;
  const between = ` from ${names.base} to ${names.candidate}`;
  return [
    ...(decided.length === 0 ? [] : [decidedSentence(names, changes)]),
    ...(figures.length === 0 ? [] : [figuresSentence(figures, changes, decided.length === 0 ? between : "")]),
  ].join(" ");
}

/** What the training bought and what it cost. */
export function tradeOffOf(changes: readonly Change[]): Card["tradeOff"] {
  const lines = (found: readonly Change[], words: (change: Change) => string) =>
    found.map((change) => `${changeName(change, changes)} (${AREA_WORDS[change.area]}): ${words(change)}`);
  const of = (finding: Change["finding"]) => changes.filter((change) => change.finding === finding);
  return {
    bought: lines(of("gain"), deltaWords),
    cost: lines(of("loss"), deltaWords),
    open: lines(of("undecided"), deltaWords),
    figures: lines(
      changes.filter(({ basis, delta }) => basis === "figures" && delta !== null),
      shownSides,
    ),
  };
}

function detectionWords({ detects, unit }: Change): string {
  if (detects === null) return "";
  const words = differenceUnit(unit);
  const size = `${aboutSize(detects.difference)}${words === "" ? "" : ` ${words}`}`;
  return `${countOf(detects.questions, "question sees", "questions see", formatCount(detects.questions))} differences of about ${size} (with a chance of 80%; spread of ${detects.from})`;
}

function neededWords({ needed, delta, unit, basis, detects }: Change): string {
  if (needed === null || delta === null) return "";
  if (basis === "votes")
    return `about ${countOf(needed, "more voted comparison", "more voted comparisons", formatCount(needed))} would settle which side people prefer`;
  if (detects !== null && needed <= detects.questions) return "";
  return `about ${countOf(needed, "question", "questions", formatCount(needed))} would show one of ${shownDifference(delta, unit)}`;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** Parts of sentences as whole ones. */
function sentences(parts: readonly string[]): string {
  return parts
    .filter((part) => part !== "")
    .map((part) => `${capital(part)}.`)
    .join(" ");
}

function openPoint(change: Change, changes: readonly Change[]): OpenPoint[] {
  const about = changeName(change, changes);
  const { basis, finding, adjustedInterval, delta, unit, reason } = change;
  if (finding === "undecided") {
    const between =
      adjustedInterval === null
        ? ""
        : `, ${shownDifference(adjustedInterval.low, unit)} to ${shownDifference(adjustedInterval.high, unit)} with all others`;
    const why = `${delta === null ? "The change" : shownChange(delta, unit)}${between}, holds both a gain and a loss.`;
    return [{ about, why, takes: sentences([detectionWords(change), neededWords(change)]) }];
  }
  if (finding !== "unknown") return [];
  const why = sentences([reason ?? "there is nothing to decide on"]);
  if (basis === "figures") {
    const records = "Answers or standard errors of both models would decide it.";
    return [
      { about, why, takes: `${sentences([detectionWords(change), neededWords(change)])} ${records}`.trim() },
    ];
  }
  const missing = change.base === null ? "base" : change.candidate === null ? "candidate" : undefined;
  const takes =
    missing === undefined
      ? "Measure both in the same way: one suite, judge, prompts and parameters."
      : `Measure the ${missing} on it, too.`;
  return [{ about, why, takes }];
}

function contaminationPoint(contamination: readonly CardContamination[]): OpenPoint[] {
  const unseen = contamination.filter(({ command }) => command !== null);
  if (contamination.length > 0 && unseen.length === 0) return [];
  const commands = [...new Set(unseen.flatMap(({ command }) => command ?? []))];
  const isPart = unseen.length < contamination.length;
  return [
    {
      about: "Contamination",
      why: `Whether the training data held the questions${isPart ? ` of ${wordList(unseen.map(({ suite }) => suite))}` : ""} was not looked at.`,
      takes:
        commands.length === 0
          ? "A scan of the training data for the questions of each suite: assay contamination SUITE --corpus PATH."
          : `A scan of the training data: ${commands.join("; ")}.`,
    },
  ];
}

/** What could not be said, and what it would take. */
export function openPoints(
  changes: readonly Change[],
  contamination: readonly CardContamination[],
): OpenPoint[] {
  const measured = new Set(changes.filter(({ delta }) => delta !== null).map(({ area }) => area));
  const unmeasured = WANTED.filter((area) => !measured.has(area));
  const points = changes.flatMap((change) => openPoint(change, changes));
  if (unmeasured.length > 0) {
    const areas = wordList(
      unmeasured.map((area) => AREA_WORDS[area]),
      "or",
    );
    points.push({
      about: "Not measured",
      why: `Nothing here compares the two in ${areas}.`,
      takes: unmeasured.includes("people")
        ? "Run a suite of each on both models or import figures with errors; people vote on a page of assay vote."
        : "Run a suite of each on both models, or import figures with errors.",
    });
  }
  return [...points, ...contaminationPoint(contamination)];
}
