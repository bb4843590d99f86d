import { describe, expect, it } from "vitest";
import { validateConfig } from "../../harness/config/read-config.js";
import { ConfigError } from "../../harness/core/errors.js";
import { readBaseUrl } from "../../harness/models/base-url.js";
import { openaiModel } from "../../harness/models/openai.js";
import { createAnswerRedactor, createRedactor, redactJson } from "../../harness/models/redaction.js";
import { requestAbout } from "../contracts/model-contract.js";

const KEY = "azr-9f8e7d6c5b4a3210ffee";

describe("an address", () => {
  const secretive = [
    ...["key", "api-key", "apikey", "api_key", "x-api-key", "subscription-key", "Ocp-Apim-Subscription-Key"],
    ...["token", "access_token", "accessToken", "authToken", "sig", "signature", "X-Amz-Signature"],
    ...["secret", "client_secret", "password", "auth", "code", "jwt", "credential"],
  ].map((name) => `https://host/v1?api-version=1&${name}=${KEY}`);
  it.each([
    ...secretive,
    `https://user:${KEY}@host/v1`,
    `https://host/v1#${KEY}`,
    "https://host/sk-proj-abcdef0123456789abc/v1",
    "https://host/v1?team=sk-proj-abcdef0123456789abc",
  ])("with a secret in it is refused, by config and adapter, without repeating it: %s", async (url) => {
    const problems = [
      () => readBaseUrl(url),
      () => validateConfig({ baseUrl: url }, "file.yaml"),
      () => validateConfig({ judgeBaseUrl: url }, "file.yaml"),
      () => validateConfig({ models: [{ model: "m", baseUrls: [url] }] }, "file.yaml"),
    ];
    for (const read of problems) {
      const thrown: unknown = await (async () => read())().catch((error: unknown) => error);
      expect(thrown).toBeInstanceOf(ConfigError);
      expect(String(thrown)).not.toMatch(/9f8e7d6c|abcdef0123/);
    }
  });

  it.each([
    "https://my.openai.azure.com/openai/deployments/d?api-version=2024-10-21",
    "http://localhost:8000/v1?model=m&region=eu&deployment=d&keyword=x&max_tokens=5&tokenizer=t",
    "https://host/task-of-some-sort-or-other/v1",
  ])("without one passes: %s", async (url) => {
    expect(readBaseUrl(url).endpoint).toMatch(/^https?:/);
    await expect(validateConfig({ baseUrl: url }, "file.yaml")).resolves.toBeDefined();
  });
});

const utf16 = (text: string) =>
  [...text].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);

describe("an endpoint that repeats a key in its answer", () => {
  const message = {
    content: `Your key is ${KEY}.`,
    reasoning_content: `think ${KEY}`,
    tool_calls: [{ function: { name: "f", arguments: JSON.stringify({ key: KEY }) } }],
  };
  const tokens = ["azr-", "9f8e7d6c", "5b4a3210", "ffee", "."].map((token) => ({
    token,
    logprob: -0.1,
    top_logprobs: [{ token, logprob: -0.1 }],
  }));
  const body = JSON.stringify({
    model: `m-${KEY}`,
    system_fingerprint: Buffer.from(`fp ${KEY}`).toString("base64"),
    choices: [{ message, logprobs: { content: tokens }, finish_reason: "stop" }],
  });
  const carriers = {
    "its key": { apiKey: KEY },
    "a header whose name tells it": { headers: { "X-Gateway-Token": `Bearer ${KEY}` } },
    "a header from the environment": { headers: { "X-Team": KEY }, secretHeaders: ["X-Team"] },
  };
  it.each(Object.entries(carriers))("has it redacted wherever it stands: %s", async (_what, secrets) => {
    for (const text of [body, body.replaceAll(KEY, utf16(KEY).join(""))]) {
      const fetch = async () => new Response(text, { headers: { "content-type": "application/json" } });
      const model = openaiModel({ id: "m", model: "m", baseUrl: "http://host/v1", fetch, ...secrets });
      const generation = await model.generate(requestAbout("q", "hi"), {
        signal: new AbortController().signal,
      });
      expect(generation.text).toBe("Your key is [redacted].");
      const shown = JSON.stringify([generation, model.wire.read(JSON.parse(text))]);
      expect(shown).not.toMatch(/9f8e7d6c|5b4a3210/);
      expect(shown).not.toContain(Buffer.from(KEY).toString("base64").slice(4, 20));
    }
  });

  it("leaves words alone that merely stand for a key, headers that are none, and short ones", () => {
    const text = "EMPTY none not-needed lm-studio sk-1234 token application/json";
    const fetch = async () =>
      new Response(JSON.stringify({ choices: [{ message: { content: text }, finish_reason: "stop" }] }));
    const headers = { Accept: "application/json", "X-Title": "EMPTY none" };
    const asked = ["EMPTY", "none", "not-needed", "lm-studio", "sk-1234"].map(async (apiKey) => {
      const model = openaiModel({ id: "m", model: "m", baseUrl: "http://host/v1", apiKey, headers, fetch });
      return (await model.generate(requestAbout("q", "hi"), { signal: new AbortController().signal })).text;
    });
    return expect(Promise.all(asked)).resolves.toEqual(asked.map(() => text));
  });

  it("gives the very same value where there is nothing to redact", () => {
    const value = { a: ["b", { token: "c" }], d: null, e: 1 };
    expect(redactJson(value, createAnswerRedactor([KEY]))).toBe(value);
  });
});

describe("an error that repeats a key", () => {
  it.each([
    ["as it is", KEY],
    ["in capitals", KEY.toUpperCase()],
    [
      "percent-encoded",
      [...KEY]
        .map((one) => `%${one.charCodeAt(0).toString(16)}`)
        .join("")
        .replace(/%2d/g, "-"),
    ],
    ["in base64", Buffer.from(KEY).toString("base64")],
    ["in base64 behind a name", Buffer.from(`user:${KEY}`).toString("base64")],
    ["in base64url behind two", Buffer.from(`ab${KEY}`).toString("base64url")],
    ["in hexadecimal", Buffer.from(KEY).toString("hex")],
    ["between blanks", [...KEY].join(" ")],
    ["in lines", KEY.match(/.{1,5}/g)?.join("\n") ?? ""],
    ["in tags", [...KEY].map((one) => `<b>${one}</b>`).join("")],
    ["as concatenated strings", `"${KEY.slice(0, 12)}" + "${KEY.slice(12)}"`],
    ["in two sentences", `it begins with ${KEY.slice(0, 12)}; it ends in ${KEY.slice(12)}`],
  ])("shows none of it: %s", (_how, text) => {
    const shown = createRedactor([KEY])(`Wrong key: ${text}, sorry`);
    expect(shown).toContain("[redacted]");
    expect(shown).toMatch(/^Wrong key: /);
    expect(shown).toMatch(/, sorry$/);
    // What stands beside a key in base64 shares its first and last characters.
    for (let start = 8; start + 12 <= text.length; start++) {
      const piece = text.slice(start, start + 8);
      if (/^[A-Za-z0-9+/%_-]{8}$/.test(piece)) expect(shown).not.toContain(piece);
    }
  });
});
