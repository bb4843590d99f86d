import { ConfigError } from "../core/errors.js";
import { presentFields } from "../core/present-fields.js";
import type { JudgeEntry } from "./entries.js";

/** Keys that `reward` decides. */
const DECIDED = ["adapter", "baseUrl", "baseUrls", "protocol", "template"] as const;

/**
 * A judge's entry with `reward`, as the adapter and the judge of that name want it; any other entry as it is.
 * @throws ConfigError for an entry that says the same twice.
 */
export function withRewardModel(entry: JudgeEntry): JudgeEntry {
  const { reward, ...rest } = entry;
  if (reward === undefined) return entry;
  const twice = DECIDED.find((key) => entry[key] !== undefined);
  if (twice !== undefined) {
    throw new ConfigError(
      `judge "${entry.id ?? entry.model ?? reward.endpoint}" has both "reward" and "${twice}"`,
      {
        code: "reward-and-endpoint",
        remedy: `Leave ${twice} out: reward says where and how the reward model is asked.`,
      },
    );
  }
  const { endpoint, shape, template, activation, label, epsilon, preference, batch } = reward;
  return {
    ...rest,
    adapter: "reward",
    baseUrl: endpoint,
    protocol: shape === "rerank" ? "reranker" : "reward",
    ...(template === undefined || template === "server" ? {} : { template: template.file }),
    options: {
      ...rest.options,
      ...presentFields({ shape, activation, label, epsilon, preference, batch }),
    },
  };
}
