import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import type { Clock } from "../../harness/core/clock.js";
import { type CommandModelOptions, commandModel } from "../../harness/models/command.js";
import { describeModelContract, rejectionOf, requestAbout } from "../contracts/model-contract.js";

const KEY = "a-key-of-some-service-0123";
const program = (name: string) => fileURLToPath(new URL(`./programs/${name}`, import.meta.url));
const idle = () => new AbortController().signal;
const environment = { ...process.env, SERVICE_API_KEY: KEY };

const options = (name: string, more: Partial<CommandModelOptions> = {}): CommandModelOptions => ({
  id: "p",
  command: process.execPath,
  args: [program(name)],
  environment,
  ...more,
});

describeModelContract("command", async () => {
  // Its path stays out of the identity's way: the contract's temporary folders are no part of a model.
  const relative = {
    ...options("echo.mjs"),
    args: ["echo.mjs"],
    folder: fileURLToPath(new URL("./programs", import.meta.url)),
  };
  const model = commandModel(relative);
  return {
    model,
    twin: commandModel(relative),
    answerable: (index) => ({
      request: requestAbout(`q${index}`, `question <${index}>`),
      text: `<${index}>`,
    }),
    failing: requestAbout("x", "fail"),
    hanging: {
      request: requestAbout("x", "hang"),
      // The program answers in order, so that this reply comes after it took up the one that hangs.
      begun: async () => {
        await model.generate(requestAbout("x", "after"), { signal: idle() });
      },
    },
    secrets: [KEY],
    close: async () => model.close?.(),
  };
});

describe("command", () => {
  const open: { close?(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const model of open.splice(0)) await model.close?.();
  });
  const start = (name = "echo.mjs", more: Partial<CommandModelOptions> = {}) => {
    const model = commandModel(options(name, more));
    open.push(model);
    return {
      model,
      ask: (prompt: string) => model.generate(requestAbout("q", prompt), { signal: idle() }),
    };
  };

  it("sends messages, parameters, subject and model, and reads all that an answer may hold", async () => {
    const { model } = start("echo.mjs", { model: "tiny" });
    const request = requestAbout("q7", "describe", { parameters: { maxTokens: 5, temperature: 0 } });
    const generation = await model.generate(request, { signal: idle() });
    expect(JSON.parse(generation.text)).toEqual({ model: "tiny", ...request });
    expect(generation).toMatchObject({
      finishReason: "length",
      usage: { inputTokens: 3, outputTokens: 4 },
      reasoning: "hmm",
      endpointModel: "echo-1",
    });
  });

  it("matches answers that come out of order by id", async () => {
    const { ask } = start();
    const [first, second] = await Promise.all([ask("pair 1"), ask("pair 2")]);
    expect([first.text, second.text]).toEqual(["echo pair 1", "echo pair 2"]);
  });

  it("keeps one program for all requests", async () => {
    const { ask } = start("stubborn.mjs", { graceMs: 1 });
    expect((await ask("x")).text).toBe((await ask("y")).text);
  });

  it("puts characters together that arrive in pieces", async () => {
    expect((await start().ask("split")).text).toBe("naïve 漢字 🙂");
  });

  it("fails every open request when the program crashes, says why, and starts it again for the next", async () => {
    const { ask } = start();
    const hanging = rejectionOf(ask("hang"));
    const error = await rejectionOf(ask("crash"));
    expect(error).toMatchObject({ code: "program-failed", retryable: true });
    expect(error.message).toContain("exit code 3");
    expect(error.message).toContain("out of memory");
    expect(error.message).not.toContain(KEY);
    expect(error.message).not.toContain("\u001b");
    expect((await hanging).code).toBe("program-failed");
    expect((await ask("again")).text).toBe("echo again");
  });

  it("gives up after so many crashes without an answer in between", async () => {
    const { ask } = start("broken.mjs", { maxRestarts: 2 });
    for (let starts = 1; starts <= 3; starts++) {
      expect(await rejectionOf(ask("x"))).toMatchObject({ code: "program-failed", retryable: true });
    }
    const error = await rejectionOf(ask("x"));
    expect(error).toMatchObject({ code: "program-failed", retryable: false });
    expect(error.message).toContain("failed 3 times in a row");
    expect(error.message).toContain("cannot load weights");
  });

  it("forgives crashes once it has answered", async () => {
    const { ask } = start("echo.mjs", { maxRestarts: 1 });
    for (let round = 0; round < 4; round++) {
      await rejectionOf(ask("crash"));
      expect((await ask("x")).text).toBe("echo x");
    }
  });

  it("names a line that is not an answer", async () => {
    const { ask } = start();
    const error = await rejectionOf(ask("chatter"));
    expect(error).toMatchObject({ code: "program-failed", retryable: true });
    expect(error.message).toContain('"Loading weights..."');
    expect(error.remedy).toContain("standard error");
    expect((await ask("x")).text).toBe("echo x");
  });

  it("passes on what the program says about an item", async () => {
    const { ask } = start();
    expect(await rejectionOf(ask("fail"))).toMatchObject({ code: "program-failed", retryable: true });
    expect(await rejectionOf(ask("fail for good"))).toMatchObject({
      code: "program-failed",
      retryable: false,
    });
    expect((await rejectionOf(ask("no text"))).message).toContain('without "text"');
  });

  it("says so when the program cannot be started", async () => {
    const model = commandModel({ id: "p", command: "/no/such/program", environment, maxRestarts: 0 });
    const error = await rejectionOf(model.generate(requestAbout("q", "x"), { signal: idle() }));
    expect(error.code).toBe("program-failed");
    expect(error.message).toContain("cannot be started");
  });

  it("ends a program with SIGTERM and SIGKILL when it does not end by itself", async () => {
    const waited: number[] = [];
    const clock: Clock = {
      now: () => 0,
      monotonic: () => 0,
      sleep: async (ms) => {
        waited.push(ms);
      },
      turn: () => Promise.resolve(),
    };
    const { model, ask } = start("stubborn.mjs", { graceMs: 750, clock });
    const processId = Number((await ask("x")).text);
    await model.close?.();
    expect(waited.slice(0, 2)).toEqual([750, 750]);
    expect(() => process.kill(processId, 0)).toThrow();
    expect(await rejectionOf(ask("x"))).toMatchObject({ code: "program-failed", retryable: false });
  });

  it("describes itself by program, arguments and version", () => {
    const { model } = start("echo.mjs", { command: "/opt/bin/run-model", args: ["--fast"], version: "2" });
    expect(model.identity).toEqual({
      adapter: "command",
      command: "run-model",
      args: ["--fast"],
      version: "2",
    });
  });
});
