import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { deflateRawSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EndpointError } from "../../harness/core/errors.js";
import { openaiModel } from "../../harness/models/openai.js";

// Replies that are nearly right, or say more than they should: each has one ending, and none repeats the key.

const KEY = "sk-secretsecret123";
const ELSEWHERE = "http://localhost:9/v1/chat/completions";

function chat(
  content: unknown,
  choice: object = {},
  usage: unknown = { prompt_tokens: 3, completion_tokens: 4 },
) {
  const message = { role: "assistant", content };
  return JSON.stringify({ choices: [{ message, finish_reason: "stop", ...choice }], usage });
}

const withUsage = (usage: unknown) => chat("x", {}, usage);
const packed = (encoding: string, bytes: Uint8Array) => ({
  headers: { "content-encoding": encoding },
  body: bytes,
});
const redirect = (status: number, location?: string) => ({
  ...{ status, body: "" },
  headers: location === undefined ? {} : { location },
});

interface Sent {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

const counted = { inputTokens: 3, outputTokens: 4 };

/** What is sent, and what becomes of it: the code of a failure, or a part of the generation. */
const replies: readonly (readonly [string, string | Sent, string | object])[] = [
  ["negative usage", withUsage({ prompt_tokens: -5, completion_tokens: -7 }), { text: "x", usage: null }],
  ["usage beyond all counts", withUsage({ prompt_tokens: 1e308, completion_tokens: 1e18 }), { usage: null }],
  ["usage in words", withUsage({ prompt_tokens: "12", completion_tokens: "99" }), { usage: null }],
  ["usage as a list", withUsage([{ prompt_tokens: 1, completion_tokens: 1 }]), { usage: null }],
  ["usage without end", chat("x").replace('"prompt_tokens":3', '"prompt_tokens":1e999'), { usage: null }],
  ["fractions of tokens", withUsage({ prompt_tokens: 0.5, completion_tokens: 1 }), { usage: null }],
  [
    "a stream of events",
    'data: {"choices":[{"delta":{"content":"hi"}}]}\n\ndata: [DONE]\n\n',
    "invalid-response",
  ],
  ["two documents", `${chat("a")}\n${chat("b")}`, "invalid-response"],
  ["garbage behind the document", `${chat("a")}\0\0garbage`, "invalid-response"],
  ["garbage before it", `)]}'\n${chat("a")}`, "invalid-response"],
  ["a mark of byte order", `\ufeff${chat("a")}`, { text: "a", usage: counted }],
  ["another encoding", { body: Buffer.from(chat("café"), "utf16le") }, "invalid-response"],
  [
    "garbage behind gzip",
    packed("gzip", Buffer.concat([gzipSync(chat("a")), Buffer.from("garbage")])),
    "connection-failed",
  ],
  [
    "gzip that breaks off",
    packed("gzip", gzipSync(chat("a".repeat(9999))).subarray(0, 40)),
    "connection-failed",
  ],
  ["gzip in gzip", packed("gzip, gzip", gzipSync(gzipSync(chat("a")))), "invalid-response"],
  ["deflate without its head", packed("deflate", deflateRawSync(chat("a"))), "connection-failed"],
  ["an encoding that it is not in", packed("zstd", Buffer.from("nonsense")), "invalid-response"],
  ["a number for a text", chat(5), "invalid-response"],
  ["an object for a text", chat({ text: "x" }), "invalid-response"],
  [
    "members of prototypes",
    chat("x").replace('"usage"', '"__proto__":{"choices":[]},"constructor":1,"usage"'),
    { text: "x" },
  ],
  ["a second list of choices", chat("x").replace('"usage"', '"choices":[],"usage"'), "invalid-response"],
  ["an object for the end", chat("x", { finish_reason: { a: 1 } }), { text: "x", finishReason: "unknown" }],
  ["no content", { status: 204, body: "" }, "invalid-response"],
  ["a success of no known kind", { status: 299, body: chat("x") }, { text: "x" }],
  ["see other", redirect(303, ELSEWHERE), "redirect-refused"],
  ["moved for good", redirect(301, ELSEWHERE), "redirect-refused"],
  ["several choices of address", redirect(300, ELSEWHERE), "bad-request"],
  ["moved nowhere", redirect(302), "bad-request"],
  ["moved to a script", redirect(302, "javascript:alert(1)"), "redirect-refused"],
  ["moved to a file", redirect(307, "file:///etc/passwd"), "redirect-refused"],
  ["moved to a name and password", redirect(307, "http://u:p@127.0.0.1:9/"), "redirect-refused"],
  ["moved without a scheme", redirect(307, "//localhost:9/v1"), "redirect-refused"],
  ["moved in a circle", redirect(308, "/v1/chat/completions"), "redirect-refused"],
  [
    "an address to refresh from",
    { headers: { refresh: `0; url=${ELSEWHERE}` }, body: chat("x") },
    { text: "x" },
  ],
  [
    "a wait of three thousand years",
    { status: 400, headers: { "retry-after": "99999999999" }, body: "{}" },
    "bad-request",
  ],
  [
    "headers without end",
    { headers: { "x-long": "y".repeat(100_000) }, body: chat("x") },
    "connection-failed",
  ],
  [
    "the key in an error",
    { status: 500, headers: { "x-echo": KEY }, body: `${KEY} sk-secret\u00adsecret123` },
    "server-error",
  ],
  [
    "the key in an answer",
    chat(`${KEY} and ${Buffer.from(KEY).toString("base64")}`),
    { text: "[redacted] and [redacted]" },
  ],
  ["the key as the end", chat("x", { finish_reason: KEY }), { finishReason: "unknown" }],
  [
    "the key as a model",
    chat("x").replace('"choices"', `"model":"${KEY}","system_fingerprint":"${KEY}","choices"`),
    { text: "x", endpointModel: "[redacted]" },
  ],
  ["the key as a member", chat("x").replace('"choices"', `"${KEY}":1,"choices"`), { text: "x" }],
  [
    "the key in thoughts",
    chat("x").replace('"role"', `"reasoning_content":"${KEY}","role"`),
    { reasoning: "[redacted]" },
  ],
];

let current: Sent = { body: "" };
let paths: string[] = [];
const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  paths.push(`${request.method} ${request.url}`);
  request.resume().on("end", () => {
    response.writeHead(current.status ?? 200, { "content-type": "application/json", ...current.headers });
    response.end(current.body);
  });
});
beforeAll(() => once(server.listen(0, "127.0.0.1"), "listening"));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test.each(replies)("%s", async (_, sent, expected) => {
  current = typeof sent === "object" && "body" in sent ? sent : { body: sent };
  paths = [];
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const model = openaiModel({ id: "m", model: "m", baseUrl, apiKey: KEY });
  const request = {
    messages: [{ role: "user", content: "?" }],
    parameters: {},
    subject: { kind: "answer", suite: "s", questionId: "q", turn: 1, trial: 1 },
  } as const;
  const outcome = await model
    .generate(request, { signal: AbortSignal.timeout(60_000) })
    .catch((error: unknown) => error);
  const shown =
    outcome instanceof EndpointError
      ? { code: outcome.code, message: outcome.message }
      : { usage: null, ...(outcome as object) };
  expect(shown).toMatchObject(typeof expected === "string" ? { code: expected } : expected);
  expect(JSON.stringify(shown)).not.toMatch(/secretsecret123|c2VjcmV0/);
  expect(paths.every((path) => path === "POST /v1/chat/completions")).toBe(true);
});
