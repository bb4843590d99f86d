import type { EndpointError } from "../core/errors.js";
import { canonicalHash } from "../core/hash.js";
import type { Generation, GenerationRequest, Model } from "../core/records.js";
import type { CallStage } from "../pipeline/dispatch/events.js";

/** How a model's calls look in batch files; adapters of endpoints have it. */
export interface BatchWire {
  /** Path with the version, such as `/v1/chat/completions`. */
  readonly path: string;
  /** Body of a request, and the wire names of parameters that were left out of it. Throws an EndpointError. */
  write(request: GenerationRequest): {
    readonly body: Readonly<Record<string, unknown>>;
    readonly dropped: readonly string[];
  };
  /** Reads the body of a response. Throws an EndpointError for one that cannot be used. */
  read(body: unknown, request: GenerationRequest): Generation;
  /** Reads an error response; `learned` when the request would now be written differently. */
  refuse(
    status: number,
    body: unknown,
    sent: readonly string[],
  ): { readonly error: EndpointError; readonly learned: boolean };
}

/** A call that is to be made in a batch. */
export interface BatchRequest {
  readonly customId: string;
  readonly stage: CallStage;
  readonly model: Model;
  readonly wire: BatchWire;
  readonly request: GenerationRequest;
}

/**
 * Id of a request: a hash over all that decides its reply and over what it is for, so that it is the same on every
 * machine, and two trials or two attempts at a verdict are two samples. The endpoint is left out: a file may be
 * answered by any server of the model. 38 characters of `[a-z0-9-]`, which every service takes.
 */
export function batchRequestId(model: Model, request: GenerationRequest): string {
  const hash = canonicalHash({
    model: model.id,
    identity: model.identity,
    messages: request.messages,
    parameters: request.parameters,
    subject: request.subject,
  });
  return `assay-${hash.slice(0, 32)}`;
}

/** One line of a batch file, without its line feed. */
export function requestLine({ customId, wire, request }: BatchRequest): string {
  const { body } = wire.write(request);
  return JSON.stringify({ custom_id: customId, method: "POST", url: wire.path, body });
}

/** Requests of one stage and model: they share a file. */
export interface BatchGroup {
  readonly stage: CallStage;
  readonly model: Model;
  readonly requests: readonly BatchRequest[];
}

/** Sorts requests by stage and model, in order of first appearance; a batch may ask one model alone. */
export function groupRequests(requests: Iterable<BatchRequest>): BatchGroup[] {
  const groups = new Map<string, { stage: CallStage; model: Model; requests: BatchRequest[] }>();
  for (const request of requests) {
    const { stage, model } = request;
    const key = groupKey(stage, model.id);
    const group = groups.get(key) ?? { stage, model, requests: [] };
    groups.set(key, group);
    group.requests.push(request);
  }
  return [...groups.values()];
}

/** Names the requests that share a file. */
export function groupKey(stage: CallStage, modelId: string): string {
  return `${stage}/${modelId}`;
}

/** How large a batch file may be. */
export interface BatchFileLimits {
  readonly requests: number;
  readonly bytes: number;
}

/** Limits of OpenAI's Batch API: 50,000 requests and 200 MB per file. */
export const batchFileLimits: BatchFileLimits = { requests: 50_000, bytes: 200_000_000 };

/** The lines of one batch file. */
export interface BatchFile {
  readonly lines: readonly string[];
  readonly requests: readonly BatchRequest[];
}

/** Writes requests as the lines of as many files as the limits ask for. */
export function* splitIntoFiles(
  requests: readonly BatchRequest[],
  limits: BatchFileLimits = batchFileLimits,
): Generator<BatchFile> {
  let lines: string[] = [];
  let held: BatchRequest[] = [];
  let bytes = 0;
  for (const request of requests) {
    const line = requestLine(request);
    const size = Buffer.byteLength(line) + 1;
    if (lines.length > 0 && (lines.length >= limits.requests || bytes + size > limits.bytes)) {
      yield { lines, requests: held };
      lines = [];
      held = [];
      bytes = 0;
    }
    lines.push(line);
    held.push(request);
    bytes += size;
  }
  if (lines.length > 0) yield { lines, requests: held };
}
