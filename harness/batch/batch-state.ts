import { existsSync } from "node:fs";
import { join } from "node:path";
import { readJsonLines } from "../core/jsonl.js";
import type { Attempt, Generation, RecordedError } from "../core/records.js";
import type { CallStage } from "../pipeline/dispatch/events.js";
import { OpenAppenders } from "../store/open-appenders.js";

/** A reply that came back in a batch. */
export interface StoredReply {
  readonly generation: Generation;
  /** From the submission of its batch until its result was there. */
  readonly latencyMs: number;
  /** When it was there, ISO 8601 in UTC. */
  readonly at: string;
}

/** One failed attempt at a request. */
export interface StoredFailure {
  readonly attempt: Attempt;
  readonly error: RecordedError;
  /** Names the line that told it, so that a file that is read twice counts once. */
  readonly line: string;
  /** The refusal named a parameter that is left out from now on; that is no failure of the request. */
  readonly learned: boolean;
}

/** A batch that was handed to an endpoint. */
export interface Submission {
  /** Our own id, under which the endpoint keeps the batch too. */
  readonly submission: string;
  readonly at: string;
  readonly stage: CallStage;
  readonly model: string;
  readonly endpoint: string;
  readonly customIds: readonly string[];
  /** Set aside of the budget, in dollars. */
  readonly reservedUsd: number;
  /** The endpoint's id; absent when it is not known whether the batch was created. */
  readonly batch?: string;
}

/** A refusal from which an adapter learned what it must leave out. */
export interface LearnedRefusal {
  readonly stage: CallStage;
  readonly model: string;
  readonly status: number;
  readonly body: unknown;
  readonly sent: readonly string[];
}

type Entry =
  | ({ readonly type: "reply"; readonly customId: string } & StoredReply)
  | ({ readonly type: "failure"; readonly customId: string } & StoredFailure)
  /** The failures were turned into a record; when asked again, the request starts afresh. */
  | {
      readonly type: "settled";
      readonly customIds: readonly string[];
      /** Replies that stand in a failed record with them: they were paid for there. */
      readonly recorded: readonly string[];
    }
  | ({ readonly type: "learned" } & LearnedRefusal)
  | {
      readonly type: "exported";
      readonly at: string;
      readonly round: number;
      readonly customIds: readonly string[];
    }
  | ({ readonly type: "submitting" } & Submission)
  | { readonly type: "submitted"; readonly submission: string; readonly batch: string }
  | { readonly type: "ended"; readonly submission: string; readonly status: string };

/** What was written to files for a server that is fed by hand. */
export interface ExportRound {
  /** From 1. */
  readonly round: number;
  readonly at: string;
  readonly customIds: readonly string[];
}

/** Where a run folder keeps what it knows of its batches. */
export const batchPaths = {
  folder: (run: string) => join(run, "batch"),
  state: (run: string) => join(run, "batch", "state.jsonl"),
} as const;

/**
 * What is known of the batches of a run: replies that no record holds yet (a first turn whose second is still to be
 * asked), failed attempts, files that were written and batches that are under way. A journal, `batch/state.jsonl`:
 * what is noted is on disk before it counts, and a killed process loses nothing. Hold the run folder's lock while it
 * is open.
 */
export class BatchState {
  private readonly replies = new Map<string, StoredReply>();
  private readonly failures = new Map<string, StoredFailure[]>();
  private readonly known = new Set<string>();
  private readonly recorded = new Set<string>();
  private readonly exportTimes = new Map<string, string>();
  private readonly submissions = new Map<string, Submission>();
  private latestExport: ExportRound | undefined;
  readonly learned: LearnedRefusal[] = [];

  private constructor(
    private readonly file: string,
    private readonly appenders: OpenAppenders,
    /** Whether the run had no journal before. */
    readonly isNew: boolean,
  ) {}

  /** @throws AssayError `cannot-write`; DataError for a damaged journal. */
  static async open(run: string): Promise<BatchState> {
    const file = batchPaths.state(run);
    const isNew = !existsSync(file);
    const appenders = new OpenAppenders();
    // What a crash left is cut off before it is read.
    await appenders.use(file, () => Promise.resolve());
    const state = new BatchState(file, appenders, isNew);
    if (isNew) return state;
    try {
      // The file is assay's own journal.
      for (const { value } of readJsonLines(file)) state.apply(value as Entry);
    } catch (error) {
      await state.close();
      throw error;
    }
    return state;
  }

  reply(customId: string): StoredReply | undefined {
    return this.replies.get(customId);
  }

  /** Whether a reply stands in a record already, so that its cost must not be counted again. */
  isRecorded(customId: string): boolean {
    return this.recorded.has(customId);
  }

  /** Failed attempts since the request was last settled. */
  failuresOf(customId: string): readonly StoredFailure[] {
    return this.failures.get(customId) ?? [];
  }

  /** Whether the request was ever written to a file or submitted. */
  isKnown(customId: string): boolean {
    return this.known.has(customId);
  }

  /** Batches that have not ended, as far as is known. */
  get open(): readonly Submission[] {
    return [...this.submissions.values()];
  }

  /** The latest files that were written. */
  get lastExport(): ExportRound | undefined {
    return this.latestExport;
  }

  /** When a request was last written to a file, ISO 8601 in UTC. */
  exportedAt(customId: string): string | undefined {
    return this.exportTimes.get(customId);
  }

  noteReply(customId: string, reply: StoredReply): Promise<void> {
    return this.note({ type: "reply", customId, ...reply });
  }

  noteFailure(customId: string, failure: StoredFailure): Promise<void> {
    return this.note({ type: "failure", customId, ...failure });
  }

  async noteSettled(customIds: readonly string[], recorded: readonly string[]): Promise<void> {
    if (customIds.length > 0) await this.note({ type: "settled", customIds, recorded });
  }

  noteLearned(refusal: LearnedRefusal): Promise<void> {
    return this.note({ type: "learned", ...refusal });
  }

  noteExport(round: ExportRound): Promise<void> {
    return this.note({ type: "exported", ...round });
  }

  /** Must be on disk before the endpoint is asked: otherwise a kill in between would submit the batch twice. */
  noteSubmitting(submission: Submission): Promise<void> {
    return this.note({ type: "submitting", ...submission });
  }

  noteSubmitted(submission: string, batch: string): Promise<void> {
    return this.note({ type: "submitted", submission, batch });
  }

  noteEnded(submission: string, status: string): Promise<void> {
    return this.note({ type: "ended", submission, status });
  }

  close(): Promise<void> {
    return this.appenders.close();
  }

  private async note(entry: Entry): Promise<void> {
    await this.appenders.append(this.file, entry);
    this.apply(entry);
  }

  private apply(entry: Entry): void {
    switch (entry.type) {
      case "reply":
        this.replies.set(entry.customId, entry);
        return;
      case "failure":
        this.failures.set(entry.customId, [...this.failuresOf(entry.customId), entry]);
        return;
      case "settled":
        for (const id of entry.customIds) this.failures.delete(id);
        for (const id of entry.recorded) this.recorded.add(id);
        return;
      case "learned":
        this.learned.push(entry);
        return;
      case "exported":
        for (const id of entry.customIds) {
          this.known.add(id);
          this.exportTimes.set(id, entry.at);
        }
        this.latestExport = entry;
        return;
      case "submitting":
        for (const id of entry.customIds) this.known.add(id);
        this.submissions.set(entry.submission, entry);
        return;
      case "submitted": {
        const submission = this.submissions.get(entry.submission);
        if (submission !== undefined)
          this.submissions.set(entry.submission, { ...submission, batch: entry.batch });
        return;
      }
      case "ended":
        this.submissions.delete(entry.submission);
    }
  }
}
