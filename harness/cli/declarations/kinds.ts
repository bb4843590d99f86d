import { nameOf, text, texts } from "../../config/option-kinds.js";

/** Several paths or names, one word each. */
export const manyTexts = texts("PATH", (z) => z.array(nameOf(z)));
/** The config file of a run. */
export const configFile = { kind: text("FILE"), help: "config file: YAML, JSON or a module" } as const;
/** The run folder that a command works on. */
export const runFolder = { kind: text("RUN"), help: "run folder", required: true } as const;
/** Where AlpacaEval's calibration files are. */
export const calibration = {
  kind: text("FOLDER"),
  help: "folder with AlpacaEval's df_gamed.csv and instruction_difficulty.csv",
} as const;
