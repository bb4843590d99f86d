import { readFile } from "node:fs/promises";
import type { AssetUse } from "../harness/core/records.js";
import type { JudgeDefinition } from "./configured-judge.js";
import { assetUse, type JudgeContext } from "./judge-context.js";

/** A definition whose prompt is an asset. */
interface ShippedDefinition extends Omit<JudgeDefinition, "prompt" | "file"> {
  readonly promptAsset: string;
}

/** AlpacaEval 2's way, whatever the judge model. */
function weighted(name: string, defaultModel: string): ShippedDefinition {
  return {
    name,
    promptAsset: "alpaca-eval/judges/alpaca_eval_clf_gpt4_turbo/alpaca_eval_clf",
    defaultModel,
    // The temperature does not touch the log-probabilities; it is alpaca_eval's.
    parameters: { maxTokens: 1, temperature: 1, topLogprobs: 5 },
    parser: { kind: "logprobs", first: "m", second: "M", position: 0, binary: false },
    orders: "seeded",
    seed: "0",
  };
}

/** The judge configurations of alpaca_eval that assay knows by name: its `evaluators_configs`, as data. */
export const SHIPPED_DEFINITIONS: readonly ShippedDefinition[] = [
  {
    name: "alpaca_eval_gpt4",
    promptAsset: "alpaca-eval/judges/alpaca_eval_gpt4/alpaca_eval",
    defaultModel: "gpt-4",
    parameters: { maxTokens: 100, temperature: 0 },
    parser: { kind: "ranking", first: "model_1", second: "model_2" },
    orders: "seeded",
    seed: "0",
  },
  weighted("weighted_alpaca_eval_gpt4_turbo", "gpt-4-1106-preview"),
  weighted("weighted_alpaca_eval_gpt4.1", "gpt-4.1-2025-04-14"),
];

/** Completes a shipped definition with its prompt. @throws DataError when the prompt cannot be had. */
export async function completeDefinition(
  name: string,
  context: JudgeContext,
): Promise<{ readonly definition: JudgeDefinition; readonly assets: readonly AssetUse[] }> {
  const shipped = SHIPPED_DEFINITIONS.find((one) => one.name === name);
  if (shipped === undefined) throw new Error(`no judge definition is called ${name}`);
  const { promptAsset, ...rest } = shipped;
  const file = await context.locateAsset(promptAsset);
  const prompt = await readFile(file.path, "utf8");
  return { definition: { ...rest, prompt, file: file.path }, assets: [assetUse(promptAsset, file)] };
}
