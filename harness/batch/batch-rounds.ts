import { ConfigError, EndpointError } from "../core/errors.js";
import { isEndpointModel } from "../models/endpoint-model.js";
import type { ExecuteOptions } from "../pipeline/execute.js";
import type { Plan } from "../pipeline/plan.js";
import { BatchCollector } from "./batch-collector.js";
import { BatchEndpoint } from "./batch-endpoint.js";
import { BatchLanes, type BatchRoundsMeans, type Lane } from "./batch-lanes.js";
import { BatchSession } from "./batch-session.js";
import { BatchSubmitter } from "./batch-submitter.js";

/**
 * Carries out a plan over Batch APIs, in rounds: whatever is due is submitted, one batch per stage and model; when a
 * batch has ended its results become records, and what has become due (second turns, judgments, failures that may
 * yet succeed) goes into the next. The journal knows every batch, so that a process that is killed submits none twice.
 * @throws ConfigError `batches-not-supported`, `batch-elsewhere`
 */
export async function executeInBatches(
  plan: Plan,
  options: ExecuteOptions,
  means: BatchRoundsMeans,
): Promise<void> {
  const session = await BatchSession.open(plan, options, means);
  const { state } = session;
  const lanes = new BatchLanes(session, means, options.listener);
  const submitter = new BatchSubmitter(lanes);
  const collector = new BatchCollector(lanes);
  try {
    if (state.isNew) await checkEndpoints(means);
    await adopt(lanes);
    while (!lanes.isStopped) {
      const due = await session.carryOut(lanes.spentUsd + lanes.reservedUsd);
      if (lanes.isStopped) break;
      await submitter.submit(due);
      if (lanes.followed.length === 0) break;
      await collector.collect(due);
    }
    for (const { batch, stage, model } of state.open) {
      if (batch !== undefined) lanes.tell({ type: "left-running", batch, stage, model });
    }
  } finally {
    await session.close();
  }
}

/** One question to each endpoint, before anything is paid for. */
async function checkEndpoints({ batched, abort }: BatchRoundsMeans): Promise<void> {
  const byEndpoint = new Map([...batched].filter(isEndpointModel).map((model) => [model.endpoint, model]));
  for (const model of byEndpoint.values()) await new BatchEndpoint(model, abort).check();
}

/** Takes up the batches of earlier processes, among them one that was killed in the middle of a submission. */
async function adopt(lanes: BatchLanes): Promise<void> {
  const { session } = lanes;
  for (const { stage, model: id, submission, endpoint, batch: known, customIds } of session.state.open) {
    const [model] = session.endpointModels(stage, id);
    if (model === undefined) {
      const message = `batch ${known ?? submission} (${id}) is not part of this run any more and is left alone`;
      lanes.warn("batch-not-asked", message);
      continue;
    }
    if (model.endpoint !== endpoint) {
      throw new ConfigError(
        `a batch of ${id} runs at ${endpoint}, but the model is now at ${model.endpoint}`,
        {
          code: "batch-elsewhere",
          remedy: "Use the endpoint that the run was begun with until its batches have ended.",
        },
      );
    }
    const lane = lanes.of(stage, model);
    const batch = known ?? (await findPatiently(lanes, lane, submission));
    if (lane.closed) continue;
    if (batch === undefined) {
      await session.state.noteEnded(submission, "never-created");
      continue;
    }
    if (known === undefined) await session.state.noteSubmitted(submission, batch);
    lanes.tell({ type: "resumed", batch, stage, model: id, requests: customIds.length });
  }
}

/** Looks for a batch of which it is not known whether it was created; closes the lane when that cannot be found out. */
async function findPatiently(lanes: BatchLanes, lane: Lane, submission: string): Promise<string | undefined> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await lane.endpoint.find(submission);
    } catch (error) {
      if (!(error instanceof EndpointError)) throw error;
      if (error.retryable && attempt < lanes.means.maxRetries && (await lanes.wait())) continue;
      lane.closed = true;
      if (!lanes.isStopped)
        lanes.warn(
          "batch-not-reached",
          `${lane.model.endpoint} cannot be asked for its batches: ${error.message}`,
        );
      return undefined;
    }
  }
}
