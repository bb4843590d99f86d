import { createReadStream } from "node:fs";
import { AssayError } from "../core/errors.js";
import type { LiveRun, NewestRecord, RunRow, SideBySide } from "../core/live-run.js";
import { EventStream } from "./event-stream.js";
import {
  type LocalReply,
  type LocalRequest,
  type LocalServer,
  type LocalServerOptions,
  Refusal,
  serveLocally,
} from "./local-server.js";

/** This machine alone. */
const LOOPBACK = "127.0.0.1";
const NAMES: ReadonlySet<string> = new Set([LOOPBACK, "localhost"]);
/** Pages that listen at once, at most. */
const MOST_STREAMS = 64;
const EVENT_STREAM = "text/event-stream";
const JSON_TYPE = "application/json; charset=utf-8";

/**
 * A report is a page of its own, perhaps from another machine: it runs in an origin of its own, from which it can ask this
 * server for nothing, and reaches no network.
 */
const REPORT_POLICY = [
  "sandbox allow-scripts allow-downloads allow-modals allow-popups",
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  "img-src data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** What a viewer's pages are told; ids come from the list of runs, and nothing else is ever looked up by what a page sends. */
export interface ViewSource {
  watchList(watcher: (rows: readonly RunRow[]) => void): () => void;
  /** Undefined where there is no such run. */
  watchRun(
    id: string,
    watcher: { state(run: LiveRun): void; records(records: readonly NewestRecord[]): void },
  ): Promise<(() => void) | undefined>;
  /** Path of a run's finished page. */
  report(id: string): Promise<string | undefined>;
  /** A record as its line stands in the file. */
  record(id: string, file: number, offset: number): Promise<string | undefined>;
  /** Models by their number in each run, from 0. */
  sideBySide(
    left: { readonly id: string; readonly model: number },
    right: { readonly id: string; readonly model: number },
  ): Promise<SideBySide | undefined>;
}

/** What a viewer's server needs. */
export interface ViewServerOptions extends Pick<LocalServerOptions, "token" | "port" | "onRefused"> {
  readonly page: string;
  readonly source: ViewSource;
}

function numberOf(part: string | undefined): number | undefined {
  return part !== undefined && /^\d{1,15}$/.test(part) ? Number(part) : undefined;
}

class ViewDoor {
  private streams = 0;

  constructor(
    private readonly page: string,
    private readonly source: ViewSource,
  ) {}

  async answer({ place, method }: LocalRequest): Promise<LocalReply | undefined> {
    const [what, id = "", ...rest] = place;
    // Nobody would listen.
    if (method === "HEAD" && place.at(-1) === "events") return { type: EVENT_STREAM, body: "" };
    if (what === "" && place.length === 1) return { type: "text/html; charset=utf-8", body: this.page };
    if (what === "events" && place.length === 1) return this.listEvents();
    if (what === "runs") return this.ofRun(id, rest);
    return what === "beside" ? this.beside(id, rest) : undefined;
  }

  private async ofRun(
    id: string,
    [what, first, second, ...more]: readonly string[],
  ): Promise<LocalReply | undefined> {
    if (more.length > 0) return undefined;
    if (what === "events" && first === undefined) return this.runEvents(id);
    if (what === "report" && first === undefined) {
      const path = await this.source.report(id);
      if (path === undefined) return undefined;
      const headers = { "content-security-policy": REPORT_POLICY };
      return { type: "text/html; charset=utf-8", body: createReadStream(path), headers };
    }
    const [file, offset] = [numberOf(first), numberOf(second)];
    if (what !== "records" || file === undefined || offset === undefined) return undefined;
    const line = await this.source.record(id, file, offset);
    return line === undefined ? undefined : { type: JSON_TYPE, body: line };
  }

  private async beside(left: string, rest: readonly string[]): Promise<LocalReply | undefined> {
    const [leftModel, right = "", rightModel, ...more] = rest;
    const models = [numberOf(leftModel), numberOf(rightModel)] as const;
    if (models[0] === undefined || models[1] === undefined || more.length > 0) return undefined;
    const found = await this.source.sideBySide(
      { id: left, model: models[0] },
      { id: right, model: models[1] },
    );
    return found === undefined ? undefined : { type: JSON_TYPE, body: JSON.stringify(found) };
  }

  private listEvents(): LocalReply {
    return this.events((stream) => this.source.watchList((rows) => stream.send("runs", rows)));
  }

  private async runEvents(id: string): Promise<LocalReply | undefined> {
    let stream: EventStream | undefined;
    // Whether there is such a run is known before a stream is promised; what is told until then waits for it.
    const waiting: (() => void)[] = [];
    const send = (event: string, value: unknown) => {
      if (stream === undefined) waiting.push(() => stream?.send(event, value));
      else stream.send(event, value);
    };
    const leave = await this.source.watchRun(id, {
      state: (run) => send("run", run),
      records: (records) => send("records", records),
    });
    if (leave === undefined) return undefined;
    try {
      return this.events((opened) => {
        stream = opened;
        for (const say of waiting) say();
        return leave;
      });
    } catch (thrown) {
      leave();
      throw thrown;
    }
  }

  private events(begin: (stream: EventStream) => () => void): LocalReply {
    if (this.streams >= MOST_STREAMS) throw new Refusal(503, "too many pages are open");
    return {
      type: EVENT_STREAM,
      body: (response) => {
        this.streams++;
        const stream = new EventStream(response);
        const leave = begin(stream);
        stream.onClose(() => {
          this.streams--;
          leave();
        });
      },
    };
  }
}

/**
 * Serves the viewer's page on this machine alone: read only, everything behind the token, no file but the records and the
 * finished reports of the runs that it lists.
 * @throws ConfigError `port-taken`, `cannot-listen`.
 */
export function serveView({ token, port, onRefused, page, source }: ViewServerOptions): Promise<LocalServer> {
  const door = new ViewDoor(page, source);
  return serveLocally({
    ...{ token, port, onRefused },
    host: LOOPBACK,
    names: NAMES,
    proxied: new Set(),
    methods: ["GET", "HEAD"],
    mostBodyBytes: 0,
    answer: (request) => door.answer(request),
    refusalOf: (thrown) =>
      thrown instanceof AssayError && thrown.code === "too-many-records"
        ? new Refusal(422, thrown.message)
        : undefined,
  });
}
