import { randomUUID } from "node:crypto";
import { isoTime } from "../core/clock.js";
import { EndpointError } from "../core/errors.js";
import { highestCostOf, priceOf } from "../pipeline/dispatch/cost.js";
import type { CallStage } from "../pipeline/dispatch/events.js";
import type { BatchLanes, Lane } from "./batch-lanes.js";
import { type BatchFile, type BatchRequest, groupRequests, splitIntoFiles } from "./batch-request.js";
import type { Submission } from "./batch-state.js";

/** Hands requests to Batch APIs, within the budget, and never one that is under way. */
export class BatchSubmitter {
  constructor(private readonly lanes: BatchLanes) {}

  private get state() {
    return this.lanes.session.state;
  }

  /** Submits whatever is due and fits. */
  async submit(due: ReadonlyMap<string, BatchRequest>): Promise<void> {
    const underWay = new Set(this.state.open.flatMap((one) => one.customIds));
    const waiting = [...due.values()].filter(({ customId }) => !underWay.has(customId));
    let isShort = false;
    for (const { stage, model, requests } of groupRequests(waiting)) {
      const [endpointModel] = this.lanes.session.endpointModels(stage, model.id);
      if (endpointModel === undefined) continue;
      const lane = this.lanes.of(stage, endpointModel);
      if (lane.closed) continue;
      const affordable = this.affordable(requests);
      if (affordable.length < requests.length) isShort = true;
      await this.submitGroup(lane, stage, affordable);
    }
    if (isShort && this.state.open.length === 0) this.lanes.means.onBudgetReached(this.lanes.spentUsd);
  }

  /** The first requests that fit into the budget beside all that is under way, each at the most it can cost. */
  private affordable(requests: readonly BatchRequest[]): readonly BatchRequest[] {
    const { budgetUsd } = this.lanes.means;
    if (budgetUsd === undefined) return requests;
    let heldUsd = this.lanes.spentUsd + this.lanes.reservedUsd;
    for (const [index, request] of requests.entries()) {
      heldUsd += this.highestCostUsd(request);
      if (heldUsd > budgetUsd) return requests.slice(0, index);
    }
    return requests;
  }

  private highestCostUsd({ model, request }: BatchRequest): number {
    const price = priceOf(model, this.lanes.means.prices);
    return price === undefined ? 0 : highestCostOf(model, request, price);
  }

  private async submitGroup(lane: Lane, stage: CallStage, requests: readonly BatchRequest[]): Promise<void> {
    const limits = { ...this.lanes.limits, requests: lane.mostRequests };
    for (const file of splitIntoFiles(requests, limits)) {
      if (lane.closed || this.lanes.isStopped) return;
      const isBusy = this.lanes.followed.some((one) => one.endpoint === lane.model.endpoint);
      if (lane.oneByOne && isBusy) return;
      await this.submitFile(lane, stage, file);
    }
  }

  private async submitFile(lane: Lane, stage: CallStage, { lines, requests }: BatchFile): Promise<void> {
    const submission: Submission = {
      submission: randomUUID(),
      at: isoTime(this.lanes.means.clock.now()),
      stage,
      model: lane.model.id,
      endpoint: lane.model.endpoint,
      customIds: requests.map(({ customId }) => customId),
      reservedUsd: requests.reduce((sum, request) => sum + this.highestCostUsd(request), 0),
    };
    await this.state.noteSubmitting(submission);
    for (let attempt = 0; ; attempt++) {
      try {
        const batch = await this.handOver(lane, submission, lines, attempt > 0);
        await this.state.noteSubmitted(submission.submission, batch);
        this.lanes.tell({ type: "submitted", batch, stage, model: lane.model.id, requests: lines.length });
        return;
      } catch (error) {
        const isEndpoints = error instanceof EndpointError;
        // After a failure that may be fixed it is not known whether a batch was created: the next run looks first.
        if (!isEndpoints || !error.retryable)
          await this.state.noteEnded(submission.submission, "never-created");
        if (!isEndpoints) throw error;
        if (error.retryable && attempt < this.lanes.means.maxRetries && (await this.lanes.wait())) continue;
        lane.closed = true;
        if (this.lanes.isStopped) return;
        this.lanes.warn(
          "batch-not-submitted",
          `no batch could be submitted for ${lane.model.id}: ${error.message}`,
        );
        return;
      }
    }
  }

  /** @param again An earlier attempt whose answer was lost may have created the batch. */
  private async handOver(
    lane: Lane,
    { submission }: Submission,
    lines: readonly string[],
    again: boolean,
  ): Promise<string> {
    const found = again ? await lane.endpoint.find(submission) : undefined;
    if (found !== undefined) return found;
    const fileName = `assay-${submission}.jsonl`;
    return lane.endpoint.submit({ lines, fileName, path: lane.model.wire.path, submission });
  }
}
