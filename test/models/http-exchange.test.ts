import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { EndpointError } from "../../harness/core/errors.js";
import { openaiModel } from "../../harness/models/openai.js";
import { requestAbout } from "../contracts/model-contract.js";

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const BODY = JSON.stringify({ choices: [{ message: { content: "größer ≥ 𝟙" }, finish_reason: "stop" }] });
let close = () => {};
afterEach(() => close());

async function serve(answer: Answer): Promise<string> {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => answer(request, response, body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function ask(baseUrl: string) {
  const model = openaiModel({ id: "m", model: "m-1", baseUrl, apiKey: "sk-key-0123456789" });
  return model.generate(requestAbout("q", "hi"), { signal: new AbortController().signal });
}

describe("a reply over the connection", () => {
  it.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ] as const)("is decoded where a proxy compresses unasked: %s", async (encoding, compress) => {
    const asked: unknown[] = [];
    const base = await serve((request, response) => {
      asked.push(request.headers["accept-encoding"]);
      response.writeHead(200, { "content-type": "application/json", "content-encoding": encoding });
      response.end(compress(BODY));
    });
    expect((await ask(`${base}/v1`)).text).toBe("größer ≥ 𝟙");
    expect(asked).toEqual([undefined]);
  });

  it("is a failure to be tried again when its compression is broken", async () => {
    const base = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      response.end(gzipSync(BODY).subarray(0, 20));
    });
    await expect(ask(`${base}/v1`)).rejects.toMatchObject({ code: "connection-failed", retryable: true });
  });

  it("is joined where characters are split between packets", async () => {
    const bytes = Buffer.from(BODY);
    const half = bytes.indexOf("ö") + 1;
    const base = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write(bytes.subarray(0, half), () => setImmediate(() => response.end(bytes.subarray(half))));
    });
    expect((await ask(`${base}/v1`)).text).toBe("größer ≥ 𝟙");
  });

  it("is looked for where a redirection of the endpoint leads, with the same body", async () => {
    const seen: unknown[] = [];
    const base = await serve((request, response, body) => {
      if (request.url?.startsWith("/old")) {
        response.writeHead(308, { location: `/v1/chat/completions` }).end();
        return;
      }
      seen.push([request.method, request.headers.authorization, JSON.parse(body).model]);
      response.writeHead(200, { "content-type": "application/json" }).end(BODY);
    });
    expect((await ask(`${base}/old/v1`)).text).toBe("größer ≥ 𝟙");
    expect(seen).toEqual([["POST", "Bearer sk-key-0123456789", "m-1"]]);
  });

  it("never takes the key along to another host", async () => {
    const keys: unknown[] = [];
    const other = createServer((request, response) => {
      keys.push(request.headers.authorization);
      response.writeHead(200, { "content-type": "application/json" }).end(BODY);
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const base = await serve((_request, response) => {
      response.writeHead(307, { location: `http://localhost:${port}/v1/chat/completions` }).end();
    });
    await expect(ask(`${base}/v1`)).rejects.toMatchObject({ code: "redirect-refused" });
    expect(keys).toEqual([]);
    other.closeAllConnections();
    other.close();
  });

  it.each([204, 304, 599, 999])(
    "with status %i and nothing in it is an error of the endpoint",
    async (status) => {
      const base = await serve((_request, response) => {
        response.writeHead(status).end();
      });
      await expect(ask(`${base}/v1`)).rejects.toBeInstanceOf(EndpointError);
    },
  );
});
