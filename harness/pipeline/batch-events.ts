import type { CallStage } from "./dispatch/events.js";

/** A batch as its events name it. */
export interface BatchName {
  /** The endpoint's id. */
  readonly batch: string;
  readonly stage: CallStage;
  /** Display id. */
  readonly model: string;
}

/** What happens to batches; worth a line in a log. */
export type BatchEvent =
  | (BatchName & { readonly type: "submitted"; readonly requests: number })
  /** An earlier process submitted it. */
  | (BatchName & { readonly type: "resumed"; readonly requests: number })
  | (BatchName & {
      readonly type: "progressed";
      /** The endpoint's word, such as `in_progress`. */
      readonly status: string;
      readonly completed: number;
      readonly failed: number;
      readonly total: number;
    })
  | (BatchName & {
      readonly type: "ended";
      readonly status: string;
      readonly replies: number;
      readonly failures: number;
    })
  /** The endpoint did not take it as a whole; nothing was asked. */
  | (BatchName & { readonly type: "refused"; readonly message: string })
  /** It goes on at the endpoint although the run has stopped. */
  | (BatchName & { readonly type: "left-running" });
