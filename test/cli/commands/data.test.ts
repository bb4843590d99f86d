import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { openDownloadDisplay } from "../../../harness/cli/download-progress.js";
import type { DownloadProgress } from "../../../harness/core/services.js";
import { ASSETS } from "../../../harness/data/asset-manifest.js";
import { startFileServer } from "../../data/file-server.js";
import { useBench } from "../command-runner.js";

const QUESTIONS = "mt_bench/question.jsonl";

interface DataDocument {
  readonly assets: readonly Readonly<Record<string, unknown>>[];
}

describe("assay data", () => {
  const bench = useBench();
  const passOn = globalThis.fetch;

  beforeEach(() => {
    // Publishers turn everybody away, as a proxy would; servers on this machine are reached.
    vi.stubGlobal("fetch", (input: string, init?: RequestInit) =>
      String(input).startsWith("http://127.0.0.1:")
        ? passOn(input, init)
        : Promise.resolve(new Response(null, { status: 403 })),
    );
  });

  async function documentOf(...words: string[]) {
    const { code, document, stderr } = await bench.json("data", ...words);
    return { code, stderr, ...(document as DataDocument) };
  }

  test("list names every asset with size, licence and purpose, and whether it is here", async () => {
    bench.write(`.home/${QUESTIONS}`, "{}\n");
    const { code, stdout, stderr } = await bench.assay("data", "list");
    expect(code).toBe(0);
    for (const asset of ASSETS) expect(stdout).toContain(asset.id);
    expect(stdout).toMatch(/^mt-bench\/questions +here +48\.9 kB +Apache-2\.0 +MT-Bench: the 80/m);
    expect(stdout).toMatch(/^mt-bench\/judge-prompts +absent/m);
    expect(stderr).toContain(join(bench.folder, ".home"));
    expect(stderr).toContain("not for commercial use");
  });

  test("list --json of a group, with where it is from", async () => {
    const { code, assets } = await documentOf("list", "vicuna-bench");
    expect(code).toBe(0);
    expect(assets.map((asset) => asset.id)).toEqual([
      "vicuna-bench/questions",
      "vicuna-bench/reference-answers",
    ]);
    expect(assets[0]).toMatchObject({
      status: "absent",
      sizeBytes: 13125,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      url: expect.stringMatching(/^https:\/\/raw\.githubusercontent\.com\/lm-sys\/FastChat\/[0-9a-f]{40}\//),
    });
  });

  test("fetch takes the mirror's file, says that its bytes are others, and leaves it in the cache", async () => {
    const server = await startFileServer({ [QUESTIONS]: '{"question_id": 1}\n' });
    vi.stubEnv("ASSAY_MIRROR", server.baseUrl);
    const { code, stdout, stderr } = await bench.assay("data", "fetch", "mt-bench/questions");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /ok {2}mt-bench\/questions {2}in the mirror, other bytes than published\n1 of 1 are here/,
    );
    expect(stderr).toContain("fetching mt-bench/questions (19 B)");
    await server.close();
    // Without the mirror the copy still serves.
    const listed = await documentOf("list", "mt-bench/questions");
    expect(listed.assets).toMatchObject([{ status: "ready", origin: "mirror" }]);
    const verified = await documentOf("verify", "mt-bench/questions");
    expect(verified).toMatchObject({ code: 0, assets: [{ status: "other-bytes" }] });
    const { stdout: path } = await bench.assay("data", "path", "mt-bench/questions");
    expect(readFileSync(path.trim(), "utf8")).toBe('{"question_id": 1}\n');
  });

  test("an asset that cannot be had: the others go on, exit 2, the three ways", async () => {
    const server = await startFileServer({ [QUESTIONS]: "{}\n" });
    vi.stubEnv("ASSAY_MIRROR", server.baseUrl);
    const { code, assets } = await documentOf("fetch", "mt-bench/questions", "mt-bench/judge-prompts");
    await server.close();
    expect(code).toBe(2);
    expect(assets).toMatchObject([
      { id: "mt-bench/questions", ok: true },
      {
        id: "mt-bench/judge-prompts",
        ok: false,
        error: {
          code: "asset-unavailable",
          message: expect.stringContaining("HTTP status 403"),
          remedy: expect.stringMatching(/\(1\).*assay data fetch.*\(2\).*ASSAY_MIRROR.*\(3\)/),
        },
      },
    ]);
  });

  test("verify finds a damaged file; what nobody named may be absent", async () => {
    expect((await bench.assay("data", "verify")).code).toBe(0);
    expect((await bench.assay("data", "verify", "mt-bench/questions")).code).toBe(2);
    bench.write(`.home/${QUESTIONS}`, "not the questions\n");
    const { code, stdout, stderr } = await bench.assay("data", "verify");
    expect(code).toBe(2);
    expect(stdout).toMatch(/mt-bench\/questions {2}DAMAGED/);
    expect(stdout).toMatch(new RegExp(`0 here, ${ASSETS.length - 1} absent, 1 damaged`));
    expect(stderr).toMatch(/question\.jsonl[\s\S]*assay data fetch mt-bench\/questions/);
  });

  test("path: the folder, the file, or how to get it", async () => {
    const folder = await bench.assay("data", "path");
    expect(folder).toMatchObject({ code: 0, stdout: `${join(bench.folder, ".home")}\n` });
    const absent = await bench.assay("data", "path", "mt-bench/questions");
    expect(absent).toMatchObject({ code: 2, stdout: "" });
    expect(absent.stderr).toMatch(/not on this machine\n.*assay data fetch mt-bench\/questions/);
    expect(existsSync(".home")).toBe(false);
  });

  test.each([
    ["fetch", "mt-bnech", /unknown asset "mt-bnech"\n.*Did you mean "mt-bench"/],
    ["fecth", "mt-bench", /action cannot be "fecth"\n.*Did you mean "fetch"/],
  ])("data %s %s is refused with the nearest spelling", async (action, name, message) => {
    const { code, stderr } = await bench.assay("data", action, name);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test("a mirror that is not there", async () => {
    vi.stubEnv("ASSAY_MIRROR", join(bench.folder, "no-such-folder"));
    const { code, stderr } = await bench.assay("data", "fetch", "mt-bench/questions");
    expect(code).toBe(2);
    expect(stderr).toMatch(/ASSAY_MIRROR names a folder that does not exist[\s\S]*unset ASSAY_MIRROR/);
  });
});

describe("download progress", () => {
  const [asset] = ASSETS;
  if (asset === undefined) throw new Error("there are no assets");
  const at = (receivedBytes: number, totalBytes?: number): DownloadProgress =>
    totalBytes === undefined ? { asset, receivedBytes } : { asset, receivedBytes, totalBytes };

  function record(isTTY: boolean, quiet = false) {
    let text = "";
    let nowMs = 0;
    const stream = { isTTY, columns: 80, write: (part: string) => (text += part) };
    const display = openDownloadDisplay({ quiet }, stream, () => nowMs);
    return {
      display,
      get text() {
        return text;
      },
      later: (ms: number) => {
        nowMs += ms;
      },
    };
  }

  test("on a terminal: one live line, at most ten times a second, gone at the end", () => {
    const seen = record(true);
    seen.display.onProgress(at(1_000, 48_929));
    seen.display.onProgress(at(2_000, 48_929));
    seen.later(100);
    seen.display.onProgress(at(24_465, 48_929));
    seen.display.onProgress(at(48_929, 48_929));
    expect(seen.text).toBe(
      [
        `fetching ${asset.id}: 1.0 kB of 48.9 kB (2%)\u001b[K\u001b[J`,
        `\rfetching ${asset.id}: 24.5 kB of 48.9 kB (50%)\u001b[K\u001b[J`,
        "\r\u001b[J",
      ].join(""),
    );
  });

  test("elsewhere: one line for each file; nothing with --quiet", () => {
    const plain = record(false);
    plain.display.onProgress(at(1_000, 48_929));
    plain.display.onProgress(at(48_929, 48_929));
    expect(plain.text).toBe(`fetching ${asset.id} (48.9 kB)\n`);
    const quiet = record(true, true);
    quiet.display.onProgress(at(1_000, 48_929));
    expect(quiet.text).toBe("");
  });
});
