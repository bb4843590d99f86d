import { choiceLetter, type LikelihoodAsk, likelihoodLine, type TextToScore } from "../core/likelihood.js";
import { presentFields } from "../core/present-fields.js";
import type {
  AnswerTask,
  AnswerTurn,
  Attempt,
  CallRecord,
  ChatMessage,
  Generation,
  GenerationParameters,
  GenerationRequest,
  Model,
  RecordedError,
  ScoredText,
  Usage,
} from "../core/records.js";
import { codePointLength } from "../core/text.js";
import type { CallOutcome } from "./dispatch/call.js";
import type { Dispatcher } from "./dispatch/dispatcher.js";

/** How asking for the log-probabilities of a question's choices ended. */
export type ScoredOutcome =
  | { readonly ok: true; readonly turn: AnswerTurn }
  | {
      readonly ok: false;
      /** What was scored before the failure; undefined without any. */
      readonly turn: AnswerTurn | undefined;
      readonly error: RecordedError;
      readonly attempts: readonly Attempt[];
    }
  /** The run was stopped. */
  | undefined;

/** Calls that a question takes where its choices are scored. */
export function textsToScore({ texts, alone = [] }: LikelihoodAsk): readonly TextToScore[] {
  return [...texts, ...alone];
}

/** The parameters under which texts are scored: nothing is sampled, so that of a model's own only its extras count. */
export function scoringParameters(model: Pick<Model, "parameters">): GenerationParameters {
  return { scoresText: true, maxTokens: 1, ...presentFields({ extra: model.parameters?.extra }) };
}

/** The messages that ask for the log-probability of a text. */
export function scoringMessages({ context, continuation }: TextToScore): readonly ChatMessage[] {
  const scored: ChatMessage = { role: "assistant", content: continuation };
  return context === "" ? [scored] : [{ role: "user", content: context }, scored];
}

function usageOf(calls: readonly CallRecord[]): Usage | undefined {
  const usages = calls.flatMap(({ usage }) => usage ?? []);
  if (usages.length < calls.length) return undefined;
  return usages.reduce((sum, usage) => ({
    inputTokens: sum.inputTokens + usage.inputTokens,
    outputTokens: sum.outputTokens + usage.outputTokens,
    ...presentFields({
      cachedInputTokens:
        sum.cachedInputTokens === undefined || usage.cachedInputTokens === undefined
          ? undefined
          : sum.cachedInputTokens + usage.cachedInputTokens,
    }),
  }));
}

function costOf(calls: readonly CallRecord[]): number | undefined {
  return calls.reduce<number | undefined>(
    (sum, { costUsd }) => (sum === undefined || costUsd === undefined ? undefined : sum + costUsd),
    0,
  );
}

function sharedSource(calls: readonly CallRecord[]): CallRecord["source"] {
  const sources = new Set(calls.map(({ source }) => source));
  return sources.size === 1 ? [...sources][0] : undefined;
}

/** What several calls come to, as the record of one. */
function together(calls: readonly CallRecord[]): CallRecord {
  const dropped = [...new Set(calls.flatMap(({ droppedParameters = [] }) => droppedParameters))];
  return {
    ...presentFields({
      endpointModel: calls[0]?.endpointModel,
      systemFingerprint: calls[0]?.systemFingerprint,
      usage: usageOf(calls),
      costUsd: costOf(calls),
      droppedParameters: dropped.length === 0 ? undefined : dropped,
      promptCut: calls.some(({ promptCut }) => promptCut === true) || undefined,
      source: sharedSource(calls),
    }),
    finishReason: "stop",
    latencyMs: calls.reduce((sum, { latencyMs }) => sum + latencyMs, 0),
  };
}

function turnOf(scored: readonly ScoredText[], parameters: GenerationParameters): AnswerTurn | undefined {
  if (scored.length === 0) return undefined;
  const lines = scored.map(({ letter, logprob, alone = false }) => likelihoodLine(letter, logprob, alone));
  return { text: lines.join("\n"), ...together(scored), parameters, scored };
}

function scoredText(
  { texts, options = [] }: LikelihoodAsk,
  place: number,
  generation: Generation,
  record: CallRecord,
): ScoredText {
  const isAlone = place >= texts.length;
  const choice = isAlone ? place - texts.length : place;
  const option = options[choice] ?? texts[choice]?.continuation.trimStart() ?? "";
  const tokens = (generation.logprobs ?? []).map(({ token, logprob }) => ({ token, logprob }));
  return {
    letter: choiceLetter(choice),
    ...(isAlone ? { alone: true } : {}),
    logprob: tokens.reduce((sum, { logprob }) => sum + logprob, 0),
    tokens,
    characters: codePointLength(option),
    bytes: Buffer.byteLength(option),
    ...record,
  };
}

const WITHOUT_LOGPROBS: RecordedError = {
  code: "no-prompt-logprobs",
  message: "the reply holds no log-probabilities of the text",
  retryable: false,
  remedy: "Name a model that scores texts (docs/known-answers.md#by-log-probabilities).",
};

function requestFor(task: AnswerTask, text: TextToScore, place: number): GenerationRequest {
  const { suite, question, trial, parameters } = task;
  const subject = {
    kind: "answer",
    suite,
    questionId: question.id,
    turn: 1,
    trial,
    text: place + 1,
  } as const;
  return { messages: scoringMessages(text), parameters, subject };
}

/** What became of one text. */
type TextOutcome = ScoredText | Extract<CallOutcome, { readonly ok: false }>;

function outcomeOf(ask: LikelihoodAsk, place: number, outcome: CallOutcome): TextOutcome {
  if (!outcome.ok) return outcome;
  const { generation, record } = outcome;
  if ((generation.logprobs?.length ?? 0) > 0) return scoredText(ask, place, generation, record);
  return { ok: false, error: WITHOUT_LOGPROBS, attempts: [] };
}

/**
 * Asks a model for the log-probability of each choice of a question, one call each and all at once, since none needs the
 * reply to another: the choices in their order, then the choices without their contexts.
 */
export async function scoreChoices(
  task: AnswerTask,
  ask: LikelihoodAsk,
  model: Model,
  dispatcher: Dispatcher,
): Promise<ScoredOutcome> {
  const outcomes = await Promise.all(
    textsToScore(ask).map(async (text, place) =>
      outcomeOf(ask, place, await dispatcher.call(model, requestFor(task, text, place), "answers")),
    ),
  );
  const turn = turnOf(
    outcomes.flatMap((one) => ("ok" in one ? [] : [one])),
    task.parameters,
  );
  const failures = outcomes.flatMap((one) => ("ok" in one && "error" in one ? [one] : []));
  const [failure] = failures;
  if (failure !== undefined) {
    const attempts = failures.flatMap((one) => one.attempts);
    return { ok: false, turn, error: failure.error, attempts };
  }
  if (outcomes.some((one) => "ok" in one)) return undefined;
  if (turn === undefined) throw new Error(`question ${task.question.id} has no choice to score`);
  return { ok: true, turn };
}
