import type { z } from "zod";
import { suggestName } from "../core/spelling.js";

type Issue = z.core.$ZodIssue;

/** The page that explains the keys of a configuration. */
export const CONFIGURATION_PAGE = "docs/configuration.md";

/** What is wrong with one value of a configuration, and the way out. */
export interface Complaint {
  readonly message: string;
  readonly remedy: string;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "an object with keys",
  record: "an object with keys",
  string: "a text",
};

function limitOf(issue: Extract<Issue, { code: "too_small" | "too_big" }>): string {
  const isFloor = issue.code === "too_small";
  const limit = isFloor ? issue.minimum : issue.maximum;
  if (issue.origin === "string" || issue.origin === "array") {
    if (isFloor && Number(limit) === 1) return "must not be empty";
    const unit = issue.origin === "string" ? "characters" : "entries";
    return `must have ${isFloor ? "at least" : "at most"} ${limit} ${unit}`;
  }
  if (issue.inclusive === true) return `must be ${isFloor ? "at least" : "at most"} ${limit}`;
  return `must be ${isFloor ? "above" : "below"} ${limit}`;
}

/** A value that is none of those allowed, with the nearest of them. */
function choiceComplaint(given: unknown, allowed: readonly unknown[]): Complaint {
  const text = typeof given === "string" ? given : (JSON.stringify(given) ?? "");
  return { message: `cannot be "${text.slice(0, 100)}"`, remedy: suggestName(text, allowed.map(String)) };
}

/**
 * Says in plain words what a value must be.
 * @param given The value itself; secrets must have been refused before.
 * @param page Page of the documentation that explains the keys.
 * @param expected Types that would do, where there are several.
 */
export function complaintOf(
  issue: Issue,
  given: unknown,
  page = CONFIGURATION_PAGE,
  expected: readonly string[] = [],
): Complaint {
  const seeDocs = `See ${page} for what each key takes.`;
  switch (issue.code) {
    case "invalid_type":
      return {
        message: `must be ${[...new Set([issue.expected, ...expected])].map((type) => TYPE_NAMES[type] ?? type).join(" or ")}`,
        remedy: seeDocs,
      };
    case "too_small":
      // Who writes 0 mostly wants to go without, which is what most defaults are.
      return {
        message: limitOf(issue),
        remedy: given === 0 ? `Leave it out for its default. ${seeDocs}` : seeDocs,
      };
    case "too_big":
      return { message: limitOf(issue), remedy: seeDocs };
    case "invalid_value":
      return choiceComplaint(given, issue.values);
    case "invalid_format":
      if (issue.format !== "url") break;
      return {
        message: "must be an address such as http://localhost:8000/v1 (redis://… for a queue)",
        remedy: "Give the whole address, with http:// or https:// in front.",
      };
  }
  return { message: issue.message, remedy: seeDocs };
}
