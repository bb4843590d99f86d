import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ConfigError } from "../../harness/core/errors.js";
import { createModel } from "../../harness/models/create-model.js";
import { modelAdapters } from "../../harness/models/registry.js";
import type { ModelServices, ModelSpecification } from "../../harness/models/specification.js";
import { requestAbout } from "../contracts/model-contract.js";
import { startServer, type TestServer } from "../server/server.js";

const programs = fileURLToPath(new URL("./programs", import.meta.url));
const idle = () => new AbortController().signal;
const LOCAL = "http://127.0.0.1:9/v1";

const create = (specification: Partial<ModelSpecification>, services: Partial<ModelServices> = {}) =>
  createModel({ id: "m", adapter: "openai", ...specification }, { environment: {}, ...services });

async function refusal(specification: Partial<ModelSpecification>, services: Partial<ModelServices> = {}) {
  const error = await create(specification, services).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConfigError);
  return error;
}

describe("createModel", () => {
  let folder = "";
  const servers: TestServer[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "assay-models-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });
  const serve = async (...options: Parameters<typeof startServer>) => {
    const server = await startServer(...options);
    servers.push(server);
    return server;
  };

  it("has a one-line summary for every adapter", () => {
    expect(modelAdapters.names).toEqual(["openai", "completions", "reward", "replay", "command", "module"]);
    for (const [, adapter] of modelAdapters.entries()) expect(adapter.summary).toMatch(/^[^\n]{20,130}$/);
  });

  it("takes the key from the environment, without the white space around it", async () => {
    const server = await serve({ apiKey: "sk-123456" });
    const model = await create(
      { model: "m-1", baseUrl: server.baseUrl, apiKeyEnv: "MY_KEY" },
      { environment: { MY_KEY: " sk-123456\n" } },
    );
    expect((await model.generate(requestAbout("q", "hi"), { signal: idle() })).text).toContain("hi");
  });

  it("sends no real key to an endpoint for which none was named", async () => {
    const server = await serve();
    const model = await create(
      { model: "m-1", baseUrl: server.baseUrl },
      { environment: { OPENAI_API_KEY: "sk-real", OPENAI_ADMIN_KEY: "sk-admin" } },
    );
    await model.generate(requestAbout("q", "hi"), { signal: idle() });
    expect(server.requests[0]?.headers.authorization).toBe("Bearer none");
  });

  it("demands a key for OpenAI itself", async () => {
    expect(await refusal({ model: "gpt-4.1" })).toMatchObject({
      code: "missing-api-key",
      message: 'model "m": the environment variable OPENAI_API_KEY is not set',
    });
    expect(await refusal({ model: "gpt-4.1", apiKeyEnv: "OTHER" })).toMatchObject({
      code: "missing-api-key",
    });
    const model = await create({ model: "gpt-4.1" }, { environment: { OPENAI_API_KEY: "sk-1234567" } });
    expect(model.endpoint).toBe("https://api.openai.com/v1");
    expect(JSON.stringify(model)).not.toContain("sk-1234567");
  });

  it("refuses a variable that was named and is not set, whatever the endpoint and the adapter", async () => {
    const path = join(folder, "model.mjs");
    writeFileSync(
      path,
      "export default ({ apiKey }) => ({ generate: async () => ({ text: String(apiKey?.length) }) });\n",
    );
    for (const adapter of ["openai", path]) {
      expect(await refusal({ adapter, model: "m", baseUrl: LOCAL, apiKeyEnv: "MY_KEY" })).toMatchObject({
        code: "missing-api-key",
        message: 'model "m": the environment variable MY_KEY is not set',
      });
    }
    const replied = async (services: Partial<ModelServices>) => {
      const model = await create({ adapter: path, defaultApiKeyEnv: "OPENAI_API_KEY" }, services);
      return (await model.generate(requestAbout("q", "hi"), { signal: idle() })).text;
    };
    expect(await replied({})).toBe("undefined");
    expect(await replied({ environment: { OPENAI_API_KEY: "sk-1234567" } })).toBe("10");
    const elsewhere = { model: "m", baseUrl: LOCAL, apiKeyEnv: "MY_KEY" };
    expect((await create(elsewhere, { asksElsewhere: true })).id).toBe("m");
  });

  it("refuses a key that cannot be sent, without showing it", async () => {
    const error = await refusal({ model: "m", apiKeyEnv: "K" }, { environment: { K: "sk-abc\ndef" } });
    expect(error).toMatchObject({ code: "bad-api-key" });
    expect(String(error)).not.toContain("sk-abc");
  });

  it("passes every option of an endpoint on", async () => {
    const server = await serve();
    const model = await create(
      {
        model: "m-1",
        baseUrl: server.baseUrl,
        apiKeyEnv: "K",
        family: "llama",
        priceKey: "cheap",
        system: "be brief",
        parameters: { temperature: 0 },
        options: {
          apiKeyHeader: "api-key",
          headers: { "X-Team": "evals" },
          headersFromEnvironment: { "X-Gateway-Token": "GATEWAY" },
          tokenLimitParameter: "max_completion_tokens",
          unsupported: ["seed"],
          reasoning: "keep",
        },
      },
      { environment: { K: "key-1", GATEWAY: "g-1" } },
    );
    expect(model).toMatchObject({
      family: "llama",
      priceKey: "cheap",
      system: "be brief",
      parameters: { temperature: 0 },
    });
    const request = requestAbout("q", "hi", { parameters: { seed: 1, maxTokens: 3 } });
    const generation = await model.generate(request, { signal: idle() });
    expect(generation.droppedParameters).toEqual(["seed"]);
    expect(server.requests[0]).toMatchObject({
      headers: { "api-key": "key-1", "x-team": "evals", "x-gateway-token": "g-1" },
      body: { max_completion_tokens: 3 },
    });
    expect(model.identity).toMatchObject({ reasoning: "keep", unsupported: ["seed"] });
  });

  it.each<[string, Partial<ModelSpecification>, string, RegExp | undefined]>([
    ["an unknown adapter", { adapter: "opnai" }, "unknown-adapter", /"openai"/],
    ["no model name", { baseUrl: LOCAL }, "missing-model", undefined],
    ["no template", { adapter: "completions", model: "m", baseUrl: LOCAL }, "missing-template", undefined],
    [
      "an unknown template",
      { adapter: "completions", model: "m", baseUrl: LOCAL, template: "lama-3" },
      "unknown-template",
      /"llama-3"/,
    ],
    ["no path", { adapter: "replay" }, "missing-path", undefined],
    ["no command", { adapter: "command" }, "missing-command", undefined],
    ["a program that is not there", { adapter: "command", command: "./none" }, "missing-program", undefined],
    [
      "a program that is nowhere on the PATH",
      { adapter: "command", command: "none" },
      "missing-program",
      undefined,
    ],
    ["a module that is not there", { adapter: "./none.mjs" }, "missing-module", undefined],
    [
      "a URL without scheme",
      { model: "m", baseUrl: "localhost:8000/v1" },
      "bad-base-url",
      /http:\/\/localhost/,
    ],
    ["something that is no URL", { model: "m", baseUrl: "here" }, "bad-base-url", undefined],
    [
      "a password in the URL",
      { model: "m", baseUrl: "http://me:pw@gpu/v1" },
      "bad-base-url",
      /headersFromEnv/,
    ],
    [
      "an unknown option",
      { model: "m", baseUrl: LOCAL, options: { heders: {} } },
      "unknown-option",
      /"headers"/,
    ],
    [
      "an option for an adapter without",
      { adapter: "replay", path: "x", options: { x: 1 } },
      "unknown-option",
      /no options/,
    ],
    [
      "an option of the wrong kind",
      { model: "m", baseUrl: LOCAL, options: { unsupported: "seed" } },
      "bad-option",
      undefined,
    ],
    [
      "a wrong choice",
      { model: "m", baseUrl: LOCAL, options: { reasoning: "drop" } },
      "bad-option",
      undefined,
    ],
    [
      "a header of the wrong kind",
      { model: "m", baseUrl: LOCAL, options: { headers: { x: 1 } } },
      "bad-option",
      undefined,
    ],
    [
      "a negative number",
      { adapter: "command", command: "x", options: { maxRestarts: -1 } },
      "bad-option",
      undefined,
    ],
    [
      "a key in a header",
      { model: "m", baseUrl: LOCAL, options: { headers: { Authorization: "Bearer sk-1" } } },
      "secret-in-config",
      /headersFromEnvironment/,
    ],
    [
      "a header from a variable that is not set",
      { model: "m", baseUrl: LOCAL, options: { headersFromEnvironment: { "X-Key": "NOT_SET" } } },
      "missing-api-key",
      /NOT_SET/,
    ],
    [
      "a reserved parameter",
      { model: "m", baseUrl: LOCAL, parameters: { extra: { n: 2 } } },
      "reserved-parameter",
      /--trials/,
    ],
  ])("refuses %s", async (_what, specification, code, remedy) => {
    const error = await refusal(specification);
    expect(error).toMatchObject({ code, ...(remedy ? { remedy: expect.stringMatching(remedy) } : {}) });
    expect(String(error)).not.toContain("pw@");
  });

  it("shows no password of a URL", async () => {
    const error = await refusal({ model: "m", baseUrl: "ftp://me:pw@gpu/v1?key=secret" });
    expect(String(error)).not.toMatch(/pw|secret/);
  });

  it("takes base URLs as people write them", async () => {
    for (const written of [
      "http://gpu:8000/v1/",
      " http://gpu:8000/v1 ",
      "http://gpu:8000/v1/chat/completions",
    ]) {
      expect((await create({ model: "m", baseUrl: written })).endpoint).toBe("http://gpu:8000/v1");
    }
    const azure = "https://x.openai.azure.com/openai/deployments/gpt?api-version=2024-10-21";
    expect((await create({ model: "gpt", baseUrl: azure })).endpoint).toBe(
      "https://x.openai.azure.com/openai/deployments/gpt",
    );
  });

  it("finds files, programs and modules from the config file's folder", async () => {
    writeFileSync(join(folder, "a.jsonl"), JSON.stringify({ questionId: "1", turns: ["one"] }));
    const request = requestAbout("1", "hi");
    const replay = await create({ adapter: "replay", path: "a.jsonl" }, { folder });
    expect((await replay.generate(request, { signal: idle() })).text).toBe("one");
    const several = await create({ adapter: "replay", paths: ["a.jsonl"] }, { folder });
    expect((await several.generate(request, { signal: idle() })).text).toBe("one");
    for (const specification of [{ adapter: "./model.mjs" }, { adapter: "module", path: "model.mjs" }]) {
      const model = await create(
        { ...specification, model: "tiny", options: { flavour: "x" } },
        { folder: programs },
      );
      expect((await model.generate(request, { signal: idle() })).text).toBe("echo hi tiny false");
      expect(model.identity).toMatchObject({ adapter: "module", flavour: "x" });
    }
    const command = await create(
      { adapter: "command", command: process.execPath, args: ["echo.mjs"], options: { version: "1" } },
      { folder: programs, environment: process.env },
    );
    expect((await command.generate(request, { signal: idle() })).text).toBe("echo hi");
    await command.close?.();
  });
});
