import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Clock } from "../core/clock.js";
import { messageOf } from "../core/errors.js";
import { makeFolder } from "../core/make-folder.js";
import { presentFields } from "../core/present-fields.js";
import { followRedirections, RefusedRedirection } from "../core/redirects.js";
import { syncFile } from "../core/sync-file.js";

/** Longest silence of a server in the middle of a download. */
const STALL_MS = 60_000;
const FIRST_WAIT_MS = 1_000;
/** Far beyond any benchmark's file: what goes on for longer would fill the disk. */
const MOST_BYTES = 4_000_000_000;

/** What is to be downloaded, and how it is known to be right. */
export interface Download {
  readonly url: string;
  /** Final place; while it is incomplete the file is called `TARGET.part`, from which a later call goes on. */
  readonly target: string;
  readonly expectedBytes?: number;
  readonly expectedSha256?: string;
  /** Where the length is not known beforehand; default 4 GB. */
  readonly mostBytes?: number;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly attempts: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (receivedBytes: number, totalBytes: number | undefined) => void;
}

/** Why a download did not end in the right file. `missing`: the server says that there is no such file. */
export type DownloadResult =
  | { readonly ok: true; readonly sha256: string }
  | {
      readonly ok: false;
      readonly problem: "missing" | "refused" | "unreachable" | "incomplete" | "wrong-content";
      readonly reason: string;
    };

type Failure = Extract<DownloadResult, { ok: false }>;
/** `again`: what is there can be gone on with; `afresh`: only from the first byte on. */
type Outcome = "complete" | { readonly failure: Failure; readonly next: "again" | "afresh" | "stop" };

/** SHA-256 of a file, lower-case hex, read in chunks. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (facts) => facts.size,
    () => 0,
  );
}

/** Host of an address; credentials and query strings of private mirrors stay out of messages. */
export function publicAddress(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function failed(problem: Failure["problem"], reason: string): Failure {
  return { ok: false, problem, reason };
}

/**
 * Downloads a file to `target`: resumes `TARGET.part`, checks length and hash, and renames it into place, so that
 * nothing incomplete or wrong ever bears the final name. Server faults and broken connections are tried again.
 * @throws the signal's reason when it aborts, and errors of the local disk.
 */
export async function downloadFile(download: Download): Promise<DownloadResult> {
  const part = `${download.target}.part`;
  makeFolder(dirname(download.target));
  // Without a hash nothing would tell that an old part belongs to another version of the file.
  if (download.expectedSha256 === undefined) await rm(part, { force: true });
  let failure = failed("unreachable", "no attempt was made");
  for (let attempt = 1; attempt <= download.attempts; attempt++) {
    if (attempt > 1) await download.clock.sleep(FIRST_WAIT_MS * 2 ** (attempt - 2), download.signal);
    const resumedAt = await sizeOf(part);
    const outcome = await transfer(download, part, resumedAt);
    if (outcome === "complete") {
      const found = await hashFile(part);
      if (download.expectedSha256 === undefined || found === download.expectedSha256) {
        await rename(part, download.target);
        return { ok: true, sha256: found };
      }
      await rm(part, { force: true });
      failure = failed("wrong-content", `its SHA-256 is ${found}, not ${download.expectedSha256}`);
      // What was left of an earlier download may have been of another file; only a whole download is proof.
      if (resumedAt === 0) return failure;
      continue;
    }
    failure = outcome.failure;
    if (outcome.next === "afresh") await rm(part, { force: true });
    if (outcome.next === "stop") return failure;
  }
  return failure;
}

async function transfer(download: Download, part: string, resumedAt: number): Promise<Outcome> {
  const { expectedBytes } = download;
  if (expectedBytes !== undefined && resumedAt === expectedBytes) return "complete";
  if (expectedBytes !== undefined && resumedAt > expectedBytes) {
    return { failure: failed("wrong-content", "it is longer than it should be"), next: "afresh" };
  }
  let response: Response;
  try {
    response = await request(download, resumedAt);
  } catch (error) {
    download.signal?.throwIfAborted();
    if (error instanceof RefusedRedirection)
      return { failure: failed("refused", error.message), next: "stop" };
    return { failure: failed("unreachable", reasonOf(error)), next: "again" };
  }
  const refused = judgeStatus(response, resumedAt);
  if (refused !== undefined) {
    await response.body?.cancel();
    return refused;
  }
  return receive(download, response, part, response.status === 206 ? resumedAt : 0);
}

/** Publishers send on to their stores of files; nothing that is asked for safely is sent on unprotected. */
function request(download: Download, resumedAt: number): Promise<Response> {
  const init: RequestInit = {
    // Compressed transfer would make byte ranges mean something else.
    headers: { "accept-encoding": "identity", ...(resumedAt > 0 ? { range: `bytes=${resumedAt}-` } : {}) },
    ...presentFields({ signal: download.signal }),
  };
  return followRedirections(download.url, init, download.fetch, {
    mayCross: (from, to) => from.protocol !== "https:" || to.protocol === "https:",
    discard: async (response) => response.body?.cancel(),
  });
}

/** The cause of a failed fetch says more than its message, which is always "fetch failed". */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return messageOf(cause ?? error).slice(0, 200);
}

function tooLong(most: number): Failure {
  return failed("wrong-content", `it is longer than ${most} bytes`);
}

function judgeStatus(response: Response, resumedAt: number): Exclude<Outcome, "complete"> | undefined {
  const { status } = response;
  if (status === 200) return undefined;
  if (status === 206) {
    const start = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1];
    if (Number(start) === resumedAt && resumedAt > 0) return undefined;
    return {
      failure: failed("incomplete", "the server sent another part than was asked for"),
      next: "afresh",
    };
  }
  const failure = failed(
    status === 404 || status === 410 ? "missing" : "refused",
    `the server answered with HTTP status ${status}`,
  );
  if (status === 416) return { failure, next: "afresh" };
  return { failure, next: status === 408 || status === 429 || status >= 500 ? "again" : "stop" };
}

function lengthOf(response: Response, offset: number): number | undefined {
  const stated = response.headers.get("content-length");
  return stated === null || !/^\d+$/.test(stated) ? undefined : offset + Number(stated);
}

async function receive(
  download: Download,
  response: Response,
  part: string,
  offset: number,
): Promise<Outcome> {
  const total = download.expectedBytes ?? lengthOf(response, offset);
  const most = download.mostBytes ?? MOST_BYTES;
  if (download.expectedBytes === undefined && total !== undefined && total > most) {
    await response.body?.cancel();
    return { failure: tooLong(most), next: "stop" };
  }
  const handle = await open(part, offset === 0 ? "w" : "a");
  try {
    const received = await pour(download, response, handle, offset, total ?? most);
    if (typeof received !== "number") return received;
    await syncFile(handle);
    if (total === undefined || received === total) return "complete";
    const failure = failed("incomplete", `the connection ended after ${received} of ${total} bytes`);
    return { failure, next: "again" };
  } finally {
    await handle.close();
  }
}

async function pour(
  download: Download,
  response: Response,
  handle: FileHandle,
  offset: number,
  most: number,
): Promise<number | Exclude<Outcome, "complete">> {
  let received = offset;
  const reader = response.body?.getReader();
  if (reader === undefined) return received;
  for (;;) {
    let chunk: Uint8Array | undefined;
    try {
      chunk = await nextChunk(reader, download.clock);
    } catch (error) {
      await reader.cancel().catch(() => undefined);
      download.signal?.throwIfAborted();
      return { failure: failed("incomplete", reasonOf(error)), next: "again" };
    }
    if (chunk === undefined) return received;
    received += chunk.length;
    if (received > most) {
      await reader.cancel().catch(() => undefined);
      return { failure: tooLong(most), next: "afresh" };
    }
    await handle.write(chunk);
    download.onProgress?.(received, download.expectedBytes ?? lengthOf(response, offset));
  }
}

async function nextChunk(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  clock: Clock,
): Promise<Uint8Array | undefined> {
  const waiting = new AbortController();
  const stalled = clock.sleep(STALL_MS, waiting.signal).then(
    () => {
      throw new Error(`the server sent nothing for ${STALL_MS / 1000} s`);
    },
    // The timer was stopped because a chunk came.
    () => new Promise<never>(() => {}),
  );
  try {
    const { done, value } = await Promise.race([reader.read(), stalled]);
    return done ? undefined : value;
  } finally {
    waiting.abort();
  }
}
