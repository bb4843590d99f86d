import { type JudgeModelNotice, judgeModelNotice } from "../../judges/retired-judge-models.js";
import type { ManifestModel } from "../core/manifest.js";
import type { Services } from "../core/services.js";
import { toldShutdown } from "./told-shutdowns.js";

/** Days before its end from which a judge model's end is a doubt of a report, and not a note. */
const SOON_DAYS = 90;
const DAY_MS = 86_400_000;

/** The parts of a model, or of its entry in a manifest, that tell when it ends. */
type Judging = Pick<ManifestModel, "identity" | "endpoint">;

/**
 * What is to be said of a judge model that its provider has shut down or will: by the word of its endpoint, where that was
 * asked, else by the list that assay holds. Undefined for recordings, which cannot retire.
 */
export function retirementOf(
  { identity, endpoint }: Judging,
  { environment, clock }: Pick<Services, "environment" | "clock">,
): JudgeModelNotice | undefined {
  if (typeof identity.model !== "string" || identity.adapter === "replay") return undefined;
  return judgeModelNotice(
    identity.model,
    clock.now(),
    toldShutdown({ environment }, endpoint, identity.model),
  );
}

/** What a report says of its judge models' end, once each. */
export function judgeNotices(
  judgeModels: readonly Judging[],
  services: Pick<Services, "environment" | "clock">,
): { readonly message: string; readonly isSoon: boolean }[] {
  const soonMs = services.clock.now() + SOON_DAYS * DAY_MS;
  const notices = judgeModels.flatMap((one) => retirementOf(one, services) ?? []);
  return [...new Map(notices.map((one) => [one.message, one])).values()].map(({ message, shutdownOn }) => ({
    message,
    isSoon: Date.parse(`${shutdownOn}T00:00:00Z`) <= soonMs,
  }));
}
