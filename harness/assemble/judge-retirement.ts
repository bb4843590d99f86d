import { type JudgeModelNotice, judgeModelNotice } from "../../judges/retired-judge-models.js";
import type { Model } from "../core/records.js";

/**
 * What is to be said of a judge model that its provider has shut down or will, whatever endpoint it is asked at; undefined
 * for recordings, which cannot retire.
 * @param nowMs milliseconds since the epoch
 */
export function retirementOf({ identity }: Model, nowMs: number): JudgeModelNotice | undefined {
  if (typeof identity.model !== "string" || identity.adapter === "replay") return undefined;
  return judgeModelNotice(identity.model, nowMs);
}
