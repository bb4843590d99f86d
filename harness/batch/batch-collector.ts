import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DataError, EndpointError } from "../core/errors.js";
import { makeFolder } from "../core/make-folder.js";
import type { BatchView } from "./batch-endpoint.js";
import type { BatchLanes, Lane, RunningBatch } from "./batch-lanes.js";
import type { BatchRequest } from "./batch-request.js";
import { batchPaths } from "./batch-state.js";
import {
  noteMissing,
  nothingTaken,
  type TakenResults,
  type TakingContext,
  takeResults,
} from "./take-results.js";

/** Words by which endpoints say that more waits than the account may have waiting. */
const TOO_MUCH_WAITS = /token_limit|enqueued|rate_limit|too many/i;
/** How long an endpoint may be out of reach before the run ends; its batches go on meanwhile. */
const GIVE_UP_AFTER_MS = 3_600_000;

/** Looks at batches until they end, and takes their results into the journal. */
export class BatchCollector {
  private readonly lastSeen = new Map<string, string>();

  constructor(private readonly lanes: BatchLanes) {}

  private get state() {
    return this.lanes.session.state;
  }

  /** Returns when at least one batch has ended, when none is left that can be looked at, or when the run stops. */
  async collect(due: ReadonlyMap<string, BatchRequest>): Promise<void> {
    for (;;) {
      let hasEnded = false;
      for (const batch of this.lanes.followed) {
        const lane = this.lanes.find(batch);
        if (lane === undefined || this.lanes.isStopped) continue;
        if (await this.look(lane, batch, due)) hasEnded = true;
      }
      if (hasEnded || this.lanes.followed.length === 0) return;
      if (!(await this.lanes.wait())) return;
    }
  }

  /** Looks at one batch. True when it has ended and its results are in the journal. */
  private async look(
    lane: Lane,
    open: RunningBatch,
    due: ReadonlyMap<string, BatchRequest>,
  ): Promise<boolean> {
    try {
      const view = await lane.endpoint.view(open.batch);
      if (view.hasEnded) await this.finish(lane, open, view, due);
      else this.tellProgress(open, view);
      lane.unreachableSinceMs = undefined;
      return view.hasEnded;
    } catch (error) {
      if (!(error instanceof EndpointError)) throw error;
      if (this.lanes.isStopped) return false;
      const nowMs = this.lanes.means.clock.monotonic();
      lane.unreachableSinceMs ??= nowMs;
      if (error.retryable && nowMs - lane.unreachableSinceMs < GIVE_UP_AFTER_MS) return false;
      lane.closed = true;
      this.lanes.warn(
        "batch-not-reached",
        `batch ${open.batch} of ${open.model} cannot be followed: ${error.message}`,
      );
      return false;
    }
  }

  private tellProgress({ batch, stage, model }: RunningBatch, view: BatchView): void {
    const { status, completed, failed, total } = view;
    const seen = `${status} ${completed} ${failed}`;
    if (this.lastSeen.get(batch) === seen) return;
    this.lastSeen.set(batch, seen);
    this.lanes.tell({ type: "progressed", batch, stage, model, status, completed, failed, total });
  }

  private async finish(
    lane: Lane,
    open: RunningBatch,
    view: BatchView,
    due: ReadonlyMap<string, BatchRequest>,
  ): Promise<void> {
    const { batch, stage, model, submission } = open;
    if (view.status === "failed") {
      await this.state.noteEnded(submission, view.status);
      this.lanes.tell({ type: "refused", batch, stage, model, message: view.problems });
      this.afterRefusal(lane, open, view);
      return;
    }
    const taken = nothingTaken();
    const context = this.lanes.session.takingContext(due, submission, () => open.at);
    for (const fileId of [view.outputFile, view.errorFile]) {
      if (fileId !== undefined) await this.takeFile(lane, fileId, submission, taken, context);
    }
    if (view.status === "cancelled") {
      lane.closed = true;
      this.lanes.warn(
        "batch-cancelled",
        `batch ${batch} of ${model} was cancelled; the same command submits the rest`,
      );
    } else {
      await noteMissing(open.customIds, taken, missingError(view.status), context);
    }
    await this.state.noteEnded(submission, view.status);
    const { replies, failures } = taken;
    this.lanes.tell({ type: "ended", batch, stage, model, status: view.status, replies, failures });
  }

  /** A batch that is too much for the account comes back in halves; any other refusal needs the user. */
  private afterRefusal(lane: Lane, open: RunningBatch, view: BatchView): void {
    const size = open.customIds.length;
    if (TOO_MUCH_WAITS.test(view.problems) && (size > 1 || this.lanes.followed.length > 0)) {
      lane.oneByOne = true;
      lane.mostRequests = Math.max(1, Math.ceil(Math.min(lane.mostRequests, size) / 2));
      return;
    }
    lane.closed = true;
    this.lanes.warn(
      "batch-refused",
      `${lane.model.endpoint} refused a batch of ${open.model}: ${view.problems}`,
    );
  }

  private async takeFile(
    lane: Lane,
    fileId: string,
    submission: string,
    taken: TakenResults,
    context: TakingContext,
  ): Promise<void> {
    const folder = batchPaths.folder(this.lanes.means.run);
    makeFolder(folder);
    const path = join(folder, `${submission}.results.jsonl`);
    try {
      await lane.endpoint.download(fileId, path);
      await takeResults(path, taken, context);
    } catch (error) {
      if (error instanceof DataError) this.lanes.warn("batch-results-damaged", error.message);
      // A file that is gone leaves its requests without results; they are asked again.
      else if (!(error instanceof EndpointError && error.status === 404)) throw error;
    } finally {
      await rm(path, { force: true });
    }
  }
}

/** The error of a request without a line in the result files. */
function missingError(status: string): EndpointError {
  return status === "expired"
    ? new EndpointError("the batch expired before this request was made", {
        code: "timeout",
        retryable: true,
      })
    : new EndpointError("the files of the batch hold no result of this request", {
        code: "invalid-response",
        retryable: true,
      });
}
