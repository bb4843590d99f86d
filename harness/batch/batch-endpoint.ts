import { replaceFile } from "../core/atomic-file.js";
import { ConfigError, EndpointError, messageOf } from "../core/errors.js";
import { excerpt } from "../core/text.js";
import type { EndpointModel } from "../models/endpoint-model.js";

/** What an endpoint says of a batch. */
export interface BatchView {
  /** `validating`, `in_progress`, `finalizing`, `completed`, `failed`, `expired`, `cancelling` or `cancelled`. */
  readonly status: string;
  readonly hasEnded: boolean;
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
  readonly outputFile?: string;
  readonly errorFile?: string;
  /** Why it was not taken as a whole; empty where it was. */
  readonly problems: string;
}

/** A batch that is to be submitted. */
export interface BatchUpload {
  readonly lines: readonly string[];
  readonly fileName: string;
  /** Path of the calls, such as `/v1/chat/completions`. */
  readonly path: string;
  /** Our own id; the endpoint keeps it with the batch. */
  readonly submission: string;
}

type Client = Awaited<ReturnType<EndpointModel["openaiClient"]>>;
type CreateParameters = Parameters<Client["batches"]["create"]>[0];

const ENDED = new Set(["completed", "failed", "expired", "cancelled"]);
/** Statuses of a server that has no such route. */
const NO_ROUTE = new Set([404, 405, 501]);
const METADATA_KEY = "assay_submission";
/** Batches that are looked through for one of ours; newest first. */
const MOST_LISTED = 1_000;

function noBatches(model: EndpointModel, path: string, status: number | undefined): ConfigError {
  return new ConfigError(`${model.endpoint} has no Batch API (${path} answered ${status ?? "nothing"})`, {
    code: "batches-not-supported",
    remedy: `Use --no-batch, or \`batch: false\` for ${model.id} in the config file; on a server of your own, \`assay batch export\` writes files for \`vllm run-batch\`.`,
  });
}

/** The Files and Batches API of the endpoint of one model. All methods reject with EndpointErrors. */
export class BatchEndpoint {
  constructor(
    private readonly model: EndpointModel,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** @throws ConfigError `batches-not-supported` when the endpoint certainly has none. */
  async check(): Promise<void> {
    try {
      await this.ask((client, options) => client.batches.list({ limit: 1 }, options));
    } catch (error) {
      if (error instanceof EndpointError && error.status === 404)
        throw noBatches(this.model, "/batches", error.status);
      // Anything else will show, and be treated, when the first batch is submitted.
      if (!(error instanceof EndpointError)) throw error;
    }
  }

  /**
   * Uploads a file and creates a batch of it.
   * @returns The endpoint's id of the batch.
   * @throws ConfigError `batches-not-supported`.
   */
  async submit({ lines, fileName, path, submission }: BatchUpload): Promise<string> {
    const file = new File(
      lines.flatMap((line) => [line, "\n"]),
      fileName,
      { type: "application/jsonl" },
    );
    try {
      const uploaded = await this.ask((client, options) =>
        client.files.create({ file, purpose: "batch" }, options),
      );
      const batch = await this.ask((client, options) =>
        client.batches.create(
          {
            input_file_id: uploaded.id,
            endpoint: path as CreateParameters["endpoint"],
            completion_window: "24h",
            metadata: { [METADATA_KEY]: submission },
          },
          options,
        ),
      );
      return batch.id;
    } catch (error) {
      if (error instanceof EndpointError && NO_ROUTE.has(error.status ?? 0))
        throw noBatches(this.model, "/files or /batches", error.status);
      throw error;
    }
  }

  /** Looks for a batch that may have been created without our hearing of it. */
  async find(submission: string): Promise<string | undefined> {
    try {
      return await this.ask(async (client, options) => {
        let listed = 0;
        for await (const batch of client.batches.list({ limit: 100 }, options)) {
          if (batch.metadata?.[METADATA_KEY] === submission) return batch.id;
          listed++;
          if (listed >= MOST_LISTED) break;
        }
        return undefined;
      });
    } catch (error) {
      if (error instanceof EndpointError && NO_ROUTE.has(error.status ?? 0)) return undefined;
      throw error;
    }
  }

  async view(batch: string): Promise<BatchView> {
    const found = await this.ask((client, options) => client.batches.retrieve(batch, options));
    const { status, request_counts: counts, output_file_id, error_file_id, errors } = found;
    const problems = (errors?.data ?? [])
      .map(({ code, message }) => [code, message].filter(Boolean).join(": "))
      .join("; ");
    return {
      status,
      hasEnded: ENDED.has(status),
      total: counts?.total ?? 0,
      completed: counts?.completed ?? 0,
      failed: counts?.failed ?? 0,
      problems: excerpt(problems, 500),
      ...(output_file_id ? { outputFile: output_file_id } : {}),
      ...(error_file_id ? { errorFile: error_file_id } : {}),
    };
  }

  /** Downloads a file, however large; it is whole or not there. */
  download(fileId: string, path: string): Promise<void> {
    return replaceFile(path, (handle) =>
      this.ask(async (client, options) => {
        const response = await client.files.content(fileId, options);
        const reader = response.body?.getReader();
        for (;;) {
          const part = await reader?.read();
          if (part?.value === undefined) break;
          await handle.writeFile(part.value);
        }
      }),
    );
  }

  private async ask<Result>(
    work: (client: Client, options: { signal?: AbortSignal }) => PromiseLike<Result>,
  ): Promise<Result> {
    try {
      const client = await this.model.openaiClient();
      return await work(client, this.signal === undefined ? {} : { signal: this.signal });
    } catch (error) {
      throw this.problemOf(error);
    }
  }

  private problemOf(error: unknown): EndpointError {
    if (error instanceof EndpointError) return error;
    const { status, error: told } = (error ?? {}) as { status?: unknown; error?: unknown };
    if (typeof status === "number") {
      return this.model.wire.refuse(status, { error: told ?? { message: messageOf(error) } }, []).error;
    }
    const cause = error instanceof Error && error.cause !== undefined ? `: ${messageOf(error.cause)}` : "";
    return new EndpointError(
      `the connection to ${this.model.endpoint} failed: ${excerpt(messageOf(error) + cause, 200)}`,
      { code: "connection-failed", retryable: true, cause: error },
    );
  }
}
