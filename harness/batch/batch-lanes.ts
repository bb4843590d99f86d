import type { Clock } from "../core/clock.js";
import type { EndpointModel } from "../models/endpoint-model.js";
import type { BatchEvent } from "../pipeline/batch-events.js";
import type { CallStage } from "../pipeline/dispatch/events.js";
import type { RunListener } from "../pipeline/events.js";
import { BatchEndpoint } from "./batch-endpoint.js";
import { type BatchFileLimits, batchFileLimits, groupKey } from "./batch-request.js";
import type { BatchMeans, BatchSession } from "./batch-session.js";
import type { Submission } from "./batch-state.js";

/** What rounds over an endpoint's Batch API need besides {@link BatchMeans}. */
export interface BatchRoundsMeans extends BatchMeans {
  readonly clock: Clock;
  /** Gentle stop: batches go on at the endpoint, and the next run picks them up. */
  readonly stop?: AbortSignal | undefined;
  /** Hard stop: requests under way are cut off too. */
  readonly abort?: AbortSignal | undefined;
  /** Between two looks at the batches. */
  readonly pollMs: number;
  readonly budgetUsd?: number | undefined;
  /** Dollars that earlier runs on the folder spent, as its records say. */
  readonly spentUsd: number;
  readonly onBudgetReached: (spentUsd: number) => void;
  /** Limits of a batch file; OpenAI's by default. */
  readonly limits?: BatchFileLimits;
}

/** A batch whose id at the endpoint is known. */
export type RunningBatch = Submission & { readonly batch: string };

/** Requests of one stage and model, as their endpoint is found to take them. */
export interface Lane {
  readonly endpoint: BatchEndpoint;
  readonly model: EndpointModel;
  /** Requests per file; halved when the endpoint says that too much waits. */
  mostRequests: number;
  /** One batch of the endpoint at a time, since more were too much. */
  oneByOne: boolean;
  /** Nothing more is submitted or looked at by this process. */
  closed: boolean;
  /** Since when it could not be reached; monotonic. */
  unreachableSinceMs: number | undefined;
}

/** The lanes of a run, and what submitting and collecting share. */
export class BatchLanes {
  private readonly lanes = new Map<string, Lane>();

  constructor(
    readonly session: BatchSession,
    readonly means: BatchRoundsMeans,
    private readonly listener: RunListener,
  ) {}

  get isStopped(): boolean {
    return this.means.stop?.aborted === true || this.means.abort?.aborted === true;
  }

  /** Dollars spent on the folder, all runs together. */
  get spentUsd(): number {
    return this.means.spentUsd + this.session.spentUsd;
  }

  /** Dollars that batches under way may cost at most. */
  get reservedUsd(): number {
    return this.session.state.open.reduce((sum, one) => sum + one.reservedUsd, 0);
  }

  /** Batches that this process looks at. */
  get followed(): RunningBatch[] {
    return this.session.state.open.flatMap((one) => {
      const { batch } = one;
      const isOpen = this.lanes.get(groupKey(one.stage, one.model))?.closed === false;
      return isOpen && batch !== undefined ? [{ ...one, batch }] : [];
    });
  }

  /** The lane of a batch, where there is one. */
  find({ stage, model }: Submission): Lane | undefined {
    return this.lanes.get(groupKey(stage, model));
  }

  /** The lane of a model; made when first asked for. */
  of(stage: CallStage, model: EndpointModel): Lane {
    const key = groupKey(stage, model.id);
    const lane = this.lanes.get(key) ?? {
      endpoint: new BatchEndpoint(model, this.means.abort),
      model,
      mostRequests: this.limits.requests,
      oneByOne: false,
      closed: false,
      unreachableSinceMs: undefined,
    };
    this.lanes.set(key, lane);
    return lane;
  }

  get limits(): BatchFileLimits {
    return this.means.limits ?? batchFileLimits;
  }

  tell(event: BatchEvent): void {
    this.listener({ type: "batch", event });
  }

  warn(code: string, message: string): void {
    this.listener({ type: "warning", warning: { code, message } });
  }

  /** Waits between two looks; false when the run was stopped meanwhile. */
  async wait(): Promise<boolean> {
    try {
      await this.means.clock.sleep(this.means.pollMs, this.means.stop);
      return !this.isStopped;
    } catch (error) {
      if (this.isStopped) return false;
      throw error;
    }
  }
}
