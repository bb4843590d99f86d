import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openaiModel } from "../../harness/models/openai.js";
import { createDispatcher } from "../../harness/pipeline/dispatch/dispatcher.js";
import { requestAbout } from "../contracts/model-contract.js";
import { startServer, type TestServer } from "../server/server.js";

const idle = () => new AbortController().signal;

describe("connections", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  it("go through the proxy of the environment, but not to this machine", async () => {
    const targets: string[] = [];
    const proxy = createServer().on("connect", (request, socket) => {
      targets.push(request.url ?? "");
      const upstream = connect(server.port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        socket.pipe(upstream).pipe(socket);
      });
      upstream.on("error", () => socket.destroy());
      socket.on("error", () => upstream.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const { port } = proxy.address() as AddressInfo;
    const environment = { http_proxy: `http://127.0.0.1:${port}` };
    for (const baseUrl of ["http://models.example/v1", server.baseUrl]) {
      const model = openaiModel({ id: "m", model: "m-1", baseUrl, environment });
      expect((await model.generate(requestAbout("q", "hi"), { signal: idle() })).text).toContain("hi");
    }
    expect(targets).toEqual(["models.example:80"]);
    proxy.closeAllConnections();
    proxy.close();
  });

  it("are used again and again: hardly more than there are calls at once", async () => {
    server.reset();
    server.configure({ latencyMs: 2 });
    const model = openaiModel({ id: "m", model: "m-1", baseUrl: server.baseUrl });
    const dispatcher = createDispatcher({ concurrency: 16 });
    await Promise.all(
      Array.from({ length: 400 }, (_, index) =>
        dispatcher.call(model, requestAbout(`q${index}`, "hi"), "answers"),
      ),
    );
    await dispatcher.close();
    expect(server.counts).toMatchObject({ calls: 400, answered: 400 });
    expect(server.counts.peakInFlight).toBeLessThanOrEqual(16);
    expect(server.counts.connections).toBeLessThan(2 * 16);
  });

  it("load what they need before the first call, so that its latency is the endpoint's", async () => {
    const loads: string[] = [];
    const model = openaiModel({ id: "m", model: "m-1", baseUrl: server.baseUrl });
    const watched = {
      ...model,
      prepare: async () => {
        await model.prepare?.();
        loads.push("prepared");
      },
      generate: (...given: Parameters<typeof model.generate>) => {
        loads.push("asked");
        return model.generate(...given);
      },
    };
    const dispatcher = createDispatcher({});
    expect(await dispatcher.call(watched, requestAbout("q", "hi"), "answers")).toMatchObject({ ok: true });
    const broken = { ...model, prepare: () => Promise.reject(new Error("cannot be loaded")) };
    expect(await dispatcher.call(broken, requestAbout("q", "hi"), "answers")).toMatchObject({ ok: true });
    await dispatcher.close();
    expect(loads).toEqual(["prepared", "asked"]);
  });

  it("do not keep a process from ending", async () => {
    const script = `
      const { openaiModel } = await import(${JSON.stringify(new URL("../../harness/models/openai.ts", import.meta.url).href)});
      const model = openaiModel({ id: "m", model: "m-1", baseUrl: ${JSON.stringify(server.baseUrl)} });
      const subject = { kind: "answer", suite: "s", questionId: "1", turn: 1, trial: 1 };
      const request = { messages: [{ role: "user", content: "hi" }], parameters: {}, subject };
      const { text } = await model.generate(request, { signal: new AbortController().signal });
      const answered = performance.now();
      process.on("exit", () => console.log(JSON.stringify({ text, lingeredMs: performance.now() - answered })));`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", script],
      { cwd: fileURLToPath(new URL("../..", import.meta.url)) },
    );
    const { text, lingeredMs } = JSON.parse(stdout);
    expect(text).toContain("hi");
    expect(lingeredMs).toBeLessThan(1000);
  });

  it("are made by the fetch that is passed in", async () => {
    const asked: string[] = [];
    const model = openaiModel({
      id: "m",
      model: "m-1",
      baseUrl: "http://nowhere.example/v1",
      fetch: async (input) => {
        asked.push(String(input));
        return Response.json({ choices: [{ message: { content: "fine" }, finish_reason: "stop" }] });
      },
    });
    expect((await model.generate(requestAbout("q", "hi"), { signal: idle() })).text).toBe("fine");
    expect(asked).toEqual(["http://nowhere.example/v1/chat/completions"]);
  });
});
