import { countOf } from "../../core/count-of.js";
import type { Manifest } from "../../core/manifest.js";
import type { Warning } from "../../core/records.js";
import type { SequenceCost, SequenceRecord, ShownLook } from "../../core/sequence.js";
import { sequenceLooks } from "../../store/sequence-file.js";
import { sequenceSentence } from "../gates/sequenced-gate.js";
import type { Verdicts } from "../scores/verdicts.js";
import { sequenceCost } from "./sequence-cost.js";

/** What is to be said of a run that was looked at as it went; never silent: a warning says it, too. */
export function withSequence(verdicts: Verdicts, manifest: Manifest, run: string): Verdicts {
  const { sequence } = manifest;
  if (sequence === undefined) return verdicts;
  const cost = sequenceCost(manifest);
  const shown = {
    ...sequence,
    sentences: sequence.aims.map((aim) => sequenceSentence(aim, sequence)),
    looks: shownLooks(run, sequence),
    cost: cost ?? null,
  };
  const warnings = [sequenceWarning(sequence, cost), ...verdicts.warnings];
  return { ...verdicts, sequence: shown, warnings };
}

/** Looks of each aim that are shown. */
const SHOWN_LOOKS = 24;

function shownLooks(run: string, { plan, aims }: SequenceRecord): ShownLook[] {
  const filed = sequenceLooks(run);
  if (filed === undefined || filed.plan.plan !== plan) return [];
  return aims.flatMap(({ level, interval, questions }, aim) => {
    // Looks beyond the decision are those of an earlier state of the records.
    const looks = filed.looks.filter((look) => look.aim === aim && look.n <= questions);
    const shown = Math.min(SHOWN_LOOKS, looks.length);
    const step = (looks.length - 1) / Math.max(1, shown - 1);
    const places = new Set(Array.from({ length: shown }, (_, index) => Math.round(index * step)));
    return looks
      .filter((_, place) => places.has(place))
      .map(({ n, estimate, low, high }) => ({
        aim,
        n,
        estimate,
        interval: low === null || high === null ? null : { low, high, level, method: interval?.method ?? "" },
      }));
  });
}

function sequenceWarning(sequence: SequenceRecord, cost: SequenceCost | undefined): Warning {
  const { state, used, of, beyond, aims, continued } = sequence;
  const told = aims.map((aim) => sequenceSentence(aim, sequence)).join(" ");
  if (continued === true) {
    const message = `this folder's run stopped after ${countOf(used, "question")} of ${of} and went on later: its figures and intervals are those of all questions, and what was decided then stands beside them. ${told}`;
    return { code: "sequence-continued", message };
  }
  if (state === "stopped") {
    const under =
      beyond === 0 ? "" : ` (${countOf(beyond, "more was", "more were")} under way, recorded and left out)`;
    const message = `the run stopped early: its figures rest on ${used} of ${countOf(of, "question")}, asked in a random order${under}; they have no interval for a fixed number of questions. ${told}${costSentence(cost)}`;
    return { code: "stopped-early", message };
  }
  const message =
    state === "exhausted"
      ? `the run was looked at as it went and used all ${countOf(of, "question")}: its figures have no interval for a fixed number of questions. ${told}`
      : `the run is looked at as it goes and has come to ${used} of ${countOf(of, "question")}; the same command goes on. ${told}`;
  return { code: "looked-at-as-it-went", message };
}

function costSentence(cost: SequenceCost | undefined): string {
  if (cost === undefined) return "";
  const { calls, fullCalls, costUsd, fullCostUsd } = cost;
  const money =
    costUsd === null || fullCostUsd === null || fullCostUsd === 0
      ? ""
      : ` and $${costUsd.toFixed(2)} instead of about $${fullCostUsd.toFixed(2)}`;
  return ` It took ${countOf(calls, "call")} instead of about ${fullCalls}${money}.`;
}
