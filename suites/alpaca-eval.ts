import { DataError } from "../harness/core/errors.js";
import type { Suite } from "../harness/core/records.js";
import { createSuite } from "./create-suite.js";
import { recordedOutputs } from "./recorded-outputs.js";
import type { SuiteContext } from "./suite-context.js";
import { readSuiteFile } from "./user-suite.js";

interface Version {
  readonly id: string;
  readonly title: string;
  readonly baseline: string;
  readonly judge: string;
}

async function loadVersion(context: SuiteContext, version: Version): Promise<Suite> {
  const assetId = `alpaca-eval/outputs/${version.baseline}`;
  const { path, sha256, pinned } = await context.locateAsset(assetId);
  const { format, questions: read } = await readSuiteFile(path);
  if (format !== "alpaca-eval") {
    throw new DataError("is not AlpacaEval's file of instructions and outputs", {
      code: "bad-asset",
      file: path,
      remedy: `Fetch it again with \`assay data fetch ${assetId}\`.`,
    });
  }
  const questions = read.map((one) => one.question);
  return createSuite({
    id: version.id,
    title: version.title,
    questions,
    sampling: { maxTokens: 2048, temperature: 0 },
    defaultJudge: version.judge,
    defaultMode: "pairwise-baseline",
    defaultBaseline: version.baseline,
    recordedAnswers: recordedOutputs(version.id, read, version.baseline),
    assets: [{ id: assetId, sha256, pinned }],
  });
}

/** AlpacaEval 1: 805 instructions against text_davinci_003. Question ids are row numbers from 0, categories the source data sets. */
export function loadAlpacaEval(context: SuiteContext): Promise<Suite> {
  return loadVersion(context, {
    id: "alpaca-eval",
    title: "AlpacaEval 1",
    baseline: "text_davinci_003",
    judge: "alpaca_eval_gpt4",
  });
}

/** AlpacaEval 2 (Dubois et al. 2024, arXiv 2404.04475): the same 805 instructions against gpt4_1106_preview. */
export function loadAlpacaEval2(context: SuiteContext): Promise<Suite> {
  return loadVersion(context, {
    id: "alpaca-eval-2",
    title: "AlpacaEval 2",
    baseline: "gpt4_1106_preview",
    judge: "weighted_alpaca_eval_gpt4_turbo",
  });
}
