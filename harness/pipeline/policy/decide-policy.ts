import { countOf, nounFor } from "../../core/count-of.js";
import { joinedName } from "../../core/known-names.js";
import type { Policy, PolicyLine, PolicyOutcome, PolicyResult } from "../../core/policy.js";
import type { SequenceRecord, SequenceStanding } from "../../core/sequence.js";
import { decideGates, type JointGateDecision } from "../../stats/gate.js";
import type { MeasuredPair } from "../changes/measured.js";
import { sequenceSentence } from "../gates/sequenced-gate.js";
import { type OpenLimit, subjectLimits } from "./policy-limits.js";
import { policySubjects } from "./policy-subjects.js";

function isRequired({ tier }: Pick<PolicyLine, "tier">): boolean {
  return tier !== "advisory";
}

/**
 * Required limits are decided with Holm's adjustment over the required ones, so that what is only tracked moves no
 * decision; advisory ones with the adjustment over all.
 */
function decideLimits(open: readonly OpenLimit[], level: number): Map<OpenLimit, JointGateDecision> {
  const decided = (limits: readonly OpenLimit[]) => {
    const inputs = limits.map(({ figure, limit }) => ({ ...figure, limit }));
    const decisions = decideGates(inputs, level);
    return limits.flatMap((one, index) => {
      const decision = decisions[index];
      return decision === undefined ? [] : [[one, decision] as const];
    });
  };
  return new Map([...decided(open), ...decided(open.filter(({ line }) => isRequired(line)))]);
}

/** The standing of a limit in a run that was looked at as it went; undefined where it was not looked for. */
function standingOf(
  { line, values }: OpenLimit,
  sequence: SequenceRecord | undefined,
): SequenceStanding | undefined {
  if (values === undefined || !isRequired(line)) return undefined;
  const part = line.category === undefined ? undefined : joinedName(line.category);
  return sequence?.aims.find(
    ({ source, suite, protocol, metric, model, category, against, limit }) =>
      source === "policy" &&
      suite === values.suite &&
      protocol === values.protocol &&
      metric === values.metric &&
      model === values.model &&
      (category === undefined ? undefined : joinedName(category)) === part &&
      line.kind === (against === undefined ? "floor" : "drop") &&
      limit === line.limit,
  );
}

/** A limit as its sequence decided it: an interval for a fixed number of questions would be too narrow. */
function sequenced(
  line: OpenLimit["line"],
  standing: SequenceStanding,
  sequence: SequenceRecord,
): PolicyLine {
  const { outcome, estimate, interval } = standing;
  return {
    ...line,
    value: estimate,
    interval,
    outcome: outcome === "pass" || outcome === "fail" ? outcome : "inconclusive",
    message: sequenceSentence(standing, sequence),
    pValue: null,
  };
}

function closed(open: OpenLimit, decision: JointGateDecision | undefined): PolicyLine {
  const { line, mayNotApply, sentence } = open;
  const { outcome = "inconclusive", adjustedFailurePValue = null } = decision ?? {};
  const reason = open.reason ?? (decision?.reason ?? "").replace(/(^|\s)-(?=\d)/g, "$1−");
  if (mayNotApply !== undefined && outcome !== "pass")
    return {
      ...line,
      outcome: "inconclusive",
      message: sentence(`${reason}, and ${mayNotApply}`),
      pValue: null,
    };
  return { ...line, outcome, message: sentence(reason), pValue: adjustedFailurePValue };
}

function outcomeOf(lines: readonly PolicyLine[]): PolicyOutcome {
  const required = lines.filter(isRequired);
  if (required.some(({ outcome }) => outcome === "fail")) return "NO-GO";
  if (required.length === 0 || required.some(({ outcome }) => outcome !== "pass")) return "INCONCLUSIVE";
  return "GO";
}

/** Lines that a sentence names one by one. */
const NAMED = 3;

function names(lines: readonly PolicyLine[]): string {
  const listed = lines.slice(0, NAMED).map(({ name, tier }) => `${name} (${tier})`);
  const more = lines.length - listed.length;
  return more > 0 ? `${listed.join("; ")}; and ${more} more` : listed.join("; ");
}

function sentenceOf(outcome: PolicyOutcome, lines: readonly PolicyLine[]): string {
  const required = lines.filter(isRequired);
  if (required.length === 0)
    return "INCONCLUSIVE: the policy has no critical or supporting limit to hold anything to.";
  const of = (wanted: PolicyLine["outcome"]) => required.filter((line) => line.outcome === wanted);
  const [failed, open, passed] = [of("fail"), of("inconclusive"), of("pass")];
  const held = `${passed.length} of ${countOf(required.length, "required limit")} ${nounFor(passed.length, "holds", "hold")}`;
  if (outcome === "GO")
    return `GO: ${required.length === 1 ? "the required limit holds" : `all ${required.length} required limits hold`}.`;
  if (outcome === "NO-GO") return `NO-GO: broken is ${names(failed)}; ${held}.`;
  return `INCONCLUSIVE: the data cannot decide ${names(open)}; ${held}.`;
}

/**
 * Decides a policy for one candidate over everything that was measured: each limit on the interval of its figure, with
 * Holm's adjustment over all of them (the rule of gates, `decideGates`). NO-GO where a critical or supporting limit is
 * broken or what it limits was not measured, GO where all of them hold, else INCONCLUSIVE; also where there is none.
 *
 * @param sequence of a run that was looked at as it went: what it decided takes the place of fixed intervals, and its error
 * is shared by the limits that it looked for.
 */
export function decidePolicy(
  policy: Policy,
  pairs: readonly MeasuredPair[],
  models: { readonly base: string | null; readonly candidate: string },
  sequence?: SequenceRecord,
): PolicyResult {
  const limits = policySubjects(policy, pairs).map((subject) => subjectLimits(subject, policy, models));
  const decisions = decideLimits(
    limits.flatMap(({ open }) => open),
    policy.level,
  );
  const lines = limits.flatMap(({ settled, open }) => [
    ...settled,
    ...open.map((one) => {
      const standing = standingOf(one, sequence);
      return sequence === undefined || standing === undefined
        ? closed(one, decisions.get(one))
        : sequenced(one.line, standing, sequence);
    }),
  ]);
  const outcome = outcomeOf(lines);
  const together = limits
    .flatMap(({ open }) => open)
    .filter(({ line, figure }) => isRequired(line) && figure.interval !== null);
  return {
    schema: "assay.policy/1",
    file: policy.file,
    ...models,
    outcome,
    sentence: sentenceOf(outcome, lines),
    level: policy.level,
    decidedTogether: together.length,
    lines,
  };
}
