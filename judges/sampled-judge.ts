import { countOf } from "../harness/core/count-of.js";
import { ConfigError } from "../harness/core/errors.js";
import type { Judge, Verdict } from "../harness/core/records.js";
import type { JudgeDefinition } from "./configured-judge.js";
import { abstention, preference, unreadable } from "./verdicts.js";

/** A pair judge that is asked several times; its preference is the mean of what it said. */
export interface SampledJudge extends Judge {
  /** Replies to every request. */
  readonly samples: number;
  combine(verdicts: readonly Verdict[]): Verdict;
}

/**
 * A preference estimated from several replies to one request: the mean weight of the usable ones. Unreadable when
 * fewer than half of the replies are usable; an abstention where more than half abstain, else those that do are left out.
 */
export function preferenceFromSamples(verdicts: readonly Verdict[]): Verdict {
  const weights = verdicts.flatMap((verdict) => (verdict.kind === "preference" ? [verdict.weightB] : []));
  const abstained = verdicts.filter(({ kind }) => kind === "abstained").length;
  if (abstained * 2 > verdicts.length)
    return abstention(`it abstained in ${abstained} of ${countOf(verdicts.length, "sample")}`);
  if (weights.length === 0 || weights.length * 2 < verdicts.length - abstained) {
    return unreadable(`only ${weights.length} of ${countOf(verdicts.length, "sample")} could be read`);
  }
  return preference(weights.reduce((sum, weight) => sum + weight, 0) / weights.length);
}

function checkSamples(samples: number): void {
  if (Number.isInteger(samples) && samples >= 2 && samples <= 1000) return;
  throw new ConfigError(`--judge-samples is ${samples}, not a whole number from 2 to 1000`, {
    code: "bad-judge-samples",
    remedy: "Give a whole number such as 8, or leave it out.",
  });
}

/**
 * A definition whose weights come from sampled replies instead of log-probabilities, for endpoints without them: the
 * reply itself, one of the two tokens, is read.
 */
export function withoutLogprobs(definition: JudgeDefinition): JudgeDefinition {
  const { parser, parameters } = definition;
  if (parser.kind !== "logprobs") return definition;
  const { topLogprobs: _, ...rest } = parameters;
  if (parser.position !== 0) {
    throw new ConfigError(
      `${definition.name} reads a token in the middle of the reply and cannot be sampled`,
      {
        code: "judge-not-sampleable",
        remedy: "Use an endpoint with log-probabilities, or another judge.",
      },
    );
  }
  return {
    ...definition,
    parameters: rest,
    parser: { kind: "token", first: parser.first, second: parser.second },
  };
}

/**
 * The judge with its preference estimated from `samples` replies: a protocol of its own, sampled at temperature 1
 * where the judge's own is 0.
 * @throws ConfigError for a single-answer judge or a senseless number.
 */
export function sampleJudge(judge: Judge, samples: number): SampledJudge {
  checkSamples(samples);
  if (judge.kind !== "pair") {
    throw new ConfigError(
      "--judge-samples is for pairwise judging; single ratings are repeated with --trials",
      {
        code: "judge-mode-mismatch",
        remedy: "Leave it out, or use a pairwise mode.",
      },
    );
  }
  const temperature = judge.parameters.temperature || 1;
  return {
    ...judge,
    samples,
    combine: preferenceFromSamples,
    protocolPrefix: `${judge.protocolPrefix}-k${samples}`,
    identity: { ...judge.identity, samples, temperature },
    parameters: { ...judge.parameters, temperature },
    request: (item) => {
      const { messages, parameters } = judge.request(item);
      return { messages, parameters: { ...parameters, temperature } };
    },
  };
}
