import type { Template } from "@huggingface/jinja";
import { isJsonObject, listOf, textOf } from "./json-reading.js";

/** The name under which a template calls {@link pythonStrip}; no template may hold it by itself. */
export const PYTHON_STRIP = "assay_python_strip";

const SIDES = ["strip", "lstrip", "rstrip"];

/**
 * Python's `strip`, `lstrip` and `rstrip` with the characters to remove, which @huggingface/jinja takes and ignores: it removes
 * every blank instead, so that a template which takes line breaks off an earlier answer takes its indentation too.
 * @param side which of the three
 * @param characters a set of characters, as in Python; null removes whitespace
 * @throws TypeError for what is no text
 */
export function pythonStrip(text: unknown, side: string, characters: unknown): string {
  if (typeof text !== "string") throw new TypeError(`${side} is asked of what is no text`);
  if (typeof characters !== "string")
    return side === "strip" ? text.trim() : side === "lstrip" ? text.trimStart() : text.trimEnd();
  const removed = new Set(characters);
  const all = Array.from(text);
  const isKept = (character: string) => !removed.has(character);
  const start = side === "rstrip" ? 0 : all.findIndex(isKept);
  if (start < 0) return "";
  const end = side === "lstrip" ? all.length - 1 : all.findLastIndex(isKept);
  return all.slice(start, end + 1).join("");
}

/** Turns `x.strip("…")` into a call of {@link PYTHON_STRIP}, in place. */
function rewriteCall(node: Record<string, unknown>): boolean {
  const callee = node.type === "CallExpression" ? node.callee : undefined;
  const args = listOf(node.args);
  if (!isJsonObject(callee) || callee.type !== "MemberExpression" || callee.computed === true) return false;
  const side = isJsonObject(callee.property) ? textOf(callee.property.value) : undefined;
  if (args.length === 0 || side === undefined || !SIDES.includes(side)) return false;
  node.callee = { type: "Identifier", value: PYTHON_STRIP };
  node.args = [callee.object, { type: "StringLiteral", value: side }, args[0]];
  return true;
}

function rewriteWithin(node: unknown): number {
  if (typeof node !== "object" || node === null) return 0;
  const own = isJsonObject(node) && rewriteCall(node) ? 1 : 0;
  const within: unknown[] = node instanceof Map ? [...node].flat() : Object.values(node);
  return own + within.reduce((sum: number, child) => sum + rewriteWithin(child), 0);
}

/**
 * Makes a parsed template strip as Python does; rendering it then needs {@link pythonStrip} under {@link PYTHON_STRIP}.
 * @returns how many calls were rewritten
 */
export function stripAsPython(template: Template): number {
  return rewriteWithin(template.parsed);
}
