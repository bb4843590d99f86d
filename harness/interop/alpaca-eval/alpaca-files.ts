/** AlpacaEval's files from a run folder and back. */
export { exportAlpacaEval } from "./export-run.js";
export { importAlpacaEval } from "./import-run.js";
