/**
 * assay as a library: the stages of the command as functions over plain data, with an AbortSignal, an event callback
 * and no writing to the console.
 */
export { type CompareOptions, compareModels } from "./pipeline/compare/compare-models.js";
