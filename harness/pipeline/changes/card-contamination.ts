import type {
  CardContamination,
  ChangeOnQuestions,
  CleanChange,
  ScannedCorpus,
} from "../../core/card-contamination.js";
import type { ContaminationScan } from "../../core/contamination.js";
import { countOf, nounFor } from "../../core/count-of.js";
import { differenceUnit, measuredName, shownDifference } from "../../core/measured-words.js";
import { presentFields } from "../../core/present-fields.js";
import { wordList } from "../../core/word-list.js";
import { changeFigure } from "./change-figures.js";
import { type Measured, type MeasuredPair, measureOf } from "./measured.js";

const LEVEL = 95;

/** What run folders keep, by the folder's path; undefined for one without a scan. */
export type ScansByRun = ReadonlyMap<string, Pick<ContaminationScan, "at" | "corpus" | "items"> | undefined>;

function idsOf({ by }: Measured): ReadonlySet<string> {
  if (by.kind !== "records") return new Set();
  return new Set(by.values.slots.map(({ slot }) => slot.questionId));
}

function withoutQuestions(measured: Measured, left: ReadonlySet<string>): Measured {
  const { by } = measured;
  if (by.kind !== "records") return measured;
  const slots = by.values.slots.filter(({ slot }) => !left.has(slot.questionId));
  return { ...measured, by: { ...by, values: { ...by.values, slots } } };
}

function onQuestions(pair: MeasuredPair): ChangeOnQuestions {
  const { estimate, interval, questions, reason } = changeFigure(pair, LEVEL);
  return { delta: estimate, interval, questions, reason };
}

/** Questions of a suite that were looked for, and those that any of the scans found. */
interface Looked {
  readonly scanned: ReadonlySet<string>;
  readonly found: ReadonlySet<string>;
}

/** The change on all questions and on clean ones; undefined where not every question was looked for. */
function cleanChange(pair: MeasuredPair, { scanned, found }: Looked): CleanChange | undefined {
  const { base, candidate } = pair;
  if (base?.by.kind !== "records" || candidate?.by.kind !== "records") return undefined;
  if ([...idsOf(base), ...idsOf(candidate)].some((id) => !scanned.has(id))) return undefined;
  const { metric, judge } = measureOf(pair);
  return {
    about: measuredName(measureOf(pair)),
    metric,
    ...presentFields({ judge }),
    all: onQuestions(pair),
    clean: onQuestions({
      base: withoutQuestions(base, found),
      candidate: withoutQuestions(candidate, found),
    }),
  };
}

function shownOn({ delta, interval, reason }: ChangeOnQuestions, pair: MeasuredPair): string {
  const { unit } = measureOf(pair);
  const show = (value: number) => shownDifference(value, unit);
  if (delta === null) return `nothing (${reason ?? "there is nothing to compare"})`;
  const words = [show(delta), differenceUnit(unit)].filter((word) => word !== "").join(" ");
  return interval === null
    ? `${words} without an interval`
    : `${words} (${show(interval.low)} to ${show(interval.high)})`;
}

function changeSentence(change: CleanChange, pair: MeasuredPair): string {
  const { all, clean } = change;
  return `The change is ${shownOn(all, pair)} on all ${countOf(all.questions, "question")} and ${shownOn(clean, pair)} on the ${clean.questions} clean ${nounFor(clean.questions, "one", "ones")}.`;
}

function foundSentence(corpora: readonly ScannedCorpus[]): string {
  const parts = corpora.map(
    ({ at, files, questions, contaminated }) =>
      `${contaminated} of ${countOf(questions, "question")} ${nounFor(contaminated, "was", "were")} found in a corpus of ${countOf(files, "file")} that was scanned on ${at.slice(0, 10)}`,
  );
  return `${wordList(parts)}.`;
}

function ofSuite(suite: string, pairs: readonly MeasuredPair[], scans: ScansByRun): CardContamination {
  const sources = [
    ...new Set(pairs.flatMap(({ base, candidate }) => [base, candidate].flatMap((one) => one?.source ?? []))),
  ];
  const own = sources.flatMap((run) => {
    const scan = scans.get(run);
    const items = scan?.items.filter((item) => item.suite === suite) ?? [];
    return scan === undefined || items.length === 0 ? [] : [{ run, scan, items }];
  });
  if (own.length === 0) {
    const run = sources.find((source) => scans.has(source)) ?? suite;
    return {
      suite,
      corpora: [],
      changes: [],
      sentence: "not looked at.",
      command: `assay contamination ${run} --corpus PATH`,
    };
  }
  const corpora = own.map(({ run, scan, items }) => ({
    run,
    at: scan.at,
    files: scan.corpus.files,
    bytes: scan.corpus.uncompressedBytes,
    questions: items.length,
    contaminated: items.filter(({ contaminated }) => contaminated).length,
  }));
  const items = own.flatMap((one) => one.items);
  const looked: Looked = {
    scanned: new Set(items.map(({ id }) => id)),
    found: new Set(items.flatMap(({ id, contaminated }) => (contaminated ? [id] : []))),
  };
  const compared = pairs.flatMap((pair) => {
    const change = cleanChange(pair, looked);
    return change === undefined ? [] : [{ pair, change }];
  });
  const sentences =
    looked.found.size === 0 ? [] : compared.map(({ pair, change }) => changeSentence(change, pair));
  return {
    suite,
    corpora,
    changes: compared.map(({ change }) => change),
    sentence: [foundSentence(corpora), ...sentences].join(" "),
    command: null,
  };
}

/**
 * What the scans that run folders keep say of each suite with answers, and the changes without the questions that they
 * found: of the scans of both sides, a question that either found is left out.
 * @param pairs the candidate's with the base
 */
export function cardContamination(pairs: readonly MeasuredPair[], scans: ScansByRun): CardContamination[] {
  const recorded = pairs.filter((pair) => measureOf(pair).by.kind === "records");
  const suites = [...new Set(recorded.map((pair) => measureOf(pair).suite))];
  return suites.map((suite) => {
    const own = recorded.filter((pair) => measureOf(pair).suite === suite);
    return ofSuite(suite, own, scans);
  });
}
