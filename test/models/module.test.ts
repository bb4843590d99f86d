import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError } from "../../harness/core/errors.js";
import { moduleModel } from "../../harness/models/module.js";
import { describeModelContract, rejectionOf, requestAbout } from "../contracts/model-contract.js";

const KEY = "a-key-of-some-service-0123";
const folder = fileURLToPath(new URL("./programs", import.meta.url));
const idle = () => new AbortController().signal;
const ask = async (prompt: string) => {
  const model = await moduleModel({ id: "u", path: "model.mjs", folder, model: "tiny", apiKey: KEY });
  return model.generate(requestAbout("q", prompt), { signal: idle() });
};

describeModelContract("module", async () => {
  const options = { id: "u", path: "./model.mjs", folder, apiKey: KEY };
  const begun = new Promise<void>((resolve) => {
    Object.assign(globalThis, { assayTestHung: resolve });
  });
  return {
    model: await moduleModel(options),
    twin: await moduleModel(options),
    answerable: (index) => ({
      request: requestAbout(`q${index}`, `question <${index}>`),
      text: `<${index}>`,
    }),
    failing: requestAbout("x", "fail"),
    hanging: { request: requestAbout("x", "hang"), begun: () => begun },
    secrets: [KEY],
    close: async () => undefined,
  };
});

describe("module", () => {
  let own = "";
  beforeAll(() => {
    own = mkdtempSync(join(tmpdir(), "assay-module-"));
  });
  afterAll(() => rmSync(own, { recursive: true, force: true }));
  const write = (name: string, text: string) => {
    writeFileSync(join(own, name), text);
    return moduleModel({ id: "u", path: name, folder: own });
  };

  it("asks the module's model under the id of the config", async () => {
    const model = await moduleModel({
      id: "u",
      path: "model.mjs",
      folder,
      model: "tiny",
      family: "mine",
      system: "be brief",
      options: { flavour: "salty" },
    });
    expect(model).toMatchObject({
      id: "u",
      endpoint: "mine",
      priceKey: "tiny",
      family: "mine",
      system: "be brief",
      identity: {
        adapter: "module",
        module: "model.mjs",
        model: "tiny",
        flavour: "salty",
        system: "be brief",
      },
    });
    expect(await model.generate(requestAbout("q", "hello"), { signal: idle() })).toEqual({
      text: "echo hello tiny false",
      finishReason: "unknown",
    });
  });

  it("turns whatever it throws into an EndpointError", async () => {
    expect(await rejectionOf(ask("fail"))).toMatchObject({ code: "adapter-failed", retryable: true });
    expect(await rejectionOf(ask("own error"))).toMatchObject({
      code: "rate-limited",
      retryable: true,
      retryAfterMs: 40,
      status: 429,
    });
    expect(await rejectionOf(ask("no text"))).toMatchObject({ code: "adapter-failed", retryable: false });
  });

  it.each([
    ["is not there", "none.mjs", undefined, "missing-module", /does not exist/],
    [
      "has no default export",
      "a.mjs",
      "export const x = 1;",
      "bad-module",
      /no function as its default export/,
    ],
    ["does not parse", "b.mjs", "export default (", "bad-module", /cannot be loaded/],
    ["throws while it loads", "c.mjs", "throw new Error('boom')", "bad-module", /boom/],
    ["makes nothing", "d.mjs", "export default () => null;", "bad-module", /made null and not a model/],
    ["makes something else", "e.mjs", "export default () => ({ id: 1 });", "bad-module", /without generate/],
    [
      "fails to make a model",
      "f.mjs",
      "export default () => { throw new Error('boom') };",
      "bad-module",
      /boom/,
    ],
  ])("refuses a module that %s", async (_what, name, text, code, message) => {
    const made = text === undefined ? moduleModel({ id: "u", path: name, folder: own }) : write(name, text);
    const error = await made.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
