import type { RunConfig } from "../config/resolve.js";
import type { JudgeEntry, ModelEntry } from "../config/schema.js";
import { ConfigError } from "../core/errors.js";
import type { Model } from "../core/records.js";
import { isEndpointModel } from "../models/endpoint-model.js";
import { isReplay } from "../pipeline/dispatch/cost.js";

/** A model of a run and the configuration that it comes from, where it has an entry of its own. */
export interface ConfiguredModel {
  readonly model: Model;
  readonly entry?: ModelEntry | JudgeEntry | undefined;
}

function refuse(model: Model): ConfigError {
  const isReplicated = "lease" in model;
  return new ConfigError(
    isReplicated
      ? `model "${model.id}" has several base URLs and cannot be asked in batches`
      : `model "${model.id}" (adapter ${String(model.identity.adapter)}) cannot be asked in batches`,
    {
      code: "batch-not-possible",
      remedy: isReplicated
        ? "Name one base URL for batches, or set `batch: false` for this model in the config file."
        : "Batches need an OpenAI-compatible endpoint: set `batch: false` for this model in the config file, or use --no-batch.",
    },
  );
}

/**
 * The models that are asked in batches: those whose entry says `batch: true`, and with `--batch` all whose entry does
 * not say `batch: false`. Recorded answers are read, not asked.
 * @throws ConfigError `batch-not-possible` for adapters without batches.
 */
export function batchedModels(
  config: Pick<RunConfig, "batch">,
  configured: readonly ConfiguredModel[],
): ReadonlySet<Model> {
  const found = new Set<Model>();
  for (const { model, entry } of configured) {
    if (!(entry?.batch ?? config.batch ?? false) || isReplay(model)) continue;
    if (!isEndpointModel(model)) throw refuse(model);
    found.add(model);
  }
  return found;
}
