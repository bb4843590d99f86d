import { randomUUID } from "node:crypto";
import { closeSync, openSync, readFileSync, readSync, renameSync, statSync, writeFileSync } from "node:fs";
import { rename, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, systemClock } from "../../core/clock.js";
import { messageOf } from "../../core/errors.js";
import { canonicalHash } from "../../core/hash.js";
import { holdsLongText, jsonBytes } from "../../core/json-pieces.js";
import { bytesForText } from "../../core/long-bytes.js";
import { parseLongJson } from "../../core/long-json.js";
import { makeFolder } from "../../core/make-folder.js";
import { presentFields } from "../../core/present-fields.js";
import type { Generation, GenerationRequest, Model } from "../../core/records.js";
import { isLong } from "../../core/text-garbage.js";
import { MOST_TEXT_BYTES } from "../../core/utf8.js";
import { believableUsage } from "./cost.js";

/** A reply as the cache keeps it. */
export interface CachedReply {
  readonly generation: Generation;
  /** Latency of the call that obtained it, in milliseconds. */
  readonly latencyMs: number;
}

/** Replies of earlier calls, shared by runs and processes. */
export interface ResponseCache {
  readonly folder: string;
  /** A stored reply; undefined when there is none or its file cannot be read as one. */
  get(key: string): CachedReply | undefined;
  /** Stores a reply if it is one that may be kept (see {@link isCacheable}). Never throws. */
  put(key: string, reply: CachedReply): void;
  /** Resolves when everything put so far is in its file. */
  flush(): Promise<void>;
}

const SCHEMA = "assay.cache/1";
/** A write that takes longer moves all further ones off the main thread. */
const SLOW_WRITE_MS = 20;
/** Writes under way at once; more would only queue in the thread pool. */
const WRITERS = 4;

const modelParts = new WeakMap<Model, string>();

/** What a model contributes to keys: computed once, since it is the same for thousands of calls. */
function modelPart(model: Model): string {
  let part = modelParts.get(model);
  if (part === undefined) {
    part = canonicalHash({
      id: model.id,
      identity: model.identity,
      // Servers on different ports often serve different checkpoints under one and the same name.
      endpoint: model.endpoint,
      parameters: model.parameters ?? null,
    });
    modelParts.set(model, part);
  }
  return part;
}

/**
 * Key of a reply: SHA-256 over everything that decides it: the model (display id, identity, endpoint, own parameters),
 * the messages and parameters of the request, and which question, turn, trial, repeat and attempt it is for, so that two
 * trials, or two equal questions, are two samples.
 */
export function responseKey(model: Model, request: GenerationRequest): string {
  const { subject } = request;
  return canonicalHash({
    schema: SCHEMA,
    model: modelPart(model),
    messages: request.messages,
    parameters: request.parameters,
    kind: subject.kind,
    questionId: subject.questionId,
    turn: subject.turn,
    trial: subject.trial,
    attempt: subject.kind === "judgment" ? subject.attempt : 0,
    ...(subject.kind === "judgment" ? presentFields({ repeat: subject.repeat }) : {}),
  });
}

/**
 * Whether a reply may be kept: complete, not empty, and generated rather than looked up. A reply with log-probabilities is
 * asked for its tokens, most often a single one, and complete where it reaches its limit.
 */
export function isCacheable(generation: Generation): boolean {
  if (generation.recorded === true) return false;
  const isWhole = ["stop", "tool-calls"].includes(generation.finishReason);
  const isOfTokens = generation.finishReason === "length" && (generation.logprobs?.length ?? 0) > 0;
  if (!isWhole && !isOfTokens) return false;
  return generation.text.trim() !== "" || (generation.toolCalls?.length ?? 0) > 0;
}

/** File of a key: two-hex folder, rest as the name. */
function fileOf(folder: string, key: string): string {
  return join(folder, key.slice(0, 2), `${key.slice(2)}.json`);
}

/** A name of its own for a file that is still being written. */
function asideOf(folder: string, key: string): string {
  return join(folder, key.slice(0, 2), `${key.slice(2)}.${randomUUID()}.tmp`);
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** As {@link readJson}; the long strings of a large file are read one by one. */
function readLong(file: string, size: number): unknown {
  const bytes = bytesForText(size);
  const handle = openSync(file, "r");
  try {
    const read = bytes.subarray(0, readSync(handle, bytes, 0, size, 0));
    return parseLongJson(read) ?? JSON.parse(read.toString("utf8"));
  } finally {
    closeSync(handle);
  }
}

function isReply(value: unknown, key: string): value is CachedReply {
  if (typeof value !== "object" || value === null) return false;
  const entry: Record<string, unknown> = { ...value };
  if (entry.schema !== SCHEMA || entry.key !== key || typeof entry.latencyMs !== "number") return false;
  if (typeof entry.generation !== "object" || entry.generation === null) return false;
  const generation: Partial<Generation> = entry.generation;
  if (typeof generation.text !== "string" || typeof generation.finishReason !== "string") return false;
  return generation.usage === undefined || believableUsage(generation.usage) !== undefined;
}

/**
 * Opens a response cache: one file per reply, written aside and renamed into place, so that any number of processes may
 * share the folder. A file that is torn, foreign or of another version is a miss and is replaced. Not synced to disk:
 * a reply lost in a power cut is only asked for again, and a torn file is recognised.
 *
 * @param folder made when the first reply is stored
 * @param onProblem told once when a reply cannot be stored (full disk, read-only folder); the run goes on
 * @param clock default: the system's
 */
export function openResponseCache(
  folder: string,
  onProblem: (message: string) => void = () => {},
  clock: Clock = systemClock,
): ResponseCache {
  return new FolderCache(folder, onProblem, clock);
}

class FolderCache implements ResponseCache {
  private readonly waiting: (readonly [key: string, text: string])[] = [];
  private readonly madeFolders = new Set<string>();
  private readonly writers = new Set<Promise<void>>();
  private isSlow = false;
  private problemTold = false;

  constructor(
    readonly folder: string,
    private readonly onProblem: (message: string) => void,
    private readonly clock: Clock,
  ) {}

  get(key: string): CachedReply | undefined {
    const file = fileOf(this.folder, key);
    try {
      // Most lookups of a first run miss: asking for the size spares the cost of an exception.
      const found = statSync(file, { throwIfNoEntry: false });
      if (found === undefined || found.size > MOST_TEXT_BYTES) return undefined;
      const value: unknown = isLong(found.size) ? readLong(file, found.size) : readJson(file);
      return isReply(value, key) ? { generation: value.generation, latencyMs: value.latencyMs } : undefined;
    } catch {
      return undefined;
    }
  }

  put(key: string, { generation, latencyMs }: CachedReply): void {
    if (!isCacheable(generation)) return;
    const { rateLimit: _, ...kept } = generation;
    const entry = { schema: SCHEMA, key, latencyMs, generation: kept };
    const content = holdsLongText(entry) ? jsonBytes(entry) : JSON.stringify(entry);
    // On a local disk writing at once takes half the time of the detour over the thread pool; a network folder that
    // answers slowly must not hold up all calls, but long texts do not wait in memory.
    if (typeof content !== "string" || !this.isSlow) {
      this.storeAtOnce(key, content);
      return;
    }
    this.waiting.push([key, content]);
    if (this.writers.size >= WRITERS) return;
    const writer = this.storeWaiting().finally(() => this.writers.delete(writer));
    this.writers.add(writer);
  }

  async flush(): Promise<void> {
    while (this.writers.size > 0) await Promise.all(this.writers);
  }

  private storeAtOnce(key: string, content: string | Uint8Array): void {
    const startedMs = this.clock.monotonic();
    const aside = asideOf(this.folder, key);
    try {
      const parent = join(this.folder, key.slice(0, 2));
      if (!this.madeFolders.has(parent)) makeFolder(parent, 0o700);
      this.madeFolders.add(parent);
      writeFileSync(aside, content, { mode: 0o600 });
      renameSync(aside, fileOf(this.folder, key));
    } catch (thrown) {
      this.noteProblem(thrown);
      void unlink(aside).catch(() => undefined);
    }
    if (this.clock.monotonic() - startedMs > SLOW_WRITE_MS) this.isSlow = true;
  }

  private async storeWaiting(): Promise<void> {
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) {
      const [key, text] = next;
      const aside = asideOf(this.folder, key);
      try {
        makeFolder(join(this.folder, key.slice(0, 2)), 0o700);
        await writeFile(aside, text, { mode: 0o600 });
        await rename(aside, fileOf(this.folder, key));
      } catch (thrown) {
        await unlink(aside).catch(() => undefined);
        this.noteProblem(thrown);
      }
    }
  }

  private noteProblem(thrown: unknown): void {
    this.madeFolders.clear();
    if (this.problemTold) return;
    this.problemTold = true;
    this.onProblem(`replies cannot be stored in the cache: ${messageOf(thrown)}`);
  }
}
