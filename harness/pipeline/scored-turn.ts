import {
  type ChoiceLikelihoods,
  choiceLetter,
  type LikelihoodAsk,
  type TextToScore,
  writeLikelihoods,
} from "../core/likelihood.js";
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
  const sums = (isAlone: boolean) =>
    scored.filter(({ alone = false }) => alone === isAlone).map(({ logprob }) => logprob);
  const likelihoods: ChoiceLikelihoods = { texts: sums(false), alone: sums(true) };
  return { text: writeLikelihoods(likelihoods), ...together(scored), parameters, scored };
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

/**
 * Asks a model for the log-probability of each choice of a question, one call each: the choices in their order, then the
 * choices without their contexts.
 */
export async function scoreChoices(
  task: AnswerTask,
  ask: LikelihoodAsk,
  model: Model,
  dispatcher: Dispatcher,
): Promise<ScoredOutcome> {
  const { parameters } = task;
  const scored: ScoredText[] = [];
  for (const [place, text] of textsToScore(ask).entries()) {
    const request: GenerationRequest = {
      messages: scoringMessages(text),
      parameters,
      subject: {
        kind: "answer",
        suite: task.suite,
        questionId: task.question.id,
        turn: 1,
        trial: task.trial,
        text: place + 1,
      },
    };
    const outcome = await dispatcher.call(model, request, "answers");
    if (!outcome.ok) {
      if ("stopped" in outcome) return undefined;
      const { error, attempts } = outcome;
      return { ok: false, turn: turnOf(scored, parameters), error, attempts };
    }
    if ((outcome.generation.logprobs?.length ?? 0) === 0)
      return { ok: false, turn: turnOf(scored, parameters), error: WITHOUT_LOGPROBS, attempts: [] };
    scored.push(scoredText(ask, place, outcome.generation, outcome.record));
  }
  const turn = turnOf(scored, parameters);
  if (turn === undefined) throw new Error(`question ${task.question.id} has no choice to score`);
  return { ok: true, turn };
}
