import { AssayError, messageOf } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";

/** One thing that `assay doctor` looked at. */
export interface Check {
  /** What it is about. */
  readonly area: "machine" | "configuration" | "suite" | "key" | "model" | "judge" | "plan" | "output";
  /** Which one, such as a model's id. */
  readonly subject: string;
  /** `warning`: a run would work, but something should be known. `failed`: a run would fail. */
  readonly outcome: "ok" | "warning" | "failed";
  /** One sentence. */
  readonly message: string;
  /** What to do, for what is not ok. */
  readonly remedy?: string;
  /** Stable code of the error, where one was met. */
  readonly code?: string;
  /** For endpoints: how long the call took and what the endpoint said it is. */
  readonly latencyMs?: number;
  readonly endpoint?: string;
  readonly endpointModel?: string;
  readonly droppedParameters?: readonly string[];
}

/** Area and subject of checks that are about one thing. */
export type Subject = Pick<Check, "area" | "subject">;

/** A check that went well. */
export function passed(about: Subject, message: string): Check {
  return { ...about, outcome: "ok", message };
}

/** A check that does not stop a run. */
export function warned(about: Subject, message: string, remedy?: string): Check {
  return { ...about, outcome: "warning", message, ...presentFields({ remedy }) };
}

/** What a thrown error says, as a check. Errors that assay did not foresee are told, too: doctor goes on. */
export function failedWith(about: Subject, error: unknown): Check {
  if (!(error instanceof AssayError)) return { ...about, outcome: "failed", message: messageOf(error) };
  const { message, remedy, code } = error;
  return { ...about, outcome: "failed", message, code, ...presentFields({ remedy }) };
}
