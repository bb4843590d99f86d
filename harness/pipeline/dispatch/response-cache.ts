import { randomUUID } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { mkdir, rename, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../core/errors.js";
import { canonicalJson, sha256 } from "../../core/hash.js";
import type { Generation, GenerationRequest, Model } from "../../core/records.js";
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
  /** Stores a reply in the background if it is one that may be kept (see {@link isCacheable}). Never rejects. */
  put(key: string, reply: CachedReply): void;
  /** Resolves when everything put so far is in its file. */
  flush(): Promise<void>;
}

const SCHEMA = "assay.cache/1";
/** Writes under way at once; more would only queue in the thread pool. */
const WRITERS = 4;

const modelParts = new WeakMap<Model, string>();

/** What a model contributes to keys: computed once, since it is the same for thousands of calls. */
function modelPart(model: Model): string {
  let part = modelParts.get(model);
  if (part === undefined) {
    part = sha256(
      canonicalJson({
        id: model.id,
        identity: model.identity,
        // Servers on different ports often serve different checkpoints under one and the same name.
        endpoint: model.endpoint,
        parameters: model.parameters ?? null,
      }),
    );
    modelParts.set(model, part);
  }
  return part;
}

/**
 * Key of a reply: SHA-256 over everything that decides it: the model (display id, identity, endpoint, own parameters),
 * the messages and parameters of the request, and which question, turn, trial and attempt it is for, so that two
 * trials, or two equal questions, are two samples.
 */
export function responseKey(model: Model, request: GenerationRequest): string {
  const { subject } = request;
  return sha256(
    canonicalJson({
      schema: SCHEMA,
      model: modelPart(model),
      messages: request.messages,
      parameters: request.parameters,
      kind: subject.kind,
      questionId: subject.questionId,
      turn: subject.turn,
      trial: subject.trial,
      attempt: subject.kind === "judgment" ? subject.attempt : 0,
    }),
  );
}

/** Whether a reply may be kept: complete, not empty, and generated rather than looked up. */
export function isCacheable(generation: Generation): boolean {
  if (generation.recorded === true) return false;
  if (generation.finishReason !== "stop" && generation.finishReason !== "tool-calls") return false;
  return generation.text.trim() !== "" || (generation.toolCalls?.length ?? 0) > 0;
}

/** File of a key: two-hex folder, rest as the name. */
function fileOf(folder: string, key: string): string {
  return join(folder, key.slice(0, 2), `${key.slice(2)}.json`);
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
 */
export function openResponseCache(
  folder: string,
  onProblem: (message: string) => void = () => {},
): ResponseCache {
  const waiting: (readonly [string, string])[] = [];
  const made = new Set<string>();
  const writers = new Set<Promise<void>>();
  let problemTold = false;

  const store = async (key: string, text: string) => {
    const target = fileOf(folder, key);
    const aside = `${target.slice(0, -5)}.${randomUUID()}.tmp`;
    try {
      const parent = join(folder, key.slice(0, 2));
      if (!made.has(parent)) {
        await mkdir(parent, { recursive: true, mode: 0o700 });
        made.add(parent);
      }
      await writeFile(aside, text, { mode: 0o600 });
      await rename(aside, target);
    } catch (thrown) {
      made.clear();
      await unlink(aside).catch(() => undefined);
      if (problemTold) return;
      problemTold = true;
      onProblem(`replies cannot be stored in the cache: ${messageOf(thrown)}`);
    }
  };
  const write = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await store(...next);
  };

  return {
    folder,
    get(key) {
      const file = fileOf(folder, key);
      try {
        // Most lookups of a first run miss: asking for the size spares the cost of an exception.
        if (statSync(file, { throwIfNoEntry: false }) === undefined) return undefined;
        const value: unknown = JSON.parse(readFileSync(file, "utf8"));
        return isReply(value, key) ? { generation: value.generation, latencyMs: value.latencyMs } : undefined;
      } catch {
        return undefined;
      }
    },
    put(key, { generation, latencyMs }) {
      if (!isCacheable(generation)) return;
      const { rateLimit: _, ...kept } = generation;
      waiting.push([key, JSON.stringify({ schema: SCHEMA, key, latencyMs, generation: kept })]);
      if (writers.size >= WRITERS) return;
      const writer = write().finally(() => writers.delete(writer));
      writers.add(writer);
    },
    async flush() {
      while (writers.size > 0) await Promise.all(writers);
    },
  };
}
