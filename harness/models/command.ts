import type { Clock } from "../core/clock.js";
import { EndpointError } from "../core/errors.js";
import type { FinishReason, Generation, GenerationRequest, Model, Usage } from "../core/records.js";
import { excerpt, wellFormed } from "../core/text.js";
import { stoppedError, untilAborted } from "./abort.js";
import { type CommonModelOptions, commonFields, modelIdentity } from "./identity.js";
import { isJsonObject, type JsonObject, memberOf, parseJson, textOf } from "./json-reading.js";
import { type Program, startProgram } from "./program.js";
import { shortName } from "./recordings.js";
import { createAnswerRedactor, createRedactor, redactJson, secretsOf } from "./redaction.js";

/** What a model needs that is a user's program. */
export interface CommandModelOptions extends CommonModelOptions {
  /** Program, started without a shell. */
  readonly command: string;
  readonly args?: readonly string[];
  /** Passed on in every request, for programs that serve several models. */
  readonly model?: string;
  /** Part of the identity: change it when the program changes, so that old answers are not taken for new ones. */
  readonly version?: string;
  /** Working directory of the program; that of this process by default. */
  readonly folder?: string;
  /** Environment of the program; that of this process by default. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Restarts after a crash without an answer in between; 3 by default. */
  readonly maxRestarts?: number;
  /** How long the program may take to end when it is closed, in milliseconds; 2,000 by default. */
  readonly graceMs?: number;
  readonly clock?: Clock;
  readonly priceKey?: string;
}

const FINISH_REASONS: readonly FinishReason[] = ["stop", "length", "content-filter", "tool-calls", "unknown"];
const DEFAULT_MAX_RESTARTS = 3;
const DEFAULT_GRACE_MS = 2000;

function failure(message: string, retryable: boolean, remedy?: string): EndpointError {
  return new EndpointError(message, {
    code: "program-failed",
    retryable,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

function readUsage(value: unknown): Usage | undefined {
  const inputTokens = memberOf(value, "inputTokens");
  const outputTokens = memberOf(value, "outputTokens");
  const areCounts = [inputTokens, outputTokens].every(
    (count) => Number.isSafeInteger(count) && Number(count) >= 0,
  );
  return areCounts ? { inputTokens: Number(inputTokens), outputTokens: Number(outputTokens) } : undefined;
}

function paid(error: EndpointError, usage: Usage | undefined): EndpointError {
  error.usage = usage;
  return error;
}

function readAnswer(row: JsonObject, name: string, redact: (text: string) => string): Generation {
  const usage = readUsage(row.usage);
  if (row.error !== undefined && row.error !== null) {
    const message = textOf(row.error) ?? textOf(memberOf(row.error, "message")) ?? JSON.stringify(row.error);
    const isFinal = memberOf(row.error, "retryable") === false;
    throw paid(failure(`${name} reports: ${excerpt(redact(message), 300)}`, !isFinal), usage);
  }
  if (typeof row.text !== "string") {
    const remedy = "See the protocol in docs/adapters.md.";
    throw paid(failure(`${name} answered without "text" or "error"`, false, remedy), usage);
  }
  const reasoning = textOf(row.reasoning);
  const endpointModel = textOf(row.model);
  return {
    text: row.text,
    finishReason: FINISH_REASONS.find((reason) => reason === row.finishReason) ?? "unknown",
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(usage === undefined ? {} : { usage }),
    ...(endpointModel === undefined ? {} : { endpointModel }),
  };
}

interface Waiting {
  resolve(row: JsonObject): void;
  reject(error: EndpointError): void;
}

/** A program that answers requests by id, started when it is needed and again after a crash. */
class AnsweringProgram {
  private program: Program | undefined;
  private readonly waiting = new Map<string, Waiting>();
  private nextId = 1;
  private crashes = 0;
  private isClosed = false;
  private readonly redact: (text: string) => string;
  private readonly redactRow: (row: JsonObject) => JsonObject;
  private readonly name: string;

  constructor(private readonly options: CommandModelOptions) {
    this.name = shortName(options.command);
    const secrets = secretsOf(options.environment ?? process.env);
    this.redact = createRedactor(secrets);
    const redactAnswer = createAnswerRedactor(secrets);
    this.redactRow = (row) => redactJson(row, redactAnswer) as JsonObject;
  }

  async ask(request: GenerationRequest, signal: AbortSignal): Promise<Generation> {
    const program = this.running();
    const id = String(this.nextId++);
    const { model } = this.options;
    const row = await new Promise<JsonObject>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      signal.addEventListener(
        "abort",
        () => {
          this.waiting.delete(id);
          reject(stoppedError());
        },
        { once: true },
      );
      program.write(
        JSON.stringify(wellFormed({ id, ...(model === undefined ? {} : { model }), ...request })),
      );
    });
    return readAnswer(this.redactRow(row), this.name, this.redact);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.program?.close();
  }

  private running(): Program {
    if (this.program?.isRunning) return this.program;
    if (this.isClosed) throw failure(`${this.name} was closed`, false);
    const { maxRestarts = DEFAULT_MAX_RESTARTS } = this.options;
    if (this.crashes > maxRestarts) {
      throw failure(
        `${this.name} failed ${this.crashes} times in a row and is not started again${this.said()}`,
        false,
        "Run the program by hand and give it a request, as docs/adapters.md shows.",
      );
    }
    const program: Program = startProgram(
      {
        command: this.options.command,
        args: this.options.args ?? [],
        folder: this.options.folder ?? process.cwd(),
        environment: this.options.environment ?? process.env,
        graceMs: this.options.graceMs ?? DEFAULT_GRACE_MS,
        ...(this.options.clock === undefined ? {} : { clock: this.options.clock }),
      },
      { line: (text) => this.receive(text), end: (why) => this.end(program, why) },
    );
    this.program = program;
    return program;
  }

  private said(): string {
    const words = this.redact(this.program?.lastWords() ?? "");
    return words === "" ? "" : `; it said:\n${words}`;
  }

  private end(program: Program, why: string): void {
    if (program !== this.program) return;
    if (!this.isClosed) this.crashes++;
    this.rejectAll(failure(`${this.name} ${this.redact(why)}${this.said()}`, !this.isClosed));
  }

  private rejectAll(error: EndpointError): void {
    const all = [...this.waiting.values()];
    this.waiting.clear();
    for (const waiting of all) waiting.reject(error);
  }

  private receive(line: string): void {
    if (line.trim() === "") return;
    const row = parseJson(line);
    if (!isJsonObject(row) || (typeof row.id !== "string" && typeof row.id !== "number")) {
      // Nobody knows whose answer this was, so that every open request fails; each may be asked again.
      const shown = excerpt(this.redact(line), 120);
      this.rejectAll(
        failure(
          `${this.name} wrote a line that is not a JSON object with an id: "${shown}"`,
          true,
          "Standard output is for answers alone; write logs to standard error.",
        ),
      );
      return;
    }
    // Late answers to requests that were given up have no one waiting.
    const id = String(row.id);
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    this.crashes = 0;
    waiting?.resolve(row);
  }
}

/**
 * A model that is a user's program: one JSON request per line on its standard input, one JSON answer per line on its
 * standard output, in any order. It is started by the first request and kept; a crash fails the requests that were open
 * (`program-failed`, with its last lines on standard error) and the next request starts it again.
 */
export function commandModel(options: CommandModelOptions): Model {
  const program = new AnsweringProgram(options);
  const priceKey = options.priceKey ?? options.model;
  return {
    ...commonFields(options),
    identity: modelIdentity(options, {
      adapter: "command",
      command: shortName(options.command),
      args: options.args?.length ? options.args : undefined,
      model: options.model,
      version: options.version,
    }),
    endpoint: `command:${options.id}`,
    ...(priceKey === undefined ? {} : { priceKey }),
    generate: (request, { signal }) => untilAborted(signal, (inner) => program.ask(request, inner)),
    close: () => program.close(),
  };
}
