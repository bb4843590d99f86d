import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "../../harness/core/clock.js";
import { ConfigError, DataError } from "../../harness/core/errors.js";
import { sha256 } from "../../harness/core/hash.js";
import type { Asset } from "../../harness/data/asset.js";
import { type AssetAccess, cacheFolder, selectAssets } from "../../harness/data/asset-access.js";
import { ASSETS } from "../../harness/data/asset-manifest.js";
import { fetchAssets, listAssets, locateAsset, verifyAssets } from "../../harness/data/locate-asset.js";
import { type Behaviour, type FileServer, serveWell, startFileServer } from "./file-server.js";

const CONTENT = "line one\n".repeat(20_000);
const HASH = sha256(CONTENT);

/** Waits for retries are over at once; the watch over stalled connections never fires. */
const hastyClock: Clock & { readonly waits: number[] } = {
  waits: [],
  now: () => 0,
  monotonic: () => 0,
  sleep(ms, signal) {
    if (ms < 60_000) {
      this.waits.push(ms);
      return Promise.resolve();
    }
    return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  },
  turn: () => Promise.resolve(),
};

let folder = "";
let server: FileServer | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-assets-"));
  hastyClock.waits.length = 0;
});

afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(folder, { recursive: true });
});

async function serve(
  files: Readonly<Record<string, string | Buffer>>,
  behaviour?: Behaviour,
): Promise<FileServer> {
  server = await startFileServer(files, behaviour);
  return server;
}

function sample(baseUrl: string, overrides: Partial<Asset> = {}): Asset {
  return {
    id: "bench/questions",
    path: "bench/question.jsonl",
    url: `${baseUrl}/pinned/question.jsonl`,
    sha256: HASH,
    sizeBytes: CONTENT.length,
    licence: "Apache-2.0",
    purpose: "questions of a bench",
    ...overrides,
  };
}

function access(asset: Asset, overrides: Partial<AssetAccess> = {}): AssetAccess {
  return {
    environment: { ASSAY_HOME: join(folder, "home") },
    fetch: globalThis.fetch,
    clock: hastyClock,
    assets: [asset],
    ...overrides,
  };
}

const cached = () => join(folder, "home", "bench", "question.jsonl");

async function place(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

async function errorOf(work: Promise<unknown>): Promise<DataError | ConfigError> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof DataError || thrown instanceof ConfigError) return thrown;
  throw new Error(`expected an error of ours, got ${String(thrown)}`);
}

describe("a download from the publisher", () => {
  it("ends in the cache, verified, and is not made twice", async () => {
    const { baseUrl, requests } = await serve({ "pinned/question.jsonl": CONTENT });
    const progress: number[] = [];
    const first = await locateAsset(
      "bench/questions",
      access(sample(baseUrl), { onProgress: ({ receivedBytes }) => progress.push(receivedBytes) }),
    );
    expect(first).toMatchObject({ path: cached(), sha256: HASH, pinned: true, origin: "download" });
    expect(progress.at(-1)).toBe(CONTENT.length);
    const second = await locateAsset("bench/questions", access(sample(baseUrl)));
    expect(second.origin).toBe("cache");
    expect(requests).toHaveLength(1);
    expect(existsSync(`${cached()}.part`)).toBe(false);
  });

  it("is shared by two readers who ask at the same time", async () => {
    const { baseUrl, requests } = await serve({ "pinned/question.jsonl": CONTENT });
    const asset = sample(baseUrl);
    const both = await Promise.all([
      locateAsset(asset.id, access(asset)),
      locateAsset(asset.id, access(asset)),
    ]);
    expect(both.map((one) => one.sha256)).toEqual([HASH, HASH]);
    expect(requests).toHaveLength(1);
  });

  it("goes on where an earlier process stopped", async () => {
    const { baseUrl, requests } = await serve({ "pinned/question.jsonl": CONTENT });
    await place(`${cached()}.part`, CONTENT.slice(0, 5000));
    const located = await locateAsset("bench/questions", access(sample(baseUrl)));
    expect(requests).toEqual([{ path: "pinned/question.jsonl", range: "bytes=5000-" }]);
    expect(located.sha256).toBe(HASH);
    expect(await readFile(cached(), "utf8")).toBe(CONTENT);
  });

  it("resumes after connections that break in mid-file", async () => {
    const { baseUrl, requests } = await serve(
      { "pinned/question.jsonl": CONTENT },
      (request, response, bytes, call) => {
        if (call > 1) return serveWell(request, response, bytes, call);
        response.writeHead(200, { "content-length": bytes.length });
        response.write(bytes.subarray(0, 40_000));
        breakOff = () => response.destroy();
      },
    );
    let breakOff = () => {};
    // Once something has arrived: bytes that nobody read yet are lost with their connection.
    const onProgress = () => breakOff();
    const located = await locateAsset("bench/questions", access(sample(baseUrl), { onProgress }));
    expect(located.sha256).toBe(HASH);
    expect(requests[1]?.range).toMatch(/^bytes=\d+-$/);
    expect(hastyClock.waits).toEqual([1000]);
  });

  it("starts again when the server ignores the range", async () => {
    const { baseUrl } = await serve({ "pinned/question.jsonl": CONTENT }, (_, response, bytes) =>
      response.writeHead(200, { "content-length": bytes.length }).end(bytes),
    );
    await place(`${cached()}.part`, "something else altogether");
    expect((await locateAsset("bench/questions", access(sample(baseUrl)))).sha256).toBe(HASH);
  });

  it("starts again when the part that was left is of another file", async () => {
    const { baseUrl } = await serve({ "pinned/question.jsonl": CONTENT });
    await place(`${cached()}.part`, "x".repeat(777));
    expect((await locateAsset("bench/questions", access(sample(baseUrl)))).sha256).toBe(HASH);
  });

  it("starts again when the part that was left is longer than the file", async () => {
    const { baseUrl } = await serve({ "pinned/question.jsonl": CONTENT });
    await place(`${cached()}.part`, `${CONTENT}${CONTENT}`);
    const unsized: Asset = { ...sample(baseUrl) };
    expect((await locateAsset("bench/questions", access(unsized))).sha256).toBe(HASH);
  });

  it("tries again after faults of the server, with growing waits", async () => {
    const { baseUrl } = await serve(
      { "pinned/question.jsonl": CONTENT },
      (request, response, bytes, call) => {
        if (call < 3) response.writeHead(503).end();
        else serveWell(request, response, bytes, call);
      },
    );
    expect((await locateAsset("bench/questions", access(sample(baseUrl)))).pinned).toBe(true);
    expect(hastyClock.waits).toEqual([1000, 2000]);
  });

  it("stops when the signal says so", async () => {
    const { baseUrl } = await serve({ "pinned/question.jsonl": CONTENT }, () => {});
    const stop = new AbortController();
    const work = locateAsset("bench/questions", access(sample(baseUrl), { signal: stop.signal }));
    stop.abort(new Error("stopped by the user"));
    await expect(work).rejects.toThrow("stopped by the user");
  });
});

describe("a download that cannot be right", () => {
  it("is refused when the bytes have another hash, and leaves nothing behind", async () => {
    const { baseUrl, requests } = await serve({
      "pinned/question.jsonl": CONTENT.replace("line one", "line two"),
    });
    const error = await errorOf(locateAsset("bench/questions", access(sample(baseUrl))));
    expect(error.code).toBe("asset-unavailable");
    expect(error.message).toContain(`not ${HASH}`);
    expect(requests).toHaveLength(1);
    expect(existsSync(cached())).toBe(false);
    expect(existsSync(`${cached()}.part`)).toBe(false);
  });

  it("is given up, with what came kept, when it is cut off every time", async () => {
    const { baseUrl, requests } = await serve({ "pinned/question.jsonl": CONTENT }, (request, response) => {
      const from = Number(/\d+/.exec(request.headers.range ?? "0")?.[0]);
      response.writeHead(from > 0 ? 206 : 200, {
        "content-length": CONTENT.length - from,
        "content-range": `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}`,
      });
      response.write(CONTENT.slice(from, from + 1000), () => response.destroy());
    });
    const error = await errorOf(locateAsset("bench/questions", access(sample(baseUrl), { attempts: 2 })));
    expect(error.code).toBe("asset-unavailable");
    expect(requests).toHaveLength(2);
    expect(CONTENT.startsWith(await readFile(`${cached()}.part`, "utf8"))).toBe(true);
  });

  it("is given up at once for a file that does not exist, with the three ways to get it", async () => {
    const { baseUrl, requests } = await serve({});
    const error = await errorOf(locateAsset("bench/questions", access(sample(baseUrl))));
    expect(requests).toHaveLength(1);
    expect(error.message).toContain("HTTP status 404");
    expect(error.remedy).toContain("assay data fetch bench/questions");
    expect(error.remedy).toContain("ASSAY_MIRROR");
    expect(error.remedy).toContain(`put the file (SHA-256 ${HASH}) at ${cached()}`);
  });

  it("is not sent on from https to http, and is no longer than any list of hashes may be", async () => {
    const { downloadFile } = await import("../../harness/data/download-file.js");
    const asked: string[] = [];
    const fetch = (async (url: string) => {
      asked.push(url);
      const location = url.endsWith("/b") ? "http://store.example/c" : "https://store.example/b";
      return new Response(null, { status: 302, headers: { location } });
    }) as typeof globalThis.fetch;
    const common = { target: join(folder, "x"), clock: hastyClock, attempts: 3 };
    expect(await downloadFile({ ...common, url: "https://publisher.example/a", fetch })).toMatchObject({
      ok: false,
      problem: "refused",
      reason: expect.stringContaining("http://store.example"),
    });
    expect(asked).toEqual(["https://publisher.example/a", "https://store.example/b"]);
    const endless = (async () => new Response("x".repeat(200))) as typeof globalThis.fetch;
    expect(
      await downloadFile({
        ...common,
        url: "https://mirror.example/SHA256SUMS",
        fetch: endless,
        mostBytes: 100,
      }),
    ).toMatchObject({ ok: false, problem: "wrong-content", reason: "it is longer than 100 bytes" });
    expect(existsSync(join(folder, "x"))).toBe(false);
  });

  it("is not begun where downloads are switched off", async () => {
    const { baseUrl, requests } = await serve({ "pinned/question.jsonl": CONTENT });
    const { fetch: _, ...offline } = access(sample(baseUrl));
    expect((await errorOf(locateAsset("bench/questions", offline))).code).toBe("asset-unavailable");
    expect(requests).toHaveLength(0);
  });

  it("says so when the cache cannot be written", async () => {
    const { baseUrl } = await serve({ "pinned/question.jsonl": CONTENT });
    await place(join(folder, "home"), "a file where the folder should be");
    const error = await errorOf(locateAsset("bench/questions", access(sample(baseUrl))));
    expect(error.message).toContain("cannot be written");
  });
});

describe("the cache", () => {
  it("refuses a file of other bytes, which fetching replaces", async () => {
    const { baseUrl } = await serve({ "pinned/question.jsonl": CONTENT });
    await place(cached(), "my own questions");
    const given = access(sample(baseUrl));
    const error = await errorOf(locateAsset("bench/questions", given));
    expect(error.code).toBe("asset-damaged");
    expect((await verifyAssets([], given)).map((one) => one.status)).toEqual(["damaged"]);
    const [outcome] = await fetchAssets(["bench"], given);
    expect(outcome?.ok).toBe(true);
    expect(await readFile(cached(), "utf8")).toBe(CONTENT);
  });

  it("lies where the platform keeps caches", () => {
    const at = (platform: NodeJS.Platform, environment: Record<string, string> = {}) =>
      cacheFolder({ environment, platform, homeFolder: "/home/ann" }).replaceAll("\\", "/");
    expect(at("linux")).toBe("/home/ann/.cache/assay");
    expect(at("linux", { XDG_CACHE_HOME: "/var/cache/ann" })).toBe("/var/cache/ann/assay");
    expect(at("darwin")).toBe("/home/ann/Library/Caches/assay");
    expect(at("win32", { LOCALAPPDATA: "C:/Users/ann/AppData/Local" })).toBe(
      "C:/Users/ann/AppData/Local/assay",
    );
  });
});

describe("a mirror folder", () => {
  const mirrored = () => join(folder, "mirror", "bench", "question.jsonl");
  const withMirror = (asset: Asset) =>
    access(asset, {
      environment: { ASSAY_HOME: join(folder, "home"), ASSAY_MIRROR: join(folder, "mirror") },
    });

  it("is asked before cache and publisher", async () => {
    const { baseUrl, requests } = await serve({ "pinned/question.jsonl": CONTENT });
    await place(mirrored(), CONTENT);
    await place(cached(), CONTENT);
    const located = await locateAsset("bench/questions", withMirror(sample(baseUrl)));
    expect(located).toMatchObject({ path: mirrored(), origin: "mirror", pinned: true });
    expect(requests).toHaveLength(0);
  });

  it("may hold other bytes than were published; they are marked", async () => {
    await place(mirrored(), "other questions");
    const given = withMirror(sample("http://127.0.0.1:9"));
    const located = await locateAsset("bench/questions", given);
    expect(located).toMatchObject({ pinned: false, sha256: sha256("other questions") });
    expect((await verifyAssets([], given)).map((one) => one.status)).toEqual(["other-bytes"]);
  });

  it("must keep to its own SHA256SUMS", async () => {
    await place(mirrored(), "other questions");
    const list = join(folder, "mirror", "SHA256SUMS");
    const given = withMirror(sample("http://127.0.0.1:9"));
    await place(list, `${sha256("other questions")}  bench/question.jsonl\n`);
    expect((await locateAsset("bench/questions", given)).pinned).toBe(false);
    await place(list, `${HASH}  bench/question.jsonl\n`);
    expect((await errorOf(locateAsset("bench/questions", given))).code).toBe("mirror-hash-mismatch");
    await place(list, "# comment\n\nnot a hash list\n");
    const broken = await errorOf(locateAsset("bench/questions", given));
    expect(broken.message).toContain(`${list}:3:`);
  });

  it("leaves what it lacks to cache and publisher", async () => {
    const { baseUrl } = await serve({ "pinned/question.jsonl": CONTENT });
    await mkdir(join(folder, "mirror"));
    expect((await locateAsset("bench/questions", withMirror(sample(baseUrl)))).origin).toBe("download");
  });

  it("must exist", async () => {
    const error = await errorOf(locateAsset("bench/questions", withMirror(sample("http://127.0.0.1:9"))));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain(join(folder, "mirror"));
  });

  it("is told from an address of an unknown kind, and holds no password", async () => {
    for (const mirror of [
      "s3://bucket/assay",
      "http://ann:secret@mirror.example",
      "http://m.example/?key=secret",
    ]) {
      const given = access(sample("http://127.0.0.1:9"), { environment: { ASSAY_MIRROR: mirror } });
      const error = await errorOf(locateAsset("bench/questions", given));
      expect(error.code).toBe("bad-mirror");
      expect(`${error.message} ${error.remedy}`).not.toContain("secret");
    }
  });
});

describe("a web mirror", () => {
  const withMirror = (asset: Asset, baseUrl: string) =>
    access(asset, {
      environment: { ASSAY_HOME: join(folder, "home"), ASSAY_MIRROR: `${baseUrl}/assay/` },
    });

  it("is asked first and keeps its own cache, so that a second use needs no download", async () => {
    const { baseUrl, requests } = await serve({ "assay/bench/question.jsonl": CONTENT });
    const given = withMirror(sample(baseUrl), baseUrl);
    const first = await locateAsset("bench/questions", given);
    expect(first).toMatchObject({ origin: "mirror", pinned: true });
    const count = requests.length;
    expect((await locateAsset("bench/questions", given)).path).toBe(first.path);
    expect(requests).toHaveLength(count);
  });

  it("may hold other bytes, which never enter the publisher's cache", async () => {
    const { baseUrl } = await serve({ "assay/bench/question.jsonl": "other questions" });
    const located = await locateAsset("bench/questions", withMirror(sample(baseUrl), baseUrl));
    expect(located.pinned).toBe(false);
    expect(existsSync(cached())).toBe(false);
  });

  it("must keep to its own SHA256SUMS", async () => {
    const { baseUrl } = await serve({
      "assay/bench/question.jsonl": "other questions",
      "assay/SHA256SUMS": `${HASH}  bench/question.jsonl\n`,
    });
    const error = await errorOf(locateAsset("bench/questions", withMirror(sample(baseUrl), baseUrl)));
    expect(error.code).toBe("mirror-hash-mismatch");
  });

  it("that answers with faults is an error, not a silent detour", async () => {
    const { baseUrl } = await serve(
      { "assay/SHA256SUMS": "", "pinned/question.jsonl": CONTENT },
      (request, response, bytes, call) => {
        if (request.url?.startsWith("/assay") === true) response.writeHead(500).end();
        else serveWell(request, response, bytes, call);
      },
    );
    const error = await errorOf(locateAsset("bench/questions", withMirror(sample(baseUrl), baseUrl)));
    expect(error.code).toBe("mirror-unavailable");
  });

  it("leaves what it lacks to the publisher", async () => {
    const { baseUrl } = await serve({ "pinned/question.jsonl": CONTENT });
    const located = await locateAsset("bench/questions", withMirror(sample(baseUrl), baseUrl));
    expect(located.origin).toBe("download");
  });
});

describe("lists of assets", () => {
  it("say what is there", async () => {
    const asset = sample("http://127.0.0.1:9");
    const { fetch: _, ...offline } = access(asset);
    expect((await listAssets(offline)).map((one) => one.status)).toEqual(["absent"]);
    expect((await verifyAssets([], offline)).map((one) => one.status)).toEqual(["absent"]);
    await place(cached(), CONTENT);
    expect(await listAssets(offline)).toMatchObject([{ status: "ready", origin: "cache", path: cached() }]);
    expect(await verifyAssets([], offline)).toMatchObject([{ status: "ready", sha256: HASH }]);
  });

  it("go on after one that cannot be had", async () => {
    const { baseUrl } = await serve({ "pinned/question.jsonl": CONTENT });
    const lost = sample(baseUrl, { id: "bench/lost", path: "bench/lost", url: `${baseUrl}/lost` });
    const outcomes = await fetchAssets([], { ...access(lost), assets: [lost, sample(baseUrl)] });
    expect(outcomes.map((one) => one.ok)).toEqual([false, true]);
  });

  it("take ids and groups, and answer a wrong name with the nearest right one", () => {
    const given: AssetAccess = { environment: {} };
    expect(selectAssets(["vicuna-bench/"], given).map((one) => one.id)).toEqual([
      "vicuna-bench/questions",
      "vicuna-bench/reference-answers",
    ]);
    expect(() => selectAssets(["mt-bensh"], given)).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining('"mt-bench"') }),
    );
  });
});

describe("the manifest", () => {
  it("pins every address to a revision and keeps ids and paths unique", () => {
    for (const { url, sha256: hash } of ASSETS) {
      expect(url).toMatch(/^https:\/\/[^ ]+\/[0-9a-f]{40}\//);
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(new Set(ASSETS.map((one) => one.id)).size).toBe(ASSETS.length);
    expect(new Set(ASSETS.map((one) => one.path)).size).toBe(ASSETS.length);
  });
});

const mirror = process.env.ASSAY_MIRROR;

describe.skipIf(!mirror)("the mirror of published data (needs ASSAY_MIRROR)", () => {
  it("holds every asset with the pinned bytes, but for two reconstructed calibration files, prompts as JSON and a program", async () => {
    const statuses = await verifyAssets([], { environment: { ASSAY_MIRROR: mirror } });
    const others = statuses.filter((one) => one.status !== "ready");
    expect(others.map((one) => [one.asset.id, one.status])).toEqual([
      ["alpaca-eval/length-controlled/gamed", "other-bytes"],
      ["alpaca-eval/length-controlled/difficulty", "other-bytes"],
      ["arena-hard-v0.1/follow-up", "absent"],
      ["arena-hard/judge-prompts", "other-bytes"],
    ]);
  });
});
