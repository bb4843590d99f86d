import type { ChatMessage } from "../core/records.js";
import { createRegistry, type Named, type Registry } from "../core/registry.js";

/**
 * How a family of models wants a conversation written. The beginning-of-sequence token is left out at the start of
 * every prompt, because servers add it; two of them make a prompt that the model has never seen. Text that looks like
 * a template's own tokens stays as it is.
 */
export interface ChatTemplate extends Named {
  /** Strings at which the model's turn ends. */
  readonly stops: readonly string[];
  /** The prompt, up to where the assistant's next turn begins. */
  render(messages: readonly ChatMessage[]): string;
}

/** System messages as one text, and the turns; templates have room for one system message. */
function takeApart(messages: readonly ChatMessage[]): { system: string | undefined; turns: ChatMessage[] } {
  const systems = messages.filter((message) => message.role === "system").map((message) => message.content);
  return {
    system: systems.length === 0 ? undefined : systems.join("\n\n"),
    turns: messages.filter((message) => message.role !== "system"),
  };
}

/** A template that writes each message for itself and then opens the assistant's turn. */
function uniform(
  opening: string,
  write: (message: ChatMessage) => string,
): (messages: readonly ChatMessage[]) => string {
  return (messages) => {
    const { system, turns } = takeApart(messages);
    const all: ChatMessage[] = system === undefined ? turns : [{ role: "system", content: system }, ...turns];
    return all.map(write).join("") + opening;
  };
}

function renderLlama2(messages: readonly ChatMessage[]): string {
  const { system, turns } = takeApart(messages);
  const head = system === undefined ? "" : `<<SYS>>\n${system}\n<</SYS>>\n\n`;
  return turns
    .map(({ role, content }, index) => {
      if (role === "assistant") return ` ${content.trim()} </s>`;
      const start = index === 0 ? "" : "<s>";
      return `${start}[INST] ${`${index === 0 ? head : ""}${content}`.trim()} [/INST]`;
    })
    .join("");
}

/** @param between What stands between an answer's end and the next question. */
function renderMistral(messages: readonly ChatMessage[], between = " "): string {
  const { system, turns } = takeApart(messages);
  return turns
    .map(({ role, content }, index) => {
      if (role === "assistant") return ` ${content}</s>`;
      const head = index === 0 && system !== undefined ? `${system}\n\n` : "";
      return `${index === 0 ? "" : between}[INST] ${head}${content} [/INST]`;
    })
    .join("");
}

/** @param blank What stands behind a special token. */
function renderMistralV3(messages: readonly ChatMessage[], blank = " "): string {
  const { system, turns } = takeApart(messages);
  return turns
    .map(({ role, content }, index) => {
      if (role === "assistant") return `${blank}${content}</s>`;
      const head = index === turns.length - 1 && system !== undefined ? `${system}\n\n` : "";
      return `[INST]${blank}${head}${content}[/INST]`;
    })
    .join("");
}

/** The system message that Vicuna v1.1 and later were trained with. */
const VICUNA_SYSTEM =
  "A chat between a curious user and an artificial intelligence assistant. " +
  "The assistant gives helpful, detailed, and polite answers to the user's questions.";

function renderVicuna(messages: readonly ChatMessage[]): string {
  const { system = VICUNA_SYSTEM, turns } = takeApart(messages);
  const written = turns.map(({ role, content }) =>
    role === "user" ? `USER: ${content} ` : `ASSISTANT: ${content}</s>`,
  );
  return `${system} ${written.join("")}ASSISTANT:`;
}

/** Chat templates by name, for models behind `/v1/completions`. */
export const chatTemplates: Registry<ChatTemplate> = createRegistry("template", {
  chatml: {
    summary: "<|im_start|>role … <|im_end|>: Qwen, Yi, OpenHermes and many fine-tunes",
    stops: ["<|im_end|>"],
    render: uniform(
      "<|im_start|>assistant\n",
      ({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`,
    ),
  },
  "llama-2": {
    summary: "[INST] <<SYS>> … [/INST]: Llama 2 Chat",
    stops: ["</s>"],
    render: renderLlama2,
  },
  "llama-3": {
    summary: "<|start_header_id|>role<|end_header_id|> … <|eot_id|>: Llama 3 Instruct",
    stops: ["<|eot_id|>", "<|end_of_text|>"],
    render: uniform(
      "<|start_header_id|>assistant<|end_header_id|>\n\n",
      ({ role, content }) => `<|start_header_id|>${role}<|end_header_id|>\n\n${content.trim()}<|eot_id|>`,
    ),
  },
  mistral: {
    summary: "[INST] … [/INST]: Mistral 7B Instruct v0.1 and v0.2, Mixtral 8x7B Instruct",
    stops: ["</s>"],
    render: (messages) => renderMistral(messages),
  },
  "mistral-v3": {
    summary: "[INST] …[/INST]: Mistral 7B Instruct v0.3, Mixtral 8x22B Instruct, Mistral Large 2407",
    stops: ["</s>"],
    render: (messages) => renderMistralV3(messages),
  },
  // llama.cpp adds a blank of its own behind each special token of these vocabularies.
  "mistral-llamacpp": {
    summary: "mistral for llama.cpp, which adds the blank behind </s> itself",
    stops: ["</s>"],
    render: (messages) => renderMistral(messages, ""),
  },
  "mistral-v3-llamacpp": {
    summary: "mistral-v3 for llama.cpp, which adds the blanks behind [INST] and [/INST] itself",
    stops: ["</s>"],
    render: (messages) => renderMistralV3(messages, ""),
  },
  vicuna: {
    summary: "USER: … ASSISTANT: … : Vicuna v1.1 to v1.5",
    stops: ["</s>"],
    render: renderVicuna,
  },
  zephyr: {
    summary: "<|user|> … </s> <|assistant|>: Zephyr 7B",
    stops: ["</s>"],
    render: uniform("<|assistant|>\n", ({ role, content }) => `<|${role}|>\n${content}</s>\n`),
  },
  openchat: {
    summary: "GPT4 Correct User: … <|end_of_turn|>: OpenChat 3.5, Starling",
    stops: ["<|end_of_turn|>"],
    render: uniform("GPT4 Correct Assistant:", ({ role, content }) => {
      if (role === "system") return `${content}<|end_of_turn|>`;
      return `GPT4 Correct ${role === "user" ? "User" : "Assistant"}: ${content}<|end_of_turn|>`;
    }),
  },
  plain: {
    summary: "the messages' text and nothing else, blank lines between them: base models",
    stops: [],
    render: (messages) => messages.map((message) => message.content).join("\n\n"),
  },
});
