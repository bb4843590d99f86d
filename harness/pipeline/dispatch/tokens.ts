import type { ChatMessage, GenerationParameters } from "../../core/records.js";

/** Tokens that chat templates add per message and per conversation, generously. */
const MESSAGE_OVERHEAD = 4;
const CONVERSATION_OVERHEAD = 3;
const HIGHEST_MESSAGE_OVERHEAD = 16;

/** Assumed length of a reply where a request sets no limit, in tokens. */
export const assumedMaxTokens = 4_096;

/**
 * Tokens of a text, estimated from its characters: four to a token for Latin script, two and a half for other
 * alphabets, one for Chinese, Japanese and Korean. Within about a quarter for prose of common byte-pair tokenizers;
 * code and tables take more. Exact counts come from the endpoint's usage.
 */
export function estimateTokens(text: string): number {
  let quarters = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x250) quarters += 1;
    // Half of a surrogate pair: emoji and rare ideographs, two tokens together.
    else if (unit >= 0xd800 && unit <= 0xdfff) quarters += 4;
    else if (isEastAsian(unit)) quarters += 4;
    else quarters += 1.6;
  }
  return Math.ceil(quarters / 4);
}

function isEastAsian(unit: number): boolean {
  return (
    (unit >= 0x2e80 && unit <= 0xa4cf) ||
    (unit >= 0xac00 && unit <= 0xd7af) ||
    (unit >= 0xf900 && unit <= 0xfaff) ||
    (unit >= 0xff00 && unit <= 0xffef) ||
    (unit >= 0x1100 && unit <= 0x11ff)
  );
}

/** Input tokens of a conversation, estimated from its characters. */
export function estimateInputTokens(messages: readonly ChatMessage[]): number {
  let tokens = CONVERSATION_OVERHEAD;
  for (const message of messages) tokens += MESSAGE_OVERHEAD + estimateTokens(message.content);
  return tokens;
}

/**
 * More input tokens than a request can have: tokenizers that work on bytes never make more tokens than there are
 * bytes. Tool and reply schemas are counted as they are sent.
 */
export function highestInputTokens(
  messages: readonly ChatMessage[],
  parameters: GenerationParameters,
): number {
  let tokens = HIGHEST_MESSAGE_OVERHEAD;
  for (const message of messages) {
    tokens += HIGHEST_MESSAGE_OVERHEAD + Buffer.byteLength(message.content);
  }
  if (parameters.tools !== undefined) tokens += Buffer.byteLength(JSON.stringify(parameters.tools));
  if (parameters.responseSchema !== undefined) {
    tokens += Buffer.byteLength(JSON.stringify(parameters.responseSchema));
  }
  return tokens;
}
