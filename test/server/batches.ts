import type { ErrorResponse } from "./error-bodies.js";
import { serverError } from "./error-bodies.js";
import { endpointOf, isObject, type ModelCall, readModelCall } from "./model-calls.js";
import { readMultipart } from "./multipart.js";
import { type Replier, replyBody } from "./replies.js";

/** What becomes of one line of a batch instead of a reply. */
export type BatchLineFate =
  /** Stands in the error file with this HTTP response. */
  | { readonly kind: "failed"; readonly response: ErrorResponse }
  /** Stands in the error file as never having run. */
  | { readonly kind: "expired" }
  /** Stands in no file at all. */
  | { readonly kind: "missing" };

/** How batches behave. */
export interface BatchOptions {
  /** Statuses seen by successive polls before the last one; `["validating", "in_progress", "finalizing"]` by default. */
  readonly statuses?: readonly string[];
  /** Status in which a batch ends; `completed` by default. Only `completed`, `expired` and `cancelled` yield files. */
  readonly finalStatus?: "completed" | "failed" | "expired" | "cancelled";
  /** Fate of single lines, by custom id and number from 0; undefined lets it succeed. */
  readonly fate?: (customId: string, index: number) => BatchLineFate | undefined;
  /** Output lines in the reverse order of the input, as order is not promised. */
  readonly reversed?: boolean;
}

interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly purpose: string;
  readonly data: Buffer;
}

interface Batch {
  readonly id: string;
  readonly endpoint: string;
  readonly inputFileId: string;
  readonly metadata: unknown;
  polls: number;
  cancelled: boolean;
  outputFileId?: string;
  errorFileId?: string;
  counts: { total: number; completed: number; failed: number };
}

/** A JSON or raw answer of the files and batches endpoints. */
export interface StoreAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The files and batches of one server, in memory. */
export interface BatchStore {
  /** Answers a request under `/v1/files` or `/v1/batches`. */
  answer(method: string, path: string, contentType: string, body: Buffer): Promise<StoreAnswer>;
  /** Uploaded and produced files, by id. */
  readonly files: ReadonlyMap<string, { readonly purpose: string; readonly data: Buffer }>;
}

const notFound = (what: string): StoreAnswer => ({
  status: 404,
  body: { error: { message: `No such ${what}`, type: "invalid_request_error", param: null, code: null } },
});

const invalid = (message: string): StoreAnswer => ({
  status: 400,
  body: { error: { message, type: "invalid_request_error", param: null, code: null } },
});

function fileView(file: StoredFile): Record<string, unknown> {
  return {
    id: file.id,
    object: "file",
    bytes: file.data.length,
    created_at: 1_700_000_000,
    filename: file.name,
    purpose: file.purpose,
    status: "processed",
  };
}

/** Creates the store; lines are answered by `reply` as if they had been posted. */
export function createBatchStore(reply: Replier, options: BatchOptions = {}): BatchStore {
  const files = new Map<string, StoredFile>();
  const batches = new Map<string, Batch>();
  const statuses = options.statuses ?? ["validating", "in_progress", "finalizing"];

  const store = (name: string, purpose: string, data: Buffer): StoredFile => {
    const file = { id: `file-${files.size + 1}`, name, purpose, data };
    files.set(file.id, file);
    return file;
  };

  const runLine = async (line: string, index: number): Promise<{ row?: object; failed: boolean }> => {
    const request: unknown = JSON.parse(line);
    if (!isObject(request) || !isObject(request.body)) return { failed: true };
    const customId = String(request.custom_id);
    const fate = options.fate?.(customId, index);
    const row = { id: `batch_req_${index}`, custom_id: customId };
    if (fate?.kind === "missing") return { failed: true };
    if (fate?.kind === "expired") {
      const error = { code: "batch_expired", message: "This request could not be executed in time." };
      return { row: { ...row, response: null, error }, failed: true };
    }
    if (fate?.kind === "failed") {
      const { status, body } = fate.response ?? serverError(500);
      return {
        row: { ...row, response: { status_code: status, request_id: `req_${index}`, body }, error: null },
        failed: true,
      };
    }
    const call: ModelCall = readModelCall(index, endpointOf(String(request.url)), request.body, {});
    const response = {
      status_code: 200,
      request_id: `req_${index}`,
      body: replyBody(call, await reply(call)),
    };
    return { row: { ...row, response, error: null }, failed: false };
  };

  const runBatch = async (batch: Batch): Promise<void> => {
    const text = files.get(batch.inputFileId)?.data.toString("utf8") ?? "";
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    const output: string[] = [];
    const errors: string[] = [];
    for (const [index, line] of lines.entries()) {
      const { row, failed } = await runLine(line, index);
      if (row !== undefined) (failed ? errors : output).push(JSON.stringify(row));
      batch.counts[failed ? "failed" : "completed"]++;
    }
    batch.counts.total = lines.length;
    if (options.reversed) output.reverse();
    const file = (name: string, rows: string[]) =>
      store(name, "batch_output", Buffer.from(`${rows.join("\n")}\n`));
    if (output.length > 0) batch.outputFileId = file("output.jsonl", output).id;
    if (errors.length > 0) batch.errorFileId = file("errors.jsonl", errors).id;
  };

  const statusOf = (batch: Batch): string => {
    if (batch.cancelled) return batch.polls > 1 ? "cancelled" : "cancelling";
    return statuses[batch.polls] ?? options.finalStatus ?? "completed";
  };

  const batchView = (batch: Batch) => {
    const status = statusOf(batch);
    const ended = ["completed", "failed", "expired", "cancelled"].includes(status);
    const yields = ended && status !== "failed";
    return {
      id: batch.id,
      object: "batch",
      endpoint: batch.endpoint,
      errors:
        status === "failed"
          ? {
              object: "list",
              data: [{ code: "invalid_file", message: "The input file is not valid.", line: 1 }],
            }
          : null,
      input_file_id: batch.inputFileId,
      completion_window: "24h",
      status,
      output_file_id: yields ? (batch.outputFileId ?? null) : null,
      error_file_id: yields ? (batch.errorFileId ?? null) : null,
      created_at: 1_700_000_000,
      request_counts: ended ? batch.counts : { total: batch.counts.total, completed: 0, failed: 0 },
      metadata: batch.metadata ?? null,
    };
  };

  const createBatch = async (body: Buffer): Promise<StoreAnswer> => {
    const request: unknown = JSON.parse(body.toString("utf8"));
    if (!isObject(request)) return invalid("not an object");
    const inputFileId = String(request.input_file_id);
    if (!files.has(inputFileId)) return invalid(`No such file: ${inputFileId}`);
    if (request.completion_window !== "24h") return invalid("completion_window must be 24h");
    const batch: Batch = {
      id: `batch_${batches.size + 1}`,
      endpoint: String(request.endpoint),
      inputFileId,
      metadata: request.metadata,
      polls: 0,
      cancelled: false,
      counts: { total: 0, completed: 0, failed: 0 },
    };
    batches.set(batch.id, batch);
    await runBatch(batch);
    return { status: 200, body: batchView(batch) };
  };

  const uploadFile = (contentType: string, body: Buffer): StoreAnswer => {
    const parts = readMultipart(contentType, body);
    const file = parts?.find((part) => part.name === "file");
    const purpose = parts?.find((part) => part.name === "purpose")?.data.toString("utf8");
    if (file === undefined || purpose === undefined) return invalid("file and purpose are needed");
    return { status: 200, body: fileView(store(file.fileName ?? "file", purpose, file.data)) };
  };

  const answerFiles = (
    method: string,
    segments: string[],
    contentType: string,
    body: Buffer,
  ): StoreAnswer => {
    const [id, view] = segments;
    if (id === undefined) {
      if (method === "POST") return uploadFile(contentType, body);
      return {
        status: 200,
        body: { object: "list", data: [...files.values()].map(fileView), has_more: false },
      };
    }
    const file = files.get(id);
    if (file === undefined) return notFound(`File object: ${id}`);
    if (view === "content") return { status: 200, body: file.data };
    if (method === "DELETE") {
      files.delete(id);
      return { status: 200, body: { id, object: "file", deleted: true } };
    }
    return { status: 200, body: fileView(file) };
  };

  const answerBatches = async (method: string, segments: string[], body: Buffer): Promise<StoreAnswer> => {
    const [id, action] = segments;
    if (id === undefined) {
      if (method === "POST") return createBatch(body);
      return {
        status: 200,
        body: { object: "list", data: [...batches.values()].map(batchView), has_more: false },
      };
    }
    const batch = batches.get(id);
    if (batch === undefined) return notFound(`batch: ${id}`);
    if (method === "POST" && action === "cancel") {
      batch.cancelled = true;
      batch.polls = 0;
    } else {
      batch.polls++;
    }
    return { status: 200, body: batchView(batch) };
  };

  return {
    files,
    async answer(method, path, contentType, body) {
      const [kind, ...segments] = path.replace(/^\/v1\//, "").split("/");
      return kind === "files"
        ? answerFiles(method, segments, contentType, body)
        : answerBatches(method, segments, body);
    },
  };
}
