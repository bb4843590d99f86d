import { z } from "zod";
import { anyRecord } from "../results/checked.js";

const perturbation = z.looseObject({ name: z.string() });

const stat = z.looseObject({
  name: z.looseObject({
    name: z.string(),
    split: z.string().nullish(),
    sub_split: z.string().nullish(),
    perturbation: perturbation.nullish(),
  }),
  count: z.number().nullish(),
  sum: z.number().nullish(),
  mean: z.number().nullish(),
  min: z.number().nullish(),
  max: z.number().nullish(),
  variance: z.number().nullish(),
  stddev: z.number().nullish(),
});

/** `stats.json`. */
export const statsSchema = z.array(stat);

/** `run_spec.json`. */
export const runSpecSchema = z.looseObject({
  name: z.string(),
  adapter_spec: z.looseObject({
    model: z.string().nullish(),
    model_deployment: z.string().nullish(),
    max_eval_instances: z.number().nullish(),
  }),
  scenario_spec: anyRecord.nullish(),
  groups: z.array(z.string()).nullish(),
});

/** `per_instance_stats.json`. */
export const instanceStatsSchema = z.array(
  z.looseObject({
    instance_id: z.string(),
    train_trial_index: z.number().nullish(),
    perturbation: perturbation.nullish(),
    stats: z.array(stat),
  }),
);

const text = z.looseObject({ text: z.string() });

/** `scenario_state.json`, as far as it is read. */
export const stateSchema = z.looseObject({
  request_states: z.array(
    z.looseObject({
      instance: z.looseObject({
        id: z.string().nullish(),
        input: text,
        references: z.array(z.looseObject({ output: text, tags: z.array(z.string()).nullish() })).nullish(),
        perturbation: perturbation.nullish(),
      }),
      train_trial_index: z.number().nullish(),
      result: z
        .looseObject({
          success: z.boolean().nullish(),
          error: z.string().nullish(),
          completions: z.array(text).nullish(),
        })
        .nullish(),
    }),
  ),
});

/** Checked forms of them. */
export type HelmStat = z.output<typeof stat>;
/** What was run. */
export type HelmRunSpec = z.output<typeof runSpecSchema>;
/** Figures of single instances. */
export type HelmInstanceStats = z.output<typeof instanceStatsSchema>;
/** What was asked and answered. */
export type HelmState = z.output<typeof stateSchema>;
