import { countOf } from "../../core/count-of.js";
import { EndpointError } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import type {
  CallSubject,
  Generation,
  GenerationParameters,
  GenerationRequest,
  Judge,
  Model,
  Suite,
} from "../../core/records.js";
import type { Services } from "../../core/services.js";
import { excerpt, printable } from "../../core/text.js";
import { unreadableVerdictOf } from "../../core/unreadable-verdict.js";
import { scoringMessages, scoringParameters } from "../../pipeline/scored-turn.js";
import { type Check, failedWith, passed, type Subject, warned } from "./check.js";
import { readTrialVerdict, type VerdictTrial, verdictRequest } from "./verdict-trial.js";

/** Longest wait for the reply to a call of a few tokens, in milliseconds; loading a model takes a while. */
const LONGEST_WAIT_MS = 120_000;

const SUBJECT: CallSubject = { kind: "answer", suite: "doctor", questionId: "1", turn: 1, trial: 1 };

/** How an endpoint is tried. */
export interface Trial {
  readonly about: Subject;
  readonly model: Model;
  /** What a run would ask for, before the model's own parameters. */
  readonly parameters: GenerationParameters;
  /** The judge that is to give one real verdict, and what it is asked; absent for models. */
  readonly verdict?: { readonly judge: Judge; readonly trial: VerdictTrial; readonly attempts: number };
  /** Set where the model is to score a text instead of answering. */
  readonly scores?: true;
  /** Longest wait that the configuration allows, in milliseconds. */
  readonly timeoutMs: number;
}

/** Most new tokens where a run's own limit takes the endpoint too long. */
const FEW_TOKENS = 16;

/** The call as a run would make it: only so do limits, keys and parameters show that the endpoint does not take. */
function requestFor({ model, parameters, verdict, scores }: Trial): GenerationRequest {
  if (verdict !== undefined) return verdictRequest(verdict.trial, model);
  if (scores === true) {
    const messages = scoringMessages({ context: "The sky is", continuation: " blue." });
    return { messages, parameters: scoringParameters(model), subject: SUBJECT };
  }
  return {
    messages: [
      ...(model.system === undefined ? [] : [{ role: "system", content: model.system } as const]),
      { role: "user", content: "Say yes." },
    ],
    parameters: { ...parameters, ...model.parameters },
    subject: SUBJECT,
  };
}

/** One call with a deadline. */
async function call(trial: Trial, request: GenerationRequest, services: Services): Promise<Generation> {
  const deadline = new AbortController();
  const done = new AbortController();
  const limitMs = Math.min(trial.timeoutMs, LONGEST_WAIT_MS);
  services.clock.sleep(limitMs, done.signal).then(
    () => deadline.abort(),
    () => undefined,
  );
  const signals = [deadline.signal, services.stop, services.abort].filter((one) => one !== undefined);
  try {
    return await trial.model.generate(request, { signal: AbortSignal.any(signals) });
  } catch (error) {
    if (!deadline.signal.aborted) throw error;
    throw new EndpointError(`${trial.model.endpoint} did not answer within ${limitMs / 1000} s`, {
      code: "timeout",
      retryable: true,
      remedy: "Check that the server is up and not overloaded; --timeout allows for slower ones.",
    });
  } finally {
    done.abort();
  }
}

interface Reply {
  readonly generation: Generation;
  /** Whether the endpoint was too slow for the run's own limit on new tokens. */
  readonly isSlow: boolean;
}

async function ask(trial: Trial, services: Services): Promise<Reply> {
  const request = requestFor(trial);
  try {
    return { generation: await call(trial, request, services), isSlow: false };
  } catch (error) {
    const isTimeout = error instanceof EndpointError && error.code === "timeout";
    const wanted = request.parameters.maxTokens ?? Number.POSITIVE_INFINITY;
    // Servers of the desk write so slowly that a long reply takes minutes; a few tokens tell whether they answer at all.
    if (!isTimeout || trial.verdict !== undefined || wanted <= FEW_TOKENS) throw error;
    const few = { ...request, parameters: { ...request.parameters, maxTokens: FEW_TOKENS } };
    return { generation: await call(trial, few, services), isSlow: true };
  }
}

function lacksLogprobs(trial: Trial, generation: Generation): boolean {
  const wanted = { ...trial.parameters, ...trial.model.parameters }.topLogprobs ?? 0;
  const given = generation.logprobs ?? [];
  return wanted > 0 && !given.some((position) => position.top.length > 0);
}

/** Code points of an unreadable reply that are shown. */
const SAMPLE_LENGTH = 200;

function checkVerdict({ about, verdict }: Trial, generation: Generation): Check | undefined {
  if (verdict === undefined) return undefined;
  const problem = unreadableVerdictOf(readTrialVerdict(verdict.judge, verdict.trial, generation), generation);
  if (problem === undefined) return undefined;
  const sample = excerpt(generation.text, SAMPLE_LENGTH);
  const message = `no verdict can be read: ${problem.message}. Its reply: "${sample}"`;
  return { ...about, outcome: "failed", code: "unreadable-verdict", message, remedy: problem.remedy };
}

function checkGeneration(trial: Trial, { generation, isSlow }: Reply, latencyMs: number): Check {
  const { about, model } = trial;
  const { endpointModel, droppedParameters } = generation;
  const facts = {
    latencyMs: Math.round(latencyMs),
    endpoint: model.endpoint,
    ...presentFields({ endpointModel, droppedParameters }),
  };
  if (lacksLogprobs(trial, generation)) {
    return {
      ...about,
      ...facts,
      outcome: "failed",
      code: "no-logprobs",
      message: `${model.endpoint} gives no log-probabilities, which this judge reads its verdicts from`,
      remedy:
        "Use another endpoint, or estimate the preferences from samples: --judge-samples 8. A reasoning model may give them with effort none, which the protocol then records: parameters.extra { reasoning: { effort: none } } under api: responses, else { reasoning_effort: none }.",
    };
  }
  const unread = checkVerdict(trial, generation);
  if (unread !== undefined) return { ...unread, ...facts };
  const named = endpointModel === undefined ? "" : ` as ${printable(endpointModel, { oneLine: true })}`;
  const does = trial.scores === true ? "scores texts" : "answers";
  const message = `${model.endpoint} ${does}${named} in ${(latencyMs / 1000).toFixed(1)} s`;
  if (isSlow) {
    const wanted = requestFor(trial).parameters.maxTokens ?? 0;
    const remedy = "Lower parameters.maxTokens, or allow for slow answers with --timeout.";
    return { ...warned(about, `${message}, but not ${countOf(wanted, "token")} in time`, remedy), ...facts };
  }
  if (droppedParameters === undefined || droppedParameters.length === 0)
    return { ...passed(about, message), ...facts };
  return {
    ...warned(about, `${message}; it refuses ${droppedParameters.join(", ")}, which runs leave out`),
    ...facts,
  };
}

async function askUntilReadable(trial: Trial, services: Services): Promise<Check> {
  const attempts = trial.verdict?.attempts ?? 1;
  for (let attempt = 1; ; attempt++) {
    const started = services.clock.monotonic();
    const reply = await ask(trial, services);
    if (reply.generation.recorded === true) return passed(trial.about, "recorded; nothing is called");
    const check = checkGeneration(trial, reply, services.clock.monotonic() - started);
    if (check.code !== "unreadable-verdict" || attempt >= attempts) return check;
  }
}

/**
 * Asks an endpoint one short question, or a judge for one real verdict, with the parameters of a run. A limit that was reached just now is a warning,
 * since a run waits and asks again; everything else that fails here would fail there.
 */
export async function tryEndpoint(trial: Trial, services: Services): Promise<Check> {
  const { about, model } = trial;
  try {
    return await askUntilReadable(trial, services);
  } catch (error) {
    const check: Check = { ...failedWith(about, error), endpoint: model.endpoint };
    if (!(error instanceof EndpointError) || error.code !== "rate-limited" || !error.retryable) return check;
    return { ...check, outcome: "warning", remedy: error.remedy ?? "A run waits and asks again." };
  }
}

/**
 * Counts the turns of a suite that recordings hold no answer to; those would be missing in a run. Costs nothing.
 * @param maxMissing Percent of answers that may be missing.
 */
export async function checkRecordings(
  about: Subject,
  model: Model,
  suite: Suite,
  trials: number,
  maxMissing: number,
): Promise<Check> {
  const signal = new AbortController().signal;
  let missing = 0;
  let first: unknown;
  for (const question of suite.questions) {
    for (let trial = 1; trial <= trials; trial++) {
      const messages = question.turns.slice(0, 1).map((content) => ({ role: "user", content }) as const);
      const places = question.turns.map(
        (_, index): CallSubject => ({
          kind: "answer",
          suite: suite.id,
          questionId: question.id,
          turn: index + 1,
          trial,
        }),
      );
      try {
        for (const subject of places) await model.generate({ messages, parameters: {}, subject }, { signal });
      } catch (error) {
        first ??= error;
        missing++;
      }
    }
  }
  const total = suite.questions.length * trials;
  if (missing === 0)
    return passed(about, `has recorded answers to all ${countOf(total, "question")} of ${suite.id}`);
  const check = failedWith(about, first);
  const message = `${missing} of ${countOf(total, "answer")} to ${suite.id} are not recorded: ${check.message}`;
  return { ...check, message, outcome: (100 * missing) / total > maxMissing ? "failed" : "warning" };
}
