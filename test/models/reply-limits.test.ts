import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createGzip, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { openaiModel } from "../../harness/models/openai.js";
import { findBloat } from "../../harness/models/reply-limits.js";
import { ReplyMemory } from "../../harness/models/reply-memory.js";
import { requestAbout } from "../contracts/model-contract.js";

let close = () => {};
afterEach(() => close());

async function serve(answer: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => answer(response));
    response.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

const LIMIT_MB = 0.3;
const TOO_LARGE = { code: "reply-too-large", retryable: false };

function ask(baseUrl: string, fetching: object = {}) {
  const model = openaiModel({ id: "m", model: "m", baseUrl, maxReplyMb: LIMIT_MB, ...fetching });
  return model.generate(requestAbout("q", "hi"), { signal: new AbortController().signal });
}

const reply = (content: string) =>
  JSON.stringify({ choices: [{ message: { content }, finish_reason: "stop" }] });
const blank = Buffer.alloc(64_000, " ");

/** Writes for ever, until the reader hangs up; resolves with that. */
function pour(response: ServerResponse, into: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    response.on("close", resolve);
    const more = () => {
      while (!response.destroyed && into.write(blank));
    };
    into.on("drain", more);
    more();
  });
}

describe.each([
  ["the connection", {}],
  ["fetch", { fetch: globalThis.fetch }],
] as const)("a reply met by %s", (_way, fetching) => {
  it("is cut off at once when it never ends, compressed or not", async () => {
    for (const encoding of ["identity", "gzip"]) {
      let hungUp: Promise<void> | undefined;
      const base = await serve((response) => {
        response.writeHead(200, { "content-type": "application/json", "content-encoding": encoding });
        const zip = createGzip();
        if (encoding === "gzip") zip.pipe(response);
        hungUp = pour(response, encoding === "gzip" ? zip : response);
      });
      await expect(ask(base, fetching)).rejects.toMatchObject({ ...TOO_LARGE, status: 200 });
      await hungUp;
      close();
    }
  });

  it("may be as long as the limit and no longer", async () => {
    const base = await serve((response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      response.end(gzipSync(reply("x".repeat(290_000))));
    });
    expect((await ask(base, fetching)).text).toHaveLength(290_000);
    close();
    const longer = await serve((response) => response.end(reply("x".repeat(300_000))));
    await expect(ask(longer, fetching)).rejects.toMatchObject(TOO_LARGE);
  });

  it("that is an error keeps its status", async () => {
    const base = await serve((response) => {
      response.writeHead(503, { "content-type": "text/html" });
      void pour(response, response);
    });
    await expect(ask(base, fetching)).rejects.toMatchObject({ ...TOO_LARGE, status: 503 });
  });

  it("may come byte by byte", async () => {
    const base = await serve((response) => {
      response.writeHead(200, { "content-type": "application/json" });
      for (const byte of Buffer.from(reply("y".repeat(3_000)))) response.write(Buffer.from([byte]));
      response.end();
    });
    expect((await ask(base, fetching)).text).toBe("y".repeat(3_000));
  });

  it.each([
    ["lists within lists", `${"[".repeat(600)}${"]".repeat(600)}`],
    ["objects within objects", `${'{"a":'.repeat(600)}1${"}".repeat(600)}`],
  ])("that would exhaust the stack is refused: %s", async (_what, text) => {
    const base = await serve((response) => response.end(`{"choices":${text}}`));
    await expect(ask(base, fetching)).rejects.toMatchObject(TOO_LARGE);
    close();
    // As an error it is only text.
    const failing = await serve((response) => response.writeHead(400).end(`{"error":{"message":${text}}}`));
    await expect(ask(failing, fetching)).rejects.toMatchObject({ code: "bad-request", status: 400 });
  });
});

it("is cut off when it is compressed to nothing, without end", async () => {
  const base = await serve((response) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
    response.write(gzipSync("").subarray(0, 10));
    // Stored blocks of no bytes.
    const block = Buffer.from([0x00, 0x00, 0x00, 0xff, 0xff]);
    const blocks = Buffer.concat(Array.from({ length: 10_000 }, () => block));
    const more = () => {
      while (!response.destroyed && response.write(blocks));
    };
    response.on("drain", more);
    more();
  });
  await expect(ask(base)).rejects.toMatchObject(TOO_LARGE);
});

describe("bloat", () => {
  it("is many parts or deep nesting, and nothing that stands inside a string", () => {
    expect(findBloat(`[${"{},".repeat(1_000_001)}{}]`)).toMatch(/more than 1,000,000 parts/);
    expect(findBloat(`["${"[".repeat(2_000)}", "\\\\", "\\"${"{".repeat(2_000)}"]`)).toBeUndefined();
    expect(findBloat(`"${"\\".repeat(100_000)}`)).toBeUndefined();
    expect(findBloat(`[${"[1],".repeat(300_000)}1]`)).toBeUndefined();
  });
});

describe("the memory that replies share", () => {
  const settled = async (wait: Promise<void> | undefined) => {
    let isSettled = wait === undefined;
    void wait?.then(() => {
      isSettled = true;
    });
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    return isSettled;
  };

  it("lets the first that found none left go on, and the others when there is room again", async () => {
    const memory = new ReplyMemory(100);
    const [a, b, c, d] = [memory.share(), memory.share(), memory.share(), memory.share()];
    expect(a?.take(90, undefined)).toBeUndefined();
    expect(await settled(b?.take(60, undefined))).toBe(true);
    expect(b?.take(60, undefined)).toBeUndefined();
    const waiting = c?.take(20, undefined);
    const behind = d?.take(1, undefined);
    expect(await settled(waiting)).toBe(false);
    a?.release();
    expect(await settled(waiting)).toBe(false);
    b?.release();
    expect(await settled(waiting)).toBe(true);
    expect(await settled(behind)).toBe(true);
    expect(memory.used).toBe(21);
    c?.release();
    d?.release();
    expect(memory.used).toBe(0);
  });

  it("is not waited for any longer by a call that is cut off", async () => {
    const memory = new ReplyMemory(10);
    const [a, b, c] = [memory.share(), memory.share(), memory.share()];
    await a?.take(10, undefined);
    await b?.take(10, undefined);
    const cutting = new AbortController();
    const waiting = c?.take(10, cutting.signal);
    cutting.abort(new Error("cut off"));
    await expect(waiting).rejects.toThrow("cut off");
    for (const share of [a, b, c]) share?.release();
    expect(memory.used).toBe(0);
  });
});
