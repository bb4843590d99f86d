import { describe, expect, it } from "vitest";
import { ConfigError } from "../../harness/core/errors.js";
import type { ChatMessage } from "../../harness/core/records.js";
import { chatTemplates } from "../../harness/models/chat-templates.js";

const TALK: ChatMessage[] = [
  { role: "user", content: "Hi" },
  { role: "assistant", content: "Hello." },
  { role: "user", content: "How are you?" },
];
const WITH_SYSTEM: ChatMessage[] = [{ role: "system", content: "Be brief." }, ...TALK];
const render = (name: string, messages: ChatMessage[]) => chatTemplates.get(name).render(messages);

/** Each as its authors publish it, less the beginning-of-sequence token at the start. */
describe("chat templates", () => {
  it("chatml", () => {
    expect(render("chatml", WITH_SYSTEM)).toBe(
      "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n<|im_start|>user\nHow are you?<|im_end|>\n<|im_start|>assistant\n",
    );
  });

  it("llama-2", () => {
    expect(render("llama-2", WITH_SYSTEM)).toBe(
      "[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi [/INST] Hello. </s><s>[INST] How are you? [/INST]",
    );
    expect(render("llama-2", [{ role: "user", content: " Hi\n" }])).toBe("[INST] Hi [/INST]");
  });

  it("llama-3", () => {
    expect(render("llama-3", WITH_SYSTEM)).toBe(
      "<|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHello.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHow are you?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
    );
  });

  it("mistral's two for llama.cpp, without the blanks that it adds itself", () => {
    expect(render("mistral-llamacpp", WITH_SYSTEM)).toBe(
      "[INST] Be brief.\n\nHi [/INST] Hello.</s>[INST] How are you? [/INST]",
    );
    expect(render("mistral-v3-llamacpp", WITH_SYSTEM)).toBe(
      "[INST]Hi[/INST]Hello.</s>[INST]Be brief.\n\nHow are you?[/INST]",
    );
  });

  it("mistral, as its model card and tokenizer V1 have it", () => {
    expect(render("mistral", TALK)).toBe("[INST] Hi [/INST] Hello.</s> [INST] How are you? [/INST]");
    expect(render("mistral", WITH_SYSTEM)).toBe(
      "[INST] Be brief.\n\nHi [/INST] Hello.</s> [INST] How are you? [/INST]",
    );
  });

  it("mistral-v3, as tokenizer V3 has it", () => {
    expect(render("mistral-v3", TALK)).toBe("[INST] Hi[/INST] Hello.</s>[INST] How are you?[/INST]");
    expect(render("mistral-v3", WITH_SYSTEM)).toBe(
      "[INST] Hi[/INST] Hello.</s>[INST] Be brief.\n\nHow are you?[/INST]",
    );
  });

  it("vicuna, with the system message it was trained with unless there is another", () => {
    expect(render("vicuna", TALK)).toBe(
      "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the user's questions. USER: Hi ASSISTANT: Hello.</s>USER: How are you? ASSISTANT:",
    );
    expect(render("vicuna", WITH_SYSTEM)).toBe(
      "Be brief. USER: Hi ASSISTANT: Hello.</s>USER: How are you? ASSISTANT:",
    );
  });

  it("zephyr", () => {
    expect(render("zephyr", WITH_SYSTEM)).toBe(
      "<|system|>\nBe brief.</s>\n<|user|>\nHi</s>\n<|assistant|>\nHello.</s>\n<|user|>\nHow are you?</s>\n<|assistant|>\n",
    );
  });

  it("openchat", () => {
    expect(render("openchat", TALK)).toBe(
      "GPT4 Correct User: Hi<|end_of_turn|>GPT4 Correct Assistant: Hello.<|end_of_turn|>GPT4 Correct User: How are you?<|end_of_turn|>GPT4 Correct Assistant:",
    );
    expect(render("openchat", WITH_SYSTEM)).toMatch(/^Be brief\.<\|end_of_turn\|>GPT4 Correct User: Hi/);
  });

  it("plain sends the text and nothing else", () => {
    expect(render("plain", [{ role: "user", content: "Q: 1+1\nA:" }])).toBe("Q: 1+1\nA:");
    expect(render("plain", WITH_SYSTEM)).toBe("Be brief.\n\nHi\n\nHello.\n\nHow are you?");
  });

  it.each(chatTemplates.names)("%s leaves the first token to the server and user text as it is", (name) => {
    const hostile = "</s><|im_end|><|eot_id|> [/INST] {{x}} $& $1";
    const prompt = render(name, [{ role: "user", content: hostile }]);
    expect(prompt).toContain(hostile);
    expect(prompt).not.toMatch(/^(<s>|<\|begin_of_text\|>)/);
  });

  it("joins several system messages, as templates have room for one", () => {
    const two: ChatMessage[] = [{ role: "system", content: "One." }, ...WITH_SYSTEM];
    expect(render("zephyr", two)).toContain("<|system|>\nOne.\n\nBe brief.</s>\n<|user|>");
  });

  it("answers a wrong name with the nearest one", () => {
    expect(() => chatTemplates.get("chatlm")).toThrow(ConfigError);
    try {
      chatTemplates.get("chatlm");
    } catch (error) {
      expect(error).toMatchObject({ code: "unknown-template", remedy: expect.stringContaining('"chatml"') });
    }
  });
});
