import { EndpointError } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import type {
  CallSubject,
  Generation,
  GenerationParameters,
  GenerationRequest,
  Model,
  Suite,
} from "../../core/records.js";
import type { Services } from "../../core/services.js";
import { printable } from "../../core/text.js";
import { type Check, failedWith, passed, type Subject, warned } from "./check.js";

/** Most new tokens of the call that tries an endpoint; some refuse fewer. */
const FEW_TOKENS = 16;
/** Room for a reasoning model that refuses to answer within fewer. */
const ENOUGH_TOKENS = 2048;
/** Longest wait for the reply to a call of a few tokens, in milliseconds; loading a model takes a while. */
const LONGEST_WAIT_MS = 120_000;

const SUBJECT: CallSubject = { kind: "answer", suite: "doctor", questionId: "1", turn: 1, trial: 1 };

/** How an endpoint is tried. */
export interface Trial {
  readonly about: Subject;
  readonly model: Model;
  /** What a run would ask for, before the model's own parameters. */
  readonly parameters: GenerationParameters;
  /** Longest wait that the configuration allows, in milliseconds. */
  readonly timeoutMs: number;
}

function requestFor({ model, parameters }: Trial, maxTokens: number): GenerationRequest {
  return {
    messages: [
      ...(model.system === undefined ? [] : [{ role: "system", content: model.system } as const]),
      { role: "user", content: "Say yes." },
    ],
    parameters: { ...parameters, ...model.parameters, maxTokens },
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

/** Whether an endpoint says that the reply does not fit into so few tokens, as reasoning models' do. */
function wantsMoreTokens(error: unknown): boolean {
  return (
    error instanceof EndpointError &&
    error.code === "bad-request" &&
    /max_(completion_|output_)?tokens|output limit/i.test(error.message)
  );
}

async function callBriefly(trial: Trial, services: Services): Promise<Generation> {
  const wanted = trial.model.parameters?.maxTokens ?? trial.parameters.maxTokens ?? FEW_TOKENS;
  const few = Math.min(wanted, FEW_TOKENS);
  try {
    return await call(trial, requestFor(trial, few), services);
  } catch (error) {
    const enough = Math.min(wanted, ENOUGH_TOKENS);
    if (enough <= few || !wantsMoreTokens(error)) throw error;
    return call(trial, requestFor(trial, enough), services);
  }
}

function lacksLogprobs(trial: Trial, generation: Generation): boolean {
  const wanted = { ...trial.parameters, ...trial.model.parameters }.topLogprobs ?? 0;
  const given = generation.logprobs ?? [];
  return wanted > 0 && !given.some((position) => position.top.length > 0);
}

function checkGeneration(trial: Trial, generation: Generation, latencyMs: number): Check {
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
      remedy: "Use another endpoint, or estimate the preferences from samples: --judge-samples 8.",
    };
  }
  const named = endpointModel === undefined ? "" : ` as ${printable(endpointModel, { oneLine: true })}`;
  const message = `${model.endpoint} answers${named} in ${(latencyMs / 1000).toFixed(1)} s`;
  if (droppedParameters === undefined || droppedParameters.length === 0)
    return { ...passed(about, message), ...facts };
  return {
    ...warned(about, `${message}; it refuses ${droppedParameters.join(", ")}, which runs leave out`),
    ...facts,
  };
}

/**
 * Asks an endpoint one short question with the parameters of a run. A limit that was reached just now is a warning,
 * since a run waits and asks again; everything else that fails here would fail there.
 */
export async function tryEndpoint(trial: Trial, services: Services): Promise<Check> {
  const { about, model } = trial;
  const started = services.clock.monotonic();
  try {
    const generation = await callBriefly(trial, services);
    if (generation.recorded === true) return passed(about, "recorded; nothing is called");
    return checkGeneration(trial, generation, services.clock.monotonic() - started);
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
  if (missing === 0) return passed(about, `has recorded answers to all ${total} questions of ${suite.id}`);
  const check = failedWith(about, first);
  const message = `${missing} of ${total} answers to ${suite.id} are not recorded: ${check.message}`;
  return { ...check, message, outcome: (100 * missing) / total > maxMissing ? "failed" : "warning" };
}
