import type { ChatMessage, Usage } from "../core/records.js";

/** Fewer input tokens than this are no context that a prompt was cut at, but figures that mean nothing. */
const LEAST_CREDIBLE_TOKENS = 128;
/** Share of the least number of tokens below which a prompt was cut: one that keeps its end or middle may be close. */
const CERTAIN_SHARE = 0.8;
/** Longest run of letters that a tokenizer has one token for, in code units; generous. */
const LONGEST_TOKEN = 16;

/**
 * Fewer tokens than a text can have: tokenizers split at white space, so that every word is one at least. Letters of
 * scripts without spaces count a third.
 */
function leastTokens(text: string): number {
  let tokens = 0;
  for (const [word] of text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    const dense =
      word.match(/[\u0e00-\u0eff\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff]/gu)?.length ?? 0;
    tokens += dense > 0 ? dense / 3 : Math.max(1, word.length / LONGEST_TOKEN);
  }
  return tokens;
}

/**
 * Whether an endpoint counted far fewer input tokens than the messages can have: it cut the prompt in silence, as
 * Ollama does at its context length, and answered a question that was not asked.
 */
export function isPromptCut(messages: readonly ChatMessage[], usage: Usage | undefined): boolean {
  if (usage === undefined) return false;
  // Some endpoints leave tokens from their cache out of the input.
  const counted = usage.inputTokens + (usage.cachedInputTokens ?? 0);
  if (counted < LEAST_CREDIBLE_TOKENS) return false;
  const units = messages.reduce((sum, { content }) => sum + content.length, 0);
  // Three units to a token, or fewer, are plausible for any text: nothing needs to be counted.
  if (units <= 3 * counted) return false;
  const least = messages.reduce((sum, { content }) => sum + leastTokens(content), 0);
  return counted < CERTAIN_SHARE * least;
}
