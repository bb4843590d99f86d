import type { ModelCall } from "./model-calls.js";
import type { ModelReply, Replier } from "./replies.js";

/** Log-probability of a token behind a text. */
export type TokenModel = (before: string, token: string) => number;

/** Words with the blank before them, and blanks that stand alone. */
export function tokensOf(text: string): readonly string[] {
  return text.match(/[^\S\n]?[^\s]+|\s/g) ?? [];
}

function scored(prompt: string, model: TokenModel) {
  let before = "";
  return tokensOf(prompt).map((token, index) => {
    const logprob = index === 0 ? null : model(before, token);
    before += token;
    return { token, logprob };
  });
}

/** How a server gives log-probabilities of a prompt. */
export type ScoringShape = "echo" | "prompt_logprobs" | "none";

function echoed(prompt: string, model: TokenModel, isBegun: boolean): ModelReply {
  const tokens = [...(isBegun ? [{ token: "<s>", logprob: null }] : []), ...scored(prompt, model)];
  const all = [...tokens, { token: " next", logprob: -0.5 }].map((one, index) =>
    index === 1 && isBegun ? { ...one, logprob: model("", one.token) } : one,
  );
  const logprobs = {
    tokens: all.map(({ token }) => token),
    token_logprobs: all.map(({ logprob }) => logprob),
    top_logprobs: all.map(({ token, logprob }) => (logprob === null ? null : { [token]: logprob })),
    text_offset: all.map(() => 0),
  };
  const choice = { index: 0, text: `${prompt} next`, logprobs, finish_reason: "length" };
  return { text: null, usage: usageOf(tokens.length), body: { choices: [choice] } };
}

/** vLLM's list: nothing of the first token, and besides a position's own token the most likely one. */
function listed(prompt: string, model: TokenModel): ModelReply {
  const tokens = [{ token: "<s>", logprob: null }, ...scored(prompt, model)];
  const list = tokens.map(({ token, logprob }, index) => {
    if (index === 0) return null;
    const own = { logprob: logprob ?? model("", token), rank: 7, decoded_token: token };
    return { 9: own, 3: { logprob: -0.01, rank: 1, decoded_token: " likely" } };
  });
  const choice = { index: 0, text: " next", logprobs: null, finish_reason: "length", prompt_logprobs: list };
  return { text: null, usage: usageOf(tokens.length), body: { choices: [choice] } };
}

const usageOf = (tokens: number) => ({
  prompt_tokens: tokens,
  completion_tokens: 1,
  total_tokens: tokens + 1,
});

/**
 * Replies of a server of raw completions that scores prompts.
 * @param isBegun whether it puts a token before each prompt, so that the prompt's own first one has a log-probability
 */
export function scoringReplier(shape: ScoringShape, model: TokenModel, isBegun = true): Replier {
  return ({ prompt, body }: ModelCall) => {
    if (shape === "echo" && body.echo === true) return echoed(prompt, model, isBegun);
    if (shape === "prompt_logprobs" && body.prompt_logprobs !== undefined) return listed(prompt, model);
    // As llama.cpp's: `echo` is ignored, and the log-probabilities are those of what was generated.
    return { text: " next", finishReason: "length", logprobs: [{ token: " next", logprob: -0.5 }] };
  };
}
