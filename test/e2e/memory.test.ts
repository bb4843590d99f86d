import { once } from "node:events";
import { statSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { runAssay, workFolder } from "./command.js";
import { recordsIn, writeSuite } from "./run-records.js";

const MEGABYTE = 1 << 20;
const QUESTIONS = 5;
const VERDICT = "\nFINAL RATING: 5";

/**
 * A chat reply whose text is of this many bytes, with a verdict at its end, so that a judge may send it too.
 * @param letters a text whose bytes divide them
 */
function replyOf(bytes: number, letters = "word "): Buffer {
  const [head, tail] = JSON.stringify({
    choices: [{ message: { role: "assistant", content: `CUT${VERDICT}` }, finish_reason: "stop" }],
    usage: { prompt_tokens: 1, completion_tokens: 1 },
  }).split("CUT");
  return Buffer.concat([Buffer.from(head ?? ""), Buffer.alloc(bytes, letters), Buffer.from(tail ?? "")]);
}

async function peakOfRun(
  answer: RequestListener,
  expected: number,
  asked: readonly string[],
): Promise<{ peakMb: number; cwd: string }> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => answer(request, response));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const cwd = workFolder();
  // Not maxRSS, which a process inherits from the one that started it.
  const preload = `import { readFileSync } from "node:fs";
    process.on("exit", () => process._rawDebug(readFileSync("/proc/self/status", "utf8")));`;
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const { code, stderr } = await runAssay(
    [
      ...[...asked, "--suite", writeSuite(cwd, QUESTIONS), "--model", "a", "--base-url", baseUrl],
      ...["--out", "run", "--concurrency", "12", "--no-cache", "--max-retries", "0"],
    ],
    { cwd, node: ["--import", `data:text/javascript,${encodeURIComponent(preload)}`] },
  );
  server.closeAllConnections();
  server.close();
  expect([code, stderr]).toEqual([expected, expect.stringMatching(/VmHWM/)]);
  return { peakMb: Number(/VmHWM:\s+(\d+)/.exec(stderr)?.[1]) / 1024, cwd };
}

test.skipIf(process.platform !== "linux")(
  "replies of 256 MB, small as sent, are cut off: a run stays under 400 MB (needs Linux)",
  async () => {
    const packed = gzipSync(replyOf(256 * MEGABYTE), { level: 1 });
    const { peakMb, cwd } = await peakOfRun(
      (_, response) => {
        response
          .writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" })
          .end(packed);
      },
      3,
      ["run", "--judge", "j", "--format", "html"],
    );
    const errors = recordsIn(join(cwd, "run", "answers")).map(({ error }) => error as { code: string });
    expect(errors.map(({ code }) => code)).toEqual(Array(QUESTIONS).fill("reply-too-large"));
    expect(peakMb).toBeLessThan(400);
  },
  300_000,
);

const BYTES = 15_000_000;

test.skipIf(process.platform !== "linux").each([
  ["one byte a character", "word ", BYTES],
  // V8 holds all of a text in two bytes a character where one of them is beyond Latin-1.
  ["here and there a character beyond Latin-1", `\u03a9${"word ".repeat(4999)}its`, BYTES - BYTES / 25_000],
  ["surrogate pairs", "\u{1f600}", BYTES / 2],
])(
  "answers and verdicts of 15 MB in %s are all recorded and reported, and stay under 400 MB together (needs Linux)",
  async (_, letters, characters) => {
    const reply = replyOf(BYTES, letters);
    const { peakMb, cwd } = await peakOfRun((_request, response) => response.end(reply), 0, [
      ...["run", "--judge", "j", "--judge-protocol", "assay@1", "--format", "html", "--format", "markdown"],
      ...["--limit", "2"],
    ]);
    const answers = recordsIn(join(cwd, "run", "answers"));
    const lengths = answers.map(({ turns }) => (turns as { text: string }[]).map(({ text }) => text.length));
    expect(lengths).toEqual(Array(2).fill([characters + VERDICT.length, characters + VERDICT.length]));
    const verdicts = recordsIn(join(cwd, "run", "judgments")).map(({ verdict }) => verdict);
    expect(verdicts).toEqual(Array(4).fill({ kind: "rating", rating: 5 }));
    expect(statSync(join(cwd, "run", "report", "index.html")).size).toBeLessThan(3 * MEGABYTE);
    expect(peakMb).toBeLessThan(400);
  },
  300_000,
);
