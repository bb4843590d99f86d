import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ChatMessage } from "../../harness/core/records.js";
import { chatTemplates } from "../../harness/models/chat-templates.js";
import { completionsModel } from "../../harness/models/completions.js";
import { createModel } from "../../harness/models/create-model.js";
import { isTemplateFile, loadTemplateFile } from "../../harness/models/template-file.js";

const CHATML = `{{ bos_token }}{% for message in messages %}
    {{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}`;
const STRICT = `{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system role here') }}{% endif %}[{{ m.role }}]{{ m.content | trim }}{% endfor %}`;
const TALK: ChatMessage[] = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "Hi" },
  { role: "assistant", content: "Hello." },
  { role: "user", content: "How are you?" },
];

describe("a template out of a model's own files", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "assay-template-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, content: unknown) => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  };

  it("is told from the name of one", () => {
    const files = ["tokenizer_config.json", "./x.jinja", "models/qwen/tokenizer_config.json", "a.j2"];
    expect(files.map(isTemplateFile)).toEqual([true, true, true, true]);
    expect(["chatml", "mistral-v3", "nonsense"].map(isTemplateFile)).toEqual([false, false, false]);
  });

  it.each([
    ["text", { chat_template: CHATML, bos_token: "<s>", eos_token: "</s>" }],
    [
      "one of several, with tokens as objects",
      {
        chat_template: [
          { name: "tool_use", template: "no" },
          { name: "default", template: CHATML },
        ],
        bos_token: { content: "<s>" },
        eos_token: { content: "</s>" },
      },
    ],
  ])("writes what the template says, less the beginning that servers add: %s", async (_what, config) => {
    const template = await loadTemplateFile(write("tokenizer_config.json", config));
    expect(template.render(TALK)).toBe(chatTemplates.get("chatml").render(TALK));
    expect(template.stops).toEqual(["<|im_end|>", "</s>"]);
    expect(template.name).toMatch(/^tokenizer_config\.json~[0-9a-f]{12}$/);
  });

  it("takes the special tokens from beside a .jinja file, and the template from beside the tokens", async () => {
    write("tokenizer_config.json", { bos_token: "<s>", eos_token: "<|im_end|>" });
    const path = write("chat_template.jinja", CHATML);
    for (const file of [path, join(folder, "tokenizer_config.json")]) {
      const template = await loadTemplateFile(file);
      expect(template.render(TALK)).toBe(chatTemplates.get("chatml").render(TALK));
      expect(template.stops).toEqual(["<|im_end|>"]);
    }
  });

  it.each([
    ["a file that is not there", () => join(folder, "nope.jinja"), /cannot be read/],
    ["no JSON", () => write("a.json", "{"), /is not a JSON object/],
    ["no Jinja", () => write("b.jinja", "{% if %}"), /is no Jinja template/],
    [
      "a template that writes no answers",
      () => write("c.jinja", "{{ raise_exception('one turn') }}"),
      /one turn/,
    ],
  ])("is refused for %s, before anything is asked", async (_what, path, message) => {
    await expect(loadTemplateFile(path())).rejects.toThrow(message);
    await expect(loadTemplateFile(path())).rejects.toMatchObject({ code: "bad-template" });
  });

  it("says what a conversation was refused for", async () => {
    const template = await loadTemplateFile(write("strict.jinja", STRICT));
    expect(template.render(TALK.slice(1))).toBe("[user]Hi[assistant]Hello.[user]How are you?");
    expect(() => template.render(TALK)).toThrow(
      /strict\.jinja refuses the conversation: no system role here/,
    );
  });

  // Expected values: Jinja2 3.1.6 under Python 3, the environment that transformers uses.
  it.each([
    ["rstrip('\\n')", "\n\n    code "],
    ["lstrip('\\n')", "    code \n"],
    ["strip('\\n')", "    code "],
    ["rstrip('\\n').split('\\n')[-1].lstrip(' c')", "ode "],
    ["strip('xyz')", "\n\n    code \n"],
    ["strip(none)", "code"],
    ["strip()", "code"],
  ])("strips as Python does: %s", async (call, expected) => {
    const path = write("strip.jinja", `[{{ messages[0].content.${call} }}]`);
    const { render } = await loadTemplateFile(path);
    expect(render([{ role: "user", content: "\n\n    code \n" }])).toBe(`[${expected}]`);
  });

  it("is part of a model's identity by its content", async () => {
    const model = async () =>
      createModel(
        { id: "m", adapter: "completions", model: "m", baseUrl: "http://127.0.0.1:9/v1", template: path },
        { environment: {} },
      );
    const path = write("own.jinja", STRICT);
    const before = (await model()).identity;
    write("own.jinja", `${STRICT} `);
    expect((await model()).identity).not.toEqual(before);
  });
});

type Answers = Readonly<Record<string, (body: Record<string, unknown>) => unknown>>;

describe("a template held against the server's own", () => {
  const servers: ReturnType<typeof createServer>[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  /** A server that knows these paths alone. */
  async function compare(answers: Answers) {
    const server = createServer(async (request, response) => {
      let text = "";
      for await (const chunk of request) text += chunk;
      const answer = answers[request.url ?? ""]?.(JSON.parse(text));
      response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer ?? { error: { message: "Not Found" } }));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const model = completionsModel({
      id: "m",
      model: "m-1",
      baseUrl: `http://127.0.0.1:${port}/v1`,
      template: "chatml",
    });
    return model.compareTemplate(new AbortController().signal);
  }
  const chatml = (messages: unknown) => chatTemplates.get("chatml").render(messages as ChatMessage[]);
  const SYSTEM = "<|im_start|>system\nYou are kind.<|im_end|>\n";
  const charactersOf = (text: string) => ({
    tokens: [...text].map((one) => one.charCodeAt(0)),
    token_strs: [...text],
  });

  it("by llama.cpp's text, shown from the first difference", async () => {
    const same = await compare({
      "/apply-template": ({ messages }) => ({ prompt: `<s>${chatml(messages)}` }),
    });
    expect(same).toEqual({ kind: "same", by: "/apply-template" });
    const other = await compare({
      "/apply-template": ({ messages }) => ({ prompt: SYSTEM + chatml(messages) }),
    });
    expect(other).toMatchObject({
      kind: "differs",
      own: expect.stringMatching(/^<\|im_start\|>user/),
      server: expect.stringMatching(/^<\|im_start\|>system⏎You are kind\./),
    });
  });

  it("by vLLM's tokens", async () => {
    const tokenize = (extra: string) => (body: Record<string, unknown>) =>
      charactersOf("messages" in body ? extra + chatml(body.messages) : String(body.prompt));
    expect(await compare({ "/tokenize": tokenize("") })).toEqual({ kind: "same", by: "/tokenize" });
    expect(await compare({ "/tokenize": tokenize(SYSTEM) })).toMatchObject({
      kind: "differs",
      by: "/tokenize",
      server: expect.stringContaining("system"),
    });
  });

  it("by counts of tokens where a server tells no more, else not at all", async () => {
    const counting = (chat: number, text: number): Answers => ({
      "/v1/chat/completions": () => ({ usage: { prompt_tokens: chat } }),
      "/v1/completions": () => ({ usage: { prompt_tokens: text } }),
    });
    expect(await compare(counting(30, 30))).toMatchObject({ kind: "same" });
    expect(await compare(counting(52, 30))).toMatchObject({
      kind: "differs",
      own: "30 tokens",
      server: "52 tokens",
    });
    expect(await compare({})).toEqual({ kind: "unknown" });
  });
});
