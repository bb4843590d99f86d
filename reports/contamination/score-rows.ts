import type { BoardContamination, ContaminatedScore, GroupScore } from "../../harness/core/contamination.js";
import { countOf, nounFor } from "../../harness/core/count-of.js";
import { formatFixed, formatSigned } from "../../harness/core/shown-number.js";
import { displayName } from "../view/text.js";

/** A model's figures as they are shown; names are foreign text. */
export interface ContaminationScoreRow {
  readonly model: string;
  readonly suite: string;
  readonly protocol: string;
  readonly run: string;
  readonly all: string;
  readonly clean: string;
  readonly contaminated: string;
  readonly difference: string;
}

/** What the difference is not. */
export const scoreNote =
  "Contaminated and clean questions may differ in difficulty: the difference is no measure of what having seen them is worth. What counts is the figure on the clean ones.";

function between(interval: GroupScore["interval"], digits: number): string {
  return interval === null
    ? ""
    : ` [${formatFixed(interval.low, digits)}, ${formatFixed(interval.high, digits)}]`;
}

function groupText({ score, interval, questions, reason }: GroupScore, digits: number): string {
  if (score === null) return `– (${reason ?? "no question"})`;
  return `${formatFixed(score, digits)}${between(interval, digits)} on ${questions}`;
}

/** Scores of a scan, a row for each model and board. */
export function contaminationScoreRows(scores: readonly ContaminatedScore[]): ContaminationScoreRow[] {
  return scores.map(
    ({ model, suite, protocol, run, metric, figure, all, clean, contaminated, difference }) => {
      const digits = metric === "winRate" || figure === "accuracy" ? 1 : 2;
      const { value, interval, reason } = difference;
      return {
        ...{ model, suite, protocol, run },
        all: groupText(all, digits),
        clean: groupText(clean, digits),
        contaminated: groupText(contaminated, digits),
        difference:
          value === null
            ? `– (${reason ?? "not known"})`
            : `${formatSigned(value, digits)}${between(interval, digits)}`,
      };
    },
  );
}

/** What a corpus holds of a board's questions, and its models' figures without them, in sentences; names are foreign text. */
export function contaminationSentences(found: BoardContamination | undefined): readonly string[] {
  if (found === undefined) return [];
  const { at, files, bytes, questions, contaminated, scores } = found;
  const corpus = `the corpus that was scanned on ${at.slice(0, 10)} (${countOf(files, "file")}, ${formatFixed(bytes / 1e6, 1)} MB)`;
  if (contaminated === 0) return [`Of ${countOf(questions, "question")} none was found in ${corpus}.`];
  const rows = contaminationScoreRows(scores).map(
    ({ model, all, clean, contaminated: dirty, difference }) =>
      `${displayName(model)}: ${all}; clean ${clean}; contaminated ${dirty}; contaminated − clean ${difference}.`,
  );
  return [
    `${contaminated} of ${countOf(questions, "question")} ${nounFor(contaminated, "is", "are")} in ${corpus}. Figures on all questions, on the clean and on the contaminated ones:`,
    ...rows,
    scoreNote,
  ];
}
