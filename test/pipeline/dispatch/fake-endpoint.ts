import type { Clock } from "../../../harness/core/clock.js";
import { EndpointError, type EndpointErrorDetails } from "../../../harness/core/errors.js";
import type {
  Generation,
  GenerationParameters,
  GenerationRequest,
  Model,
} from "../../../harness/core/records.js";

/** What a scripted endpoint does with one attempt: reply, fail, or whatever a function makes of it. */
export type Behaviour = (attempt: {
  /** From 1, over all attempts at this endpoint. */
  readonly number: number;
  /** Attempts in flight, this one included. */
  readonly inFlight: number;
  readonly request: GenerationRequest;
  readonly signal: AbortSignal;
}) => Promise<Generation> | Generation;

/** A model on a scripted endpoint, with a log of what arrived. */
export interface FakeEndpoint {
  readonly model: Model;
  /** Monotonic times at which attempts arrived, with the question they were for. */
  readonly arrivals: { readonly atMs: number; readonly questionId: string }[];
  readonly inFlight: number;
  readonly mostInFlight: number;
}

/** A reply of one word with plausible usage. */
export function reply(extra: Partial<Generation> = {}): Generation {
  return { text: "yes", finishReason: "stop", usage: { inputTokens: 10, outputTokens: 5 }, ...extra };
}

/** An endpoint's failure by code, with what usually goes with it. */
export function failure(
  code: string,
  details: Partial<Omit<EndpointErrorDetails, "code">> = {},
): EndpointError {
  const retryable = [
    "rate-limited",
    "server-error",
    "connection-failed",
    "timeout",
    "invalid-response",
  ].includes(code);
  return new EndpointError(`made to fail: ${code}`, { code, retryable, ...details });
}

/** A model whose endpoint behaves as told. */
export function fakeEndpoint(clock: Clock, behaviour: Behaviour, extra: Partial<Model> = {}): FakeEndpoint {
  const arrivals: { atMs: number; questionId: string }[] = [];
  let inFlight = 0;
  let mostInFlight = 0;
  return {
    arrivals,
    get inFlight() {
      return inFlight;
    },
    get mostInFlight() {
      return mostInFlight;
    },
    model: {
      id: "fake",
      identity: { adapter: "fake" },
      endpoint: "http://fake/v1",
      async generate(request, { signal }) {
        arrivals.push({ atMs: clock.monotonic(), questionId: request.subject.questionId });
        inFlight++;
        mostInFlight = Math.max(mostInFlight, inFlight);
        try {
          return await behaviour({ number: arrivals.length, inFlight, request, signal });
        } finally {
          inFlight--;
        }
      },
      ...extra,
    },
  };
}

/** A request for the answer to a question. */
export function ask(
  questionId: string | number,
  options: {
    readonly turn?: number;
    readonly trial?: number;
    readonly text?: string;
    readonly parameters?: GenerationParameters;
  } = {},
): GenerationRequest {
  return {
    messages: [{ role: "user", content: options.text ?? `Question ${questionId}?` }],
    parameters: options.parameters ?? { maxTokens: 100, temperature: 0 },
    subject: {
      kind: "answer",
      suite: "s",
      questionId: String(questionId),
      turn: options.turn ?? 1,
      trial: options.trial ?? 1,
    },
  };
}
