import type { SuiteSampling } from "../harness/core/records.js";

/** How MT-Bench samples answers: `temperature_config` and `--max-new-token` of FastChat's `llm_judge`. */
export const MT_BENCH_SAMPLING: SuiteSampling = {
  maxTokens: 1024,
  temperature: 0.7,
  temperatureByCategory: {
    writing: 0.7,
    roleplay: 0.7,
    extraction: 0,
    math: 0,
    coding: 0,
    reasoning: 0,
    stem: 0.1,
    humanities: 0.1,
  },
};
