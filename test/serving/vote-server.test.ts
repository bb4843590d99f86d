import { request } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DataError } from "../../harness/core/errors.js";
import type { LocalServer } from "../../harness/serving/local-server.js";
import { serveVotes } from "../../harness/serving/vote-server.js";
import { FileGoneError } from "../../harness/store/appender.js";

const token = "AAAAAAAAAAAAAAAAAAAAAA";

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

describe("the server of a voting page", () => {
  let server: LocalServer;
  let taken: unknown[] = [];
  let refused: string[] = [];
  const options = {
    page: "<!doctype html><title>vote</title>",
    token,
    host: "127.0.0.1",
    port: 0,
    names: new Set(["127.0.0.1", "box.local"]),
    proxied: new Set(["votes.example"]),
    take: async (rows: readonly unknown[]) => {
      if (rows.includes("bad")) throw new DataError("is not a vote", { code: "x", file: "votes", line: 1 });
      if (rows.includes("gone")) throw new FileGoneError("/secret/path/votes/anna.jsonl", false);
      if (rows.includes("fault")) throw new Error("/secret/path exploded");
      taken.push(...rows);
    },
    onRefused: (reason: string) => refused.push(reason),
  };

  beforeEach(async () => {
    taken = [];
    refused = [];
    server = await serveVotes(options);
  });
  afterEach(() => server.close());

  function ask(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body?: string,
  ): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const asked = request(
        { host: "127.0.0.1", port: server.port, method, path, headers, agent: false },
        (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (chunk) => {
            text += chunk;
          });
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers }),
          );
        },
      );
      asked.on("error", reject);
      asked.end(body);
    });
  }
  const json = { "content-type": "application/json" };
  const post = (body: string, headers: Readonly<Record<string, string>> = json) =>
    ask("POST", `/${token}/votes`, headers, body);

  test("says that votes cannot be kept where their folder is gone, and not where it was", async () => {
    const { status, body } = await post(JSON.stringify({ rows: ["gone"] }));
    expect(status).toBe(507);
    expect(body).toMatch(/the folder of the votes is not there any longer/);
    expect(body).not.toContain("secret");
  });

  test("gives the page to whoever has the token, and takes rows", async () => {
    expect(await ask("GET", `/${token}/`)).toMatchObject({
      status: 200,
      body: options.page,
      headers: {
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
      },
    });
    expect(await ask("GET", `/${token}`)).toMatchObject({ status: 308, headers: { location: `/${token}/` } });
    const own = {
      ...json,
      origin: `http://box.local:${server.port}`,
      host: `box.local:${server.port}`,
      "sec-fetch-site": "same-origin",
    };
    expect(await post(JSON.stringify({ rows: [1, 2] }), own)).toMatchObject({
      status: 200,
      body: '{"saved":2}',
    });
    const proxy = { ...json, origin: "https://votes.example", host: "votes.example" };
    expect(await post(JSON.stringify({ rows: [3] }), proxy)).toMatchObject({ status: 200 });
    expect(taken).toEqual([1, 2, 3]);
  });

  test("answers nothing else, whatever the path", async () => {
    const paths = [
      ...["/", "//", "/run.json", "/..", `/${token.slice(1)}/`, `/${token}x/`, `/${token.toLowerCase()}/`],
      ...[
        `/${token}/run.json`,
        `/${token}/../run.json`,
        `/${token}/%2e%2e/run.json`,
        `/${token}//etc/passwd`,
      ],
      ...[`/${token}/votes`, `/${token}/votes/anna.jsonl`, `/x/${token}/`, `http://other/${token}/`],
    ];
    for (const path of paths)
      expect([path, await ask("GET", path)]).toMatchObject([path, { status: 404, body: "nothing here" }]);
    for (const method of ["PUT", "DELETE", "OPTIONS", "PATCH"]) {
      expect(await ask(method, `/${token}/`)).toMatchObject({ status: 405 });
      expect(await ask(method, "/")).toMatchObject({ status: 404 });
    }
  });

  test("refuses names that are not its own, and requests of other sites", async () => {
    const { port } = server;
    for (const host of [
      "evil.example",
      `evil.example:${port}`,
      `127.0.0.1:${port + 1}`,
      "127.0.0.1",
      `127.0.0.1:${port}@evil`,
    ])
      expect(await ask("GET", `/${token}/`, { host })).toMatchObject({ status: 421 });
    const body = JSON.stringify({ rows: [1] });
    const host = `127.0.0.1:${port}`;
    for (const headers of [
      { ...json, origin: "http://evil.example" },
      { ...json, origin: "null" },
      { ...json, origin: `http://${host}.evil.example` },
      { ...json, "sec-fetch-site": "cross-site" },
      { ...json, "sec-fetch-site": "same-site" },
      { "content-type": "text/plain" },
      {},
    ])
      expect(await post(body, { host, ...headers })).toMatchObject({ status: 403 });
    expect(taken).toEqual([]);
    // The page itself opens from a link, as in a mail; other sites can neither fetch nor frame it.
    const link = { host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect(await ask("GET", `/${token}/`, { ...link, "sec-fetch-dest": "document" })).toMatchObject({
      status: 200,
    });
    for (const foreign of [
      { ...link, "sec-fetch-dest": "iframe" },
      { host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
      { host, origin: "http://evil.example" },
    ])
      expect(await ask("GET", `/${token}/`, foreign)).toMatchObject({ status: 403 });
  });

  test("bounds what it reads, and says what is wrong without a word about the machine", async () => {
    expect(await post("{")).toMatchObject({ status: 400 });
    expect(await post("[]")).toMatchObject({ status: 400 });
    expect(await post('{"rows":[]}')).toMatchObject({ status: 400 });
    expect(await post(JSON.stringify({ rows: Array(101).fill(1) }))).toMatchObject({ status: 413 });
    expect(await post(JSON.stringify({ rows: ["x".repeat(70_000)] }))).toMatchObject({ status: 413 });
    expect(await post('{"rows":["bad"]}')).toMatchObject({ status: 422, body: "votes:1: is not a vote" });
    expect(await post('{"rows":["fault"]}')).toMatchObject({
      status: 500,
      body: "something went wrong there",
    });
    expect(refused.at(-1)).toBe("500 /secret/path exploded");
    expect(taken).toEqual([]);
  });

  test("outlives garbage, and a body that never ends", async () => {
    const socket = connect(server.port, "127.0.0.1");
    const ended = new Promise((resolve) => socket.on("close", resolve));
    socket.on("error", () => undefined).resume();
    socket.write("GARBAGE\r\n\r\n");
    await ended;
    const endless = connect(server.port, "127.0.0.1");
    const answered = new Promise<string>((resolve) => endless.on("data", (chunk) => resolve(String(chunk))));
    endless.on("error", () => undefined);
    endless.write(
      `POST /${token}/votes HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\ncontent-type: application/json\r\ncontent-length: 100000000\r\n\r\n`,
    );
    endless.write("x".repeat(70_000));
    expect(await answered).toMatch(/^HTTP\/1\.1 413 /);
    endless.destroy();
    expect(await ask("GET", `/${token}/`)).toMatchObject({ status: 200 });
  });

  test("says which port is taken", async () => {
    await expect(serveVotes({ ...options, port: server.port })).rejects.toMatchObject({
      code: "port-taken",
      message: `port ${server.port} is taken`,
    });
  });
});
