import { isoTime } from "../../core/clock.js";
import { presentFields } from "../../core/present-fields.js";
import type { Attempt, CallRecord, Generation, Usage } from "../../core/records.js";
import { believableUsage } from "./cost.js";

/** An attempt as it is recorded, before it is known whether it needs to be. */
export interface AttemptTrace {
  readonly startedAtEpochMs: number;
  readonly latencyMs: number;
  readonly replica: string | undefined;
  /** Tokens and dollars of a reply that could not be used. */
  readonly usage?: Usage | undefined;
  readonly costUsd?: number | undefined;
}

/** Milliseconds as records keep them: finer than a tenth is noise. */
export function roundedMs(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** An attempt for the record. `outcome` is `ok` or the code of the error. */
export function attemptOf(trace: AttemptTrace, outcome: string, status?: number): Attempt {
  return {
    at: isoTime(trace.startedAtEpochMs),
    latencyMs: roundedMs(trace.latencyMs),
    outcome,
    ...(status === undefined ? {} : { status }),
    ...(trace.replica === undefined ? {} : { replica: trace.replica }),
    ...(trace.usage === undefined ? {} : { usage: trace.usage }),
    ...(trace.costUsd === undefined ? {} : { costUsd: trace.costUsd }),
  };
}

/** The facts of a generation that every record of its call keeps. */
export function callRecordOf(
  generation: Generation,
  facts: Pick<CallRecord, "latencyMs" | "costUsd" | "attempts" | "source">,
): CallRecord {
  const { endpointModel, systemFingerprint, finishReason } = generation;
  const { droppedParameters, reducedMaxTokens, promptCut } = generation;
  const usage = believableUsage(generation.usage);
  return {
    ...(endpointModel === undefined ? {} : { endpointModel }),
    ...(systemFingerprint === undefined ? {} : { systemFingerprint }),
    ...(usage === undefined ? {} : { usage }),
    finishReason,
    ...facts,
    latencyMs: roundedMs(facts.latencyMs),
    ...presentFields({ droppedParameters, reducedMaxTokens, promptCut }),
  };
}
