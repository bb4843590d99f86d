/** Tools whose files hold judged answers, by the name that `--format` takes. */
export const JUDGED_TOOLS = {
  fastchat: "FastChat",
  "alpaca-eval": "AlpacaEval",
  "arena-hard": "Arena-Hard",
  nectar: "Nectar",
} as const;

/** Other harnesses: their items become a run, their figures stand as stated. */
export const HARNESS_TOOLS = {
  "lm-eval": "lm-evaluation-harness",
  inspect: "Inspect",
  evalscope: "evalscope",
  promptfoo: "promptfoo",
  helm: "HELM",
  figures: "figures",
} as const;

/** Layout of another harness's results. */
export type HarnessFormat = keyof typeof HARNESS_TOOLS;

/** A tool whose files can be imported. */
export type ImportFormat = keyof typeof JUDGED_TOOLS | HarnessFormat;

/** Every {@link ImportFormat}, in the order in which help lists them. */
export const importFormats = [...Object.keys(JUDGED_TOOLS), ...Object.keys(HARNESS_TOOLS)] as [
  ImportFormat,
  ...ImportFormat[],
];

/** Whether a format is read as results of another harness. */
export function isHarnessFormat(format: ImportFormat): format is HarnessFormat {
  return format in HARNESS_TOOLS;
}
