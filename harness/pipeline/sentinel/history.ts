import { compositeKey } from "../../core/composite-key.js";
import { countOf } from "../../core/count-of.js";
import { seededRandom } from "../../core/random.js";
import type { SentinelHistory, SentinelRound } from "../../core/sentinel.js";
import { ChangeProcess, RANK_DRAWS, type Round, rankRound } from "../../stats/change-process.js";
import type { SentinelSet, SentinelVerdict } from "../../store/sentinel-file.js";

/** Rounds at the start, which the first later round is held against: one sample of the judge, not the truth. */
export const BASE_ROUNDS = 5;
/** Percent of all histories without a change that ever alarm, at most. */
const FALSE_ALARM_PERCENT = 5;

/** The verdicts of one round, the last of each anchor counting. */
export interface RecordedRound {
  readonly run: string;
  readonly round: number;
  readonly verdicts: ReadonlyMap<string, SentinelVerdict>;
}

/** Rounds of a set in the order in which they began. */
export function roundsOf(set: SentinelSet, verdicts: readonly SentinelVerdict[]): RecordedRound[] {
  const rounds = new Map<string, { run: string; round: number; verdicts: Map<string, SentinelVerdict> }>();
  const known = new Set(set.anchors.map(({ id }) => id));
  for (const verdict of verdicts) {
    if (verdict.set !== set.set || !known.has(verdict.anchor)) continue;
    const { run, round } = verdict;
    const key = compositeKey(run, round);
    const found = rounds.get(key) ?? { run, round, verdicts: new Map() };
    rounds.set(key, found);
    found.verdicts.set(verdict.anchor, verdict);
  }
  return [...rounds.values()];
}

function counted(texts: readonly (string | undefined)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const text of texts) if (text !== undefined) counts[text] = (counts[text] ?? 0) + 1;
  return counts;
}

function valuesOf({ verdicts }: RecordedRound): Round {
  return new Map(
    [...verdicts].flatMap(([anchor, { value }]) => (value === null ? [] : [[anchor, value] as const])),
  );
}

function summaryOf(
  round: RecordedRound,
  anchors: number,
  isBase: boolean,
  eValue: number | null,
): SentinelRound {
  const values = [...valuesOf(round).values()];
  const records = [...round.verdicts.values()];
  return {
    run: round.run,
    at: records.map(({ at }) => at).sort()[0] ?? "",
    isBase,
    mean: values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length,
    verdicts: values.length,
    lost: anchors - values.length,
    eValue,
    endpointModels: counted(records.map(({ endpointModel }) => endpointModel)),
    systemFingerprints: counted(records.map(({ systemFingerprint }) => systemFingerprint)),
  };
}

/** Names and fingerprints that the latest round met and no earlier one. */
function newNamesOf(rounds: readonly SentinelRound[]): string[] {
  const namesOf = ({ endpointModels, systemFingerprints }: SentinelRound) => [
    ...Object.keys(endpointModels),
    ...Object.keys(systemFingerprints),
  ];
  const latest = rounds.at(-1);
  if (latest === undefined || latest.isBase) return [];
  const before = new Set(rounds.slice(0, -1).flatMap(namesOf));
  // An endpoint that told no name before tells nothing new by telling one.
  return before.size === 0 ? [] : namesOf(latest).filter((name) => !before.has(name));
}

function sentenceOf(history: Omit<SentinelHistory, "sentence">): string {
  const { judge, rounds, eValue, threshold, falseAlarmPercent, alarm, anchors, newNames } = history;
  const tested = rounds.filter(({ isBase }) => !isBase).length;
  const names =
    newNames.length === 0
      ? ""
      : ` The endpoint told a name that it had not told before: ${newNames.join(", ")}.`;
  const rate = `it alarms at ${threshold}, falsely in at most ${falseAlarmPercent}% of all histories`;
  if (tested === 0)
    return `${judge} judged ${countOf(anchors, "anchor")} ${countOf(rounds.length, "time")}; later runs judge them again first.${names}`;
  const evidence = `e-value ${eValue.toPrecision(3)} after ${countOf(tested, "later round")} on ${countOf(anchors, "anchor")}; ${rate}`;
  if (alarm === null) return `No sign that ${judge} has changed: ${evidence}.${names}`;
  return `${judge} has changed: the evidence reached ${alarm.eValue.toPrecision(3)} in the run of ${alarm.at.slice(0, 10)} (${evidence}). Figures before and after do not belong in one comparison; verdicts from the cache are the earlier judge's (--no-cache asks again), and \`assay bridge\` links the two.${names}`;
}

/** What the rounds of a set say; pure: the same file gives the same figures. */
export function historyOf(
  set: SentinelSet,
  verdicts: readonly SentinelVerdict[],
  about: { readonly file: string; readonly judge: string },
  draws: number = RANK_DRAWS,
): SentinelHistory {
  const recorded = roundsOf(set, verdicts);
  const process = new ChangeProcess();
  const threshold = 100 / FALSE_ALARM_PERCENT;
  const earlier: Round[] = [];
  const rounds: SentinelRound[] = [];
  let alarm: SentinelHistory["alarm"] = null;
  for (const [index, round] of recorded.entries()) {
    const isBase = index < BASE_ROUNDS;
    const values = valuesOf(round);
    let eValue: number | null = null;
    if (!isBase) {
      const random = seededRandom(`${set.set}/${index}`);
      const ranks = rankRound(values, earlier, random, draws);
      eValue = ranks === undefined ? process.eValue : process.add(ranks);
    }
    earlier.push(values);
    const summary = summaryOf(round, set.anchors.length, isBase, eValue);
    rounds.push(summary);
    if (alarm === null && eValue !== null && eValue >= threshold)
      alarm = { run: summary.run, at: summary.at, eValue };
  }
  const history = {
    protocol: set.protocol,
    ...about,
    anchors: set.anchors.length,
    falseAlarmPercent: FALSE_ALARM_PERCENT,
    threshold,
    rounds,
    eValue: process.eValue,
    alarm,
    newNames: newNamesOf(rounds),
  };
  return { ...history, sentence: sentenceOf(history) };
}
