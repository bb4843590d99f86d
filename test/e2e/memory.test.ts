import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { runAssay, workFolder } from "./command.js";
import { recordsIn, writeSuite } from "./run-records.js";

const MEGABYTE = 1 << 20;

/** A chat reply whose text is of this many bytes, with a verdict at its end, so that a judge may send it too. */
function replyOf(bytes: number): Buffer {
  const [head, tail] = JSON.stringify({
    choices: [{ message: { role: "assistant", content: "CUT [[5]]" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 1, completion_tokens: 1 },
  }).split("CUT");
  return Buffer.concat([Buffer.from(head ?? ""), Buffer.alloc(bytes, "word "), Buffer.from(tail ?? "")]);
}

async function peakOfRun(
  answer: RequestListener,
  expected: number,
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
      ...["run", "--suite", writeSuite(cwd, 6), "--model", "a", "--judge", "j", "--base-url", baseUrl],
      ...["--out", "run", "--concurrency", "12", "--no-cache", "--format", "html", "--max-retries", "0"],
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
    const { peakMb, cwd } = await peakOfRun((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(packed);
    }, 3);
    const errors = recordsIn(join(cwd, "run", "answers")).map(({ error }) => error as { code: string });
    expect(errors.map(({ code }) => code)).toEqual(Array(6).fill("reply-too-large"));
    expect(peakMb).toBeLessThan(400);
  },
  300_000,
);
