import { ConfigError } from "../core/errors.js";
import type { Judge, Model, Suite } from "../core/records.js";

/** What a plan is asked for, as far as it decides whether choices can be scored. */
export interface ScoringInput {
  readonly suites: readonly Suite[];
  readonly models: readonly Model[];
  readonly judges: readonly { readonly suite: string; readonly judge: Judge }[];
  /** Models whose answers are recorded. */
  readonly recorded?: ReadonlySet<string>;
}

function checkModels(suite: Suite, { models, recorded }: ScoringInput): void {
  const unable = models.find(
    ({ id, identity, scoresTexts }) =>
      scoresTexts !== true && identity.adapter !== "replay" && recorded?.has(id) !== true,
  );
  if (unable === undefined) return;
  throw new ConfigError(
    `suite ${suite.id} asks for log-probabilities of its choices, which model "${unable.id}" (adapter ${String(unable.identity.adapter)}) does not give`,
    {
      code: "cannot-score-texts",
      remedy:
        "Chat endpoints score no texts: use `adapter: completions` with `template: plain` and a server that gives log-probabilities of the prompt, such as vLLM, or `scoring: generation` in the suite's file.",
    },
  );
}

/**
 * Holds the models and judges of suites that ask for log-probabilities of choices against what that needs.
 * @throws ConfigError `cannot-score-texts` for a model that gives none (recorded answers have theirs);
 * `judge-suite-mismatch` for a judge that reads answers.
 */
export function checkScoring(input: ScoringInput): void {
  for (const suite of input.suites) {
    if (suite.questions.every(({ likelihood }) => likelihood === undefined)) continue;
    checkModels(suite, input);
    const reader = input.judges.find((one) => one.suite === suite.id && one.judge.callFree !== true);
    if (reader === undefined) continue;
    throw new ConfigError(
      `judge ${reader.judge.name} reads answers, and suite ${suite.id} has log-probabilities instead`,
      {
        code: "judge-suite-mismatch",
        remedy: "Leave the judge out for this suite, or set `scoring: generation` in the suite's file.",
      },
    );
  }
}
