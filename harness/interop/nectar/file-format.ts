import { isJsonObject } from "../../core/json.js";
import { readJsonLines } from "../../core/jsonl.js";

/** Whether a row is a prompt with ranked answers in Nectar's layout. */
function isNectarRow(value: unknown): boolean {
  if (!isJsonObject(value) || typeof value.prompt !== "string" || !Array.isArray(value.answers)) return false;
  const [first] = value.answers as readonly unknown[];
  return isJsonObject(first) && "answer" in first && "model" in first && "rank" in first;
}

/** Whether a file of JSON lines holds such rows, as its first line tells. */
export function isNectarFile(file: string): boolean {
  for (const { value } of readJsonLines(file)) return isNectarRow(value);
  return false;
}
