import type { Answer, Judgment, Warning } from "../core/records.js";
import type { BatchEvent } from "./batch-events.js";
import type { DispatchEvent } from "./dispatch/events.js";

/** What a run tells while it goes on; nothing in it is a secret. */
export type RunEvent =
  /** Sent once, before the first call. */
  | { readonly type: "planned"; readonly answers: number; readonly judgments: number }
  /** A record was there already and is used again. */
  | { readonly type: "kept"; readonly stage: "answers" | "judgments"; readonly failed: boolean }
  /** A record was obtained and is on disk. */
  | { readonly type: "answer"; readonly answer: Answer }
  | { readonly type: "judgment"; readonly judgment: Judgment }
  /** Sent once, when nothing more is asked for and the figures are made. */
  | { readonly type: "scoring" }
  | { readonly type: "warning"; readonly warning: Warning }
  | { readonly type: "dispatch"; readonly event: DispatchEvent }
  | { readonly type: "batch"; readonly event: BatchEvent };

/** Receives {@link RunEvent}s; must not throw. */
export type RunListener = (event: RunEvent) => void;
