import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { openaiModel } from "../../harness/models/openai.js";
import { requestAbout } from "../contracts/model-contract.js";

const SECRET = "k-azure-0123456789-secret";
const GATEWAY = "gateway-token-9876543210";
const BODY = JSON.stringify({ choices: [{ message: { content: "hello" }, finish_reason: "stop" }] });

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that answers paths with a location by a redirection, all others with a reply. */
async function serve(redirections: Readonly<Record<string, readonly [status: number, location: string]>>) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      seen.push({ method, url, headers, body });
      const [status, location] = redirections[url.split("?")[0] ?? ""] ?? [];
      if (status !== undefined && location !== undefined)
        return response.writeHead(status, { location }).end();
      return response.writeHead(200, { "content-type": "application/json" }).end(BODY);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  opened.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const opened: (() => void)[] = [];
afterEach(() => {
  for (const close of opened.splice(0)) close();
});

const carriers = {
  "a bearer key": { apiKey: SECRET },
  "a key in a header of its own": { apiKey: SECRET, apiKeyHeader: "api-key" },
  "headers from the environment": { headers: { "X-Gateway-Token": GATEWAY } },
} as const;

type Options = Parameters<typeof openaiModel>[0];

function modelAt(origin: string, options: Partial<Options> = {}) {
  return openaiModel({ id: "m", model: "m-1", baseUrl: `${origin}/v1?api-version=1`, ...options });
}

const ask = (model: ReturnType<typeof openaiModel>) =>
  model.generate(requestAbout("q", "hi"), { signal: new AbortController().signal });

const PATH = "/v1/chat/completions";
const statuses = [301, 302, 303, 307, 308];
const waysOfFetching = { "the connection": {}, fetch: { fetch: globalThis.fetch } } as const;

describe.each(Object.entries(waysOfFetching))("a redirection met by %s", (_way, fetching) => {
  describe.each(Object.entries(carriers))("with %s", (_carrier, secrets) => {
    it.each(statuses)("to another origin is refused and named: %i", async (status) => {
      const other = await serve({});
      const { origin } = await serve({ [PATH]: [status, `${other.origin}${PATH}`] });
      const asked = ask(modelAt(origin, { ...secrets, ...fetching }));
      await expect(asked).rejects.toMatchObject({ code: "redirect-refused", retryable: false });
      expect(other.seen).toEqual([]);
    });

    it("goes to another origin where that is wanted, and no secret goes along or comes back", async () => {
      const first: Record<string, readonly [number, string]> = {};
      const home = await serve(first);
      const other = await serve({ [PATH]: [307, `${home.origin}/end`] });
      first[PATH] = [307, `${other.origin}${PATH}`];
      const reply = await ask(modelAt(home.origin, { ...secrets, ...fetching, followsRedirects: true }));
      expect(reply.text).toBe("hello");
      expect(JSON.stringify(home.seen[0]?.headers)).toMatch(/k-azure|gateway-token/);
      for (const { headers, body, method } of [...other.seen, ...home.seen.slice(1)]) {
        expect(JSON.stringify(headers)).not.toMatch(/k-azure|gateway-token/);
        expect(method).toBe("POST");
        expect(JSON.parse(body).model).toBe("m-1");
      }
      expect([home.seen.length, other.seen.length]).toEqual([2, 1]);
    });
  });

  it.each([301, 302, 307, 308])("within an origin keeps method, body and key: %i", async (status) => {
    const { seen, origin } = await serve({ [PATH]: [status, "/v2/chat/completions"] });
    await ask(modelAt(origin, { apiKey: SECRET, ...fetching }));
    expect(seen.map(({ method, url }) => [method, url])).toEqual([
      ["POST", `${PATH}?api-version=1`],
      ["POST", "/v2/chat/completions"],
    ]);
    expect(seen[1]?.body).toBe(seen[0]?.body);
    expect(seen[1]?.headers.authorization).toBe(`Bearer ${SECRET}`);
  });

  it.each([
    ["a POST that would become a GET", 303, "/v2/chat/completions"],
    ["one that leads to itself for ever", 307, PATH],
    ["one to something that is no web address", 307, "file:///etc/hosts"],
    ["one to nowhere", 307, "http://[bad"],
  ])("is refused: %s", async (_what, status, location) => {
    const { seen, origin } = await serve({ [PATH]: [status, location] });
    const asked = ask(modelAt(origin, { apiKey: SECRET, ...fetching }));
    await expect(asked).rejects.toMatchObject({ code: "redirect-refused", retryable: false });
    expect(seen.every(({ method }) => method === "POST")).toBe(true);
    expect(seen.length).toBeLessThanOrEqual(6);
  });
});

describe("the client for files and batches", () => {
  it("takes no key of any kind to another origin", async () => {
    const other = await serve({});
    const there = `${other.origin}/taken`;
    const { seen, origin } = await serve({
      "/v1/batches": [302, there],
      "/v1/files/f/content": [307, there],
    });
    for (const secrets of Object.values(carriers)) {
      const client = await modelAt(origin, secrets).openaiClient();
      await expect(client.batches.list()).rejects.toMatchObject({ cause: { code: "redirect-refused" } });
      await expect(client.files.content("f")).rejects.toMatchObject({ cause: { code: "redirect-refused" } });
    }
    expect(seen).toHaveLength(6);
    expect(other.seen).toEqual([]);
  });
});
