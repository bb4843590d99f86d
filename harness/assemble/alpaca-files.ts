/** AlpacaEval's files from a run folder and back. */
export { exportAlpacaEval } from "./alpaca-export.js";
export { importAlpacaEval } from "./alpaca-import.js";
